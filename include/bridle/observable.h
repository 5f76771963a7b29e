// SPDX-License-Identifier: Apache-2.0
// What a field of a record holds that an indicator could meet, and the kinds of indicator.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace bridle {

/// What a field holds. One field may hold several (a TCC client is an app id or an executable path).
enum class Observable : std::uint8_t {
  url,               ///< one address with a scheme
  domain,            ///< one host name
  ip,                ///< one IPv4 or IPv6 address
  text,              ///< free text: addresses, bare domains and e-mail addresses are looked for inside
  process,           ///< executable name, or its path, of which the base name counts
  email,
  phone,
  file_path,         ///< canonical device path; its base name is a file name
  hash,              ///< MD5, SHA-1 or SHA-256 in hex
  app_id,            ///< bundle id or package name
  certificate_hash,  ///< hash in hex of a signer's certificate
  profile_id,        ///< UUID or identifier of a configuration profile
  android_property,  ///< name of a system property
};
inline constexpr std::size_t kObservables = 13;

std::string_view name(Observable observable);
std::optional<Observable> observable_named(std::string_view name);

/// A small set of observables.
class Observables {
 public:
  constexpr Observables() = default;
  constexpr Observables(std::initializer_list<Observable> list) {
    for (const Observable o : list) bits_ = static_cast<std::uint16_t>(bits_ | (1U << static_cast<unsigned>(o)));
  }
  constexpr bool has(Observable o) const { return (bits_ >> static_cast<unsigned>(o)) & 1U; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr std::uint16_t bits() const { return bits_; }
  static constexpr Observables from_bits(std::uint16_t bits) {
    Observables out;
    out.bits_ = bits;
    return out;
  }

 private:
  std::uint16_t bits_ = 0;
};

/// What an indicator names.
enum class IndicatorKind : std::uint8_t {
  domain, url, ip, process, email, phone, file_name, file_path, hash, app_id, certificate_hash, profile_id,
  android_property,
};
inline constexpr std::size_t kIndicatorKinds = 13;

std::string_view name(IndicatorKind kind);
std::optional<IndicatorKind> indicator_kind_named(std::string_view name);

}  // namespace bridle
