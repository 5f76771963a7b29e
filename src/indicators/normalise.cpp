// SPDX-License-Identifier: Apache-2.0
#include "indicators/normalise.h"

#include <libpsl.h>

#include <algorithm>
#include <vector>

#include "base/limits.h"
#include "base/text.h"
#include "bridle/backup_domain.h"
#include "indicators/host.h"
#include "indicators/ip_address.h"

namespace bridle {
namespace {

std::unexpected<Error> bad(std::string why) {
  return fail(Errc::malformed, std::move(why));
}
std::unexpected<Error> refused(std::string why) {
  return fail(Errc::unsupported, std::move(why));
}

bool all_of(std::string_view text, bool (*allowed)(char)) {
  return std::ranges::all_of(text, allowed);
}
bool is_alnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
}

/// Reports write addresses so that nobody follows them by accident: "hxxps://evil[.]example".
std::string refanged(std::string_view text) {
  std::string out(text);
  if (out.size() > 4 && equal_ignoring_case(out.substr(0, 4), "hxxp")) out.replace(0, 4, "http");
  replace_all(out, "[.]", ".");
  replace_all(out, "[:]", ":");
  replace_all(out, "[@]", "@");
  return out;
}

/// True if the labels are such as DNS carries. Underscores occur in practice.
bool is_dns_name(std::string_view name) {
  for (const std::string_view label : split(name, '.'))
    if (label.empty() || label.size() > 63 ||
        !all_of(label, [](char c) { return is_alnum(c) || c == '-' || c == '_'; }))
      return false;
  return name.find('.') != std::string_view::npos;
}

bool is_public_suffix(const std::string& name) {
  const psl_ctx_t* list = psl_builtin();
  return list != nullptr && psl_is_public_suffix2(list, name.c_str(), PSL_TYPE_ANY) == 1;
}

Result<NormalValue> normal_ip(std::string_view text) {
  const auto range = parse_ip_range(text);
  if (!range) return bad("not an IP address");
  if (range->prefix < (is_ipv4(range->address) ? 96 + 8 : 16)) return refused("address range is too wide");
  if (is_local(*range)) return refused("address is local to every network");
  return NormalValue{IndicatorKind::ip, to_string(*range)};
}

Result<NormalValue> normal_host(std::string_view host) {
  Host name;
  if (!name.assign(host)) return bad("not a host name");
  if (name.ip()) return normal_ip(name.name());
  std::string value(name.name());
  if (!value.ends_with('.') && value.find('.') == std::string::npos) return refused("host name has one label");
  if (!is_dns_name(value)) return bad("not a host name");
  if (is_public_suffix(value)) return refused("domain is a public suffix");
  return NormalValue{IndicatorKind::domain, std::move(value)};
}

Result<NormalValue> normal_url(std::string_view text) {
  UrlParts parts;
  if (text.find(' ') != std::string_view::npos || !split_url(text, parts)) return bad("not a URL");
  if (!parts.name.ip() && !is_dns_name(parts.name.name())) return bad("not a URL");
  if (parts.scheme.empty()) return NormalValue{IndicatorKind::url, canonical_url(parts)};
  return NormalValue{IndicatorKind::url, ascii_lower(parts.scheme) + ":" + canonical_url(parts)};
}

Result<NormalValue> normal_domain(std::string_view text) {
  if (parse_ip_range(text)) return normal_ip(text);
  if (text.starts_with("*.")) text.remove_prefix(2);
  if (text.starts_with('.')) text.remove_prefix(1);
  UrlParts parts;
  if (text.find(' ') != std::string_view::npos || !split_url(text, parts)) return bad("not a host name");
  return parts.rest.size() > 1 ? normal_url(text) : normal_host(parts.host);
}

Result<NormalValue> normal_email(std::string_view text) {
  const std::string value = ascii_lower(bare_email(text));
  const auto at = value.find('@');
  if (at == std::string::npos || at == 0 || at + 1 == value.size() || value.find('@', at + 1) != std::string::npos)
    return bad("not an e-mail address");
  if (value.find_first_of(" \t/\\<>") != std::string::npos) return bad("not an e-mail address");
  return NormalValue{IndicatorKind::email, value};
}

Result<NormalValue> normal_phone(std::string_view text) {
  FoldBuffer buffer;
  const std::string_view digits = buffer.phone(text);
  if (digits.empty() || digits.size() > 15) return bad("not a phone number");
  return NormalValue{IndicatorKind::phone, std::string(digits)};
}

Result<NormalValue> normal_hash(IndicatorKind kind, std::string_view text) {
  FoldBuffer buffer;
  const std::string_view hex = buffer.hex(text);
  if (hex.empty()) return bad("not a hash in hex");
  if (hex.size() != 32 && hex.size() != 40 && hex.size() != 64) return refused("hash is not MD5, SHA-1 or SHA-256");
  for (const std::string_view nothing : {"d41d8cd98f00b204e9800998ecf8427e", "da39a3ee5e6b4b0d3255bfef95601890afd80709",
                                         "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"})
    if (hex == nothing) return refused("hash of an empty file");
  return NormalValue{kind, std::string(hex)};
}

Result<NormalValue> normal_path(std::string_view text) {
  if (text.find('\\') != std::string_view::npos || (text.size() > 1 && text[1] == ':'))
    return refused("path of another system");
  if (text.starts_with('%') || text.starts_with('$')) return refused("path of another system");
  const std::string value = comparable_path(text);
  const auto slashes = std::ranges::count(value, '/');
  if (slashes == 0 && !value.empty()) return normalise(IndicatorKind::file_name, value);
  if (value.empty() || (value.starts_with('/') && slashes < 2)) return refused("folder that every phone has");
  for (const std::string_view folder :
       {"/private/var", "/private/etc", "/private/var/tmp", "/private/var/db", "/private/var/log", "/private/var/logs",
        "/private/var/root", "/private/var/run", "/private/var/mobile", "/private/var/mobile/Library",
        "/private/var/mobile/Library/Preferences", "/private/var/mobile/Library/Caches", "/data/local",
        "/data/local/tmp", "/data/data"})
    if (value == folder) return refused("folder that every phone has");
  return NormalValue{IndicatorKind::file_path, value};
}

Result<NormalValue> normal_name(IndicatorKind kind, std::string_view text) {
  if (text.find('/') != std::string_view::npos) return normal_path(text);
  if (text.find('\\') != std::string_view::npos) return refused("path of another system");
  if (text.size() < 2) return refused("name of one character");
  return NormalValue{kind, std::string(text)};
}

Result<NormalValue> normal_identifier(IndicatorKind kind, std::string_view text) {
  if (text.size() > FoldBuffer::kMaxBytes) return bad("value is too long");
  if (text.find_first_of(" \t/\\") != std::string_view::npos) return bad("not an identifier");
  return NormalValue{kind, ascii_lower(text)};
}

}  // namespace

Result<NormalValue> normalise(IndicatorKind kind, std::string_view published) {
  published = trim(published);
  if (published.empty()) return bad("value is empty");
  if (published.size() > limits::kIndicatorValueBytes) return fail(Errc::limit, "value is too long");
  if (!valid_utf8(published)) return bad("value is not UTF-8");
  if (!all_of(published, [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7F; }))
    return bad("value holds control characters");
  switch (kind) {
    case IndicatorKind::domain:
      return normal_domain(refanged(published));
    case IndicatorKind::url:
      return normal_url(refanged(published));
    case IndicatorKind::ip:
      return normal_ip(refanged(published));
    case IndicatorKind::email:
      return normal_email(refanged(published));
    case IndicatorKind::phone:
      return normal_phone(published);
    case IndicatorKind::hash:
    case IndicatorKind::certificate_hash:
      return normal_hash(kind, published);
    case IndicatorKind::file_path:
      return normal_path(published);
    case IndicatorKind::file_name:
    case IndicatorKind::process:
      return normal_name(kind, published);
    case IndicatorKind::android_property:
      return NormalValue{kind, std::string(published)};
    case IndicatorKind::app_id:
    case IndicatorKind::profile_id:
      return normal_identifier(kind, published);
  }
  return fail(Errc::internal, "unknown kind of indicator");
}

std::string_view FoldBuffer::lower(std::string_view text) {
  if (text.size() > text_.size()) return {};
  std::ranges::transform(text, text_.begin(), [](char c) { return ascii_lower(c); });
  return {text_.data(), text.size()};
}

std::string_view FoldBuffer::phone(std::string_view text) {
  text = trim(text);
  if (text.size() > 4 && equal_ignoring_case(text.substr(0, 4), "tel:")) text.remove_prefix(4);
  for (const std::string_view service : {"@s.whatsapp.net", "@c.us"})
    if (text.ends_with(service)) text.remove_suffix(service.size());
  if (text.size() > text_.size()) return {};
  std::size_t n = 0;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      text_[n++] = c;
      continue;
    }
    // Other than ASCII: no-break spaces and direction marks that address books put around numbers.
    const bool separator = std::string_view(" -().+/").find(c) != std::string_view::npos;
    if (!separator && static_cast<unsigned char>(c) < 0x80) return {};
  }
  std::string_view digits(text_.data(), n);
  if (digits.starts_with("00")) digits.remove_prefix(2);
  return digits.size() < 7 ? std::string_view{} : digits;
}

std::string_view FoldBuffer::hex(std::string_view text) {
  if (text.size() > text_.size()) return {};
  std::size_t n = 0;
  for (const char raw : text) {
    const char c = ascii_lower(raw);
    if (c == ':' || c == ' ') continue;
    if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return {};
    text_[n++] = c;
  }
  return {text_.data(), n};
}

std::string_view bare_email(std::string_view text) {
  text = trim(text);
  if (const auto open = text.rfind('<'); open != std::string_view::npos && text.ends_with('>'))
    text = text.substr(open + 1, text.size() - open - 2);
  if (text.size() > 7 && equal_ignoring_case(text.substr(0, 7), "mailto:")) text.remove_prefix(7);
  return text.substr(0, text.find('?'));
}

bool is_comparable_path(std::string_view path) {
  if (path.empty() || path.ends_with('/') || path.starts_with('~') || path.starts_with("file://")) return false;
  for (const std::string_view link : {"/var", "/tmp", "/etc"})
    if (path.starts_with(link) && (path.size() == link.size() || path[link.size()] == '/')) return false;
  for (std::string_view rest = path.substr(path.starts_with('/') ? 1 : 0);;) {
    const std::string_view component = rest.substr(0, rest.find('/'));
    if (component.empty() || component == "." || component == "..") return false;
    if (component.size() == rest.size()) return true;
    rest.remove_prefix(component.size() + 1);
  }
}

std::string comparable_path(std::string_view path) {
  if (path.starts_with("file://")) {
    path.remove_prefix(7);
    path.remove_prefix(std::min(path.find('/'), path.size()));  // host
  }
  if (path == "~" || path.starts_with("~/"))
    return canonical_device_path("/private/var/mobile/" + std::string(path.substr(1)));
  if (path.starts_with('/')) return canonical_device_path(path);
  std::string out;
  for (const std::string_view component : split(path, '/')) {
    if (component.empty() || component == ".") continue;
    if (component == "..") {
      out.resize(out.rfind('/') == std::string::npos ? 0 : out.rfind('/'));
      continue;
    }
    if (!out.empty()) out += '/';
    out += component;
  }
  return out;
}

}  // namespace bridle
