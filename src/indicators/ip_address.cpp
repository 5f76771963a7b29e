// SPDX-License-Identifier: Apache-2.0
#include "indicators/ip_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/text.h"

namespace bridle {
namespace {

constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

IpAddress from_ipv4(std::uint32_t value) {
  IpAddress out{};
  std::ranges::copy(kMapped, out.begin());
  for (unsigned i = 0; i < 4; ++i) out[12 + i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
  return out;
}

std::optional<IpAddress> parse_ipv4(std::string_view text) {
  std::uint32_t value = 0;
  for (int part = 0; part < 4; ++part) {
    if (part > 0) {
      if (!text.starts_with('.')) return std::nullopt;
      text.remove_prefix(1);
    }
    std::uint32_t number = 0;
    std::size_t digits = 0;
    while (digits < text.size() && digits < 3 && text[digits] >= '0' && text[digits] <= '9')
      number = number * 10 + static_cast<std::uint32_t>(text[digits++] - '0');
    if (digits == 0 || number > 255 || (digits > 1 && text.front() == '0')) return std::nullopt;
    value = (value << 8) | number;
    text.remove_prefix(digits);
  }
  if (!text.empty()) return std::nullopt;
  return from_ipv4(value);
}

std::optional<IpAddress> parse_ipv6(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN> c_text{};
  if (text.size() >= c_text.size()) return std::nullopt;
  std::ranges::copy(text, c_text.begin());
  IpAddress out{};
  if (std::strlen(c_text.data()) != text.size() || inet_pton(AF_INET6, c_text.data(), out.data()) != 1)
    return std::nullopt;
  return out;
}

/// One part of a URL's IPv4 host: decimal, octal after 0, hexadecimal after 0x.
std::optional<std::uint64_t> parse_url_number(std::string_view text) {
  int base = 10;
  if (text.size() > 1 && text.front() == '0') {
    base = ascii_lower(text[1]) == 'x' ? 16 : 8;
    text.remove_prefix(base == 16 ? 2 : 1);
  }
  if (text.empty()) return base == 16 ? std::optional<std::uint64_t>(0) : std::nullopt;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::optional<IpAddress> parse_ip(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  if (text.find(':') == std::string_view::npos) return parse_ipv4(text);
  return parse_ipv6(text.substr(0, text.find('%')));
}

std::optional<IpRange> parse_ip_range(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = parse_ip(text.substr(0, slash));
  if (!address) return std::nullopt;
  IpRange out{*address, 128};
  if (slash == std::string_view::npos) return out;
  const std::string_view length = text.substr(slash + 1);
  const bool v4 = text.substr(0, slash).find(':') == std::string_view::npos;
  unsigned prefix = 0;
  const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), prefix);
  if (error != std::errc{} || end != length.data() + length.size() || prefix > (v4 ? 32U : 128U)) return std::nullopt;
  out.prefix = static_cast<std::uint8_t>(v4 ? prefix + 96 : prefix);
  out.address = masked(*address, out.prefix);
  return out;
}

std::optional<IpAddress> parse_url_ipv4(std::string_view text) {
  std::array<std::uint64_t, 4> parts{};
  std::size_t count = 0;
  for (std::size_t at = 0;; ++count) {
    if (count == parts.size()) return std::nullopt;
    const auto dot = text.find('.', at);
    const auto number = parse_url_number(text.substr(at, dot - at));
    if (!number) return std::nullopt;
    parts[count] = *number;
    if (dot == std::string_view::npos) break;
    at = dot + 1;
  }
  // All parts but the last are one byte; the last fills what is left.
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (parts[i] > 255) return std::nullopt;
    value |= parts[i] << (24 - 8 * i);
  }
  if (parts[count] >= std::uint64_t{1} << (8 * (4 - count))) return std::nullopt;
  return from_ipv4(static_cast<std::uint32_t>(value | parts[count]));
}

IpAddress masked(IpAddress address, unsigned prefix) {
  for (unsigned i = 0; i < address.size(); ++i) {
    const unsigned kept = prefix <= 8 * i ? 0 : std::min(prefix - 8 * i, 8U);
    address[i] = static_cast<std::uint8_t>(address[i] & (0xFF00U >> kept));
  }
  return address;
}

bool is_ipv4(const IpAddress& address) {
  return std::equal(kMapped.begin(), kMapped.end(), address.begin());
}

bool is_local(const IpRange& range) {
  const IpAddress& a = range.address;
  if (is_ipv4(a) && range.prefix >= 96)
    return a[12] == 0 || a[12] == 10 || a[12] == 127 || a[12] >= 224 || (a[12] == 169 && a[13] == 254) ||
           (a[12] == 172 && (a[13] & 0xF0) == 16) || (a[12] == 192 && a[13] == 168) ||
           (a[12] == 100 && (a[13] & 0xC0) == 64);
  const bool zero = std::all_of(a.begin(), a.end() - 1, [](std::uint8_t b) { return b == 0; });
  return (zero && a[15] <= 1) || (a[0] & 0xFE) == 0xFC || (a[0] == 0xFE && (a[1] & 0xC0) == 0x80) || a[0] == 0xFF;
}

std::string to_string(const IpRange& range) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const bool v4 = is_ipv4(range.address) && range.prefix >= 96;
  inet_ntop(v4 ? AF_INET : AF_INET6, range.address.data() + (v4 ? 12 : 0), text.data(), text.size());
  std::string out = text.data();
  if (range.prefix != 128) out += "/" + std::to_string(v4 ? range.prefix - 96 : range.prefix);
  return out;
}

}  // namespace bridle
