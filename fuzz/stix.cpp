// SPDX-License-Identifier: Apache-2.0
// A STIX bundle, read and compiled.
#include <cstdint>

#include "indicators/load.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  bridle::CompiledIndicators set;
  (void)bridle::load_file({"fuzz.stix2", "", simdjson::padded_string(bytes)}, set, bridle::Time{});
  for (const bridle::IndicatorSetInfo& info : set.sets)
    if (info.loaded != set.indicators.size()) __builtin_trap();
  return 0;
}
