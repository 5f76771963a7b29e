// SPDX-License-Identifier: Apache-2.0
#include "engine/wire.h"

#include "base/limits.h"

namespace bridle::wire {
namespace {

enum class Tag : std::uint8_t { null, integer, real, text, bytes, time, list };

}  // namespace

void Packer::cell(const Cell& cell) {
  const auto tag = [&](Tag t) { u8(static_cast<std::uint8_t>(t)); };
  if (std::holds_alternative<std::monostate>(cell)) {
    tag(Tag::null);
  } else if (const auto* number = std::get_if<std::int64_t>(&cell)) {
    tag(Tag::integer), i64(*number);
  } else if (const auto* real = std::get_if<double>(&cell)) {
    tag(Tag::real), f64(*real);
  } else if (const auto* value = std::get_if<std::string_view>(&cell)) {
    tag(Tag::text), text(*value);
  } else if (const auto* data = std::get_if<Bytes>(&cell)) {
    tag(Tag::bytes), bytes(*data);
  } else if (const auto* time = std::get_if<TimeValue>(&cell)) {
    tag(Tag::time), i64(time->time.ns);
    if (const auto* n = std::get_if<std::int64_t>(&time->raw)) tag(Tag::integer), i64(*n);
    if (const auto* d = std::get_if<double>(&time->raw)) tag(Tag::real), f64(*d);
    if (const auto* s = std::get_if<std::string_view>(&time->raw)) tag(Tag::text), text(*s);
  } else if (const auto* items = std::get_if<List>(&cell)) {
    tag(Tag::list), u32(static_cast<std::uint32_t>(items->size()));
    for (const std::string_view item : *items) text(item);
  }
}

void Packer::error(const Error& error) {
  u8(static_cast<std::uint8_t>(error.code));
  text(error.what);
  text(error.where);
  u8(error.offset.has_value());
  u64(error.offset.value_or(0));
}

Cell Unpacker::cell(const Field& field, std::vector<std::string_view>& items) {
  const auto is = [&](Type type) {
    if (field.type == type) return true;
    refuse();
    return false;
  };
  switch (static_cast<Tag>(u8())) {
    case Tag::null: return std::monostate{};
    case Tag::integer: return is(Type::integer) ? Cell{i64()} : Cell{};
    case Tag::real: return is(Type::real) ? Cell{f64()} : Cell{};
    case Tag::text: return is(Type::text) ? Cell{text()} : Cell{};
    case Tag::bytes: return is(Type::bytes) ? Cell{bytes()} : Cell{};
    case Tag::time: {
      if (!is(Type::time)) return {};
      TimeValue value{{i64()}, std::int64_t{0}};
      const auto raw = static_cast<Tag>(u8());
      if (raw == Tag::integer) value.raw = i64();
      else if (raw == Tag::real) value.raw = f64();
      else if (raw == Tag::text) value.raw = text();
      else refuse();
      return value;
    }
    case Tag::list: {
      if (!is(Type::list)) return {};
      const std::uint32_t count = u32();
      const std::size_t from = items.size();
      if (count > limits::kListItems || from + count > items.capacity()) refuse();
      for (std::uint32_t i = 0; ok() && i < count; ++i) items.push_back(text());
      return List{items.data() + from, items.size() - from};
    }
  }
  refuse();
  return {};
}

Error Unpacker::error() {
  Error out;
  const std::uint8_t code = u8();
  if (code > static_cast<std::uint8_t>(Errc::internal)) refuse();
  out.code = static_cast<Errc>(code);
  out.what = text();
  out.where = text();
  const bool has_offset = u8() != 0;
  const std::uint64_t offset = u64();
  if (has_offset) out.offset = offset;
  return out;
}

}  // namespace bridle::wire
