// SPDX-License-Identifier: Apache-2.0
#include "bridle/record.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace bridle {
namespace {

constexpr std::size_t kBlock = 64 * 1024;

}  // namespace

Row::Row(std::span<const Field> fields) : fields_(fields), cells_(fields.size()) {}

void Row::clear() {
  std::ranges::fill(cells_, Cell{});
  locator = {};
  used_ = 0;
  if (blocks_.size() > 1) blocks_.resize(1);  // blocks past the first are of odd sizes, made for one long value
}

std::string_view Row::keep(std::string_view value) {
  if (value.empty()) return value;
  if (blocks_.empty()) blocks_.push_back(std::make_unique_for_overwrite<char[]>(kBlock));
  char* to = nullptr;
  if (value.size() <= kBlock - used_) {
    to = blocks_.front().get() + used_;
    used_ += value.size();
  } else {
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(value.size()));
    to = blocks_.back().get();
  }
  std::memcpy(to, value.data(), value.size());
  return {to, value.size()};
}

std::size_t Row::find(std::string_view name) const {
  for (std::size_t i = 0; i < fields_.size(); ++i)
    if (fields_[i].name == name) return i;
  return fields_.size();
}

std::size_t Row::index(std::string_view name) const {
  const std::size_t i = find(name);
  if (i == fields_.size()) {
    std::fprintf(stderr, "bug: no field %.*s\n", static_cast<int>(name.size()), name.data());
    std::abort();
  }
  return i;
}

bool Row::set(std::size_t i, std::int64_t value) {
  const Field& field = fields_[i];
  Cell& cell = cells_[i];
  cell = std::monostate{};
  switch (field.type) {
    case Type::integer: cell = value; return true;
    case Type::real: cell = static_cast<double>(value); return true;
    case Type::time:
      if (const auto t = to_time(value, field.epoch)) cell = TimeValue{*t, value};
      return !std::holds_alternative<std::monostate>(cell);
    case Type::text: {
      for (const Label& label : field.labels)
        if (label.code == value) {
          cell = label.name;
          return true;
        }
      const std::string number = std::to_string(value);
      cell = keep(field.labels.empty() ? number : "unknown(" + number + ")");
      return field.labels.empty();
    }
    case Type::bytes:
    case Type::list: return false;
  }
  return false;
}

bool Row::set(std::size_t i, double value) {
  const Field& field = fields_[i];
  Cell& cell = cells_[i];
  cell = std::monostate{};
  if (field.type == Type::real) cell = value;
  if (field.type == Type::time)
    if (const auto t = to_time(value, field.epoch)) cell = TimeValue{*t, value};
  if (field.type == Type::integer && value >= -9.2e18 && value <= 9.2e18 &&
      value == static_cast<double>(static_cast<std::int64_t>(value)))
    cell = static_cast<std::int64_t>(value);
  return !std::holds_alternative<std::monostate>(cell);
}

bool Row::set(std::size_t i, std::string_view value) {
  Cell& cell = cells_[i];
  cell = std::monostate{};
  if (fields_[i].type == Type::text) cell = keep(value);
  if (fields_[i].type == Type::bytes) cell = as_bytes(keep(value));
  return !std::holds_alternative<std::monostate>(cell);
}

bool Row::set(std::size_t i, Bytes value) { return set(i, as_text(value)); }

bool Row::set(std::size_t i, Time value, std::string_view raw) {
  cells_[i] = std::monostate{};
  if (fields_[i].type != Type::time) return false;
  cells_[i] = TimeValue{value, keep(raw)};
  return true;
}

bool Row::set(std::size_t i, std::span<const std::string> items) {
  cells_[i] = std::monostate{};
  if (fields_[i].type != Type::list) return false;
  // Items live in the arena, so that a second list of the same row does not move the first.
  const std::size_t size = items.size() * sizeof(std::string_view);
  const std::string padding(size + alignof(std::string_view), '\0');
  void* place = const_cast<char*>(keep(padding).data());
  std::size_t space = padding.size();
  auto* views = static_cast<std::string_view*>(std::align(alignof(std::string_view), size, place, space));
  for (std::size_t k = 0; k < items.size(); ++k) new (views + k) std::string_view(keep(items[k]));
  cells_[i] = List{views, items.size()};
  return true;
}

}  // namespace bridle
