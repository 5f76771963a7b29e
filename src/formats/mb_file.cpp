// SPDX-License-Identifier: Apache-2.0
#include "formats/mb_file.h"

#include "formats/keyed_archive.h"

namespace bridle {

Result<MbFile> MbFileReader::read(Bytes bytes) {
  if (const auto parsed = plist::parse_into(document_, bytes); !parsed) return fail(parsed.error());
  const auto archive = keyed_archive::Archive::open(document_);
  if (!archive) return fail(archive.error());
  const plist::Value* root = archive->root();
  if (!archive->is_a(root, "MBFile")) return fail(Errc::malformed, "not an archive of an MBFile");
  const auto integer = [&](std::string_view key) { return archive->integer(archive->get(root, key)); };
  MbFile file;
  if (const plist::Value* size = archive->get(root, "Size")) file.size = size->unsigned_integer();
  file.mode = integer("Mode");
  file.user = integer("UserID");
  file.group = integer("GroupID");
  file.inode = integer("InodeNumber");
  file.protection_class = integer("ProtectionClass");
  file.birth = integer("Birth");
  file.modified = integer("LastModified");
  file.status_changed = integer("LastStatusChange");
  file.link_target = archive->string(archive->get(root, "Target")).value_or("");
  file.encryption_key = archive->data(archive->get(root, "EncryptionKey")).value_or(Bytes{});
  return file;
}

}  // namespace bridle
