// SPDX-License-Identifier: Apache-2.0
#include "bridle/blob.h"

#include <algorithm>

namespace bridle {

Result<std::size_t> MemoryBlob::read_at(std::uint64_t offset, std::span<std::byte> out) const {
  if (offset >= bytes_.size()) return 0;
  const auto from = bytes_.subspan(static_cast<std::size_t>(offset));
  const std::size_t n = std::min(from.size(), out.size());
  std::copy_n(from.begin(), n, out.begin());
  return n;
}

Result<std::vector<std::byte>> read_all(const Blob& blob, std::uint64_t limit) {
  if (blob.size() > limit)
    return fail(Errc::limit, "file has " + std::to_string(blob.size()) + " bytes, the limit is " + std::to_string(limit));
  std::vector<std::byte> out(static_cast<std::size_t>(blob.size()));
  std::size_t at = 0;
  while (at < out.size()) {
    const auto n = blob.read_at(at, std::span(out).subspan(at));
    if (!n) return fail(n.error());
    if (*n == 0) return fail(Errc::truncated, "file ended early", {}, at);
    at += *n;
  }
  return out;
}

std::string_view Reader::c_string() {
  const auto rest = as_text(bytes_.subspan(at_));
  const auto end = rest.find('\0');
  if (!ok_ || end == std::string_view::npos) {
    ok_ = false;
    return {};
  }
  at_ += end + 1;
  return rest.substr(0, end);
}

}  // namespace bridle
