// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "base/text.h"
#include "formats/plist.h"

using namespace bridle;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes = std::as_bytes(std::span(data, size));
  const auto document = plist::parse(bytes);
  if (!document && !document.error().offset) std::abort();
  if (!document) return 0;
  const std::string text = plist::to_text(document->root(), 1 << 16);
  if (!valid_utf8(text)) std::abort();
  const plist::Value* inner = plist::at(document->root(), "a/0/b");
  if (inner != nullptr && plist::name(inner->kind()).empty()) std::abort();
  return 0;
}
