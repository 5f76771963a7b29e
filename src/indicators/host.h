// SPDX-License-Identifier: Apache-2.0
// Hosts and URLs as browsers read them, brought to the one form that indicators are compared in.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "indicators/ip_address.h"

namespace bridle {

/// A host in comparable form. Holds its own bytes, so that reading one allocates nothing.
class Host {
 public:
  static constexpr std::size_t kMaxBytes = 253;  ///< longest name DNS can carry

  /// Lower case, A-labels, no trailing dot; an IP address in its usual text.
  std::string_view name() const { return {text_.data(), size_}; }
  /// Set if the host is an IP address.
  const std::optional<IpAddress>& ip() const { return ip_; }

  /// Takes a host without port: a name, an IPv4 address in any form browsers take, an IPv6 address in brackets.
  /// Percent-encoding is decoded; a name with other than ASCII bytes becomes A-labels (UTS #46, non-transitional).
  /// False if it can be no host (empty, too long, not convertible).
  bool assign(std::string_view host);

 private:
  friend bool split_url(std::string_view url, struct UrlParts& parts);
  bool assign_decoded(std::string_view host);
  bool finish();
  void set_ip(const IpAddress& address);

  std::array<char, kMaxBytes + 3> text_{};
  std::uint16_t size_ = 0;
  std::optional<IpAddress> ip_;
};

/// The parts of a URL that indicators are compared by. Views point into the URL.
struct UrlParts {
  std::string_view scheme;  ///< as observed; empty if the URL has none
  std::string_view host;    ///< as observed, without user and port
  std::string_view port;    ///< digits; empty if none
  std::string_view rest;    ///< path, query and fragment
  Host name;                ///< the host in comparable form
};

/// Splits `https://user@Host:443/path`, `host/path` and `blob:https://host/...`. Backslashes count as slashes and
/// everything up to the last @ of the authority is the user, as browsers have it. False if there is no host.
/// Tabs and line ends must have been removed (without_line_ends).
bool split_url(std::string_view url, UrlParts& parts);

/// `//host[:port]/path?query`, with the default port of http and https left out, an empty path made "/" and the
/// fragment cut. A URL indicator is compared in this form, its scheme before it where one was published.
std::string canonical_url(const UrlParts& parts);

/// The text without tabs and line ends, which browsers ignore anywhere in a URL.
std::string without_line_ends(std::string_view text);

}  // namespace bridle
