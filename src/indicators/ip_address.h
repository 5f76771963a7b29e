// SPDX-License-Identifier: Apache-2.0
// IPv4 and IPv6 addresses and ranges in one shape: IPv4 is kept as its IPv4-mapped IPv6 address.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bridle {

using IpAddress = std::array<std::uint8_t, 16>;

struct IpRange {
  IpAddress address{};        ///< bits after the prefix are zero
  std::uint8_t prefix = 128;  ///< 0 to 128; an IPv4 prefix has 96 added
};

/// "1.2.3.4", "2001:db8::1", "[2001:db8::1]", "fe80::1%en0". Nothing else: no port, no leading zeros, no short forms.
std::optional<IpAddress> parse_ip(std::string_view text);

/// An address, or an address and a prefix length: "10.0.0.0/8".
std::optional<IpRange> parse_ip_range(std::string_view text);

/// The IPv4 forms browsers take in a URL: "0x7f.1", "3232235777", "010.0.0.1" (WHATWG URL, host parsing).
std::optional<IpAddress> parse_url_ipv4(std::string_view text);

/// The address with all bits after `prefix` cleared.
IpAddress masked(IpAddress address, unsigned prefix);

bool is_ipv4(const IpAddress& address);

/// True for addresses that name no host on the Internet: unspecified, loopback, private, link-local, multicast.
bool is_local(const IpRange& range);

/// "1.2.3.4", "10.0.0.0/8", "2001:db8::1".
std::string to_string(const IpRange& range);

}  // namespace bridle
