// SPDX-License-Identifier: Apache-2.0
// Bytes and the checked reader: the only way a format touches evidence.
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace bridle {

using Bytes = std::span<const std::byte>;

inline Bytes as_bytes(std::string_view text) { return std::as_bytes(std::span(text.data(), text.size())); }
inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Reads integers and runs of bytes from a span, in order.
/// A read past the end returns zero (or an empty span) and makes ok() false for good, so that a whole structure
/// may be read first and checked once. Loops over a count from evidence must test ok() in their condition.
class Reader {
 public:
  explicit Reader(Bytes bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  std::size_t offset() const { return at_; }
  std::size_t remaining() const { return bytes_.size() - at_; }
  bool at_end() const { return at_ == bytes_.size(); }

  std::uint8_t u8() { return number<std::uint8_t, std::endian::little>(); }
  std::uint16_t u16le() { return number<std::uint16_t, std::endian::little>(); }
  std::uint32_t u32le() { return number<std::uint32_t, std::endian::little>(); }
  std::uint64_t u64le() { return number<std::uint64_t, std::endian::little>(); }
  std::uint16_t u16be() { return number<std::uint16_t, std::endian::big>(); }
  std::uint32_t u32be() { return number<std::uint32_t, std::endian::big>(); }
  std::uint64_t u64be() { return number<std::uint64_t, std::endian::big>(); }

  /// The next `n` bytes, or an empty span and ok() == false.
  Bytes bytes(std::uint64_t n) {
    if (!has(n)) return {};
    const Bytes out = bytes_.subspan(at_, static_cast<std::size_t>(n));
    at_ += static_cast<std::size_t>(n);
    return out;
  }
  std::string_view text(std::uint64_t n) { return as_text(bytes(n)); }
  /// Text up to a NUL, which is consumed; fails if there is none.
  std::string_view c_string();
  void skip(std::uint64_t n) { bytes(n); }
  void seek(std::uint64_t offset) {
    if (offset > bytes_.size()) ok_ = false; else at_ = static_cast<std::size_t>(offset);
  }

 private:
  bool has(std::uint64_t n) {
    if (!ok_ || n > remaining()) ok_ = false;
    return ok_;
  }
  template <class T, std::endian order>
  T number() {
    if (!has(sizeof(T))) return 0;
    T value;
    std::memcpy(&value, bytes_.data() + at_, sizeof(T));
    at_ += sizeof(T);
    if constexpr (order != std::endian::native && sizeof(T) > 1) value = std::byteswap(value);
    return value;
  }

  Bytes bytes_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

}  // namespace bridle
