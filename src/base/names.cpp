// SPDX-License-Identifier: Apache-2.0
// The words that enumerators are printed as. They are part of the JSON schema: never change one.
#include <array>

#include "bridle/observable.h"
#include "bridle/record.h"
#include "bridle/result.h"
#include "bridle/time.h"

namespace bridle {
namespace {

constexpr std::array<std::string_view, kObservables> kObservableNames{
    "url",     "domain",    "ip",   "text",   "process",          "email",      "phone",
    "file_path", "hash", "app_id", "certificate_hash", "profile_id", "android_property"};

constexpr std::array<std::string_view, kIndicatorKinds> kKindNames{
    "domain",    "url",  "ip",     "process",          "email",      "phone",           "file_name",
    "file_path", "hash", "app_id", "certificate_hash", "profile_id", "android_property"};

template <class Enum, std::size_t n>
std::optional<Enum> find(const std::array<std::string_view, n>& names, std::string_view wanted) {
  for (std::size_t i = 0; i < n; ++i)
    if (names[i] == wanted) return static_cast<Enum>(i);
  return std::nullopt;
}

}  // namespace

std::string_view name(Observable observable) { return kObservableNames[static_cast<std::size_t>(observable)]; }
std::optional<Observable> observable_named(std::string_view name) { return find<Observable>(kObservableNames, name); }
std::string_view name(IndicatorKind kind) { return kKindNames[static_cast<std::size_t>(kind)]; }
std::optional<IndicatorKind> indicator_kind_named(std::string_view name) {
  return find<IndicatorKind>(kKindNames, name);
}

const char* name(Errc code) {
  constexpr std::array kNames{"malformed", "truncated", "limit",   "unsupported", "not_found",
                              "io",        "password",  "changed", "usage",       "internal"};
  return kNames[static_cast<std::size_t>(code)];
}

std::string_view name(Type type) {
  constexpr std::array<std::string_view, 6> kNames{"integer", "real", "text", "bytes", "time", "list"};
  return kNames[static_cast<std::size_t>(type)];
}

std::string_view name(Clock clock) {
  constexpr std::array<std::string_view, 3> kNames{"utc", "device_local", "assumed"};
  return kNames[static_cast<std::size_t>(clock)];
}

std::string_view name(Epoch epoch) {
  constexpr std::array<std::string_view, 7> kNames{
      "unix_seconds",  "unix_milliseconds",            "unix_microseconds", "unix_nanoseconds",
      "cocoa_seconds", "cocoa_seconds_or_nanoseconds", "webkit_microseconds"};
  return kNames[static_cast<std::size_t>(epoch)];
}

std::string to_string(const Error& error) {
  std::string out = error.what;
  if (error.where.empty() && !error.offset) return out;
  out += " (" + error.where;
  if (error.offset) out += (error.where.empty() ? "offset " : ", offset ") + std::to_string(*error.offset);
  return out + ")";
}

}  // namespace bridle
