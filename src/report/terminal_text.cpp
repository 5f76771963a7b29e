// SPDX-License-Identifier: Apache-2.0
#include "report/terminal_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "report/unicode_width.h"

namespace bridle::report {
namespace {

/// More marks than any script writes over one letter; what follows is there to disturb the lines around it.
constexpr unsigned kMarksOnOne = 4;

constexpr std::array<std::string_view, 33> kControls{
    "NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS", "HT", "LF", "VT",  "FF", "CR", "SO", "SI", "DLE",
    "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB", "CAN", "EM", "SUB", "ESC", "FS", "GS", "RS", "US", "DEL"};

struct Hidden {
  char32_t first, last;
  std::string_view name;  // empty: by number
};

/// Characters without a shape of their own that change how others are read, or that hide.
constexpr std::array<Hidden, 46> kHidden{{
    {0x85, 0x85, "NEL"},       {0x90, 0x90, "DCS"},       {0x98, 0x98, "SOS"},       {0x9B, 0x9B, "CSI"},
    {0x9C, 0x9C, "ST"},        {0x9D, 0x9D, "OSC"},       {0x9E, 0x9E, "PM"},        {0x9F, 0x9F, "APC"},
    {0x80, 0x9F, ""},          {0xAD, 0xAD, "SHY"},       {0x34F, 0x34F, "CGJ"},     {0x61C, 0x61C, "ALM"},
    {0x115F, 0x1160, ""},      {0x17B4, 0x17B5, ""},      {0x180B, 0x180F, ""},      {0x200B, 0x200B, "ZWSP"},
    {0x200C, 0x200C, "ZWNJ"},  {0x200D, 0x200D, "ZWJ"},   {0x200E, 0x200E, "LRM"},   {0x200F, 0x200F, "RLM"},
    {0x2028, 0x2028, "LS"},    {0x2029, 0x2029, "PS"},    {0x202A, 0x202A, "LRE"},   {0x202B, 0x202B, "RLE"},
    {0x202C, 0x202C, "PDF"},   {0x202D, 0x202D, "LRO"},   {0x202E, 0x202E, "RLO"},   {0x2060, 0x2060, "WJ"},
    {0x2061, 0x2064, ""},      {0x2066, 0x2066, "LRI"},   {0x2067, 0x2067, "RLI"},   {0x2068, 0x2068, "FSI"},
    {0x2069, 0x2069, "PDI"},   {0x206A, 0x206F, ""},      {0x2800, 0x2800, ""},      {0x3164, 0x3164, ""},
    {0xFDD0, 0xFDEF, ""},      {0xFE00, 0xFE0D, ""},      {0xFEFF, 0xFEFF, "BOM"},   {0xFFA0, 0xFFA0, ""},
    {0xFFF0, 0xFFFB, ""},      {0xFFFE, 0xFFFF, ""},      {0x1BCA0, 0x1BCA3, ""},    {0x1D173, 0x1D17A, ""},
    {0x1FFFE, 0x1FFFF, ""},    {0xE0000, 0x10FFFF, ""},  // tags, variation selectors, private planes
}};

char32_t decode(std::string_view sequence) {
  const auto byte = [&](std::size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(sequence[i])); };
  if (sequence.size() == 1) return byte(0);
  char32_t c = byte(0) & (0x7FU >> sequence.size());
  for (std::size_t i = 1; i < sequence.size(); ++i) c = (c << 6) | (byte(i) & 0x3F);
  return c;
}

bool folds_to_blank(char32_t c) { return c == '\n' || c == '\r' || c == '\t' || c == 0x2028 || c == 0x2029; }

std::string code_point(char32_t c) { return fmt::format("U+{:04X}", static_cast<std::uint32_t>(c)); }

void append_named(std::string& out, std::string_view name, Charset charset) {
  out += charset == Charset::ascii ? "<" : "‹";
  out += name;
  out += charset == Charset::ascii ? ">" : "›";
}

bool plain_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7F; });
}

}  // namespace

Character take_character(std::string_view& text) {
  const std::size_t n = utf8_length(text);
  const Character c{text.substr(0, std::max<std::size_t>(n, 1)), n == 0 ? 0xFFFD : decode(text.substr(0, n)), n != 0};
  text.remove_prefix(c.bytes.size());
  return c;
}

std::string hidden_name(char32_t c) {
  if (c < 0x20) return std::string(kControls[c]);
  if (c == 0x7F) return std::string(kControls.back());
  for (const Hidden& h : kHidden)
    if (c >= h.first && c <= h.last) return h.name.empty() ? code_point(c) : std::string(h.name);
  return {};
}

std::string terminal_text(std::string_view evidence, Charset charset) {
  if (plain_ascii(evidence)) return std::string(evidence);
  std::string out;
  out.reserve(evidence.size());
  unsigned marks = 0;
  while (!evidence.empty()) {
    const Character c = take_character(evidence);
    if (!c.valid) {
      out += fmt::format("\\x{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c.bytes.front())));
      continue;
    }
    if (folds_to_blank(c.code)) {
      if (c.code == '\r' && evidence.starts_with('\n')) evidence.remove_prefix(1);
      out += ' ';
      continue;
    }
    if (c.code >= 0x20 && c.code < 0x7F) {
      out += c.bytes;
      marks = 0;
      continue;
    }
    marks = is_combining(c.code) ? marks + 1 : 0;
    if (const std::string name = hidden_name(c.code); !name.empty()) append_named(out, name, charset);
    else if (marks > kMarksOnOne) append_named(out, code_point(c.code), charset);
    else if (charset == Charset::ascii) out += fmt::format("\\u{{{:X}}}", static_cast<std::uint32_t>(c.code));
    else out += c.bytes;
  }
  return out;
}

std::size_t display_width(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) columns += columns_of(take_character(text).code);
  return columns;
}

std::string fit(std::string_view text, std::size_t columns, Charset charset) {
  if (text.size() <= columns || display_width(text) <= columns) return std::string(text);
  std::string_view mark = charset == Charset::ascii ? "..." : "…";
  if (display_width(mark) > columns) mark = {};
  const std::size_t room = columns - display_width(mark);
  std::size_t used = 0;
  std::string out;
  for (std::string_view rest = text; !rest.empty();) {
    const Character c = take_character(rest);
    const std::size_t width = columns_of(c.code);
    if (used + width > room) break;
    used += width;
    out += c.bytes;
  }
  return out.append(mark);
}

std::string padded(std::string_view text, std::size_t columns) {
  const std::size_t width = display_width(text);
  return std::string(text).append(width < columns ? columns - width : 0, ' ');
}

std::vector<std::string> wrapped(std::string_view text, std::size_t columns) {
  std::vector<std::string> lines;
  std::string line;
  std::size_t used = 0;
  for (const std::string_view word : split(text, ' ')) {
    if (word.empty()) continue;
    const std::size_t width = display_width(word);
    if (!line.empty() && used + 1 + width > columns) {
      lines.push_back(std::move(line));
      line.clear(), used = 0;
    }
    if (!line.empty()) line += ' ', ++used;
    line += word;
    used += width;
  }
  if (!line.empty()) lines.push_back(std::move(line));
  return lines;
}

}  // namespace bridle::report
