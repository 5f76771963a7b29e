// SPDX-License-Identifier: Apache-2.0
#include "report/page.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace bridle::report {
/// The label and enough blanks to reach the values; at least one.
std::string Page::with_label(std::string_view indent, std::string_view label) const {
  const std::string out = std::string(indent) + style_.safe(label);
  return padded(out, std::max(value_column_, display_width(out) + 1));
}

void Page::labelled(std::string_view indent, std::string_view label, std::string_view text, bool bold) {
  const std::string head = with_label(indent, label);
  const std::size_t room = style_.text_columns() > value_column_ + 20 ? style_.text_columns() - value_column_ : 20;
  const auto lines = wrapped(style_.safe(text), room);
  text_ += bold ? style_.bold(head.substr(0, head.find_last_not_of(' ') + 1)) + head.substr(head.find_last_not_of(' ') + 1) : head;
  if (lines.empty()) text_.erase(text_.find_last_not_of(' ') + 1);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i > 0) text_ += '\n' + std::string(value_column_, ' ');
    text_ += lines[i];
  }
  text_ += '\n';
}

void Page::heading(std::string_view label, std::string_view text) { labelled("", label, text, true); }

void Page::item(std::string_view label, std::string_view text) {
  if (!text.empty()) labelled("  ", label, text, false);
}

void Page::value(std::string_view label, std::string_view evidence) {
  text_ += with_label("  ", label) + style_.safe(evidence) + '\n';
}

void Page::line(std::string_view text) { text_.append(text) += '\n'; }

std::string grouped(std::int64_t number) {
  std::string out = std::to_string(number);
  const std::size_t sign = number < 0 ? 1 : 0;
  for (std::size_t at = out.size(); at > sign + 3;) out.insert(at -= 3, 1, ',');
  return out;
}

std::string counted(std::int64_t number, std::string_view noun) {
  return fmt::format("{} {}{}", grouped(number), noun, number == 1 ? "" : "s");
}

std::string byte_size(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 6> kUnits{"B", "kB", "MB", "GB", "TB", "PB"};
  if (bytes < 1'000) return fmt::format("{} B", bytes);
  double size = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (size >= 999.95 && unit + 1 < kUnits.size()) size /= 1'000, ++unit;
  return fmt::format("{:.1f} {}", size, kUnits[unit]);
}

std::string shell_word(std::string_view path) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || std::string_view("/._-+,:@%=").find(c) != std::string_view::npos;
  };
  if (!path.empty() && std::ranges::all_of(path, plain)) return std::string(path);
  std::string out = "'";
  for (const char c : path) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

}  // namespace bridle::report
