// SPDX-License-Identifier: Apache-2.0
#include "bridle/time.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace bridle {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kCocoaOffset = 978'307'200;      // 2001-01-01 in Unix seconds
constexpr std::int64_t kWebkitOffset = -11'644'473'600;  // 1601-01-01 in Unix seconds
constexpr std::int64_t kLargestCocoaSeconds = 100'000'000'000;  // beyond it, sms.db means nanoseconds

struct Unit {
  std::int64_t ns;      // nanoseconds in one unit
  std::int64_t offset;  // Unix seconds of the unit's zero
};

constexpr Unit unit_of(Epoch epoch, bool large) {
  switch (epoch) {
    case Epoch::unix_seconds: return {kSecond, 0};
    case Epoch::unix_milliseconds: return {1'000'000, 0};
    case Epoch::unix_microseconds: return {1'000, 0};
    case Epoch::unix_nanoseconds: return {1, 0};
    case Epoch::cocoa_seconds: return {kSecond, kCocoaOffset};
    case Epoch::cocoa_seconds_or_nanoseconds: return {large ? 1 : kSecond, kCocoaOffset};
    case Epoch::webkit_microseconds: return {1'000, kWebkitOffset};
  }
  return {1, 0};
}

// __int128 keeps every step exact; the range check comes last.
__extension__ using Wide = __int128;

std::optional<Time> in_range(Wide ns) {
  if (ns < std::numeric_limits<std::int64_t>::min() || ns > std::numeric_limits<std::int64_t>::max()) return std::nullopt;
  return Time{static_cast<std::int64_t>(ns)};
}

}  // namespace

std::optional<Time> to_time(std::int64_t value, Epoch epoch) {
  const Unit unit = unit_of(epoch, value > kLargestCocoaSeconds || value < -kLargestCocoaSeconds);
  return in_range(Wide{value} * unit.ns + Wide{unit.offset} * kSecond);
}

std::optional<Time> to_time(double value, Epoch epoch) {
  if (!std::isfinite(value)) return std::nullopt;
  const Unit unit = unit_of(epoch, std::abs(value) > static_cast<double>(kLargestCocoaSeconds));
  const double whole = std::floor(value);
  if (std::abs(whole) > 9.2e18) return std::nullopt;
  const auto fraction = static_cast<std::int64_t>(std::llround((value - whole) * static_cast<double>(unit.ns)));
  return in_range(Wide{static_cast<std::int64_t>(whole)} * unit.ns + fraction + Wide{unit.offset} * kSecond);
}

std::string to_iso(Time time) {
  using namespace std::chrono;
  constexpr Wide kDay = Wide{86'400} * kSecond;
  const Wide days = (Wide{time.ns} - (time.ns < 0 ? kDay - 1 : 0)) / kDay;  // towards the past
  const auto rest = static_cast<std::int64_t>(Wide{time.ns} - days * kDay);
  const year_month_day date{sys_days{std::chrono::days{static_cast<int>(days)}}};
  const std::int64_t seconds = rest / kSecond;
  std::string out = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                                seconds / 3600, seconds / 60 % 60, seconds % 60);
  if (const std::int64_t ns = rest % kSecond; ns != 0) {
    out += fmt::format(".{:09}", ns);
    out.erase(out.find_last_not_of('0') + 1);
  }
  return out + "Z";
}

namespace {

/// Takes digits from the front of `text`; nothing if they are not exactly `n`.
std::optional<int> digits(std::string_view& text, std::size_t n) {
  int value = 0;
  if (text.size() < n) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + n, value);
  if (error != std::errc{} || end != text.data() + n || text.front() == '-') return std::nullopt;
  text.remove_prefix(n);
  return value;
}

bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<std::int64_t> offset_seconds(std::string_view text) {
  if (text.empty() || text == "Z" || text == "z") return 0;
  const bool west = text.front() == '-';
  if (!take(text, "+-")) return std::nullopt;
  const auto hours = digits(text, 2);
  take(text, ":");
  const auto minutes = digits(text, 2);
  if (!hours || !minutes || !text.empty()) return std::nullopt;
  return (west ? -1 : 1) * (*hours * 3600 + *minutes * 60);
}

}  // namespace

std::optional<Time> from_iso(std::string_view text) {
  using namespace std::chrono;
  const auto y = digits(text, 4);
  if (!y || !take(text, "-")) return std::nullopt;
  const auto m = digits(text, 2);
  if (!m || !take(text, "-")) return std::nullopt;
  const auto d = digits(text, 2);
  if (!d) return std::nullopt;
  const year_month_day date{year{*y}, month{static_cast<unsigned>(*m)}, day{static_cast<unsigned>(*d)}};
  if (!date.ok()) return std::nullopt;
  Wide ns = Wide{sys_days{date}.time_since_epoch().count()} * 86'400 * kSecond;
  if (text.empty()) return in_range(ns);

  if (!take(text, "T ")) return std::nullopt;
  const auto hours = digits(text, 2);
  if (!hours || !take(text, ":")) return std::nullopt;
  const auto minutes = digits(text, 2);
  if (!minutes) return std::nullopt;
  int seconds = 0;
  if (take(text, ":")) {
    const auto s = digits(text, 2);
    if (!s) return std::nullopt;
    seconds = *s;
  }
  if (*hours > 23 || *minutes > 59 || seconds > 60) return std::nullopt;
  ns += Wide{*hours * 3600 + *minutes * 60 + seconds} * kSecond;
  if (take(text, ".,")) {
    std::int64_t scale = kSecond / 10;
    for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1), scale /= 10)
      ns += (text.front() - '0') * scale;
  }
  take(text, " ");
  const auto offset = offset_seconds(text);
  if (!offset) return std::nullopt;
  return in_range(ns - Wide{*offset} * kSecond);
}

}  // namespace bridle
