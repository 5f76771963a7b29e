// SPDX-License-Identifier: Apache-2.0
#include "forge/ios_content.h"

namespace bridle::forge {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kDay = 86'400 * kSecond;
constexpr std::int64_t kCocoaEpoch = 978'307'200;  // 2001-01-01 in Unix seconds

}  // namespace

Timeline::Timeline(const Spec& spec)
    : begin_(spec.made_at.ns - static_cast<std::int64_t>(spec.days) * kDay),
      length_(static_cast<std::int64_t>(spec.days) * kDay) {}

Time Timeline::at(std::uint64_t i, std::uint64_t n, Random& random) const {
  const auto share = static_cast<std::uint64_t>(length_) / (n == 0 ? 1 : n);
  return {begin_ + static_cast<std::int64_t>(i * share + random.below(share))};
}

double cocoa_seconds(Time time) { return static_cast<double>(cocoa_nanoseconds(time) / 1'000) / 1e6; }
std::int64_t cocoa_nanoseconds(Time time) { return time.ns - kCocoaEpoch * kSecond; }
std::int64_t unix_seconds(Time time) { return time.ns / kSecond; }

Random Content::random(std::string_view file) const {
  std::uint64_t hash = 0xcbf29ce484222325U ^ spec.seed;  // FNV-1a
  for (const char c : file) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return Random(hash);
}

}  // namespace bridle::forge
