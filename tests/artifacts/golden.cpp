// SPDX-License-Identifier: Apache-2.0
#include "artifacts/golden.h"

#include <plist/plist.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

#include "base/text.h"
#include "bridle/artifact.h"

namespace bridle::test {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

std::string slurp(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct TempDir {
  fs::path path;
  TempDir() {
    std::string name = (fs::temp_directory_path() / "bridle-golden-XXXXXX").string();
    path = ::mkdtemp(name.data());
  }
  ~TempDir() { fs::remove_all(path); }
};

void exec(sqlite3* db, const std::string& sql, const fs::path& from) {
  char* error = nullptr;
  if (sqlite3_exec(db, sql.c_str(), nullptr, nullptr, &error) != SQLITE_OK)
    throw std::runtime_error(from.string() + ": " + (error != nullptr ? error : "?"));
}

/// Database bytes, and the bytes of its WAL if there is a script for one.
std::pair<std::string, std::string> build_database(const fs::path& sql, const fs::path& wal_sql) {
  const TempDir dir;
  const std::string path = dir.path / "x.db";
  sqlite3* db = nullptr;
  sqlite3_open(path.c_str(), &db);
  exec(db, slurp(sql), sql);
  std::string wal;
  if (fs::exists(wal_sql)) {
    exec(db, "PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0;", wal_sql);
    exec(db, slurp(wal_sql), wal_sql);
    wal = slurp(path + "-wal");
  }
  const std::string main = slurp(path);  // before close, which would fold the WAL in
  sqlite3_close(db);
  return {main, wal};
}

std::string from_hex_text(const std::string& text) {
  std::string digits;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    for (const char c : line.substr(0, line.find('#')))
      if (c != ' ' && c != '\t' && c != '\r') digits += c;
  const auto bytes = from_hex(digits);
  if (!bytes) throw std::runtime_error("bad hex");
  return std::string(as_text(*bytes));
}

/// JSON to a binary plist: {"$date": seconds since 2001}, {"$data": "hex"} and {"$uid": n} stand for what JSON lacks.
plist_t to_plist(const Json& json) {
  if (json.is_object() && json.size() == 1) {
    const std::string key = json.begin().key();
    if (key == "$date") {
      const double when = json.begin().value();
      const auto whole = static_cast<std::int32_t>(when);
      return plist_new_date(whole, static_cast<std::int32_t>((when - whole) * 1e6));
    }
    if (key == "$data") {
      const std::string bytes = from_hex_text(json.begin().value());
      return plist_new_data(bytes.data(), bytes.size());
    }
    if (key == "$uid") return plist_new_uid(json.begin().value());
  }
  if (json.is_boolean()) return plist_new_bool(json.get<bool>());
  if (json.is_number_float()) return plist_new_real(json.get<double>());
  if (json.is_number()) return plist_new_uint(json.get<std::uint64_t>());
  if (json.is_string()) return plist_new_string(json.get<std::string>().c_str());
  plist_t out = json.is_array() ? plist_new_array() : plist_new_dict();
  for (const auto& [key, value] : json.items()) {
    if (json.is_array()) plist_array_append_item(out, to_plist(value));
    else plist_dict_set_item(out, key.c_str(), to_plist(value));
  }
  return out;
}

std::string to_binary_plist(const std::string& json) {
  plist_t root = to_plist(Json::parse(json));
  char* bytes = nullptr;
  std::uint32_t size = 0;
  plist_to_bin(root, &bytes, &size);
  std::string out(bytes, size);
  plist_to_bin_free(bytes);
  plist_free(root);
  return out;
}

std::string printable(std::string_view text) { return valid_utf8(text) ? std::string(text) : "hex:" + to_hex(as_bytes(text)); }

Json to_json(const Cell& cell) {
  if (const auto* n = std::get_if<std::int64_t>(&cell)) return *n;
  if (const auto* d = std::get_if<double>(&cell)) return *d;
  if (const auto* s = std::get_if<std::string_view>(&cell)) return printable(*s);
  if (const auto* b = std::get_if<Bytes>(&cell)) return "hex:" + to_hex(*b);
  if (const auto* t = std::get_if<TimeValue>(&cell)) return to_iso(t->time);
  if (const auto* items = std::get_if<List>(&cell)) {
    Json out = Json::array();
    for (const std::string_view item : *items) out.push_back(printable(item));
    return out;
  }
  return nullptr;
}

class JsonSink final : public RecordSink {
 public:
  void add(const Row& row) override {
    Json out;
    for (std::size_t i = 0; i < row.fields().size(); ++i)
      if (!std::holds_alternative<std::monostate>(row.cells()[i])) out[std::string(row.fields()[i].name)] = to_json(row.cells()[i]);
    out["_at"] = std::string(row.locator.unit) + " " + std::to_string(row.locator.number);
    if (row.locator.wal_only) out["_wal_only"] = true;
    lines.push_back(out.dump());
  }
  void problem(Problem problem) override { problem_line(problem.error, problem.rows_lost, problem.bytes_lost); }
  void problem_line(const Error& error, std::uint64_t rows, std::uint64_t bytes) {
    Json out;
    out["problem"] = printable(error.what);
    out["code"] = name(error.code);
    if (!error.where.empty()) out["where"] = printable(error.where);
    if (error.offset) out["offset"] = *error.offset;
    if (rows > 0) out["rows_lost"] = rows;
    if (bytes > 0) out["bytes_lost"] = bytes;
    lines.push_back(out.dump());
  }
  std::vector<std::string> lines;
};

}  // namespace

std::map<std::string, std::string> load_inputs(const fs::path& input) {
  std::map<std::string, std::string> out;
  for (const auto& entry : fs::recursive_directory_iterator(input)) {
    if (!entry.is_regular_file()) continue;
    const fs::path& path = entry.path();
    std::string name = "/" + fs::relative(path, input).generic_string();
    const std::string extension = path.extension();
    const auto stem = [&] { return name.substr(0, name.size() - extension.size()); };
    if (extension == ".sql" && name.ends_with("-wal.sql")) continue;
    if (extension == ".sql") {
      const fs::path wal_sql = path.string().substr(0, path.string().size() - 4) + "-wal.sql";
      auto [main, wal] = build_database(path, wal_sql);
      out[stem()] = std::move(main);
      if (!wal.empty()) out[stem() + "-wal"] = std::move(wal);
    } else if (extension == ".hex") {
      out[stem()] = from_hex_text(slurp(path));
    } else if (extension == ".json" && name.ends_with(".bplist.json")) {
      out[stem().substr(0, stem().size() - 7)] = to_binary_plist(slurp(path));
    } else {
      out[name] = slurp(path);
    }
  }
  return out;
}

std::vector<std::string> read_as_json(std::string_view artifact_id, const std::map<std::string, std::string>& files) {
  const auto all = all_artifacts();
  const auto found = std::ranges::find(all, artifact_id, [](const Artifact* a) { return a->id; });
  if (found == all.end()) throw std::runtime_error("no artifact " + std::string(artifact_id));
  const Artifact& artifact = **found;

  std::map<std::string, MemoryBlob> blobs;
  for (const auto& [path, bytes] : files) blobs.emplace(path, MemoryBlob(as_bytes(bytes)));
  std::vector<InputFile> inputs;
  for (const auto& [path, blob] : blobs) {
    const bool wanted = std::ranges::any_of(artifact.finds, [&](std::string_view glob) { return glob_match(glob, path); });
    const auto wal = blobs.find(path + "-wal");
    if (wanted) inputs.push_back({path, &blob, wal == blobs.end() ? nullptr : &wal->second});
  }
  JsonSink sink;
  const auto read = [&](std::span<const InputFile> group) {
    if (const auto result = read_artifact(artifact, group, sink); !result) {
      sink.problem_line(result.error(), 0, 0);
    }
  };
  if (inputs.empty()) throw std::runtime_error("no input file matches the artifact's paths");
  if (artifact.group) read(inputs);
  else for (const InputFile& one : inputs) read({&one, 1});
  return sink.lines;
}

}  // namespace bridle::test
