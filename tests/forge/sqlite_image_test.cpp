// SPDX-License-Identifier: Apache-2.0
#include "forge/sqlite_image.h"

#include <gtest/gtest.h>

#include "support.h"

namespace bridle::forge {
namespace {

constexpr std::string_view kSchema = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b BLOB, c REAL)";

TEST(Database, KeepsValuesOfEveryKind) {
  Database db(kSchema);
  auto insert = db.insert("INSERT INTO t VALUES (?,?,?,?)");
  EXPECT_EQ(insert(7, "text", as_bytes("blob"), 0.5), 7);
  EXPECT_EQ(insert(std::nullopt, std::optional<std::string>{}, std::optional<Bytes>{}, true), 8);
  const auto image = db.image();
  ASSERT_TRUE(image);
  const auto read = open_image(*image);
  EXPECT_EQ(first_text(read.get(), "SELECT a || b || c FROM t WHERE id = 7"), "textblob0.5");
  EXPECT_EQ(first_integer(read.get(), "SELECT a IS NULL AND b IS NULL AND c = 1 FROM t WHERE id = 8"), 1);
}

TEST(Database, TheFirstErrorIsKept) {
  Database db(kSchema);
  auto insert = db.insert("INSERT INTO nowhere VALUES (?)");
  insert(1);
  db.run("INSERT INTO t (id) VALUES (1)");
  const auto image = db.image();
  ASSERT_FALSE(image);
  EXPECT_NE(image.error().what.find("nowhere"), std::string::npos);
}

/// A pair of files in a folder, as SQLite wants them.
std::filesystem::path put(const TempFolder& folder, const DatabaseFile& file, bool with_log) {
  const auto path = folder.path() / (with_log ? "both.db" : "alone.db");
  write_bytes(path, file.main);
  if (with_log) write_bytes(path.string() + "-wal", file.wal);
  return path;
}

DatabaseHandle open_file(const std::filesystem::path& path) {
  sqlite3* db = nullptr;
  EXPECT_EQ(sqlite3_open(path.c_str(), &db), SQLITE_OK);
  return DatabaseHandle(db);
}

TEST(WithWal, SqliteFindsTheNewestRowsInTheLogAlone) {
  Database db(kSchema);
  auto insert = db.insert("INSERT INTO t (id, a) VALUES (?,?)");
  for (int i = 1; i <= 500; ++i) insert(i, std::string(40, 'a'));
  auto before = db.image();
  for (int i = 501; i <= 900; ++i) insert(i, std::string(40, 'b'));
  auto after = db.image();
  ASSERT_TRUE(before && after);
  const DatabaseFile file = with_wal(*before, *after, 42);
  EXPECT_EQ((file.wal.size() - 32) % (4096 + 24), 0U);

  const TempFolder folder;
  const auto alone = open_file(put(folder, file, false));
  EXPECT_EQ(first_integer(alone.get(), "SELECT count(*) FROM t"), 500);
  const auto both = open_file(put(folder, file, true));
  EXPECT_EQ(first_integer(both.get(), "SELECT count(*) FROM t"), 900);
  EXPECT_EQ(first_text(both.get(), "PRAGMA integrity_check"), "ok");
  EXPECT_EQ(first_text(both.get(), "PRAGMA journal_mode"), "wal");
}

TEST(WithWal, SameInputGivesSameBytes) {
  Database db(kSchema);
  const auto before = db.image();
  db.run("INSERT INTO t (id) VALUES (1)");
  const auto after = db.image();
  ASSERT_TRUE(before && after);
  EXPECT_EQ(with_wal(*before, *after, 7).wal, with_wal(*before, *after, 7).wal);
  EXPECT_NE(with_wal(*before, *after, 7).wal, with_wal(*before, *after, 8).wal);
}

}  // namespace
}  // namespace bridle::forge
