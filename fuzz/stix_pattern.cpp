// SPDX-License-Identifier: Apache-2.0
#include "indicators/stix_pattern.h"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto pattern = bridle::parse_stix_pattern({reinterpret_cast<const char*>(data), size});
  if (pattern)
    for (const bridle::StixAlternative& alternative : pattern->alternatives)
      if (alternative.empty()) __builtin_trap();
  return 0;
}
