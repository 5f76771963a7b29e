// SPDX-License-Identifier: Apache-2.0
#include "report/record_reader.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "case/schema.h"

namespace bridle::report {
namespace {

constexpr int kLocatorColumns = 8;

/// SELECT of a record's locator columns and fields; a time field takes two columns.
std::string select_records(const StoredArtifact& a) {
  std::string sql = "SELECT r.record_id, r._at, r._wal_only, p.unit, f.path, f.stored_as, f.sha256, s.path";
  for (const StoredField& field : a.fields) {
    sql += ", r." + sql_name(field.name);
    if (field.type == "time") sql += ", r." + sql_name(field.name + "_raw");
  }
  return sql + " FROM " + sql_name(a.table) +
         " r LEFT JOIN place p ON p.place_id = r._place LEFT JOIN file f ON f.file_id = p.file_id LEFT JOIN source s ON s.source_id = f.source_id";
}

StoredValue value_of(const CaseStatement& row, int i) {
  switch (row.type(i)) {
    case SQLITE_INTEGER: return row.integer(i);
    case SQLITE_FLOAT: return row.real(i);
    case SQLITE_TEXT: return row.text(i);
    case SQLITE_BLOB: return row.bytes(i);
    default: return std::monostate{};
  }
}

StoredTime time_of(const CaseStatement& row, int i) {
  StoredTime out{Time{row.integer(i)}, {}};
  const StoredValue raw = value_of(row, i + 1);
  if (const auto* n = std::get_if<std::int64_t>(&raw)) out.raw = *n;
  if (const auto* d = std::get_if<double>(&raw)) out.raw = *d;
  if (const auto* t = std::get_if<std::string_view>(&raw)) out.raw = *t;
  return out;
}

}  // namespace

std::string RecordView::locator() const { return fmt::format("{} {}", unit, at); }

const StoredValue* RecordView::value(std::string_view field) const {
  for (std::size_t i = 0; i < values.size(); ++i)
    if (artifact->fields[i].name == field) return &values[i];
  return nullptr;
}

Result<RecordReader> RecordReader::open(const CaseReader& from, StoredArtifact artifact) {
  const std::string sql = select_records(artifact);
  auto every = from.db().prepare(sql + " WHERE r.record_id >= ? ORDER BY r.record_id");
  if (!every) return fail(every.error());
  auto one = from.db().prepare(sql + " WHERE r.record_id = ?");
  if (!one) return fail(one.error());
  return RecordReader(std::move(artifact), std::move(*every), std::move(*one));
}

void RecordReader::fill(const CaseStatement& row) {
  view_ = {.artifact = &artifact_, .record_id = row.integer(0), .path = row.text(4), .stored_as = row.text(5), .sha256 = row.text(6),
           .source = row.text(7), .unit = row.text(3), .at = row.integer(1), .wal_only = row.integer(2) != 0};
  values_.clear();
  int column = kLocatorColumns;
  for (const StoredField& field : artifact_.fields) {
    const bool time = field.type == "time";
    if (time && row.type(column) == SQLITE_INTEGER) values_.emplace_back(time_of(row, column));
    else values_.push_back(value_of(row, column));
    column += time ? 2 : 1;
  }
  view_.values = values_;
}

Result<> RecordReader::all(std::int64_t first_id, const std::function<bool(const RecordView&)>& each) {
  every_.reset();
  every_.bind(1, first_id);
  for (;;) {
    const auto row = every_.step();
    if (!row) return fail(row.error());
    if (!*row) break;
    fill(every_);
    if (!each(view_)) break;
  }
  every_.reset();
  return {};
}

Result<const RecordView*> RecordReader::one(std::int64_t record_id) {
  one_.reset();
  one_.bind(1, record_id);
  const auto row = one_.step();
  if (!row) return fail(row.error());
  if (!*row) return nullptr;
  fill(one_);
  return &view_;
}

Result<CaseRecords> CaseRecords::open(const CaseReader& from) {
  auto artifacts = from.artifacts();
  if (!artifacts) return fail(artifacts.error());
  return CaseRecords(from, std::move(*artifacts));
}

Result<RecordReader*> CaseRecords::of(std::string_view id) {
  if (const auto known = readers_.find(id); known != readers_.end()) return known->second.get();
  const auto artifact = std::ranges::find(artifacts_, id, &StoredArtifact::id);
  if (artifact == artifacts_.end())
    return fail(Errc::not_found, "the case has no artifact \"" + std::string(id.substr(0, 100)) + "\"; see: bridle show coverage", from_->path());
  auto reader = RecordReader::open(*from_, *artifact);
  if (!reader) return fail(reader.error());
  return readers_.emplace(id, std::make_unique<RecordReader>(std::move(*reader))).first->second.get();
}

Result<const RecordView*> CaseRecords::find(const RecordKey& key) {
  const auto reader = of(key.artifact);
  if (!reader) return fail(reader.error());
  return (*reader)->one(key.record_id);
}

std::vector<std::string> list_items(std::string_view json) {
  const auto parsed = nlohmann::json::parse(json, nullptr, false);
  std::vector<std::string> out;
  if (!parsed.is_array()) return {std::string(json)};
  for (const auto& item : parsed) out.push_back(item.is_string() ? item.get<std::string>() : "(not text)");
  return out;
}

std::string value_text(const StoredValue& value, const StoredField& field) {
  if (const auto* n = std::get_if<std::int64_t>(&value)) return std::to_string(*n);
  if (const auto* d = std::get_if<double>(&value)) return fmt::format("{}", *d);
  if (const auto* b = std::get_if<Bytes>(&value)) return to_hex(*b);
  if (const auto* t = std::get_if<StoredTime>(&value)) return to_iso(t->time);
  const auto* text = std::get_if<std::string_view>(&value);
  if (text == nullptr) return {};
  if (field.type != "list") return std::string(*text);
  std::string out;
  for (const std::string& item : list_items(*text)) out += (out.empty() ? "" : ", ") + item;
  return out;
}

std::string raw_text(const StoredTime& time, const StoredField& field) {
  std::string out;
  if (const auto* n = std::get_if<std::int64_t>(&time.raw)) out = std::to_string(*n);
  if (const auto* d = std::get_if<double>(&time.raw)) out = fmt::format("{}", *d);
  if (const auto* t = std::get_if<std::string_view>(&time.raw)) return fmt::format("\"{}\"", *t);
  return out.empty() ? out : fmt::format("{} {}", out, field.epoch);
}

std::string sentence(const RecordView& record) {
  std::string out;
  for (std::string_view rest = record.artifact->timeline;;) {
    const auto open = rest.find('{');
    const auto close = rest.find('}', open == std::string_view::npos ? 0 : open);
    if (open == std::string_view::npos || close == std::string_view::npos) return out.append(rest);
    out.append(rest.substr(0, open));
    const std::string_view name = rest.substr(open + 1, close - open - 1);
    const StoredValue* value = record.value(name);
    const bool none = value == nullptr || std::holds_alternative<std::monostate>(*value);
    out += none ? "(none)" : value_text(*value, *record.artifact->field(name));
    rest.remove_prefix(close + 1);
  }
}

bool contains_ignoring_case(std::string_view text, std::string_view wanted) {
  const auto same = [](char a, char b) { return ascii_lower(a) == ascii_lower(b); };
  return std::search(text.begin(), text.end(), wanted.begin(), wanted.end(), same) != text.end();
}

bool mentions(const RecordView& record, std::string_view wanted) {
  for (const StoredValue& value : record.values)
    if (const auto* text = std::get_if<std::string_view>(&value); text != nullptr && contains_ignoring_case(*text, wanted)) return true;
  return contains_ignoring_case(record.path, wanted) || contains_ignoring_case(record.locator(), wanted);
}

}  // namespace bridle::report
