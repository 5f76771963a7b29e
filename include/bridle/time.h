// SPDX-License-Identifier: Apache-2.0
// Time: an instant in nanoseconds, the clock it was read from, and the epochs phones write.
#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bridle {

/// Nanoseconds since 1970-01-01T00:00:00Z. Covers the years 1677 to 2262.
struct Time {
  std::int64_t ns = 0;
  auto operator<=>(const Time&) const = default;
};

/// Whose clock an instant was read from.
enum class Clock : std::uint8_t {
  utc,           ///< stored in UTC, or with an offset
  device_local,  ///< stored as local time, converted with the zone the evidence states
  assumed,       ///< stored without a zone and none is stated: taken as UTC
};

/// How a number stands for an instant.
enum class Epoch : std::uint8_t {
  unix_seconds,
  unix_milliseconds,
  unix_microseconds,
  unix_nanoseconds,
  cocoa_seconds,                 ///< since 2001-01-01 UTC
  cocoa_seconds_or_nanoseconds,  ///< sms.db: seconds up to iOS 10, nanoseconds later; told apart by size
  webkit_microseconds,           ///< since 1601-01-01 UTC
};

/// Converts without losing a nanosecond of an integer. Nothing if the result is outside Time's range or not finite.
std::optional<Time> to_time(std::int64_t value, Epoch epoch);
std::optional<Time> to_time(double value, Epoch epoch);

/// "2021-07-06T05:10:11.123456789Z"; trailing zeros of the fraction are cut, the fraction too if it is zero.
std::string to_iso(Time time);
/// Reads what to_iso writes, an offset such as +02:00, and a date alone.
std::optional<Time> from_iso(std::string_view text);

/// "utc", "device_local", "assumed".
std::string_view name(Clock clock);
/// "cocoa_seconds" and so on: the unit printed beside a raw value.
std::string_view name(Epoch epoch);

}  // namespace bridle
