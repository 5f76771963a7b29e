// SPDX-License-Identifier: Apache-2.0
// What a check ends with: its page, and its exit code.
#pragma once
#include <optional>
#include <string>

#include "cli/session.h"
#include "engine/check.h"

namespace bridle::cli {

/// --exit-on: findings of this class or strength end the program with exit code 10.
struct Threshold {
  std::string finding_class;  ///< empty if it is a strength
  int strength = 0;           ///< S3 -> 3

  /// context, contact, attempt and execution are a ladder: each also means those after it.
  bool met(const report::FindingRow& finding) const;
};

/// Errors: usage.
Result<std::optional<Threshold>> parse_threshold(const std::string& text);

/// Prints the summary of the case, unless quiet, and returns the exit code: 6 before 130 or 143, before 10, before 3.
int finish_check(Session& session, const CheckResult& result, const std::optional<Threshold>& threshold);

/// Says why a run ended and returns its exit code; after a signal that is the reason.
int fail_run(const Session& session, const Error& error);

}  // namespace bridle::cli
