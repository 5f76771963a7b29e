// SPDX-License-Identifier: Apache-2.0
// Small text tools shared by readers, indicators and reports. All work on bytes; none depends on the locale.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bridle/bytes.h"

namespace bridle {

constexpr char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }
std::string ascii_lower(std::string_view text);
bool equal_ignoring_case(std::string_view a, std::string_view b);
std::string_view trim(std::string_view text);
std::vector<std::string_view> split(std::string_view text, char separator);

/// Length of the valid UTF-8 sequence that a text begins with; 0 if there is none. The text must not be empty.
std::size_t utf8_length(std::string_view text);
/// True if the text is valid UTF-8 without overlong forms and surrogates.
bool valid_utf8(std::string_view text);
/// The text with every invalid byte replaced by U+FFFD.
std::string to_valid_utf8(std::string_view text);
/// Appends a code point, which must be valid.
void append_utf8(std::string& out, char32_t c);
/// UTF-16 to UTF-8; lone surrogates become U+FFFD, an odd last byte is dropped.
std::string utf16_to_utf8(Bytes text, bool big_endian);

std::string to_hex(Bytes bytes);
std::optional<std::vector<std::byte>> from_hex(std::string_view text);
/// Base64 with white space anywhere; nothing after the padding. Nothing if any other character occurs.
std::optional<std::string> from_base64(std::string_view text);

/// Last component of a path; the whole text if it holds no slash.
std::string_view base_name(std::string_view path);

/// True if `glob` matches the whole path. `*` and `?` stay within a component, `**` crosses them.
bool glob_match(std::string_view glob, std::string_view path);

/// Range over the lines of a text, without their end (LF or CR LF).
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}
  /// The next line, or nothing at the end.
  std::optional<std::string_view> next();
  /// Number of the line that next() gave last, from 1.
  std::int64_t number() const { return number_; }

 private:
  std::string_view rest_;
  std::int64_t number_ = 0;
};

}  // namespace bridle
