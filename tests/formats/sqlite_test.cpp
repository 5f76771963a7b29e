// SPDX-License-Identifier: Apache-2.0
#include "formats/sqlite.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "base/text.h"
#include "formats/sqlite_wal.h"

namespace bridle::sqlite {
namespace {

namespace fs = std::filesystem;
using Buffer = std::vector<std::byte>;

Buffer slurp(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return {as_bytes(text).begin(), as_bytes(text).end()};
}

/// A database file made by SQLite itself.
Buffer make(const char* sql) {
  sqlite3* db = nullptr;
  sqlite3_open(":memory:", &db);
  EXPECT_EQ(sqlite3_exec(db, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(db);
  sqlite3_int64 size = 0;
  unsigned char* image = sqlite3_serialize(db, "main", &size, 0);
  const auto bytes = Bytes(reinterpret_cast<std::byte*>(image), static_cast<std::size_t>(size));
  Buffer out(bytes.begin(), bytes.end());
  sqlite3_free(image);
  sqlite3_close(db);
  return out;
}

struct Files {
  Buffer main, wal;
};

/// A database of which `in_log` is only in the write-ahead log.
Files make_with_log(const char* in_main, const char* in_log) {
  std::string folder = fs::temp_directory_path() / "bridle_sqlite_XXXXXX";
  EXPECT_NE(mkdtemp(folder.data()), nullptr);
  const fs::path path = fs::path(folder) / "a.db";
  sqlite3* db = nullptr;
  sqlite3_open(path.c_str(), &db);
  const auto run = [&](const char* sql) {
    EXPECT_EQ(sqlite3_exec(db, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sql;
  };
  run("PRAGMA page_size=1024; PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0");
  run(in_main);
  run("PRAGMA wal_checkpoint(TRUNCATE)");
  run(in_log);
  Files files{slurp(path), slurp(path.string() + "-wal")};
  sqlite3_close(db);
  fs::remove_all(folder);
  return files;
}

std::int64_t number(Database& db, std::string_view sql) {
  auto s = db.prepare(sql);
  if (!s) return ADD_FAILURE() << to_string(s.error()), -1;
  const auto row = s->step();
  if (!row || !*row) return ADD_FAILURE() << (row ? "no row" : to_string(row.error())), -1;
  return s->integer(0);
}

TEST(Sqlite, ReadsEveryTypeAsStored) {
  const Buffer file =
      make("CREATE TABLE t(a,b,c,d,e); INSERT INTO t VALUES(-7, 0.5, CAST(x'61ff0062' AS TEXT), x'0001', NULL)");
  const MemoryBlob blob(file);
  auto db = open_evidence(blob, nullptr);
  ASSERT_TRUE(db) << to_string(db.error());
  EXPECT_TRUE(db->warnings().empty());
  auto s = db->prepare("SELECT a, b, c, d, e FROM t");
  ASSERT_TRUE(s);
  EXPECT_EQ(s->column_count(), 5);
  EXPECT_EQ(s->column_name(2), "c");
  ASSERT_TRUE(*s->step());
  EXPECT_EQ(s->type(0), ValueType::integer);
  EXPECT_EQ(s->integer(0), -7);
  EXPECT_EQ(s->type(1), ValueType::real);
  EXPECT_EQ(s->real(1), 0.5);
  EXPECT_EQ(s->type(2), ValueType::text);
  EXPECT_EQ(s->text(2), std::string_view("a\xff\0b", 4));
  EXPECT_EQ(s->type(3), ValueType::bytes);
  EXPECT_EQ(to_hex(s->bytes(3)), "0001");
  EXPECT_EQ(s->type(4), ValueType::null);
  EXPECT_TRUE(s->text(4).empty());
  EXPECT_FALSE(*s->step());
}

TEST(Sqlite, BindsAndRunsAgain) {
  const Buffer file = make("CREATE TABLE t(k, v); INSERT INTO t VALUES(1,'one'),(2,'two'),('x','letter')");
  const MemoryBlob blob(file);
  auto db = open_evidence(blob, nullptr);
  auto s = db->prepare("SELECT v FROM t WHERE k = ?");
  s->bind(1, std::int64_t{2});
  ASSERT_TRUE(*s->step());
  EXPECT_EQ(s->text(0), "two");
  s->reset();
  s->bind(1, "x");
  ASSERT_TRUE(*s->step());
  EXPECT_EQ(s->text(0), "letter");
}

TEST(Sqlite, ReadsRowsThatAreOnlyInTheLog) {
  const Files files =
      make_with_log("CREATE TABLE t(a); INSERT INTO t VALUES(1)", "INSERT INTO t VALUES(2); INSERT INTO t VALUES(3)");
  const Buffer main_before = files.main, wal_before = files.wal;
  const MemoryBlob main(files.main), wal(files.wal);
  auto both = open_evidence(main, &wal);
  ASSERT_TRUE(both) << to_string(both.error());
  EXPECT_EQ(number(*both, "SELECT count(*) FROM t"), 3);
  EXPECT_GT(both->wal_frames(), 0U);
  EXPECT_TRUE(both->warnings().empty());
  auto alone = open_evidence(main, nullptr);
  ASSERT_TRUE(alone);
  EXPECT_EQ(number(*alone, "SELECT count(*) FROM t"), 1);
  EXPECT_EQ(alone->wal_frames(), 0U);
  EXPECT_EQ(files.main, main_before);
  EXPECT_EQ(files.wal, wal_before);
}

TEST(Sqlite, SaysSoWhenTheLogCannotBeUsed) {
  Files files = make_with_log("CREATE TABLE t(a); INSERT INTO t VALUES(1)", "INSERT INTO t VALUES(2)");
  const MemoryBlob main(files.main), wal(files.wal);
  for (const std::size_t at : {0U, 4U, 8U, 20U}) {  // signature, version, page size, salt against checksum
    const std::byte saved = files.wal[at];
    files.wal[at] ^= std::byte{0x40};
    auto db = open_evidence(main, &wal);
    ASSERT_TRUE(db);
    EXPECT_EQ(number(*db, "SELECT count(*) FROM t"), 1);
    ASSERT_EQ(db->warnings().size(), 1U);
    EXPECT_EQ(db->warnings()[0].code, Errc::malformed);
    files.wal[at] = saved;
  }
  const MemoryBlob cut(Bytes(files.wal).first(20));
  auto db = open_evidence(main, &cut);
  ASSERT_TRUE(db);
  EXPECT_EQ(db->warnings()[0].code, Errc::truncated);
}

TEST(Sqlite, KeepsWhatADamagedLogStillHolds) {
  Files files =
      make_with_log("CREATE TABLE t(a); INSERT INTO t VALUES(1)", "INSERT INTO t VALUES(2); INSERT INTO t VALUES(3)");
  constexpr std::size_t kFrame = 24 + 1024;
  ASSERT_EQ(files.wal.size(), 32 + 2 * kFrame);
  const MemoryBlob main(files.main), wal(files.wal);
  const MemoryBlob cut(Bytes(files.wal).first(32 + kFrame + 500));
  auto db = open_evidence(main, &cut);
  EXPECT_EQ(number(*db, "SELECT count(*) FROM t"), 2);
  ASSERT_EQ(db->warnings().size(), 1U);
  EXPECT_EQ(db->warnings()[0].code, Errc::truncated);
  EXPECT_EQ(db->warnings()[0].offset, 32 + kFrame);

  files.wal[32 + kFrame + 100] ^= std::byte{1};
  db = open_evidence(main, &wal);
  EXPECT_EQ(number(*db, "SELECT count(*) FROM t"), 2);
  ASSERT_EQ(db->warnings().size(), 1U);
  EXPECT_EQ(db->warnings()[0].code, Errc::malformed);
  EXPECT_EQ(db->warnings()[0].offset, 32 + kFrame);
  EXPECT_EQ(db->wal_frames(), 1U);
}

TEST(Sqlite, CountsFramesOfAnUnfinishedTransaction) {
  const Files files = make_with_log(
      "CREATE TABLE t(a)", "BEGIN; INSERT INTO t VALUES(zeroblob(3000)); INSERT INTO t VALUES(zeroblob(3000)); COMMIT");
  constexpr std::size_t kFrame = 24 + 1024;
  const MemoryBlob main(files.main), wal(Bytes(files.wal).first(files.wal.size() - kFrame));
  auto db = open_evidence(main, &wal);
  EXPECT_EQ(number(*db, "SELECT count(*) FROM t"), 0);
  ASSERT_EQ(db->warnings().size(), 1U);
  EXPECT_NE(db->warnings()[0].what.find("not finished"), std::string::npos);
}

TEST(Sqlite, NamesWhatIsNoDatabase) {
  const MemoryBlob empty{Bytes{}};
  auto db = open_evidence(empty, nullptr);
  ASSERT_FALSE(db);
  EXPECT_EQ(db.error().code, Errc::truncated);
  EXPECT_EQ(db.error().what, "empty file");
  const MemoryBlob text(as_bytes("this is a text and not a database, whatever its name is"));
  db = open_evidence(text, nullptr);
  ASSERT_FALSE(db);
  EXPECT_EQ(db.error().code, Errc::malformed);
  const MemoryBlob head(as_bytes("SQLite format 3"));
  EXPECT_FALSE(open_evidence(head, nullptr));
}

TEST(Sqlite, ReadsTheRowsBeforeTheEndOfACutFile) {
  const Buffer file = make(
      "CREATE TABLE t(a); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<100)"
      "INSERT INTO t SELECT zeroblob(2000) FROM n");
  const MemoryBlob blob(Bytes(file).first(file.size() / 2));
  auto db = open_evidence(blob, nullptr);
  ASSERT_TRUE(db) << to_string(db.error());
  ASSERT_EQ(db->warnings().size(), 1U);
  EXPECT_EQ(db->warnings()[0].code, Errc::truncated);
  auto s = db->prepare("SELECT a FROM t");
  int rows = 0;
  auto row = s->step();
  for (; row && *row; row = s->step()) ++rows;
  EXPECT_GT(rows, 30);
  ASSERT_FALSE(row);
  EXPECT_EQ(row.error().code, Errc::truncated);
  EXPECT_GE(row.error().offset, blob.size());
}

TEST(Sqlite, PlacesADamagedPage) {
  Buffer file = make("CREATE TABLE t(a); INSERT INTO t VALUES(1)");
  file[4096] = std::byte{0x7f};  // type of the table's root page
  const MemoryBlob blob(file);
  auto db = open_evidence(blob, nullptr);
  ASSERT_TRUE(db);
  auto s = db->prepare("SELECT a FROM t");
  const auto row = s->step();
  ASSERT_FALSE(row);
  EXPECT_EQ(row.error().code, Errc::malformed);
  EXPECT_EQ(row.error().offset, 4096U);
}

TEST(Sqlite, RefusesEverythingButReading) {
  const Buffer file = make("CREATE TABLE t(a); INSERT INTO t VALUES(1); CREATE VIRTUAL TABLE f USING fts4(x)");
  const MemoryBlob blob(file);
  auto db = open_evidence(blob, nullptr);
  ASSERT_TRUE(db);
  for (const char* sql :
       {"ATTACH '/tmp/x.db' AS x", "ATTACH ':memory:' AS x", "PRAGMA user_version", "INSERT INTO t VALUES(2)",
        "DELETE FROM t", "UPDATE t SET a=1", "CREATE TABLE x(a)", "CREATE TEMP TABLE x(a)", "DROP TABLE t",
        "VACUUM INTO '/tmp/x.db'", "BEGIN IMMEDIATE; ", "REINDEX", "ANALYZE", "SELECT load_extension('x')",
        "SELECT fts3_tokenizer('simple')", "SELECT * FROM f", "SELECT \"misspelt\" FROM t", ""})
    EXPECT_FALSE(db->prepare(sql)) << sql;
  EXPECT_EQ(db->prepare("SELECT a FROM absent").error().code, Errc::not_found);
  EXPECT_EQ(db->prepare("SELECT b FROM t").error().code, Errc::not_found);
  EXPECT_EQ(db->prepare("SELEC a FROM t").error().code, Errc::usage);
  EXPECT_EQ(db->prepare("DELETE FROM t").error().code, Errc::usage);
  EXPECT_EQ(
      number(*db, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<10) SELECT sum(i) FROM n"), 55);
  EXPECT_EQ(number(*db, "SELECT count(*) FROM json_each('[1,2,3]')"), 3);
  EXPECT_EQ(number(*db, "SELECT count(*) FROM (SELECT DISTINCT a FROM t ORDER BY a DESC)"), 1);
}

TEST(Sqlite, StopsAtTheLengthLimit) {
  const Buffer file = make("CREATE TABLE t(a)");
  const MemoryBlob blob(file);
  auto db = open_evidence(blob, nullptr);
  auto s = db->prepare("SELECT length(zeroblob(900000000) || 'x')");
  ASSERT_TRUE(s);
  const auto row = s->step();
  ASSERT_FALSE(row);
  EXPECT_EQ(row.error().code, Errc::limit);
}

/// A blob whose second half cannot be read.
class BadDisk final : public Blob {
 public:
  explicit BadDisk(Bytes bytes) : bytes_(bytes) {}
  std::uint64_t size() const override { return bytes_.size(); }
  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> out) const override {
    if (offset + out.size() > bytes_.size() / 2) return fail(Errc::io, "sector not readable", "disk", offset);
    return MemoryBlob(bytes_).read_at(offset, out);
  }

 private:
  Bytes bytes_;
};

TEST(Sqlite, HandsOnTheErrorOfTheBlob) {
  const Buffer file = make("CREATE TABLE t(a); INSERT INTO t VALUES(zeroblob(100000))");
  const BadDisk blob(file);
  auto db = open_evidence(blob, nullptr);
  ASSERT_TRUE(db);
  auto s = db->prepare("SELECT a FROM t");
  const auto row = s->step();
  ASSERT_FALSE(row);
  EXPECT_EQ(row.error().code, Errc::io);
  EXPECT_EQ(row.error().what, "sector not readable");
}

TEST(Sqlite, SeveralScansAtOnceSeeTheSameRows) {
  const Buffer file = make(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, a); CREATE TABLE u(id INTEGER PRIMARY KEY, b);"
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<20000)"
      "INSERT INTO t SELECT i, printf('%0200d', i) FROM n;"
      "INSERT INTO u SELECT id, a FROM t ORDER BY id DESC");
  const MemoryBlob blob(file);
  auto db = open_evidence(blob, nullptr);
  EXPECT_EQ(
      number(*db, "SELECT count(*) FROM t JOIN u ON u.id = (t.id * 7919) % 20000 WHERE CAST(u.b AS INTEGER) = u.id"),
      19999);
  EXPECT_EQ(number(*db, "SELECT count(*) FROM t JOIN u USING (id) WHERE a = b"), 20000);
  EXPECT_EQ(number(*db, "SELECT sum(CAST(a AS INTEGER)) FROM t ORDER BY id DESC"), 200010000);
}

using Listing = std::map<std::string, Buffer>;
Listing listing(const fs::path& folder) {
  Listing out;
  for (const auto& entry : fs::directory_iterator(folder)) out[entry.path().filename()] = slurp(entry.path());
  return out;
}

TEST(Sqlite, RealAddressBookWhoseContentIsOnlyInTheLog) {
  const fs::path folder =
      fs::path(BRIDLE_SOURCE_DIR) /
      "../shared/corpus/ios_artifacts/belkasoft_ctf6_ios_device1/private/var/mobile/Library/AddressBook";
  if (!fs::exists(folder)) GTEST_SKIP() << "no " << folder;
  const Listing before = listing(folder);
  {
    const MemoryBlob main(before.at("AddressBook.sqlitedb")), wal(before.at("AddressBook.sqlitedb-wal"));
    EXPECT_EQ(main.size(), 4096U);
    auto db = open_evidence(main, &wal);
    ASSERT_TRUE(db) << to_string(db.error());
    EXPECT_EQ(number(*db, "SELECT count(*) FROM sqlite_schema"), 96);
    EXPECT_EQ(db->wal_frames(), 235U);
    EXPECT_EQ(number(*db, "SELECT count(*) FROM ABStore"), 1);
    auto alone = open_evidence(main, nullptr);
    ASSERT_TRUE(alone);
    EXPECT_EQ(number(*alone, "SELECT count(*) FROM sqlite_schema"), 0);
  }
  EXPECT_EQ(listing(folder), before);
}

TEST(Sqlite, RealDatabaseWithTablesAndRowsInTheLog) {
  const fs::path folder = fs::path(BRIDLE_SOURCE_DIR) / "../shared/corpus/sqlite_edge/plaso";
  if (!fs::exists(folder)) GTEST_SKIP() << "no " << folder;
  const Listing before = listing(folder);
  const MemoryBlob main(before.at("wal_database.db")), wal(before.at("wal_database.db-wal"));
  auto db = open_evidence(main, &wal);
  ASSERT_TRUE(db);
  auto alone = open_evidence(main, nullptr);
  ASSERT_TRUE(alone);
  EXPECT_EQ(number(*db, "SELECT count(*) FROM sqlite_schema WHERE type='table'"), 2);
  EXPECT_EQ(number(*alone, "SELECT count(*) FROM sqlite_schema WHERE type='table'"), 1);
  EXPECT_EQ(listing(folder), before);
}

}  // namespace
}  // namespace bridle::sqlite
