// SPDX-License-Identifier: Apache-2.0
#include "indicators/compiled.h"

#include <algorithm>

#include "base/limits.h"
#include "base/text.h"
#include "indicators/host.h"
#include "indicators/ip_address.h"

namespace bridle {
namespace {

bool is_hashed_backward(IndicatorKind kind) {
  return kind == IndicatorKind::domain;
}

std::uint64_t hash_of(IndicatorKind kind, std::string_view key) {
  return is_hashed_backward(kind) ? hash_backward(key) : hash_forward(key);
}

bool ignores_case(IndicatorKind kind) {
  switch (kind) {
    case IndicatorKind::domain:
    case IndicatorKind::ip:
    case IndicatorKind::email:
    case IndicatorKind::hash:
    case IndicatorKind::app_id:
    case IndicatorKind::certificate_hash:
    case IndicatorKind::profile_id:
      return true;
    case IndicatorKind::url:
    case IndicatorKind::process:
    case IndicatorKind::phone:
    case IndicatorKind::file_name:
    case IndicatorKind::file_path:
    case IndicatorKind::android_property:
      return false;
  }
  return false;
}

std::string regex_of_like(std::string_view pattern) {
  std::string out = "(?s)\\A";
  for (const char c : pattern) {
    if (c == '%')
      out += ".*";
    else if (c == '_')
      out += '.';
    else
      out += RE2::QuoteMeta(re2::StringPiece(&c, 1));
  }
  return out + "\\z";
}

}  // namespace

std::string_view ip_key(const IpRange& range, std::array<char, 17>& out) {
  std::ranges::transform(range.address, out.begin(), [](std::uint8_t b) { return static_cast<char>(b); });
  out[16] = static_cast<char>(range.prefix);
  return {out.data(), out.size()};
}

void CompiledIndicators::insert(IndicatorKind kind, std::string_view value, Target target) {
  FlatTable& exact = equal[static_cast<std::size_t>(kind)];
  if (kind == IndicatorKind::file_path && !value.starts_with('/')) {
    path_ends.insert(hash_backward(value), value, target);
    return;
  }
  if (kind == IndicatorKind::ip) {
    const IpRange range = *parse_ip_range(value);
    std::array<char, 17> key{};
    const std::string_view kept = text.keep(ip_key(range, key));
    if (std::ranges::find(ip_prefixes, range.prefix) == ip_prefixes.end()) ip_prefixes.push_back(range.prefix);
    exact.insert(hash_forward(kept), kept, target);
    return;
  }
  if (kind == IndicatorKind::url) {
    UrlParts parts;
    split_url(value, parts);
    const std::string_view host = text.keep(parts.name.name());
    if (url_hosts.find(hash_backward(host), host) == FlatTable::kNone)
      url_hosts.insert(hash_backward(host), host, target);
  }
  if (kind == IndicatorKind::process)
    for (const std::size_t cut : {15U, 16U})
      if (value.size() > cut) cut_processes.insert(hash_forward(value.substr(0, cut)), value.substr(0, cut), target);
  if (value.find("xn--") != std::string_view::npos) has_unicode_hosts = true;
  exact.insert(hash_of(kind, value), value, target);
}

std::optional<Target> CompiledIndicators::newest(IndicatorKind kind, std::string_view value) const {
  std::array<char, 17> key{};
  const FlatTable* exact = &table(kind);
  std::uint64_t hash = hash_of(kind, value);
  if (kind == IndicatorKind::file_path && !value.starts_with('/')) {
    exact = &path_ends;
    hash = hash_backward(value);
  } else if (kind == IndicatorKind::ip) {
    value = ip_key(*parse_ip_range(value), key);
    hash = hash_forward(value);
  }
  const std::uint32_t found = exact->find(hash, value);
  if (found == FlatTable::kNone) return std::nullopt;
  return exact->entry(found).target;
}

Result<std::unique_ptr<RE2>> CompiledIndicators::compile(IndicatorKind kind, Comparison comparison,
                                                         std::string_view value) const {
  std::size_t count = 0;
  for (const auto& list : expressions) count += list.size();
  if (count >= limits::kIndicatorExpressions) return fail(Errc::limit, "too many LIKE and MATCHES comparisons");
  if (value.empty() || value.size() > limits::kIndicatorValueBytes || !valid_utf8(value))
    return fail(Errc::malformed, "expression is empty, too long or not UTF-8");
  RE2::Options options(RE2::Quiet);
  options.set_max_mem(limits::kExpressionMemory);
  options.set_case_sensitive(!ignores_case(kind));
  auto regex =
      std::make_unique<RE2>(comparison == Comparison::like ? regex_of_like(value) : std::string(value), options);
  if (!regex->ok()) return fail(Errc::malformed, "expression is not valid or needs too much memory");
  return regex;
}

void CompiledIndicators::insert(IndicatorKind kind, std::unique_ptr<RE2> expression, Target target) {
  expressions[static_cast<std::size_t>(kind)].push_back({std::move(expression), target});
}

}  // namespace bridle
