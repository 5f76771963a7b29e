// SPDX-License-Identifier: Apache-2.0
// The fixed words of reports: what classes and strengths mean, and the sentences that close a summary.
#pragma once
#include <string_view>

#include "report/style.h"

namespace bridle::report {

/// Printed when a case has findings.
inline constexpr std::string_view kLead = "A match is a lead, not a verdict.";
/// Printed when it has none. The only place where the last word may be used.
inline constexpr std::string_view kNoTrace = "No known trace found. This does not mean that the phone is clean.";

/// What a class of finding is: "process or file of the implant recorded"; empty for a word that is no class.
std::string_view class_meaning(std::string_view finding_class);
/// "strong: stores written by different daemons agree in time" for "S4"; empty for a word that is no strength.
std::string_view strength_meaning(std::string_view strength);
Hue hue_of_class(std::string_view finding_class);

}  // namespace bridle::report
