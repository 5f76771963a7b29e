// SPDX-License-Identifier: Apache-2.0
// "Did you mean": the word somebody probably wanted to type.
#pragma once
#include <span>
#include <string>
#include <string_view>

namespace bridle::cli {

/// Letters to insert, delete, replace or swap with their neighbour to make one word the other.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The nearest of the words if it is near enough to be meant; empty otherwise.
std::string nearest(std::string_view typed, std::span<const std::string> words);

}  // namespace bridle::cli
