// SPDX-License-Identifier: Apache-2.0
#include "report/style.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "base/text.h"

namespace bridle::report {
namespace {

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : value;
}

bool wants_color(bool terminal, Color color) {
  if (color != Color::automatic) return color == Color::always;
  if (!environment("NO_COLOR").empty()) return false;
  if (const std::string_view force = environment("CLICOLOR_FORCE"); !force.empty() && force != "0") return true;
  return terminal && !environment("TERM").empty() && environment("TERM") != "dumb";
}

bool utf8_locale() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const std::string value = ascii_lower(environment(name));
    if (!value.empty()) return value.find("utf-8") != std::string::npos || value.find("utf8") != std::string::npos;
  }
  return false;
}

std::size_t terminal_columns(int fd) {
  constexpr std::size_t kLeast = 40, kMost = 1'000;
  winsize size{};
  if (::ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return std::clamp<std::size_t>(size.ws_col, kLeast, kMost);
}

}  // namespace

std::string Style::paint(std::string_view text, Hue hue, bool bold) const {
  if (!color || text.empty() || (hue == Hue::none && !bold)) return std::string(text);
  constexpr std::string_view kCodes[] = {"", "36", "34", "33", "35", "31"};
  const std::string_view code = kCodes[static_cast<std::size_t>(hue)];
  return fmt::format("\x1b[{}{}{}m{}\x1b[0m", bold ? "1" : "", bold && !code.empty() ? ";" : "", code, text);
}

Style style_for(int fd, Color color, bool ascii) {
  Style out;
  out.terminal = ::isatty(fd) == 1;
  out.color = wants_color(out.terminal, color);
  out.charset = ascii || !utf8_locale() ? Charset::ascii : Charset::unicode;
  out.columns = out.terminal ? terminal_columns(fd) : 80;
  return out;
}

}  // namespace bridle::report
