// SPDX-License-Identifier: Apache-2.0
#include "base/path_matcher.h"

namespace bridle {

void PathMatcher::add(std::string_view glob, std::size_t owner) {
  const std::string_view name = base_name(glob);
  auto& group = name.find_first_of("*?") == std::string_view::npos ? by_name_[std::string(name)] : patterns_;
  group.push_back({std::string(glob), owner});
}

bool PathMatcher::matches(std::string_view path) const {
  bool any = false;
  match(path, [&](std::size_t) { any = true; });
  return any;
}

}  // namespace bridle
