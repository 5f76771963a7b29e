// SPDX-License-Identifier: Apache-2.0
// Addresses inside keyed archives that messages carry.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bridle/result.h"
#include "formats/keyed_archive.h"

namespace bridle::keyed_archive {

/// True for "scheme://rest" without white space or control characters: what is worth calling a link in free data.
bool looks_like_link(std::string_view text);

struct Links {
  std::vector<std::string> found;
  std::optional<Error> error;  ///< the first archive inside the archive that could not be read
};

/// Adds every absolute NSURL and every string that looks like a link, in the order of the objects, and those of
/// archives that NSData objects hold, one level deep. Linear in the size of the archive.
void collect_links(const Archive& archive, Links& links);

/// Keeps the first of equal strings, and the order.
void drop_duplicates(std::vector<std::string>& strings);

}  // namespace bridle::keyed_archive
