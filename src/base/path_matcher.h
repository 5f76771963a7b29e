// SPDX-License-Identifier: Apache-2.0
// PathMatcher: many globs against very many paths.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/text.h"

namespace bridle {

/// Globs as glob_match() takes them, each with the number of its owner. A glob that ends in a literal name costs one
/// hash probe per path; the few that end in a pattern are tried on every path.
class PathMatcher {
 public:
  void add(std::string_view glob, std::size_t owner);

  /// Calls `found(owner)` for each glob that matches, in the order they were added within each of the two groups.
  template <class Found>
  void match(std::string_view path, Found&& found) const;
  bool matches(std::string_view path) const;

 private:
  struct Entry {
    std::string glob;
    std::size_t owner;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const { return std::hash<std::string_view>{}(s); }
  };
  std::unordered_map<std::string, std::vector<Entry>, Hash, std::equal_to<>> by_name_;
  std::vector<Entry> patterns_;
};

template <class Found>
void PathMatcher::match(std::string_view path, Found&& found) const {
  if (const auto named = by_name_.find(base_name(path)); named != by_name_.end())
    for (const Entry& e : named->second)
      if (glob_match(e.glob, path)) found(e.owner);
  for (const Entry& e : patterns_)
    if (glob_match(e.glob, path)) found(e.owner);
}

}  // namespace bridle
