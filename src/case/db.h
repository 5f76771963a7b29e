// SPDX-License-Identifier: Apache-2.0
// A thin owner of the case's own SQLite connection. Evidence databases go through formats/sqlite.h instead.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "bridle/bytes.h"
#include "bridle/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace bridle {

/// Call first in main(). Every process of Bridle has one thread, so SQLite goes without mutexes and memory statistics.
/// Has no effect once SQLite was used.
void configure_sqlite();

/// A prepared statement of a case. Parameters count from 1, columns from 0.
class CaseStatement {
 public:
  CaseStatement() = default;
  explicit CaseStatement(sqlite3_stmt* statement) : statement_(statement) {}

  /// Text and bytes are not copied: they must live until the next step or reset.
  CaseStatement& bind(int i, std::int64_t value);
  CaseStatement& bind(int i, double value);
  CaseStatement& bind(int i, std::string_view value);
  CaseStatement& bind_bytes(int i, Bytes value);
  CaseStatement& bind_null(int i);
  /// An empty text becomes NULL.
  CaseStatement& bind_or_null(int i, std::string_view value);

  /// True for a row, false at the end.
  Result<bool> step();
  /// Steps once, resets and drops the bindings' meaning for the next use.
  Result<> run();
  void reset();

  bool is_null(int i) const;
  int type(int i) const;  ///< SQLITE_INTEGER and so on
  std::int64_t integer(int i) const;
  double real(int i) const;
  std::string_view text(int i) const;  ///< valid until the next step
  Bytes bytes(int i) const;
  int columns() const;
  std::string_view column_name(int i) const;
  sqlite3_stmt* handle() const { return statement_.get(); }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* s) const;
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

/// A connection to a case file. One thread at a time.
class CaseDb {
 public:
  enum class Mode {
    read,
    write,
    create,
    immutable,  ///< a whole case that nobody writes meanwhile: no locks, for workers in the sandbox
  };
  static Result<CaseDb> open(const std::string& path, Mode mode);

  Result<> exec(const std::string& sql);
  Result<CaseStatement> prepare(std::string_view sql) const;
  Error last_error(std::string_view doing) const;
  sqlite3* handle() const { return db_.get(); }
  const std::string& path() const { return path_; }

 private:
  struct Close {
    void operator()(sqlite3* db) const;
  };
  std::unique_ptr<sqlite3, Close> db_;
  std::string path_;
};

}  // namespace bridle
