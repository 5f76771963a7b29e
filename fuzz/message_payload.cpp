// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "base/text.h"
#include "formats/message_payload.h"

using namespace bridle;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto payload = message_payload::read_payload(std::as_bytes(std::span(data, size)));
  if (!payload) return 0;
  if (!valid_utf8(payload->title) || !valid_utf8(payload->summary)) std::abort();
  for (const std::string& link : payload->links)
    if (!valid_utf8(link)) std::abort();
  return 0;
}
