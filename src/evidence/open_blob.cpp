// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "evidence/blob.h"
#include "evidence/source.h"
#include "evidence/stored_listing.h"

namespace bridle {

Result<std::unique_ptr<Blob>> open_stored(const Inventory& inventory, const EvidenceFile& file) {
  if (file.generated) return fail(Errc::usage, "a generated file is not stored", file.path);
  const auto folder = open_folder(inventory.root);
  if (!folder) return fail(folder.error());
  auto blob = FileBlob::open(*folder, file.locator);
  if (!blob) return fail(blob.error());
  return std::unique_ptr<Blob>(*std::move(blob));
}

Result<std::unique_ptr<Blob>> open_blob(const Inventory& inventory, const EvidenceFile& file) {
  if (file.generated) {
    const auto text = list_stored_files(inventory.root);
    if (!text) return fail(text.error());
    const Bytes bytes = as_bytes(*text);
    return std::make_unique<OwnedMemoryBlob>(std::vector(bytes.begin(), bytes.end()));
  }
  auto stored = open_stored(inventory, file);
  if (!stored || file.key == kNoKey) return stored;
  if (file.key >= inventory.keys.size()) return fail(Errc::usage, "the file names a key that is not there", file.path);
  return std::make_unique<AesCbcBlob>(*std::move(stored), inventory.keys[file.key], file.size);
}

}  // namespace bridle
