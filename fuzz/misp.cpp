// SPDX-License-Identifier: Apache-2.0
// A MISP event, read and compiled.
#include <cstdint>

#include "indicators/load.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  bridle::CompiledIndicators set;
  (void)bridle::load_file({"fuzz.json", "", simdjson::padded_string(bytes)}, set, bridle::Time{});
  return 0;
}
