// SPDX-License-Identifier: Apache-2.0
// What the tests of the forge share: a folder that goes away, files as bytes, digests of a tree.
#pragma once
#include <gtest/gtest.h>
#include <plist/plist.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/hash.h"
#include "base/text.h"
#include "bridle/bytes.h"

namespace bridle::forge {

class TempFolder {
 public:
  TempFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "bridle-forge-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~TempFolder() { std::filesystem::remove_all(path_); }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline std::vector<std::byte> bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  EXPECT_TRUE(in) << file;
  const std::string all{std::istreambuf_iterator<char>(in), {}};
  const Bytes raw = as_bytes(all);
  return {raw.begin(), raw.end()};
}

inline void write_bytes(const std::filesystem::path& file, Bytes bytes) {
  std::ofstream(file, std::ios::binary).write(as_text(bytes).data(), static_cast<std::streamsize>(bytes.size()));
}

/// Relative path to SHA-256 of every file below a folder.
inline std::map<std::string, std::string> digests(const std::filesystem::path& folder) {
  std::map<std::string, std::string> out;
  for (const auto& item : std::filesystem::recursive_directory_iterator(folder))
    if (item.is_regular_file())
      out[std::filesystem::relative(item.path(), folder).string()] = sha256_hex(bytes_of(item.path()));
  return out;
}

struct CloseDatabase {
  void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
};
using DatabaseHandle = std::unique_ptr<sqlite3, CloseDatabase>;

/// A database file opened from its bytes, in memory.
inline DatabaseHandle open_image(Bytes image) {
  sqlite3* db = nullptr;
  EXPECT_EQ(sqlite3_open(":memory:", &db), SQLITE_OK);
  auto* copy = static_cast<unsigned char*>(sqlite3_malloc64(image.size()));
  std::memcpy(copy, image.data(), image.size());
  if (image.size() > 19 && copy[18] == 2) copy[18] = copy[19] = 1;  // no log can be opened in memory
  EXPECT_EQ(sqlite3_deserialize(db, "main", copy, static_cast<sqlite3_int64>(image.size()),
                                static_cast<sqlite3_int64>(image.size()),
                                SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_READONLY),
            SQLITE_OK);
  return DatabaseHandle(db);
}

inline std::string first_text(sqlite3* db, const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  EXPECT_EQ(sqlite3_prepare_v2(db, sql.c_str(), -1, &statement, nullptr), SQLITE_OK) << sql << sqlite3_errmsg(db);
  std::string out;
  if (sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_type(statement, 0) != SQLITE_NULL)
    out.assign(reinterpret_cast<const char*>(sqlite3_column_blob(statement, 0)),
               static_cast<std::size_t>(sqlite3_column_bytes(statement, 0)));
  sqlite3_finalize(statement);
  return out;
}

inline std::int64_t first_integer(sqlite3* db, const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  EXPECT_EQ(sqlite3_prepare_v2(db, sql.c_str(), -1, &statement, nullptr), SQLITE_OK) << sql << sqlite3_errmsg(db);
  const std::int64_t out = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : -1;
  sqlite3_finalize(statement);
  return out;
}

struct FreePlist {
  void operator()(void* node) const { plist_free(node); }
};
using Plist = std::unique_ptr<void, FreePlist>;

inline Plist parse_plist(Bytes bytes) {
  plist_t node = nullptr;
  plist_from_memory(reinterpret_cast<const char*>(bytes.data()), static_cast<std::uint32_t>(bytes.size()), &node);
  EXPECT_NE(node, nullptr);
  return Plist(node);
}

inline std::string plist_text(plist_t node) {
  std::uint64_t length = 0;
  const char* text = plist_get_string_ptr(node, &length);
  return text == nullptr ? std::string{} : std::string(text, length);
}

inline std::vector<std::byte> plist_data(plist_t node) {
  std::uint64_t length = 0;
  const char* data = plist_get_data_ptr(node, &length);
  const Bytes raw = as_bytes(std::string_view(data == nullptr ? "" : data, length));
  return {raw.begin(), raw.end()};
}

inline std::uint64_t plist_number(plist_t node) {
  std::uint64_t value = 0;
  plist_get_uint_val(node, &value);
  return value;
}

}  // namespace bridle::forge
