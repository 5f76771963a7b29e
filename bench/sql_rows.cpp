// SPDX-License-Identifier: Apache-2.0
// SQL artifact rows from evidence to case, beside a bare sqlite3_step and bulk insert loop over the same rows; and
// whether twice the rows take twice the time.
#include <sqlite3.h>
#include <unistd.h>

#include <filesystem>
#include <optional>

#include "bench.h"
#include "case/db.h"
#include "engine/check.h"
#include "forge/ios_backup_writer.h"
#include "rules/rule.h"

namespace bridle::bench {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRead =
    "SELECT v.id, i.url, v.title, v.visit_time, v.redirect_source, v.redirect_destination FROM history_visits v "
    "LEFT JOIN history_items i ON i.id = v.history_item";

/// A History.db with every `redirect_every`-th visit a plain-HTTP redirect to another domain.
void make_history(const fs::path& path, int visits, int redirect_every) {
  sqlite3* db = nullptr;
  sqlite3_open(path.c_str(), &db);
  sqlite3_exec(db,
               "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN;"
               "CREATE TABLE history_items(id INTEGER PRIMARY KEY, url TEXT, visit_count INTEGER);"
               "CREATE TABLE history_visits(id INTEGER PRIMARY KEY, history_item INTEGER, visit_time REAL, title TEXT, load_successful "
               "BOOLEAN, redirect_source INTEGER, redirect_destination INTEGER, origin INTEGER);"
               "CREATE TABLE history_tombstones(id INTEGER PRIMARY KEY, start_time REAL, end_time REAL, url TEXT);",
               nullptr, nullptr, nullptr);
  sqlite3_stmt *item = nullptr, *visit = nullptr;
  sqlite3_prepare_v2(db, "INSERT INTO history_items VALUES(?,?,1)", -1, &item, nullptr);
  sqlite3_prepare_v2(db, "INSERT INTO history_visits VALUES(?,?,?,'A page with a title of usual length',1,?,?,0)", -1, &visit, nullptr);
  for (int i = 1; i <= visits; ++i) {
    const bool from = i % redirect_every == 0, to = i % redirect_every == 1 && i > 1;
    const std::string url = fmt::format("http{}://www.site{}.example{}/section/{}/article-{}?ref=start", from ? "" : "s", i % 5000, i % 7, i % 100, i);
    sqlite3_bind_int(item, 1, i);
    sqlite3_bind_text(item, 2, url.c_str(), -1, SQLITE_STATIC);
    sqlite3_step(item), sqlite3_reset(item);
    sqlite3_bind_int(visit, 1, i), sqlite3_bind_int(visit, 2, i), sqlite3_bind_double(visit, 3, 6e8 + i * 0.5);
    from ? sqlite3_bind_int(visit, 5, i + 1) : sqlite3_bind_null(visit, 5);
    to ? sqlite3_bind_int(visit, 4, i - 1) : sqlite3_bind_null(visit, 4);
    sqlite3_step(visit), sqlite3_reset(visit);
  }
  sqlite3_finalize(item), sqlite3_finalize(visit);
  sqlite3_exec(db, "COMMIT", nullptr, nullptr, nullptr);
  sqlite3_close(db);
}

/// The floor: the same rows, one process, no check, no provenance.
void bare_loop(const fs::path& from, const fs::path& to) {
  fs::remove(to);
  sqlite3 *in = nullptr, *out = nullptr;
  sqlite3_open_v2(from.c_str(), &in, SQLITE_OPEN_READONLY, nullptr);
  sqlite3_open(to.c_str(), &out);
  sqlite3_exec(out, "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; CREATE TABLE t(a INTEGER PRIMARY KEY, b, c, d, e, f); BEGIN", nullptr, nullptr, nullptr);
  sqlite3_stmt *read = nullptr, *write = nullptr;
  sqlite3_prepare_v2(in, kRead, -1, &read, nullptr);
  sqlite3_prepare_v2(out, "INSERT INTO t VALUES(?,?,?,?,?,?)", -1, &write, nullptr);
  while (sqlite3_step(read) == SQLITE_ROW) {
    for (int i = 0; i < 6; ++i) sqlite3_bind_value(write, i + 1, sqlite3_column_value(read, i));
    sqlite3_step(write), sqlite3_reset(write);
  }
  sqlite3_finalize(read), sqlite3_finalize(write);
  sqlite3_exec(out, "COMMIT", nullptr, nullptr, nullptr);
  sqlite3_close(in), sqlite3_close(out);
}

class Silent final : public Progress {
  void stage(std::string_view, std::uint64_t) override {}
  void advance(std::uint64_t) override {}
};

std::int64_t check_backup(const fs::path& backup, const fs::path& to) {
  fs::remove(to);
  Silent silent;
  const auto result = check({.sources = {backup.string()}, .case_path = to.string(), .builtin_indicators = true, .command = "bench"}, silent);
  if (!result) {
    std::fprintf(stderr, "bench: %s\n", to_string(result.error()).c_str());
    std::exit(1);
  }
  return result->records;
}

double run(const fs::path& dir, int visits, double* floor) {
  const fs::path history = dir / fmt::format("History-{}.db", visits), backup = dir / fmt::format("backup-{}", visits);
  make_history(history, visits, 12);
  auto writer = forge::BackupWriter::create(backup, {});
  std::FILE* file = std::fopen(history.c_str(), "rb");
  std::vector<std::byte> bytes(fs::file_size(history));
  const std::size_t got = std::fread(bytes.data(), 1, bytes.size(), file);
  std::fclose(file);
  if (got != bytes.size() || !writer || !writer->add_file("HomeDomain", "Library/Safari/History.db", bytes) || !writer->finish()) std::exit(1);
  *floor = median_seconds(5, [&] { bare_loop(history, dir / "floor.db"); });
  return median_seconds(5, [&] { check_backup(backup, dir / "c.bridle"); });
}

}  // namespace
}  // namespace bridle::bench

int main() {
  using namespace bridle::bench;
  bridle::configure_sqlite();
  std::string name = (fs::temp_directory_path() / "bridle-bench-XXXXXX").string();
  const fs::path dir = ::mkdtemp(name.data());
  double floor_half = 0, floor = 0;
  const double half = run(dir, 60'000, &floor_half), whole = run(dir, 120'000, &floor);
  report("SQL rows, evidence to case (120,000 visits)", whole, floor, "s", "<= 3 x floor");
  report("Safari, 120,000 visits, 10,000 redirects", whole, half, "s", "<= 0.3 s; ratio to half the rows about 2");
  fs::remove_all(dir);
}
