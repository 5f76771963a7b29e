// SPDX-License-Identifier: Apache-2.0
// Style: how text may look where it is going. A reader never depends on it: every colour stands beside a word.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "report/terminal_text.h"

namespace bridle::report {

/// Hues that stay apart for most colour-blind readers. None of them stands for "good".
enum class Hue : std::uint8_t { none, cyan, blue, yellow, magenta, red };

struct Style {
  bool terminal = false;  ///< a person looks on; otherwise a pipe or a file
  bool color = false;
  Charset charset = Charset::unicode;
  std::size_t columns = 80;

  /// The text in bold and a hue, if colours are on.
  std::string paint(std::string_view text, Hue hue, bool bold = false) const;
  std::string bold(std::string_view text) const { return paint(text, Hue::none, true); }
  /// Evidence text, harmless.
  std::string safe(std::string_view evidence) const { return terminal_text(evidence, charset); }
  /// Width for running text: lines past 100 columns are hard to read.
  std::size_t text_columns() const { return columns < 100 ? columns : 100; }
};

enum class Color : std::uint8_t { automatic, always, never };

/// The style for a file descriptor. Colour: NO_COLOR, CLICOLOR_FORCE and TERM=dumb are honoured, in this order after
/// `color`. ASCII: when asked for, or when the locale's character set is not UTF-8. Columns: of the terminal, or 80.
Style style_for(int fd, Color color, bool ascii);

}  // namespace bridle::report
