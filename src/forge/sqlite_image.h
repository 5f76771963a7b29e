// SPDX-License-Identifier: Apache-2.0
// Databases made in memory by SQLite, and write-ahead logs made by hand: SQLite salts its logs with chance, and
// forged evidence must not depend on chance.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bridle/bytes.h"
#include "bridle/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace bridle::forge {

class Database;

/// A prepared INSERT. Lives no longer than its database.
class Insert {
 public:
  /// Runs the statement once with the values bound in order and gives the new row id.
  /// Integers, doubles, text, Bytes (a blob), std::nullopt and std::optional of these are taken.
  template <class... V>
  std::int64_t operator()(const V&... values) {
    int at = 0;
    (bind(++at, values), ...);
    return step();
  }

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* s) const;
  };
  Insert(Database& db, std::string_view sql);

  void bind_null(int at);
  void bind_integer(int at, std::int64_t value);
  void bind_real(int at, double value);
  void bind_text(int at, std::string_view value);
  void bind_blob(int at, Bytes value);
  std::int64_t step();

  template <class T>
  void bind(int at, const T& value) {
    if constexpr (std::is_same_v<T, std::nullopt_t>) bind_null(at);
    else if constexpr (std::is_integral_v<T>) bind_integer(at, static_cast<std::int64_t>(value));
    else if constexpr (std::is_floating_point_v<T>) bind_real(at, value);
    else if constexpr (std::is_convertible_v<const T&, std::string_view>) bind_text(at, value);
    else bind_blob(at, value);
  }
  template <class T>
  void bind(int at, const std::optional<T>& value) {
    if (value) bind(at, *value); else bind_null(at);
  }

  Database* db_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

/// A database in memory. The first error is kept, what follows it does nothing, and image() reports it. One thread.
class Database {
 public:
  /// `schema` is any SQL, usually a constant of forge/ios_schemas.h.
  explicit Database(std::string_view schema);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  void run(std::string_view sql);
  Insert insert(std::string_view sql) { return Insert(*this, sql); }

  /// The bytes of the database file as of now. Errors: internal (SQL that does not run), io (out of memory).
  Result<std::vector<std::byte>> image();

 private:
  friend class Insert;
  void keep_error();

  sqlite3* db_ = nullptr;
  std::string error_;
};

/// A database file as a backup stores it: the main file and, if rows live only there, the write-ahead log.
struct DatabaseFile {
  std::vector<std::byte> main;
  std::vector<std::byte> wal{};
};

/// Makes `before` the main file and the pages that `after` changed the log. Both are images of one database.
DatabaseFile with_wal(std::vector<std::byte> before, std::vector<std::byte> after, std::uint64_t salt);

}  // namespace bridle::forge
