// SPDX-License-Identifier: Apache-2.0
#include "engine/frames.h"

#include <fmt/format.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/limits.h"

namespace bridle {
namespace {

constexpr std::uint32_t kMagic = 0x42'52'46'31;         // "BRF1"
constexpr std::size_t kBuffer = std::size_t{64} << 10;  // of each end, for small frames

struct Header {
  std::uint32_t magic = kMagic;
  std::uint32_t length = 0;
  std::uint8_t type = 0;
  std::array<std::uint8_t, 3> zero{};
};
constexpr std::size_t kHeader = sizeof(Header);
static_assert(kHeader == 12);

}  // namespace

Channel::Channel(int fd) : fd_(fd), buffer_(kBuffer) {}

bool Channel::send(std::uint8_t type, Bytes payload) {
  return type < kFirstReservedType && payload.size() <= limits::kWireMessageBytes && put(type, payload);
}

bool Channel::send_reserved(std::uint8_t type, Bytes payload) { return put(type, payload) && flush(); }

bool Channel::flush() {
  const Bytes waiting{buffer_.data(), used_};
  used_ = 0;
  return write_all(waiting, {});
}

bool Channel::put(std::uint8_t type, Bytes payload) {
  const Header header{kMagic, static_cast<std::uint32_t>(payload.size()), type, {}};
  if (used_ + kHeader + payload.size() > buffer_.size() && !flush()) return false;
  std::memcpy(buffer_.data() + used_, &header, kHeader);
  used_ += kHeader;
  if (used_ + payload.size() > buffer_.size()) {  // too long for the buffer: straight from where it is
    const Bytes waiting{buffer_.data(), used_};
    used_ = 0;
    return write_all(waiting, payload);
  }
  std::copy(payload.begin(), payload.end(), buffer_.begin() + static_cast<std::ptrdiff_t>(used_));
  used_ += payload.size();
  return true;
}

bool Channel::write_all(Bytes first, Bytes second) {
  while (!first.empty() || !second.empty()) {
    const std::array<iovec, 2> parts{iovec{const_cast<std::byte*>(first.data()), first.size()},
                                     iovec{const_cast<std::byte*>(second.data()), second.size()}};
    const ssize_t n = writev(fd_, parts.data(), static_cast<int>(parts.size()));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    const auto written = static_cast<std::size_t>(n);
    const std::size_t of_first = std::min(written, first.size());
    first = first.subspan(of_first);
    second = second.subspan(written - of_first);
  }
  return true;
}

FrameReader::FrameReader() : buffer_(std::make_unique_for_overwrite<std::byte[]>(kBuffer)), capacity_(kBuffer) {}

/// Bytes to hold before the next read is worth while: the frame that has begun and the header after it, so that a long
/// payload ends where the buffer's content ends and the next one starts at the front.
std::size_t FrameReader::wanted() const {
  const std::size_t held = end_ - begin_;
  if (held < kHeader || failed_) return kBuffer;
  Header header;
  std::memcpy(&header, buffer_.get() + begin_, kHeader);
  if (header.magic != kMagic || header.length > limits::kWireMessageBytes) return kBuffer;  // next() refuses it
  return std::max(kBuffer, kHeader + header.length + kHeader);
}

std::span<std::byte> FrameReader::space() {
  const std::size_t held = end_ - begin_;
  const std::size_t want = std::max(wanted(), held + 1);
  if (want > capacity_) {
    auto larger = std::make_unique_for_overwrite<std::byte[]>(want);
    std::memcpy(larger.get(), buffer_.get() + begin_, held);
    buffer_ = std::move(larger);
    capacity_ = want;
  } else if (begin_ > 0) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, held);
  }
  begin_ = 0;
  end_ = held;
  return {buffer_.get() + end_, want - held};
}

void FrameReader::filled(std::size_t n) { end_ += n; }

Result<std::optional<Frame>> FrameReader::next() {
  if (failed_) return fail(*failed_);
  if (end_ - begin_ < kHeader) return std::nullopt;
  Header header;
  std::memcpy(&header, buffer_.get() + begin_, kHeader);
  if (header.magic != kMagic || header.zero != std::array<std::uint8_t, 3>{}) {
    failed_ = Error{Errc::malformed, "bytes that are no message"};
    return fail(*failed_);
  }
  if (header.length > limits::kWireMessageBytes) {
    failed_ = Error{Errc::limit, fmt::format("a message of {} bytes, the limit is {}", header.length,
                                             limits::kWireMessageBytes)};
    return fail(*failed_);
  }
  if (end_ - begin_ - kHeader < header.length) return std::nullopt;
  const Frame frame{header.type, {buffer_.get() + begin_ + kHeader, header.length}};
  begin_ += kHeader + header.length;
  return frame;
}

}  // namespace bridle
