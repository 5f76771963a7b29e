// SPDX-License-Identifier: Apache-2.0
#include "formats/plist.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <plist/plist.h>

namespace bridle {
namespace {

using plist::Kind;
using plist::Value;

// The corpus, and libplist as a second reader of it.

std::string corpus() { return BRIDLE_SOURCE_DIR "/../shared/corpus/plist"; }

std::string slurp(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void expect_same(const Value& ours, plist_t theirs, const std::string& where);

void expect_same_items(const Value& ours, plist_t theirs, const std::string& where) {
  ASSERT_EQ(ours.kind(), plist_get_node_type(theirs) == PLIST_DICT ? Kind::dictionary : Kind::array) << where;
  if (ours.kind() == Kind::array) {
    ASSERT_EQ(ours.size(), plist_array_get_size(theirs)) << where;
    for (std::uint32_t i = 0; i < ours.size(); ++i)
      expect_same(ours.items()[i], plist_array_get_item(theirs, i), fmt::format("{}/{}", where, i));
    return;
  }
  ASSERT_EQ(ours.size(), plist_dict_get_size(theirs)) << where;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    const std::string key(*ours.keys()[i].string());
    plist_t item = plist_dict_get_item(theirs, key.c_str());
    ASSERT_NE(item, nullptr) << where << '/' << key;
    expect_same(ours.items()[i], item, fmt::format("{}/{}", where, key));
  }
}

void expect_same(const Value& ours, plist_t theirs, const std::string& where) {
  std::uint64_t n = 0;
  double d = 0;
  std::uint8_t b = 0;
  std::int32_t seconds = 0, fraction = 0;
  switch (plist_get_node_type(theirs)) {
    case PLIST_BOOLEAN:
      plist_get_bool_val(theirs, &b);
      EXPECT_EQ(ours.boolean(), b != 0) << where;
      break;
    case PLIST_UID:
      plist_get_uid_val(theirs, &n);
      EXPECT_EQ(ours.uid(), n) << where;
      break;
    case PLIST_REAL:
      plist_get_real_val(theirs, &d);
      EXPECT_EQ(ours.real(), d) << where;
      break;
    case PLIST_UINT:
      plist_get_uint_val(theirs, &n);
      EXPECT_EQ(ours.kind(), Kind::integer) << where;
      EXPECT_EQ(ours.integer() ? static_cast<std::uint64_t>(*ours.integer()) : ours.unsigned_integer(), n) << where;
      break;
    case PLIST_DATE:
      plist_get_date_val(theirs, &seconds, &fraction);
      EXPECT_NEAR(ours.cocoa_seconds().value_or(0), seconds + fraction / 1e6, 1e-5) << where;
      break;
    case PLIST_STRING: {
      const char* text = plist_get_string_ptr(theirs, &n);
      EXPECT_EQ(ours.string(), std::string_view(text, n)) << where;
      break;
    }
    case PLIST_DATA: {
      const char* bytes = plist_get_data_ptr(theirs, &n);
      ASSERT_TRUE(ours.data()) << where;
      EXPECT_EQ(as_text(*ours.data()), std::string_view(bytes, n)) << where;
      break;
    }
    default: expect_same_items(ours, theirs, where);
  }
}

TEST(PlistCorpus, ValidFilesReadTheSameAsWithLibplist) {
  if (!std::filesystem::exists(corpus())) GTEST_SKIP() << "no corpus";
  int read = 0;
  for (const char* folder : {"/plaso", "/iped", "/libplist/test/data"}) {
    for (const auto& entry : std::filesystem::directory_iterator(corpus() + folder)) {
      const std::string name = entry.path().filename();
      const std::string bytes = slurp(entry.path());
      // Broken on purpose, or of another format. 7.plist has dates that libplist cannot hold.
      if (name == "truncated.plist" || name == "empty.plist" || name == "malformed_dict.bplist" || name == "7.plist" ||
          name == "invalid_tag.plist" || name.ends_with(".ostep") || name.ends_with(".json"))
        continue;
      const auto document = plist::parse(as_bytes(bytes));
      ASSERT_TRUE(document) << name << ": " << to_string(document.error());
      plist_t theirs = nullptr;
      plist_from_memory(bytes.data(), static_cast<std::uint32_t>(bytes.size()), &theirs);
      ASSERT_NE(theirs, nullptr) << name;
      expect_same(document->root(), theirs, name);
      plist_free(theirs);
      ++read;
    }
  }
  EXPECT_GE(read, 35);
}

TEST(PlistCorpus, HostileFilesNeverCrash) {
  if (!std::filesystem::exists(corpus())) GTEST_SKIP() << "no corpus";
  int refused = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(corpus() + "/libplist/fuzz")) {
    if (!entry.is_regular_file()) continue;
    const std::string bytes = slurp(entry.path());
    const auto document = plist::parse(as_bytes(bytes));
    if (!document) refused += document.error().offset.has_value() ? 1 : 0;
  }
  EXPECT_GE(refused, 25);
}

}  // namespace
}  // namespace bridle
