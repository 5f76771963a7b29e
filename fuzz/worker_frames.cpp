// SPDX-License-Identifier: Apache-2.0
// What a worker that was taken over may write on its pipe. The first byte says in what pieces the rest arrives.
#include <algorithm>
#include <cstdlib>

#include "base/limits.h"
#include "engine/frames.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  bridle::Bytes rest = std::as_bytes(std::span(data, size)).subspan(size == 0 ? 0 : 1);
  bridle::FrameReader reader;
  for (bool sound = true; sound && !rest.empty();) {
    const auto space = reader.space();
    if (space.empty() || space.size() > bridle::limits::kWireMessageBytes + 64) std::abort();
    const std::size_t n = std::min({data[0] + std::size_t{1}, space.size(), rest.size()});
    std::copy_n(rest.begin(), n, space.begin());
    reader.filled(n);
    rest = rest.subspan(n);
    auto frame = reader.next();
    for (; frame && *frame; frame = reader.next())
      if ((*frame)->payload.size() > size) std::abort();
    sound = frame.has_value();
  }
  return 0;
}
