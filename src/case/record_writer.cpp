// SPDX-License-Identifier: Apache-2.0
#include "case/record_writer.h"

#include <fmt/format.h>

#include "base/text.h"
#include "bridle/artifact.h"
#include "case/schema.h"

namespace bridle {

Result<RecordWriter> RecordWriter::open(CaseFile& file, const Artifact& artifact) {
  auto insert = file.db().prepare(insert_statement(artifact));
  if (!insert) return fail(insert.error());
  RecordWriter out(std::move(*insert), artifact);
  auto last = file.db().prepare("SELECT coalesce(max(record_id), 0) FROM " + sql_name(table_name(artifact.id)));
  if (!last) return fail(last.error());
  if (const auto row = last->step(); !row) return fail(row.error());
  out.before_ = last->integer(0);
  return out;
}

Result<std::int64_t> RecordWriter::add(std::int64_t place, std::int64_t at, bool wal_only, std::span<const Cell> cells) {
  const std::int64_t record_id = before_ + records_ + 1;
  insert_.bind(1, record_id).bind(2, place).bind(3, at).bind(4, std::int64_t{wal_only});
  lists_.clear();
  std::size_t list_bytes = 0;
  for (const Cell& cell : cells)
    if (const auto* list = std::get_if<List>(&cell))
      for (const std::string_view item : *list) list_bytes += item.size() * 6 + 4;
  lists_.reserve(list_bytes + 16);  // bound views point into it, so it must not move
  int column = 5;
  for (std::size_t i = 0; i < cells.size(); ++i) bind(column, cells[i], artifact_->fields[i]);
  if (auto ok = insert_.run(); !ok) return fail(ok.error());
  ++records_;
  wal_only_ += wal_only;
  return record_id;
}

void RecordWriter::bind(int& column, const Cell& cell, const Field& field) {
  if (field.type != Type::time) {
    if (const auto* text = std::get_if<std::string_view>(&cell)) {
      insert_.bind(column, *text);
    } else if (const auto* number = std::get_if<std::int64_t>(&cell)) {
      insert_.bind(column, *number);
    } else if (const auto* real = std::get_if<double>(&cell)) {
      insert_.bind(column, *real);
    } else if (const auto* bytes = std::get_if<Bytes>(&cell)) {
      insert_.bind_bytes(column, *bytes);
    } else if (const auto* list = std::get_if<List>(&cell)) {
      const std::size_t from = lists_.size();
      append_json_list(lists_, *list);
      insert_.bind(column, std::string_view(lists_).substr(from));
    } else {
      insert_.bind_null(column);
    }
    ++column;
    return;
  }
  const auto* time = std::get_if<TimeValue>(&cell);
  if (time == nullptr) {
    insert_.bind_null(column++);
    insert_.bind_null(column++);
    return;
  }
  insert_.bind(column++, time->time.ns);
  std::visit([&](const auto& raw) { insert_.bind(column++, raw); }, time->raw);
  if (field.event.empty()) return;
  if (!oldest_ || time->time < *oldest_) oldest_ = time->time;
  if (!newest_ || time->time > *newest_) newest_ = time->time;
}

void append_json_list(std::string& out, List items) {
  out += '[';
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += ',';
    out += '"';
    for (const char c : valid_utf8(items[i]) ? std::string(items[i]) : to_valid_utf8(items[i])) {
      if (c == '"' || c == '\\') {
        out += '\\';
        out += c;
      } else if (static_cast<unsigned char>(c) < 0x20) {
        out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
      } else {
        out += c;
      }
    }
    out += '"';
  }
  out += ']';
}

}  // namespace bridle
