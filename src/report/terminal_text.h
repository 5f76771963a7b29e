// SPDX-License-Identifier: Apache-2.0
// Evidence text on a terminal: what it may not do there, and how much room it takes.
//
// A message can hold escape sequences that write to the clipboard or retitle the window, marks that reverse the
// reading order of a line, and characters that cannot be seen. None of these reaches the terminal: each is replaced by
// its name, "‹ESC›", so that a reader sees that it was there.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bridle::report {

enum class Charset : std::uint8_t {
  unicode,
  ascii,  ///< for a terminal that cannot show more: "<ESC>", "\u{1F600}"
};

/// One character of a text, or one byte that is not UTF-8.
struct Character {
  std::string_view bytes;
  char32_t code;  ///< U+FFFD for an invalid byte
  bool valid;
};

/// Takes the first character of a text, which must not be empty.
Character take_character(std::string_view& text);

/// The text on one line, harmless: control characters, marks of reading order and invisible characters by name, bytes
/// that are not UTF-8 as \xNN, line ends and tabs as one blank.
std::string terminal_text(std::string_view evidence, Charset charset);

/// The shorthand of a character that terminal_text() does not print as itself ("ESC", "RLO", "U+E0041"); empty for
/// all others. Line ends and tabs have one too.
std::string hidden_name(char32_t c);

/// Columns that a text made by terminal_text() takes.
std::size_t display_width(std::string_view text);

/// The text cut to `columns`, with a mark if something was cut. Never cuts inside a character or its marks.
std::string fit(std::string_view text, std::size_t columns, Charset charset);

/// The text with blanks up to `columns`.
std::string padded(std::string_view text, std::size_t columns);

/// The text in lines of at most `columns`, broken at blanks. A word that is longer stays whole, so that an address can
/// be copied.
std::vector<std::string> wrapped(std::string_view text, std::size_t columns);

}  // namespace bridle::report
