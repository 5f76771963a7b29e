// SPDX-License-Identifier: Apache-2.0
// Lists that a query joins into one column: `group_concat(value, char(31)) AS _values`.
#pragma once
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "bridle/record.h"

namespace bridle {

/// Text of a cell that SQL gave: text, or bytes taken as text; empty for all else.
std::string_view text_of(const Cell& cell);

/// Collects the items of a list field in their order, each once and none of them empty.
class ListItems {
 public:
  void add(std::string_view item);
  /// Adds the items that group_concat() joined with char(31).
  void add_joined(std::string_view joined);
  bool empty() const { return items_.empty(); }
  /// Sets the field if there are items. More than limits::kListItems are a problem that counts those left out.
  void set(Row& row, std::string_view field, RecordSink& sink) const;

 private:
  std::vector<std::string> items_;
  std::unordered_set<std::string> seen_;
  std::uint64_t left_out_ = 0;
};

}  // namespace bridle
