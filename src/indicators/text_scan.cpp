// SPDX-License-Identifier: Apache-2.0
#include "indicators/text_scan.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "indicators/ip_address.h"

namespace bridle {
namespace {

constexpr std::size_t kNone = std::string_view::npos;
constexpr std::size_t kWidening = 256;  // bytes beside an address that may belong to a name in another script

enum Class : std::uint8_t {
  host = 1,   // letters, digits, - _ .
  local = 2,  // what the part before @ may hold
  url = 4,    // what a path may hold
  hex = 8,    // digits of an IPv6 address, and colons
  scheme = 16,
};

constexpr std::array<std::uint8_t, 256> make_classes() {
  std::array<std::uint8_t, 256> t{};
  for (unsigned c = 0x21; c < 0x7F; ++c) t[c] = url;
  for (const char c : {'"', '<', '>', '`', '{', '}', '|', '^'}) t[static_cast<unsigned char>(c)] = 0;
  const auto add = [&](char first, char last, int classes) {
    for (auto c = static_cast<unsigned char>(first); c <= static_cast<unsigned char>(last); ++c)
      t[c] = static_cast<std::uint8_t>(t[c] | classes);
  };
  add('a', 'z', host | local | scheme), add('A', 'Z', host | local | scheme),
      add('0', '9', host | local | scheme | hex);
  add('a', 'f', hex), add('A', 'F', hex), add(':', ':', hex);
  add('-', '-', host | local | scheme), add('.', '.', host | local | scheme), add('_', '_', host | local);
  add('+', '+', local | scheme), add('%', '%', local), add('\'', '\'', local);
  return t;
}
constexpr auto kClasses = make_classes();

bool is(char c, Class wanted) {
  return (kClasses[static_cast<unsigned char>(c)] & wanted) != 0;
}
bool is_ascii(char c) {
  return static_cast<unsigned char>(c) < 0x80;
}
/// Marks that stand around a host in running text; an underscore begins and ends italics.
bool is_padding(char c) {
  return c == '.' || c == '-' || c == '_';
}
bool is_alnum(char c) {
  return is(c, host) && c != '-' && c != '_' && c != '.';
}

/// One pass over a text. `floor_` is the end of what was reported: nothing before it is looked at again.
class Scan {
 public:
  Scan(std::string_view text, ScanOptions options, AddressSink& sink) : text_(text), options_(options), sink_(sink) {}

  void run() {
    std::size_t dot = text_.find('.'), colon = text_.find(':');
    while (dot != kNone || colon != kNone) {
      const bool dot_first = dot < colon;
      const std::size_t next = dot_first ? at_dot(dot) : at_colon(colon);
      if (dot != kNone && dot < next) dot = text_.find('.', next);
      if (colon != kNone && colon < next) colon = text_.find(':', next);
    }
  }

 private:
  std::size_t at_dot(std::size_t dot);
  std::size_t at_colon(std::size_t colon);
  std::size_t bare_address(std::size_t begin, std::size_t end);
  std::size_t email(std::size_t at_sign, std::size_t end);
  std::size_t url_end(std::size_t authority) const;
  void report(std::size_t begin, std::size_t end, bool has_scheme);
  bool is_mark(std::size_t i) const;
  std::size_t wide_begin(std::size_t begin) const;
  std::size_t wide_end(std::size_t end) const;

  /// Length of the Latin letter of two bytes (U+00C0 to U+024F) that begins at `i`, else 0.
  std::size_t latin_at(std::size_t i) const {
    if (i + 1 >= text_.size()) return 0;
    const auto lead = static_cast<unsigned char>(text_[i]), next = static_cast<unsigned char>(text_[i + 1]);
    return lead >= 0xC3 && lead <= 0xC9 && (next & 0xC0) == 0x80 ? 2 : 0;
  }
  std::size_t back_over(std::size_t i, Class wanted) const {
    for (;;) {
      if (i > floor_ && is(text_[i - 1], wanted))
        --i;
      else if (wanted == host && i >= floor_ + 2 && latin_at(i - 2) != 0)
        i -= 2;
      else
        return i;
    }
  }
  std::size_t forward_over(std::size_t i, Class wanted) const {
    while (i < text_.size()) {
      if (is(text_[i], wanted))
        ++i;
      else if (const std::size_t n = wanted == host || wanted == url ? latin_at(i) : 0; n != 0)
        i += n;
      else
        break;
    }
    return i;
  }

  std::string_view text_;
  ScanOptions options_;
  AddressSink& sink_;
  std::size_t floor_ = 0;
  std::size_t wide_end_ = 0;
};

/// Reports text_[begin, end) and, if characters of another script stand beside it, the reading that includes them.
/// What one wider reading covered is not read so again.
void Scan::report(std::size_t begin, std::size_t end, bool has_scheme) {
  sink_.address(text_.substr(begin, end - begin));
  floor_ = end;
  if (!options_.unicode_hosts || begin < wide_end_) return;
  const std::size_t from = has_scheme ? begin : wide_begin(begin), to = wide_end(end);
  if (from == begin && to == end) return;
  sink_.address(text_.substr(from, to - from));
  wide_end_ = to;
}

/// True if the character that holds the byte at `i` is a mark no host holds: general and CJK punctuation, full-width
/// signs.
bool Scan::is_mark(std::size_t i) const {
  for (int back = 0; back < 3 && i > 0 && (static_cast<unsigned char>(text_[i]) & 0xC0) == 0x80; ++back) --i;
  const std::string_view lead = text_.substr(i, 2);
  if (lead == "\xE2\x80" || lead == "\xE2\x81" || lead == "\xE3\x80") return true;
  const std::string_view character = text_.substr(i, 3);
  return lead == "\xEF\xBC" &&
         (character < "\xEF\xBC\x90" || (character >= "\xEF\xBC\x9A" && character <= "\xEF\xBC\xA0"));
}

std::size_t Scan::wide_begin(std::size_t begin) const {
  std::size_t i = begin;
  while (i > 0 && begin - i < kWidening && (is_ascii(text_[i - 1]) ? is(text_[i - 1], host) : !is_mark(i - 1))) --i;
  return i;
}

std::size_t Scan::wide_end(std::size_t end) const {
  std::size_t i = end;
  if (i < text_.size() && is_ascii(text_[i])) return i;
  while (i < text_.size() && i - end < kWidening && (is_ascii(text_[i]) ? is(text_[i], url) : !is_mark(i))) ++i;
  return i;
}

/// A dot may be inside a host, or inside the part of an e-mail address before the @.
std::size_t Scan::at_dot(std::size_t dot) {
  const bool joins = dot > floor_ && dot + 1 < text_.size() &&
                     (is(text_[dot - 1], host) || !is_ascii(text_[dot - 1])) &&
                     (is(text_[dot + 1], host) || !is_ascii(text_[dot + 1]));
  if (!joins) return dot + 1;
  std::size_t begin = back_over(dot, host), end = forward_over(dot, host);
  const std::size_t next = end;
  if (end < text_.size() && text_[end] == '@') return email(end, forward_over(end + 1, host));
  if (begin > floor_ && text_[begin - 1] == '@') return email(begin - 1, end);
  // A name in another script has no host byte on one side of its dot, or on both.
  const bool unicode = options_.unicode_hosts && (!is_ascii(text_[dot - 1]) || !is_ascii(text_[dot + 1]));
  const std::size_t token_begin = begin;
  while (begin < end && is_padding(text_[begin])) ++begin;
  while (end > begin && is_padding(text_[end - 1])) --end;
  if (text_.substr(begin, end - begin).find('.') == kNone) {
    if (unicode) report(token_begin, next, false);
    return next;
  }
  return std::max(next, bare_address(begin, end));
}

std::size_t Scan::bare_address(std::size_t begin, std::size_t end) {
  const std::string_view token = text_.substr(begin, end - begin);
  const char last = token.back();
  const std::string_view last_label = token.substr(token.rfind('.') + 1);
  const bool number = last >= '0' && last <= '9' && last_label.find_first_not_of("0123456789") == kNone;
  if (number && !parse_ip(token)) {
    floor_ = end;  // a version, a sum of money
    return end;
  }
  const char before = begin > floor_ ? text_[begin - 1] : ' ';
  const bool scheme_relative = before == '/' && begin > floor_ + 1 && text_[begin - 2] == '/';
  if (before == '\\' || (before == '/' && !scheme_relative && !number)) {
    floor_ = end;  // part of a path
    return end;
  }
  std::size_t stop = end;
  if (end < text_.size()) {
    const char after = text_[end];
    const bool port = after == ':' && end + 1 < text_.size() && text_[end + 1] >= '0' && text_[end + 1] <= '9';
    if (port || after == '/' || after == '?' || after == '#') stop = forward_over(end, url);
  }
  report(begin, stop, false);
  return stop;
}

std::size_t Scan::email(std::size_t at_sign, std::size_t end) {
  const std::size_t begin = back_over(at_sign, local);
  floor_ = end;
  while (end > at_sign + 1 && is_padding(text_[end - 1])) --end;
  if (begin < at_sign && end > at_sign + 1) sink_.email(text_.substr(begin, end - begin));
  return floor_;
}

/// The end of a URL whose authority begins at `authority`: "https://evil.example), and so on" ends at the bracket,
/// but a user before an @ may hold any punctuation.
std::size_t Scan::url_end(std::size_t authority) const {
  const std::size_t end = forward_over(authority, url);
  const std::string_view rest = text_.substr(authority, end - authority);
  const std::string_view name = rest.substr(0, rest.find_first_of("/?#\\"));
  if (name.starts_with('[') || name.find('@') != kNone) return end;
  std::size_t i = authority;
  while (i < authority + name.size() &&
         (is(text_[i], host) || !is_ascii(text_[i]) || text_[i] == ':' || text_[i] == '%'))
    ++i;
  return i < authority + name.size() ? i : end;
}

std::size_t Scan::at_colon(std::size_t colon) {
  if (text_.substr(colon + 1, 2) == "//") {
    const std::size_t begin = back_over(colon, scheme), end = url_end(colon + 3);
    report(begin, end, true);
    return end;
  }
  if (!options_.ipv6) return colon + 1;
  constexpr std::size_t kLongest = 45;
  std::size_t begin = colon, end = colon + 1;
  while (begin > floor_ && colon - begin < kLongest && is(text_[begin - 1], hex)) --begin;
  while (end < text_.size() && end - colon < kLongest && (is(text_[end], hex) || text_[end] == '.')) ++end;
  while (end > colon + 1 && text_[end - 1] == '.') --end;
  const bool alone = (begin == 0 || !is_alnum(text_[begin - 1])) && (end == text_.size() || !is_alnum(text_[end]));
  const std::string_view token = text_.substr(begin, end - begin);
  if (!alone || std::ranges::count(token, ':') < 2 || !parse_ip(token)) return colon + 1;
  sink_.ipv6(token);
  floor_ = end;
  return end;
}

}  // namespace

void scan_text(std::string_view text, ScanOptions options, AddressSink& sink) {
  Scan(text, options, sink).run();
}

}  // namespace bridle
