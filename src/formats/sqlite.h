// SPDX-License-Identifier: Apache-2.0
// SQLite evidence: databases read from blobs, with their write-ahead log, without a write anywhere
// (docs/formats/sqlite.md).
#pragma once
#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "bridle/blob.h"
#include "bridle/result.h"

namespace bridle::sqlite {

enum class ValueType : std::uint8_t { null, integer, real, text, bytes };

struct Connection;

/// A prepared SELECT and the row it stands on. The database must outlive it. One thread at a time.
class Statement {
 public:
  /// Goes to the next row; false after the last. Errors: malformed (a damaged page, with the offset of the last block
  /// read), truncated, limit (time, steps, length of a value, memory), io, password and others of the blob.
  Result<bool> step();
  /// Back before the first row; bound values stay.
  void reset();
  /// Binds parameter `index`, from 1. Text is copied.
  void bind(int index, std::int64_t value);
  void bind(int index, std::string_view value);

  int column_count() const;
  std::string_view column_name(int column) const;

  // Values of the row step() went to, columns from 0. Views hold until the next step().
  ValueType type(int column) const;
  std::int64_t integer(int column) const;
  double real(int column) const;
  /// The bytes as stored, embedded NULs and invalid UTF-8 included; a database in UTF-16 is converted to UTF-8.
  std::string_view text(int column) const;
  Bytes bytes(int column) const;

  sqlite3_stmt* handle() const { return statement_.get(); }

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* s) const { sqlite3_finalize(s); }
  };
  Statement(Connection& connection, sqlite3_stmt* statement) : connection_(&connection), statement_(statement) {}

  Connection* connection_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

/// An open database. Reads only: the authorizer lets SELECT pass and nothing else. One thread at a time.
class Database {
 public:
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  ~Database();

  /// Errors: not_found (no such table, column, function or module), usage (SQL that is wrong or not a SELECT),
  /// malformed (the schema), and those of step().
  Result<Statement> prepare(std::string_view sql);

  sqlite3* handle() const;
  /// Frames of the write-ahead log in use; 0 means that the log changes nothing.
  std::uint64_t wal_frames() const;
  /// What was left out or looks damaged, although the database opened: file cut, log unusable or cut.
  std::span<const Error> warnings() const;

 private:
  friend Result<Database> open_evidence(const Blob& main, const Blob* wal);
  explicit Database(std::unique_ptr<Connection> connection);

  std::unique_ptr<Connection> connection_;
};

/// Opens a database and reads its schema. `wal` is its write-ahead log or null; one that cannot be used is left out
/// with a warning. A `-shm` file is never wanted, a rollback journal is never applied. Both blobs must outlive the
/// database. Errors: truncated (empty file), malformed (not a database, damaged schema), limit, io.
Result<Database> open_evidence(const Blob& main, const Blob* wal);

}  // namespace bridle::sqlite
