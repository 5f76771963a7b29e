// SPDX-License-Identifier: Apache-2.0
// The same bytes as a file with columns and as a list.
#include <cstdint>

#include "indicators/load.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  bridle::CompiledIndicators set;
  for (const char* name : {"fuzz.csv", "domains.txt", "file_paths.txt", "list.txt"})
    (void)bridle::load_file({name, "", simdjson::padded_string(bytes)}, set, bridle::Time{});
  return 0;
}
