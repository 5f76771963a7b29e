// SPDX-License-Identifier: Apache-2.0
#include "indicators/published_type.h"

#include <libpsl.h>

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"
#include "indicators/host.h"
#include "indicators/ip_address.h"
#include "indicators/normalise.h"

namespace bridle {
namespace {

using Kind = IndicatorKind;

struct Named {
  std::string_view name;
  PublishedType type;
};

constexpr PublishedType one(Kind kind) {
  return {kind, std::nullopt, false};
}
constexpr PublishedType pair(std::optional<Kind> first, std::optional<Kind> second) {
  return {first, second, true};
}

// MISP types after https://www.misp-standard.org/rfc/misp-standard-core.html, section 2.4.2. A file name published with
// a hash is left out: the hash says which file is meant, the name alone may be that of any file.
constexpr Named kTypes[] = {
    {"domain", one(Kind::domain)},
    {"hostname", one(Kind::domain)},
    {"fqdn", one(Kind::domain)},
    {"domain|ip", pair(Kind::domain, Kind::ip)},
    {"hostname|port", pair(Kind::domain, std::nullopt)},
    {"url", one(Kind::url)},
    {"ip", one(Kind::ip)},
    {"ipv4", one(Kind::ip)},
    {"ipv6", one(Kind::ip)},
    {"cidr", one(Kind::ip)},
    {"ip-src", one(Kind::ip)},
    {"ip-dst", one(Kind::ip)},
    {"ip-src|port", pair(Kind::ip, std::nullopt)},
    {"ip-dst|port", pair(Kind::ip, std::nullopt)},
    {"email", one(Kind::email)},
    {"email-src", one(Kind::email)},
    {"email-dst", one(Kind::email)},
    {"email-reply-to", one(Kind::email)},
    {"phone", one(Kind::phone)},
    {"phone-number", one(Kind::phone)},
    {"process", one(Kind::process)},
    {"process-name", one(Kind::process)},
    {"filename", one(Kind::file_name)},
    {"file-name", one(Kind::file_name)},
    {"file-path", one(Kind::file_path)},
    {"filename|md5", pair(std::nullopt, Kind::hash)},
    {"filename|sha1", pair(std::nullopt, Kind::hash)},
    {"filename|sha256", pair(std::nullopt, Kind::hash)},
    {"hash", one(Kind::hash)},
    {"md5", one(Kind::hash)},
    {"sha1", one(Kind::hash)},
    {"sha-1", one(Kind::hash)},
    {"sha256", one(Kind::hash)},
    {"sha-256", one(Kind::hash)},
    {"app-id", one(Kind::app_id)},
    {"bundle-id", one(Kind::app_id)},
    {"package", one(Kind::app_id)},
    {"package-name", one(Kind::app_id)},
    {"mobile-application-id", one(Kind::app_id)},
    {"certificate", one(Kind::certificate_hash)},
    {"certificate-hash", one(Kind::certificate_hash)},
    {"x509-fingerprint-md5", one(Kind::certificate_hash)},
    {"x509-fingerprint-sha1", one(Kind::certificate_hash)},
    {"x509-fingerprint-sha256", one(Kind::certificate_hash)},
    {"profile-id", one(Kind::profile_id)},
    {"configuration-profile", one(Kind::profile_id)},
    {"android-property", one(Kind::android_property)},
};

/// Words of a list's file name. Earlier ones decide: "package_cert_hashes" holds certificates.
struct Word {
  std::string_view word;
  Kind kind;
};
constexpr Word kWords[] = {
    {"cert", Kind::certificate_hash},
    {"certs", Kind::certificate_hash},
    {"certificates", Kind::certificate_hash},
    {"profile", Kind::profile_id},
    {"profiles", Kind::profile_id},
    {"property", Kind::android_property},
    {"properties", Kind::android_property},
    {"package", Kind::app_id},
    {"packages", Kind::app_id},
    {"app", Kind::app_id},
    {"apps", Kind::app_id},
    {"bundle", Kind::app_id},
    {"bundles", Kind::app_id},
    {"sha256", Kind::hash},
    {"sha1", Kind::hash},
    {"md5", Kind::hash},
    {"hash", Kind::hash},
    {"hashes", Kind::hash},
    {"process", Kind::process},
    {"processes", Kind::process},
    {"email", Kind::email},
    {"emails", Kind::email},
    {"phone", Kind::phone},
    {"phones", Kind::phone},
    {"url", Kind::url},
    {"urls", Kind::url},
    {"ip", Kind::ip},
    {"ips", Kind::ip},
    {"ipv4", Kind::ip},
    {"ipv6", Kind::ip},
    {"domain", Kind::domain},
    {"domains", Kind::domain},
    {"hostnames", Kind::domain},
    {"path", Kind::file_path},
    {"paths", Kind::file_path},
    {"file", Kind::file_name},
    {"files", Kind::file_name},
    {"filenames", Kind::file_name},
};

}  // namespace

std::optional<PublishedType> published_type(std::string_view name) {
  std::string wanted = ascii_lower(trim(name));
  std::ranges::replace(wanted, '_', '-');
  std::ranges::replace(wanted, ' ', '-');
  for (const Named& known : kTypes)
    if (known.name == wanted) return known.type;
  return std::nullopt;
}

std::optional<IndicatorKind> kind_of_list(std::string_view file_name) {
  const std::string_view base = base_name(file_name);
  std::string stem = ascii_lower(base.substr(0, base.rfind('.')));
  std::ranges::replace(stem, '-', '_');
  const auto words = split(stem, '_');
  for (const Word& known : kWords)
    if (std::ranges::find(words, known.word) != words.end()) return known.kind;
  return std::nullopt;
}

std::optional<IndicatorKind> guessed_kind(std::string_view value) {
  value = trim(value);
  if (value.empty() || value.find_first_of(" \t{}<>\"") != std::string_view::npos) return std::nullopt;
  if (parse_ip_range(value)) return Kind::ip;
  if (value.find("://") != std::string_view::npos) return Kind::url;
  for (const Kind kind : {Kind::hash, Kind::email})
    if (normalise(kind, value)) return kind;
  if (value.starts_with('/')) return Kind::file_path;
  const auto domain = normalise(Kind::domain, value);
  if (!domain || domain->kind != Kind::domain) return std::nullopt;
  // "com.example.app" reads as a domain where "app" is a top-level domain, but is more likely a package.
  for (const std::string_view first : {"com.", "org.", "net."})
    if (domain->value.starts_with(first)) return std::nullopt;
  const std::string top = domain->value.substr(domain->value.rfind('.') + 1);
  if (psl_is_public_suffix2(psl_builtin(), top.c_str(), PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE) != 1) return std::nullopt;
  return Kind::domain;
}

}  // namespace bridle
