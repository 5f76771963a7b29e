// SPDX-License-Identifier: Apache-2.0
// Rules after the WHATWG URL standard (https://url.spec.whatwg.org, sections 3.5 and 4.4) as far as they decide
// which host a browser would have contacted.
#include "indicators/host.h"

#include <idn2.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "base/text.h"

namespace bridle {
namespace {

enum Byte : std::uint8_t { plain, ends, colon, at, decode };

/// What a byte of an authority means; lower case for those that are part of a name.
struct ByteTable {
  std::array<Byte, 256> kind{};
  std::array<char, 256> lower{};
};

constexpr ByteTable make_table() {
  ByteTable t;
  for (unsigned i = 0; i < 256; ++i) {
    t.lower[i] = ascii_lower(static_cast<char>(i));
    t.kind[i] = i <= 0x20 ? ends : i >= 0x7F ? decode : plain;
  }
  for (const char c : {'/', '\\', '?', '#'}) t.kind[static_cast<unsigned char>(c)] = ends;
  for (const char c : {'%', '['}) t.kind[static_cast<unsigned char>(c)] = decode;
  t.kind[':'] = colon;
  t.kind['@'] = at;
  return t;
}
constexpr ByteTable kBytes = make_table();

constexpr int hex_digit(char c) {
  c = ascii_lower(c);
  return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool coded =
        text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0;
    out += coded ? static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2])) : text[i];
    if (coded) i += 2;
  }
  return out;
}

/// A-labels of a name with other than ASCII bytes; nothing if it is not a valid name.
std::optional<std::string> to_a_labels(const std::string& name) {
  if (!valid_utf8(name) || name.find('\0') != std::string::npos) return std::nullopt;
  char* converted = nullptr;
  if (idn2_to_ascii_8z(name.c_str(), &converted, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT) != IDN2_OK) return std::nullopt;
  const std::unique_ptr<char, decltype(&idn2_free)> owner(converted, &idn2_free);
  return std::string(converted);
}

/// True if a browser would take the name for an IPv4 address or refuse it.
bool ends_in_number(std::string_view name) {
  const std::string_view last = name.substr(name.rfind('.') + 1);
  if (last.empty() || last.front() < '0' || last.front() > '9') return false;
  if (last.starts_with("0x")) return std::ranges::all_of(last.substr(2), [](char c) { return hex_digit(c) >= 0; });
  return std::ranges::all_of(last, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_web_scheme(std::string_view scheme) {
  for (const std::string_view web : {"https", "http", "ws", "wss", "ftp"})
    if (equal_ignoring_case(scheme, web)) return true;
  return false;
}

/// Length of a scheme and its colon at the front of `url`; 0 if there is none.
std::size_t scheme_length(std::string_view url) {
  for (std::size_t i = 0; i < url.size(); ++i) {
    const char c = kBytes.lower[static_cast<unsigned char>(url[i])];
    if (c == ':') return i == 0 ? 0 : i + 1;
    const bool letter = c >= 'a' && c <= 'z';
    if (!letter && (i == 0 || !((c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.'))) return 0;
  }
  return 0;
}

/// Removes the scheme and slashes before the authority. False if the scheme is of a kind that has no authority.
bool strip_scheme(std::string_view& url, std::string_view& scheme) {
  for (int nested = 0; nested < 4; ++nested) {  // blob:https://..., view-source:https://...
    const std::size_t n = scheme_length(url);
    if (n == 0) break;
    const std::string_view name = url.substr(0, n - 1), after = url.substr(n);
    if (is_web_scheme(name)) {
      scheme = name;
      url = after.substr(std::min(after.find_first_not_of("/\\"), after.size()));
      return true;
    }
    if (after.starts_with("//")) {
      scheme = name;
      url = after.substr(2);
      return true;
    }
    if (!after.empty() && after.front() >= '0' && after.front() <= '9' && name.find('.') != std::string_view::npos)
      return true;  // evil.example:8443/x
    if (scheme_length(after) == 0) return name.find('.') != std::string_view::npos && after.empty();
    url = after;
  }
  if (url.starts_with("//")) url.remove_prefix(2);
  return true;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= 0x20) text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= 0x20) text.remove_suffix(1);
  return text;
}

}  // namespace

void Host::set_ip(const IpAddress& address) {
  const std::string text = to_string(IpRange{address, 128});
  std::ranges::copy(text, text_.begin());
  size_ = static_cast<std::uint16_t>(text.size());
  ip_ = address;
}

bool Host::finish() {
  while (size_ > 0 && text_[size_ - 1U] == '.') --size_;
  if (size_ == 0 || size_ > kMaxBytes) return false;
  if (const char last = text_[size_ - 1U]; hex_digit(last) >= 0 && ends_in_number(name()))
    if (const auto address = parse_url_ipv4(name())) set_ip(*address);
  return true;
}

bool Host::assign_decoded(std::string_view host) {
  size_ = 0;
  if (host.size() > 4 * kMaxBytes) return false;
  std::string name = percent_decoded(host);
  if (std::ranges::any_of(name, [](char c) { return static_cast<unsigned char>(c) >= 0x80; })) {
    auto converted = to_a_labels(name);
    if (!converted) return false;
    name = std::move(*converted);
  }
  if (name.size() > text_.size()) return false;
  std::ranges::transform(name, text_.begin(), [](char c) { return ascii_lower(c); });
  size_ = static_cast<std::uint16_t>(name.size());
  return finish();
}

bool Host::assign(std::string_view host) {
  ip_.reset();
  size_ = 0;
  if (host.starts_with('[') || std::ranges::count(host, ':') > 1) {
    const auto address = parse_ip(host);
    if (address) set_ip(*address);
    return address.has_value();
  }
  if (std::ranges::any_of(host, [](char c) { return kBytes.kind[static_cast<unsigned char>(c)] == decode; }))
    return assign_decoded(host);
  if (host.size() > text_.size()) return false;
  std::ranges::transform(host, text_.begin(), [](char c) { return ascii_lower(c); });
  size_ = static_cast<std::uint16_t>(host.size());
  return finish();
}

bool split_url(std::string_view url, UrlParts& parts) {
  url = trimmed(url);
  parts.scheme = {};
  if (!strip_scheme(url, parts.scheme)) return false;

  // One pass copies the name in lower case; an @ starts it again, since all before it was the user.
  Host& name = parts.name;
  name.ip_.reset();
  std::size_t begin = 0, end = 0, i = 0, copied = 0;
  bool has_port = false, has_decode = false;
  for (; i < url.size(); ++i) {
    const auto c = static_cast<unsigned char>(url[i]);
    const Byte kind = kBytes.kind[c];
    if (kind == plain) {
      if (!has_port && copied < name.text_.size()) name.text_[copied++] = kBytes.lower[c];
      continue;
    }
    if (kind == ends) break;
    if (kind == decode) has_decode = true;
    if (kind == colon && !has_port) {
      has_port = true;
      end = i;
    }
    if (kind == at) {
      begin = i + 1;
      copied = 0;
      has_port = has_decode = false;
    }
  }
  parts.rest = url.substr(i);
  const std::string_view authority = url.substr(begin, i - begin);
  if (has_decode) {
    const auto bracket = authority.starts_with('[') ? authority.find(']') : std::string_view::npos;
    const auto host_end =
        bracket != std::string_view::npos ? bracket + 1 : std::min(authority.find(':'), authority.size());
    parts.host = authority.substr(0, host_end);
    parts.port = authority.substr(std::min(host_end + 1, authority.size()));
    return name.assign(parts.host);
  }
  parts.host = has_port ? url.substr(begin, end - begin) : authority;
  parts.port = has_port ? url.substr(end + 1, i - end - 1) : std::string_view{};
  name.size_ = static_cast<std::uint16_t>(copied);
  return copied < name.text_.size() && name.finish();
}

std::string canonical_url(const UrlParts& parts) {
  std::string out = "//";
  if (parts.name.ip() && !is_ipv4(*parts.name.ip())) {
    out.append("[").append(parts.name.name()).append("]");
  } else {
    out += parts.name.name();
  }
  const bool default_port = (parts.port == "80" && equal_ignoring_case(parts.scheme, "http")) ||
                            (parts.port == "443" && equal_ignoring_case(parts.scheme, "https"));
  if (!parts.port.empty() && !default_port) out.append(":").append(parts.port);
  const std::string_view rest = parts.rest.substr(0, parts.rest.find('#'));
  const std::size_t path = out.size();
  if (rest.empty() || rest.front() == '?') out += '/';
  out += rest;
  const std::size_t query = std::min(out.find('?', path), out.size());
  std::replace(out.begin() + static_cast<std::ptrdiff_t>(path), out.begin() + static_cast<std::ptrdiff_t>(query), '\\',
               '/');
  return out;
}

std::string without_line_ends(std::string_view text) {
  std::string out(text);
  std::erase_if(out, [](char c) { return c == '\t' || c == '\n' || c == '\r'; });
  return out;
}

}  // namespace bridle
