// SPDX-License-Identifier: Apache-2.0
// Finds addresses in free text: URLs, bare domains, e-mail addresses, IP addresses.
#pragma once
#include <string_view>

namespace bridle {

/// What scan_text() found. Views point into the text.
class AddressSink {
 public:
  virtual ~AddressSink() = default;
  /// A URL, or a host with or without a path: "https://evil.example/x", "evil.example", "192.0.2.1:8080".
  /// Punctuation that ends a sentence may still stand at its end if there is a path.
  virtual void address(std::string_view text) = 0;
  virtual void email(std::string_view text) = 0;
  virtual void ipv6(std::string_view text) = 0;
};

struct ScanOptions {
  bool unicode_hosts = true;  ///< also take other than ASCII characters as part of a host
  bool ipv6 = true;           ///< look for IPv6 addresses outside URLs
};

/// Linear in the text. Text without a dot or a colon is passed over at the speed of memchr. Bytes that are not ASCII
/// end an address, except accented Latin letters, which are part of it; with `unicode_hosts` the address is reported
/// once more with the characters beside it.
void scan_text(std::string_view text, ScanOptions options, AddressSink& sink);

}  // namespace bridle
