// SPDX-License-Identifier: Apache-2.0
// RecordReader: the records of one artifact of a case, one at a time.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "bridle/bytes.h"
#include "report/case_reader.h"

namespace bridle::report {

/// A time field: the converted instant and the value as the evidence has it.
struct StoredTime {
  Time time;
  std::variant<std::monostate, std::int64_t, double, std::string_view> raw;
};

/// A value as the case holds it. A list is the JSON text of its items.
using StoredValue = std::variant<std::monostate, std::int64_t, double, std::string_view, Bytes, StoredTime>;

/// One record. Views hold until the reader goes on.
struct RecordView {
  const StoredArtifact* artifact = nullptr;
  std::int64_t record_id = 0;
  std::string_view path;       ///< canonical device path of the evidence file
  std::string_view stored_as;  ///< the file in the source; empty if there is none
  std::string_view sha256;     ///< of that file; empty if it was not hashed
  std::string_view source;
  std::string_view unit;       ///< table, "byte", "line" or key path
  std::int64_t at = 0;
  bool wal_only = false;
  std::span<const StoredValue> values;  ///< in the order of artifact->fields

  /// "history_visits 17".
  std::string locator() const;
  const StoredValue* value(std::string_view field) const;
};

/// Reads records in the order of their ids. One thread. The case must outlive it.
class RecordReader {
 public:
  static Result<RecordReader> open(const CaseReader& from, StoredArtifact artifact);

  const StoredArtifact& artifact() const { return artifact_; }

  /// Calls `each` for the records from `first_id` on until it returns false.
  Result<> all(std::int64_t first_id, const std::function<bool(const RecordView&)>& each);
  /// The record of that id; null if there is none. Holds until the next call.
  Result<const RecordView*> one(std::int64_t record_id);

 private:
  RecordReader(StoredArtifact artifact, CaseStatement every, CaseStatement one)
      : artifact_(std::move(artifact)), every_(std::move(every)), one_(std::move(one)) {}
  void fill(const CaseStatement& row);

  StoredArtifact artifact_;
  CaseStatement every_, one_;
  std::vector<StoredValue> values_;
  RecordView view_;
};

/// The readers of a case by artifact, each opened when it is first asked for. One thread. The case must outlive it.
class CaseRecords {
 public:
  static Result<CaseRecords> open(const CaseReader& from);

  const std::vector<StoredArtifact>& artifacts() const { return artifacts_; }
  /// Errors: not_found (no such artifact in this case).
  Result<RecordReader*> of(std::string_view artifact);
  /// Null if there is no such record. The view holds until the next record of the same artifact.
  Result<const RecordView*> find(const RecordKey& key);

 private:
  CaseRecords(const CaseReader& from, std::vector<StoredArtifact> artifacts) : from_(&from), artifacts_(std::move(artifacts)) {}
  const CaseReader* from_;
  std::vector<StoredArtifact> artifacts_;
  std::map<std::string, std::unique_ptr<RecordReader>, std::less<>> readers_;
};

/// The items of a stored list; the text itself as one item if it is no list.
std::vector<std::string> list_items(std::string_view json);

/// A value as text: a time in ISO form, items with commas between them, bytes in hex; empty for null. Not sanitised.
std::string value_text(const StoredValue& value, const StoredField& field);

/// The raw value of a time: "713600000 cocoa_seconds".
std::string raw_text(const StoredTime& time, const StoredField& field);

/// An artifact's timeline sentence with the values of a record: "Safari visit https://a.example/". Not sanitised.
std::string sentence(const RecordView& record);

/// ASCII letters compare without regard to their case.
bool contains_ignoring_case(std::string_view text, std::string_view wanted);

/// True if a text, list or locator of the record holds `wanted`, without regard to the case of ASCII letters.
bool mentions(const RecordView& record, std::string_view wanted);

}  // namespace bridle::report
