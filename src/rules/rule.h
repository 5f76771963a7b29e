// SPDX-License-Identifier: Apache-2.0
// Rule: a question over the records of a case, as a SQL file with a header of `-- key: value` lines.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bridle/result.h"

namespace bridle {

/// What kind of thing a finding is.
enum class FindingClass : std::uint8_t { context, contact, attempt, execution, tamper, anomaly };
std::string_view name(FindingClass c);
std::optional<FindingClass> finding_class_named(std::string_view name);

/// How soon a person should look, from least to most.
enum class Level : std::uint8_t { info, low, medium, high, critical };
std::string_view name(Level level);
std::optional<Level> level_named(std::string_view name);

struct Rule {
  std::string id, finding, why, innocent, confirm, reference, status;
  Level level = Level::info;
  FindingClass finding_class = FindingClass::anomaly;
  std::vector<std::string> needs;  ///< artifact ids whose tables the SQL reads
  std::string sql, sha256, origin;
};

/// Reads a rule file. Required keys: rule, level, class, needs, finding, why, innocent, confirm, reference. A value goes
/// on in lines that begin with `--` and at least four blanks. Errors: malformed, naming `origin` and the key.
Result<Rule> parse_rule(std::string_view text, std::string origin);

struct RuleText {
  std::string_view origin, text;
};
/// The rule files of this build. Written by CMake from rules/.
std::span<const RuleText> builtin_rule_texts();

/// The rules of this build and of `directories` (*.sql, not recursive). A rule that cannot be read is an error in
/// `errors` and does not stop the others.
std::vector<Rule> load_rules(std::span<const std::string> directories, std::vector<Error>& errors);

/// Words that claim more than a match can carry ("proves", "clean", "infected", a percentage); empty if there is none.
std::vector<std::string> overclaims(std::string_view text);

}  // namespace bridle
