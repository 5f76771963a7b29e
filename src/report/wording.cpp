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
    {"context", "something that makes an attack more likely, or a notice of one", Hue::blue},
    {"contact", "a lure or a published address was received, stored or opened", Hue::cyan},
    {"attempt", "a crash or a trace of an exploit, or part of a payload", Hue::yellow},
    {"execution", "a process or file of an implant was recorded", Hue::magenta},
    {"tamper", "records were removed or clocks were changed", Hue::yellow},
    {"anomaly", "something unexplained", Hue::blue},
}};

// After Casey's C-Scale (Forensic Science International: Digital Investigation, 2020).
constexpr std::array<std::string_view, 6> kStrengths{
    "contradicted: other records disagree",
    "very weak: a single value that is easily forged",
    "weak: a single store, a specific value",
    "moderate: several records that are not independent",
    "strong: stores written by different daemons agree in time",
    "very strong: stores agree, and one of them cannot be written by apps or a restore",
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
