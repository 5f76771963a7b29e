// SPDX-License-Identifier: Apache-2.0
// Comma-separated files (RFC 4180, also with ";" or tabs) and plain lists.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/text.h"
#include "indicators/load.h"
#include "indicators/published_type.h"

namespace bridle {
namespace {

using Row = std::vector<std::string>;

std::string_view without_mark(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return text;
}

/// Reads rows; a quoted field may hold separators, line ends and doubled quotes.
class CsvReader {
 public:
  explicit CsvReader(std::string_view text) : rest_(without_mark(text)), separator_(separator_of(rest_)) {}

  /// The next row; false at the end. Columns past the limit are dropped.
  bool next(Row& row) {
    row.clear();
    if (rest_.empty()) return false;
    line_ = next_line_;
    for (bool more = true; more;) {
      std::string field;
      more = read_field(field);
      if (row.size() < limits::kCsvColumns) row.push_back(std::move(field));
    }
    return true;
  }
  std::int64_t line() const { return line_; }

 private:
  static char separator_of(std::string_view text) {
    const std::string_view first = text.substr(0, text.find('\n'));
    for (const char c : {',', ';', '\t'})
      if (first.find(c) != std::string_view::npos) return c;
    return ',';
  }

  /// Takes a field and what ends it; true if that was a separator.
  bool read_field(std::string& field) {
    bool quoted = false;
    while (!rest_.empty()) {
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '\n') ++next_line_;
      if (c == '"' && quoted && rest_.starts_with('"')) {
        field += '"';
        rest_.remove_prefix(1);
      } else if (c == '"' && (quoted || field.empty())) {
        quoted = !quoted;
      } else if (!quoted && c == separator_) {
        return true;
      } else if (!quoted && c == '\n') {
        if (field.ends_with('\r')) field.pop_back();
        return false;
      } else {
        field += c;
      }
    }
    return false;
  }

  std::string_view rest_;
  char separator_;
  std::int64_t line_ = 1, next_line_ = 1;
};

/// Which column holds what. A column whose name is a type holds values of that type.
struct Columns {
  struct Typed {
    std::size_t column;
    std::string type;
  };
  std::optional<std::size_t> type, value, malware, description, id, reference, to_ids;
  std::vector<Typed> typed;

  bool usable() const { return value.has_value() || !typed.empty(); }
};

Columns read_header(const Row& header) {
  Columns out;
  const auto take = [](std::optional<std::size_t>& to, std::size_t column) {
    if (!to) to = column;
  };
  const auto is = [](std::string_view name, std::initializer_list<std::string_view> any) {
    return std::ranges::find(any, name) != any.end();
  };
  for (std::size_t i = 0; i < header.size(); ++i) {
    const std::string name = ascii_lower(trim(header[i]));
    if (is(name, {"type", "indicator_type", "ioc_type", "kind"}))
      take(out.type, i);
    else if (is(name, {"value", "indicator", "indicator_value", "ioc", "ioc_value"}))
      take(out.value, i);
    else if (is(name, {"malware", "malware_family", "family", "threat", "campaign", "app"}))
      take(out.malware, i);
    else if (is(name, {"comment", "description", "notes", "note", "file"}))
      take(out.description, i);
    else if (is(name, {"uuid", "id"}))
      take(out.id, i);
    else if (is(name, {"reference", "references", "source"}))
      take(out.reference, i);
    else if (name == "to_ids")
      take(out.to_ids, i);
    else if (published_type(name))
      out.typed.push_back({i, name});
  }
  if (out.value) out.typed.clear();
  return out;
}

std::string_view cell(const Row& row, std::optional<std::size_t> column) {
  return column && *column < row.size() ? std::string_view(row[*column]) : std::string_view{};
}

bool is_word(std::string_view text) {
  return !text.empty() && text.find_first_of(" \t") == std::string_view::npos;
}

/// A line without its comment and blanks. "#" within a word belongs to a URL.
std::string_view list_value(std::string_view line) {
  line = trim(line);
  if (line.starts_with('#') || line.starts_with("//")) return {};
  for (const std::string_view mark : {" #", "\t#"}) line = line.substr(0, line.find(mark));
  return trim(line);
}

}  // namespace

bool is_indicator_csv(std::string_view text) {
  Row header;
  return CsvReader(text).next(header) && read_header(header).usable();
}

void load_csv(std::string_view text, SetWriter& to) {
  CsvReader reader(text);
  Row row;
  if (!reader.next(row)) return;
  const Columns columns = read_header(row);
  while (reader.next(row)) {
    if (row.size() == 1 && trim(row.front()).empty()) continue;
    const std::string where = "line " + std::to_string(reader.line());
    const Published published{.where = where,
                              .malware = cell(row, columns.malware),
                              .id = cell(row, columns.id),
                              .description = cell(row, columns.description),
                              .reference = cell(row, columns.reference),
                              .for_matching = !columns.to_ids || cell(row, columns.to_ids) != "0"};
    for (const auto& [column, type] : columns.typed)
      if (!trim(cell(row, column)).empty()) add_published(to, published, type, cell(row, column));
    if (!columns.value) continue;
    const std::string_view value = cell(row, columns.value);
    if (columns.type)
      add_published(to, published, cell(row, columns.type), value);
    else if (const auto kind = guessed_kind(value))
      to.add(published, {*kind, Comparison::equal, value});
    else
      to.skip(where, "kind of the value is not clear", value);
  }
}

void load_list(std::string_view text, std::optional<IndicatorKind> kind, SetWriter& to) {
  Lines lines(without_mark(text));
  while (const auto line = lines.next()) {
    const std::string_view value = list_value(*line);
    if (value.empty()) continue;
    const std::string where = "line " + std::to_string(lines.number());
    const auto of_line = kind ? kind : guessed_kind(value);
    if (of_line)
      to.add({.where = where, .malware = {}, .id = {}, .description = {}, .reference = {}},
             {*of_line, Comparison::equal, value});
    else
      to.skip(where, "kind of the value is not clear", value);
  }
}

bool is_indicator_list(std::string_view text) {
  constexpr std::size_t kLinesLookedAt = 1'000;
  std::size_t values = 0, others = 0;
  Lines lines(without_mark(text));
  while (const auto line = lines.next()) {
    const std::string_view value = list_value(*line);
    if (!value.empty()) ++(is_word(value) && guessed_kind(value) ? values : others);
    if (values + others == kLinesLookedAt) break;
  }
  return values > others;
}

}  // namespace bridle
