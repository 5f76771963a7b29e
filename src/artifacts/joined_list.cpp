// SPDX-License-Identifier: Apache-2.0
#include "artifacts/joined_list.h"

#include <algorithm>

#include "base/limits.h"
#include "base/text.h"

namespace bridle {

std::string_view text_of(const Cell& cell) {
  if (const auto* text = std::get_if<std::string_view>(&cell)) return *text;
  if (const auto* bytes = std::get_if<Bytes>(&cell)) return as_text(*bytes);
  return {};
}

void ListItems::add(std::string_view item) {
  if (item.empty()) return;
  if (items_.size() >= limits::kListItems) {
    ++left_out_;
    return;
  }
  std::string text(item);
  if (seen_.insert(text).second) items_.push_back(std::move(text));
}

void ListItems::add_joined(std::string_view joined) {
  for (std::size_t at = 0; at < joined.size();) {
    const std::size_t end = std::min(joined.find('\x1f', at), joined.size());
    add(joined.substr(at, end - at));
    at = end + 1;
  }
}

void ListItems::set(Row& row, std::string_view field, RecordSink& sink) const {
  if (items_.empty()) return;
  row.set(field, std::span<const std::string>(items_));
  if (left_out_ > 0)
    sink.problem({{Errc::limit, std::string(field) + ": " + std::to_string(left_out_) + " items past the first " +
                                    std::to_string(limits::kListItems) + " left out in row " +
                                    std::to_string(row.locator.number),
                   std::string(row.locator.unit), {}}});
}

}  // namespace bridle
