// SPDX-License-Identifier: Apache-2.0
// STIX 2 patterns (OASIS STIX 2.1, section 9), brought to alternatives of comparisons.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "bridle/observable.h"
#include "bridle/result.h"
#include "indicators/indicator.h"

namespace bridle {

/// A comparison whose object path Bridle has a kind of indicator for.
struct StixComparison {
  IndicatorKind kind;
  Comparison comparison;
  std::string value;  ///< quotes and escapes removed
};

/// All of these must hold in one record. An AND over several values of IN becomes several of these.
using StixAlternative = std::vector<StixComparison>;

struct StixPattern {
  std::vector<StixAlternative> alternatives;
  /// Alternatives that ask for something Bridle cannot observe, with the reason: "object path file:size".
  std::vector<std::string> unsupported;
};

/// Errors: malformed with the offset in the pattern; unsupported, naming the operator or qualifier;
/// limit (nesting, size, number of alternatives).
Result<StixPattern> parse_stix_pattern(std::string_view pattern);

}  // namespace bridle
