// SPDX-License-Identifier: Apache-2.0
// Brings values to the form they are compared in: published ones strictly, observed ones without allocating.
#pragma once
#include <array>
#include <string>
#include <string_view>

#include "bridle/observable.h"
#include "bridle/result.h"

namespace bridle {

struct NormalValue {
  IndicatorKind kind;
  std::string value;
};

/// A published value in comparable form. The kind may become a narrower one: an address published as a domain is an
/// ip, a domain with a path a url, a file name with slashes a file_path.
/// Errors: malformed (not a value of that kind), unsupported (a value that would match on every phone, such as a public
/// suffix or a private address). The sentence names no value, so that equal reasons can be counted.
Result<NormalValue> normalise(IndicatorKind kind, std::string_view published);

/// Room for an observed value that is compared in lower case; longer values meet no indicator.
class FoldBuffer {
 public:
  static constexpr std::size_t kMaxBytes = 512;
  /// Lower case (ASCII); empty if too long.
  std::string_view lower(std::string_view text);
  /// The digits of a phone number after its + or 00; empty if it is none or has fewer than 7.
  std::string_view phone(std::string_view text);
  /// Hex digits in lower case without colons and blanks.
  std::string_view hex(std::string_view text);

 private:
  std::array<char, kMaxBytes> text_{};
};

/// The address itself: without blanks, "Name <...>" and "mailto:".
std::string_view bare_email(std::string_view text);

/// True if comparable_path() would give the path back as it is.
bool is_comparable_path(std::string_view path);
/// A path as file_path indicators are compared: an absolute one as canonical_device_path() has it, "~" as the home of
/// mobile, without "file://", empty, "." and ".." components and without a slash at the end.
std::string comparable_path(std::string_view path);

}  // namespace bridle
