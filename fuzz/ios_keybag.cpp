// SPDX-License-Identifier: Apache-2.0
#include "formats/ios_keybag.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace bridle;
  auto bag = ios_keybag::parse(std::as_bytes(std::span(data, size)));
  if (!bag) return 0;
  bag->rounds %= 8;  // so that a run costs microseconds
  bag->rounds += 1;
  bag->first_rounds %= 8;
  const auto open = ios_keybag::Unlocked::open(*bag, "password");
  if (open && size >= 44) (void)open->unwrap(std::as_bytes(std::span(data, 44)));
  return 0;
}
