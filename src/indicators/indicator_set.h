// SPDX-License-Identifier: Apache-2.0
// IndicatorSet: all indicators of a run, compiled for matching.
// IndicatorSetBuilder: reads indicator files and makes one.
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include "bridle/observable.h"
#include "bridle/result.h"
#include "bridle/time.h"
#include "indicators/indicator.h"

namespace bridle {

/// A value met an indicator.
struct Match {
  std::uint32_t indicator;  ///< index for IndicatorSet::indicator()
  std::string_view text;    ///< the part of the observed value that met it; a view into that value
  bool truncated = false;   ///< the observed process name was cut by the system at 15 or 16 characters and the
                            ///< indicator begins with it: weaker than a whole name
};

class MatchSink {
 public:
  virtual ~MatchSink() = default;
  virtual void match(const Match& match) = 0;
};

struct ObservedValue {
  Observable observable;
  std::string_view value;
};

struct CompiledIndicators;

/// Read-only and flat, so that it is built once and shared by fork. Const functions are thread-safe.
class IndicatorSet {
 public:
  IndicatorSet();  ///< no indicators
  IndicatorSet(IndicatorSet&&) noexcept;
  IndicatorSet& operator=(IndicatorSet&&) noexcept;
  ~IndicatorSet();

  std::size_t size() const;
  const Indicator& indicator(std::uint32_t index) const;
  /// The files the indicators came from, in the order they were added.
  std::span<const IndicatorSetInfo> sets() const;
  /// Files in a folder that hold no indicators Bridle reads, each with the reason.
  std::span<const Skipped> skipped_files() const;

  /// Reports each indicator that a value of a record meets. One value may meet an indicator more than once
  /// (a text that repeats an address). Allocates nothing when nothing matches.
  void match(Observable observable, std::string_view value, MatchSink& sink) const;

  /// True if some indicator asks for several things at once (STIX AND).
  bool has_conjunctions() const;
  /// Reports the indicators of Comparison::together that the values of one record meet, and only those.
  /// `text` is what met the first comparison. Call it only if has_conjunctions().
  void match_record(std::span<const ObservedValue> record, MatchSink& sink) const;

 private:
  friend class IndicatorSetBuilder;
  explicit IndicatorSet(std::unique_ptr<const CompiledIndicators> compiled);
  std::unique_ptr<const CompiledIndicators> compiled_;
};

/// Collects indicators from files. A bad indicator is skipped, counted and named; a file that cannot be used leaves
/// what was added before as it was.
class IndicatorSetBuilder {
 public:
  IndicatorSetBuilder();
  ~IndicatorSetBuilder();

  /// Adds a file, or every file below a folder in the order of their names. Formats: STIX 2.0 and 2.1, MISP, CSV,
  /// lists with one value a line. `now` decides what has expired.
  /// Errors: not_found, io; for a single file also malformed, unsupported, limit. In a folder such a file is
  /// listed in skipped_files() instead.
  Result<> add_path(const std::filesystem::path& path, Time now);

  /// Adds the documented process names, paths and domains that are part of Bridle.
  void add_builtin();

  IndicatorSet build() &&;

 private:
  std::unique_ptr<CompiledIndicators> compiled_;
};

}  // namespace bridle
