// SPDX-License-Identifier: Apache-2.0
#include "report/wording.h"

#include <array>

namespace bridle::report {
namespace {

struct Class {
  std::string_view name, meaning;
  Hue hue;
};

constexpr std::array<Class, 6> kClasses{{
    {"context", "something to know first", Hue::blue},
    {"contact", "a listed address or account was received, stored or opened", Hue::cyan},
    {"attempt", "a trace of an exploit, or of a payload that arrived in part", Hue::yellow},
    {"execution", "a listed process or file was recorded", Hue::magenta},
    {"tamper", "rows were removed or clocks were changed", Hue::yellow},
    {"anomaly", "unexplained", Hue::blue},
}};

// After Casey's C-Scale (Forensic Science International: Digital Investigation, 2020).
constexpr std::array<std::string_view, 6> kStrengths{
    "contradicted: other records disagree",
    "very weak: one record, a value that an app or a person can choose",
    "weak: one record, a specific value",
    "moderate: several records of one store",
    "strong: stores written by different daemons agree",
    "very strong: stores agree, and one can be written by neither an app nor a restored backup",
};

}  // namespace

std::string_view class_meaning(std::string_view finding_class) {
  for (const Class& c : kClasses)
    if (c.name == finding_class) return c.meaning;
  return {};
}

Hue hue_of_class(std::string_view finding_class) {
  for (const Class& c : kClasses)
    if (c.name == finding_class) return c.hue;
  return Hue::none;
}

std::string_view strength_meaning(std::string_view strength) {
  if (strength.size() != 2 || strength[0] != 'S' || strength[1] < '0' || strength[1] > '5') return {};
  return kStrengths[static_cast<std::size_t>(strength[1] - '0')];
}

}  // namespace bridle::report
