// SPDX-License-Identifier: Apache-2.0
// WalMarker: tells which rows of a database exist, in the version that is read, only in its write-ahead log.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bridle/artifact.h"
#include "formats/sqlite.h"

namespace bridle {

/// Compares only rows that the log could have changed, each by its id, with the main file read without the log.
class WalMarker {
 public:
  /// `merged` is the database with its log. What cannot be told is a problem, and no row is marked then.
  WalMarker(sqlite::Database& merged, const InputFile& file, RecordSink& sink);

  /// For the rows of this table from now on.
  void begin_table(std::string_view table);
  /// True if the log alone holds this version of the row.
  bool wal_only(std::int64_t rowid);

 private:
  sqlite::Database& merged_;
  RecordSink& sink_;
  std::vector<std::int64_t> candidates_;  // sorted
  std::optional<sqlite::Database> main_;  // none: nothing can be read without the log
  std::optional<sqlite::Statement> merged_row_, main_row_;
};

}  // namespace bridle
