// SPDX-License-Identifier: Apache-2.0
#include "formats/read_ahead.h"

#include <algorithm>
#include <cstring>

namespace bridle {

ReadAhead::ReadAhead(const Blob& blob) : blob_(&blob) {
  for (Stream& s : streams_) s.bytes = std::make_unique_for_overwrite<std::byte[]>(kWindow);
  ends_.fill(UINT64_MAX);
}

/// The stream that a read at `offset` carries on.
ReadAhead::Stream* ReadAhead::continued(std::uint64_t offset) {
  for (Stream& s : streams_)
    if (s.size != 0 && offset >= s.start && offset <= s.end() + kGap) return &s;
  return nullptr;
}

/// A stream for a read at `offset` if an earlier read ended there: the least recently used one is given up.
ReadAhead::Stream* ReadAhead::begun(std::uint64_t offset) {
  const auto end = std::ranges::find(ends_, offset);
  if (end == ends_.end()) return nullptr;
  *end = UINT64_MAX;
  Stream& s = *std::ranges::min_element(streams_, {}, &Stream::used);
  s.ahead = 0;
  return &s;
}

Result<std::size_t> ReadAhead::fill(Stream& s, std::uint64_t offset, std::span<std::byte> out) {
  s.ahead = std::min(kWindow, std::max(2 * s.ahead, 4 * out.size()));
  s.size = 0;
  const auto got = blob_->read_at(offset, std::span(s.bytes.get(), s.ahead));
  if (!got) return blob_->read_at(offset, out);  // what cannot be read may lie behind what was asked for
  s.start = offset;
  s.size = *got;
  const std::size_t n = std::min(out.size(), s.size);
  std::memcpy(out.data(), s.bytes.get(), n);
  return n;
}

Result<std::size_t> ReadAhead::read(std::uint64_t offset, std::span<std::byte> out) {
  ++clock_;
  for (Stream& s : streams_) {
    if (offset < s.start || offset + out.size() > s.end()) continue;
    s.used = clock_;
    std::memcpy(out.data(), s.bytes.get() + (offset - s.start), out.size());
    return out.size();
  }
  if (out.size() > kWindow / 4) return blob_->read_at(offset, out);
  Stream* stream = continued(offset);
  if (stream == nullptr) stream = begun(offset);
  if (stream != nullptr) {
    stream->used = clock_;
    return fill(*stream, offset, out);
  }
  ends_[next_end_] = offset + out.size();
  next_end_ = (next_end_ + 1) % kRemembered;
  return blob_->read_at(offset, out);
}

}  // namespace bridle
