// SPDX-License-Identifier: Apache-2.0
// SetWriter: what a loader hands its indicators to. One for each file.
#pragma once
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "bridle/time.h"
#include "indicators/compiled.h"

namespace bridle {

/// One comparison of a published indicator.
struct Compared {
  IndicatorKind kind = IndicatorKind::domain;
  Comparison comparison = Comparison::equal;
  std::string_view value;
};

/// What a file says about an indicator besides its value. Copied when it is added.
struct Published {
  std::string_view where;  ///< STIX id, MISP uuid or "line 12", for those that are skipped
  std::string_view malware, id, description, reference;
  bool for_matching = true;
  std::optional<Time> valid_from{}, valid_until{};
};

class SetWriter {
 public:
  SetWriter(CompiledIndicators& to, IndicatorSetInfo info, Time now);

  /// Adds an indicator of one comparison, or skips it: not a value of its kind, expired, too many.
  void add(const Published& published, const Compared& compared);
  /// Adds an indicator that one record must meet in several ways.
  void add_together(const Published& published, std::span<const Compared> parts, std::string_view pattern);
  /// Counts an indicator that cannot be used.
  void skip(std::string_view where, std::string_view why, std::string_view value);

  void set_name(std::string_view name) { info().name = name; }
  const IndicatorSetInfo& info() const { return to_.sets[set_]; }

 private:
  IndicatorSetInfo& info() { return to_.sets[set_]; }
  bool accept(const Published& published, std::string_view value);
  bool is_repeated(const Published& published, IndicatorKind kind, std::string_view value) const;
  std::uint32_t append(const Published& published, const Compared& compared, std::string_view normal);
  std::string_view shared(std::string_view text);

  CompiledIndicators& to_;
  std::uint32_t set_;
  Time now_;
  std::map<std::string_view, std::string_view> shared_;  // names and references that many indicators repeat
};

}  // namespace bridle
