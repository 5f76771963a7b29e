// SPDX-License-Identifier: Apache-2.0
// The layout of the log is that of https://www.sqlite.org/fileformat2.html, section 4.
#include "forge/sqlite_image.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace bridle::forge {

void Insert::Finalize::operator()(sqlite3_stmt* s) const { sqlite3_finalize(s); }

Insert::Insert(Database& db, std::string_view sql) : db_(&db) {
  sqlite3_stmt* statement = nullptr;
  if (!db.error_.empty()) return;
  if (sqlite3_prepare_v3(db.db_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement,
                         nullptr) != SQLITE_OK)
    db.keep_error();
  statement_.reset(statement);
}

void Insert::bind_null(int at) { sqlite3_bind_null(statement_.get(), at); }
void Insert::bind_integer(int at, std::int64_t value) { sqlite3_bind_int64(statement_.get(), at, value); }
void Insert::bind_real(int at, double value) { sqlite3_bind_double(statement_.get(), at, value); }
void Insert::bind_text(int at, std::string_view value) {
  sqlite3_bind_text64(statement_.get(), at, value.data(), value.size(), SQLITE_STATIC, SQLITE_UTF8);
}
void Insert::bind_blob(int at, Bytes value) {
  sqlite3_bind_blob64(statement_.get(), at, value.data(), value.size(), SQLITE_STATIC);
}

std::int64_t Insert::step() {
  if (!db_->error_.empty() || !statement_) return 0;
  if (sqlite3_step(statement_.get()) != SQLITE_DONE) db_->keep_error();
  sqlite3_reset(statement_.get());
  return sqlite3_last_insert_rowid(db_->db_);
}

Database::Database(std::string_view schema) {
  if (sqlite3_open_v2("forge", &db_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, "memdb") != SQLITE_OK)
    keep_error();
  run("PRAGMA page_size=4096; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-4096");
  run("BEGIN");
  run(schema);
}

Database::~Database() { sqlite3_close_v2(db_); }

void Database::keep_error() {
  if (error_.empty()) error_ = db_ == nullptr ? "out of memory" : sqlite3_errmsg(db_);
}

void Database::run(std::string_view sql) {
  if (!error_.empty()) return;
  if (sqlite3_exec(db_, std::string(sql).c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) keep_error();
}

Result<std::vector<std::byte>> Database::image() {
  run("COMMIT");
  sqlite3_int64 size = 0;
  const auto* bytes = sqlite3_serialize(db_, "main", &size, SQLITE_SERIALIZE_NOCOPY);
  if (!error_.empty()) return fail(Errc::internal, "SQLite: " + error_);
  if (bytes == nullptr || size <= 0) return fail(Errc::internal, "SQLite does not hand out the database");
  const auto* begin = reinterpret_cast<const std::byte*>(bytes);
  std::vector<std::byte> out(begin, begin + size);
  run("BEGIN");
  return out;
}

namespace {

constexpr std::size_t kPage = 4096;
constexpr std::uint32_t kMagicLittle = 0x377f0682;  // the checksum reads words in little-endian order
constexpr std::uint32_t kWalVersion = 3'007'000;

struct Checksum {
  std::uint32_t first = 0;
  std::uint32_t second = 0;

  void add(Bytes bytes) {
    Reader reader(bytes);
    while (reader.remaining() >= 8) {
      first += reader.u32le() + second;
      second += reader.u32le() + first;
    }
  }
};

void put_be32(std::vector<std::byte>& out, std::uint32_t value) {
  for (unsigned i = 4; i-- > 0;) out.push_back(static_cast<std::byte>(value >> (8 * i)));
}

void write_header(std::vector<std::byte>& wal, std::uint64_t salt, Checksum& sum) {
  put_be32(wal, kMagicLittle);
  put_be32(wal, kWalVersion);
  put_be32(wal, kPage);
  put_be32(wal, 0);  // checkpoints so far
  put_be32(wal, static_cast<std::uint32_t>(salt >> 32));
  put_be32(wal, static_cast<std::uint32_t>(salt));
  sum.add(wal);
  put_be32(wal, sum.first);
  put_be32(wal, sum.second);
}

void write_frame(std::vector<std::byte>& wal, std::uint32_t page, std::uint32_t pages_if_commit, std::uint64_t salt,
                 Bytes content, Checksum& sum) {
  const std::size_t begin = wal.size();
  put_be32(wal, page);
  put_be32(wal, pages_if_commit);
  sum.add(Bytes(wal).subspan(begin));
  sum.add(content);
  put_be32(wal, static_cast<std::uint32_t>(salt >> 32));
  put_be32(wal, static_cast<std::uint32_t>(salt));
  put_be32(wal, sum.first);
  put_be32(wal, sum.second);
  wal.insert(wal.end(), content.begin(), content.end());
}

/// Sets the file format versions of page 1 to 2, which says that the database is in WAL mode.
void set_wal_mode(std::vector<std::byte>& image) { image[18] = image[19] = std::byte{2}; }

}  // namespace

DatabaseFile with_wal(std::vector<std::byte> before, std::vector<std::byte> after, std::uint64_t salt) {
  set_wal_mode(before);
  set_wal_mode(after);
  std::vector<std::uint32_t> changed;
  const auto pages = static_cast<std::uint32_t>(after.size() / kPage);
  for (std::uint32_t page = 1; page <= pages; ++page) {
    const std::size_t at = (page - 1) * kPage;
    if (at >= before.size() || std::memcmp(before.data() + at, after.data() + at, kPage) != 0) changed.push_back(page);
  }
  DatabaseFile file{std::move(before), {}};
  Checksum sum;
  write_header(file.wal, salt, sum);
  for (const std::uint32_t page : changed)
    write_frame(file.wal, page, page == changed.back() ? pages : 0, salt,
                Bytes(after).subspan((page - 1) * kPage, kPage), sum);
  return file;
}

}  // namespace bridle::forge
