// SPDX-License-Identifier: Apache-2.0
// Shared by the bench programs: a clock, the median of runs, and the line each figure is printed as.
#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <string_view>
#include <vector>

namespace bridle::bench {

inline double seconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Median of `runs` runs.
inline double median_seconds(int runs, const std::function<void()>& work) {
  std::vector<double> all;
  for (int i = 0; i < runs; ++i) all.push_back(seconds(work));
  std::ranges::sort(all);
  return all[all.size() / 2];
}

/// `name <TAB> value unit <TAB> floor <TAB> ratio to the floor <TAB> what it must be`.
inline void report(std::string_view name, double value, double floor, std::string_view unit, std::string_view must) {
  std::fputs(fmt::format("{:<44}\t{:.3f} {}\tfloor {:.3f}\tratio {:.2f}\tmust {}\n", name, value, unit, floor,
                         floor > 0 ? value / floor : 0.0, must).c_str(), stdout);
  std::fflush(stdout);
}

}  // namespace bridle::bench
