// SPDX-License-Identifier: Apache-2.0
// The inside of an IndicatorSet: the tables that matching reads and that loading fills.
#pragma once
#include <re2/re2.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "bridle/observable.h"
#include "bridle/result.h"
#include "indicators/flat_table.h"
#include "indicators/indicator.h"

namespace bridle {

/// What a key or an expression stands for: an indicator, or one part of an indicator of Comparison::together.
using Target = std::uint32_t;
inline constexpr Target kPartBit = 0x8000'0000U;

/// A LIKE or MATCHES comparison.
struct Expression {
  std::unique_ptr<RE2> regex;
  Target target;
};

/// An indicator that needs all of several parts; they are numbered in a row.
struct Conjunction {
  std::uint32_t indicator, first_part, parts;
};

struct CompiledIndicators {
  TextArena text;
  std::vector<Indicator> indicators;
  std::vector<IndicatorSetInfo> sets;
  std::vector<Skipped> skipped_files;

  std::array<FlatTable, kIndicatorKinds> equal;  ///< by kind; hosts are hashed backward, all else forward
  FlatTable cut_processes;                       ///< the first 15 and 16 characters of longer process names
  FlatTable path_ends;                           ///< relative paths, hashed backward
  FlatTable url_hosts;  ///< hosts of URL indicators, hashed backward: most URLs need no look at their path
  std::vector<std::uint8_t> ip_prefixes;  ///< prefix lengths that occur, each once
  std::array<std::vector<Expression>, kIndicatorKinds> expressions;
  std::vector<Conjunction> conjunctions;
  std::vector<std::uint32_t> conjunction_of_part;
  bool has_unicode_hosts = false;

  const FlatTable& table(IndicatorKind kind) const { return equal[static_cast<std::size_t>(kind)]; }
  bool has(IndicatorKind kind) const {
    return !table(kind).empty() || !expressions[static_cast<std::size_t>(kind)].empty();
  }

  /// Adds a normalised value to the table of its kind. `value` must be kept by `text`.
  void insert(IndicatorKind kind, std::string_view value, Target target);
  /// The newest target of a normalised value; nothing if it is new.
  std::optional<Target> newest(IndicatorKind kind, std::string_view value) const;
  /// Errors: malformed, limit (too many expressions).
  Result<std::unique_ptr<RE2>> compile(IndicatorKind kind, Comparison comparison, std::string_view value) const;
  void insert(IndicatorKind kind, std::unique_ptr<RE2> expression, Target target);
};

/// Key of an address range in the ip table. `out` holds the bytes.
struct IpRange;
std::string_view ip_key(const IpRange& range, std::array<char, 17>& out);

}  // namespace bridle
