// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "base/text.h"
#include "formats/typedstream.h"

using namespace bridle;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = typedstream::read_attributed_text(std::as_bytes(std::span(data, size)));
  if (!text && !text.error().offset) std::abort();
  if (!text) return 0;
  if (!valid_utf8(text->text)) std::abort();
  for (const auto* list : {&text->links, &text->file_guids, &text->mentions})
    for (const std::string& item : *list)
      if (!valid_utf8(item)) std::abort();
  return 0;
}
