// SPDX-License-Identifier: Apache-2.0
// Random: the one source of chance in forged evidence. The same seed gives the same bytes on every machine, as long as
// no two draws stand in one list of arguments, whose order of evaluation is the compiler's choice.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>

namespace bridle::forge {

/// SplitMix64 (Steele, Lea, Flood 2014). Not for secrets: forged keys are as public as their seed.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
  }
  /// From 0 up to, not including, `limit`; 0 if limit is 0.
  std::uint64_t below(std::uint64_t limit) { return limit == 0 ? 0 : next() % limit; }
  /// True once in `n` calls, on average.
  bool one_in(std::uint64_t n) { return below(n) == 0; }
  double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

  /// An element of a non-empty array, vector or span.
  template <class Range>
  const auto& pick(const Range& from) { return from[static_cast<std::size_t>(below(from.size()))]; }

  void fill(std::span<std::byte> out) {
    while (!out.empty()) {
      const std::uint64_t word = next();
      const std::size_t n = out.size() < sizeof word ? out.size() : sizeof word;
      std::memcpy(out.data(), &word, n);
      out = out.subspan(n);
    }
  }
  /// `digits` lower-case hexadecimal digits.
  std::string hex(std::size_t digits) {
    std::string out(digits, '0');
    for (char& c : out) c = "0123456789abcdef"[below(16)];
    return out;
  }
  /// A version 4 UUID in capitals.
  std::string uuid() {
    std::string out = "00000000-0000-4000-8000-000000000000";
    const std::uint64_t high = next();
    const std::uint64_t low = next();
    unsigned digit = 0;
    for (char& c : out) {
      const std::uint64_t nibble = ((digit < 16 ? high : low) >> (4 * (digit % 16))) & 15U;
      if (c == '0') c = "0123456789ABCDEF"[nibble];
      if (c != '-') ++digit;
    }
    return out;
  }

 private:
  std::uint64_t state_;
};

}  // namespace bridle::forge
