// SPDX-License-Identifier: Apache-2.0
// Indicator: one known-bad value that somebody published, and the file it came in.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bridle/observable.h"
#include "bridle/time.h"

namespace bridle {

/// How an indicator's value is compared.
enum class Comparison : std::uint8_t {
  equal,     ///< by the rules of its kind: label boundaries for a domain, components for a path, range for an address
  like,      ///< STIX LIKE: `%` any run, `_` one character, over the whole value
  regex,     ///< STIX MATCHES: RE2, anywhere in the value
  together,  ///< several comparisons that one record must meet; only match_record() reports it
};

/// One indicator. Views point into the IndicatorSet (or builder) that holds it.
/// A STIX pattern with OR or IN becomes several indicators with the same id.
struct Indicator {
  IndicatorKind kind = IndicatorKind::domain;
  Comparison comparison = Comparison::equal;
  bool for_matching = true;      ///< false if the publisher marked it as context (MISP to_ids)
  std::uint32_t set = 0;         ///< index into IndicatorSet::sets()
  std::string_view value;        ///< normalised, as compared
  std::string_view original;     ///< as published
  std::string_view malware;      ///< malware, tool, campaign or actor it indicates; empty if not stated
  std::string_view id;           ///< STIX id or MISP uuid; empty for lists
  std::string_view description;  ///< the publisher's words about it
  std::string_view reference;    ///< address of the publication
  std::optional<Time> valid_from{}, valid_until{};
};

/// Something in an indicator file that could not be used.
struct Skipped {
  std::string where;  ///< STIX id, MISP uuid, "line 12", or a file
  std::string why;    ///< one of a small number of sentences; part of it names the operator, type or object path
  std::string value;  ///< the start of the value as published; may be empty
};

/// One indicator file, as a report names it.
struct IndicatorSetInfo {
  std::string name;            ///< what the publisher calls it, else the file's path below the folder that was given
  std::string path;            ///< file on this machine; empty for the built-in set
  std::string sha256;          ///< of the file, in hex; of the table for the built-in set
  std::string format;          ///< "STIX", "MISP", "CSV", "list", "built-in"
  std::uint64_t loaded = 0;    ///< indicators in the set
  std::uint64_t repeated = 0;  ///< values that this file holds more than once, counted from the second
  std::uint64_t skipped = 0;   ///< indicators that could not be used; the sum of skipped_by_reason
  std::vector<Skipped> skipped_list{};  ///< the first limits::kSkippedListed of them
  std::map<std::string, std::uint64_t, std::less<>> skipped_by_reason{};
};

}  // namespace bridle
