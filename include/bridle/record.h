// SPDX-License-Identifier: Apache-2.0
// Fields and records: one description per field serves the case's columns, the reports, the timeline, the matcher
// and the documentation.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "bridle/bytes.h"
#include "bridle/observable.h"
#include "bridle/result.h"
#include "bridle/time.h"

namespace bridle {

enum class Type : std::uint8_t { integer, real, text, bytes, time, list };

/// "integer", "real", "text", "bytes", "time", "list".
std::string_view name(Type type);

/// A stored code and the word that stands for it in records.
struct Label {
  std::int64_t code;
  std::string_view name;
};

/// One field of an artifact's records. Made by integer(), text() and so on, refined by chaining:
/// `time("visited_at", "Time of the visit.").from(Epoch::cocoa_seconds).event("visit")`.
struct Field {
  std::string_view name;  ///< snake_case; the column's name in the case
  std::string_view doc;   ///< one sentence
  Type type = Type::text;
  Observables observables{};
  Epoch epoch = Epoch::unix_seconds;
  Clock clock = Clock::utc;
  std::string_view event{};         ///< name of the timeline event, if this time is one
  std::span<const Label> labels{};  ///< integer from the source, word in the record

  constexpr Field holds(Observable o) const { return holds({o}); }
  constexpr Field holds(std::initializer_list<Observable> list) const { Field f = *this; f.observables = list; return f; }
  constexpr Field from(Epoch e) const { Field f = *this; f.epoch = e; return f; }
  constexpr Field by(Clock c) const { Field f = *this; f.clock = c; return f; }
  constexpr Field at(std::string_view event_name) const { Field f = *this; f.event = event_name; return f; }
  constexpr Field labelled(std::span<const Label> l) const { Field f = *this; f.labels = l; return f; }
};

constexpr Field integer(std::string_view name, std::string_view doc) { return {name, doc, Type::integer}; }
constexpr Field real(std::string_view name, std::string_view doc) { return {name, doc, Type::real}; }
constexpr Field text(std::string_view name, std::string_view doc) { return {name, doc, Type::text}; }
constexpr Field bytes(std::string_view name, std::string_view doc) { return {name, doc, Type::bytes}; }
constexpr Field time(std::string_view name, std::string_view doc) { return {name, doc, Type::time}; }
constexpr Field list(std::string_view name, std::string_view doc) { return {name, doc, Type::list}; }

/// A converted time with the value it was read from, both of which the case keeps.
struct TimeValue {
  Time time;
  std::variant<std::int64_t, double, std::string_view> raw;
};

using List = std::span<const std::string_view>;

/// One value of a record. Views point into the row that holds the cell.
using Cell = std::variant<std::monostate, std::int64_t, double, std::string_view, Bytes, TimeValue, List>;

/// Where in its file a record was read.
struct Locator {
  std::string_view unit;    ///< table name for SQL ("history_visits"); "byte", "line" or a key path otherwise
  std::int64_t number = 0;  ///< row id, byte offset, line or index
  bool wal_only = false;    ///< this version of the row exists only in the write-ahead log
};

/// A record being filled. Copies what it is given into an arena that clear() empties, so a reader keeps one Row.
/// Setting a field twice keeps the last value. Values are checked against the field: a wrong type, an unknown label
/// or an impossible time sets the field to null (label: "unknown(7)") and returns false, for the caller to count.
class Row {
 public:
  explicit Row(std::span<const Field> fields);

  void clear();
  std::span<const Field> fields() const { return fields_; }
  std::span<const Cell> cells() const { return cells_; }

  bool set(std::size_t field, std::int64_t value);
  bool set(std::size_t field, double value);
  bool set(std::size_t field, std::string_view value);
  bool set(std::size_t field, Bytes value);
  bool set(std::size_t field, Time value, std::string_view raw);
  bool set(std::size_t field, std::span<const std::string> items);
  void set_null(std::size_t field) { cells_[field] = std::monostate{}; }

  /// By name, for readers; the name must exist (a test reads every artifact once).
  template <class... V>
  bool set(std::string_view name, V&&... value) { return set(index(name), std::forward<V>(value)...); }

  /// Index of a field; fields().size() if there is none.
  std::size_t find(std::string_view name) const;

  Locator locator;

 private:
  std::size_t index(std::string_view name) const;  // aborts on a name that is not declared
  std::string_view keep(std::string_view value);

  std::span<const Field> fields_;
  std::vector<Cell> cells_;
  std::vector<std::unique_ptr<char[]>> blocks_;
  std::size_t used_ = 0;
};

/// Something that could not be read: a row, a range of bytes, a file.
struct Problem {
  Error error;
  std::uint64_t rows_lost = 0;
  std::uint64_t bytes_lost = 0;
};

/// Receives what a reader finds. Implemented by the worker and by tests.
class RecordSink {
 public:
  virtual ~RecordSink() = default;
  virtual void add(const Row& row) = 0;
  virtual void problem(Problem problem) = 0;
};

}  // namespace bridle
