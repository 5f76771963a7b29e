// SPDX-License-Identifier: Apache-2.0
#include "formats/keyed_archive.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sqlite3.h>

#include "base/text.h"
#include "formats/plist_maker.h"

namespace bridle {
namespace {

using keyed_archive::Archive;
using plist::Value;

/// Puts an archive together object by object. Functions return the number of the plist object they added.
class ArchiveMaker {
 public:
  test::PlistMaker& list() { return make_; }
  std::uint64_t ref(std::uint64_t uid) { return make_.uid(uid); }
  std::uint64_t text(std::string_view s) { return make_.text(s); }
  std::uint64_t object(const std::vector<std::pair<std::string, std::uint64_t>>& pairs) {
    std::vector<std::uint64_t> keys, values;
    for (const auto& [key, value] : pairs) keys.push_back(make_.text(key)), values.push_back(value);
    return make_.dictionary(keys, values);
  }
  std::uint64_t refs(const std::vector<std::uint64_t>& uids) {
    std::vector<std::uint64_t> out(uids.size());
    std::ranges::transform(uids, out.begin(), [&](std::uint64_t uid) { return ref(uid); });
    return make_.array(out);
  }
  /// A class object.
  std::uint64_t klass(const std::vector<std::string>& names) {
    std::vector<std::uint64_t> all(names.size());
    std::ranges::transform(names, all.begin(), [&](const std::string& n) { return make_.text(n); });
    return object({{"$classname", all.front()}, {"$classes", make_.array(all)}});
  }
  /// The list: $null and `objects` numbered from 1, $top = {name: UID 1}.
  std::string finish(std::vector<std::uint64_t> objects, const std::string& top = "root") {
    objects.insert(objects.begin(), text("$null"));
    const std::uint64_t root = object({{"$archiver", text("NSKeyedArchiver")},
                                       {"$version", make_.integer(100000)},
                                       {"$objects", make_.array(objects)},
                                       {"$top", object({{top, ref(1)}})}});
    return make_.finish(root);
  }

 private:
  test::PlistMaker make_{2};
};

struct Opened {
  explicit Opened(std::string source) : bytes(std::move(source)) {
    auto parsed = plist::parse(as_bytes(bytes));
    EXPECT_TRUE(parsed) << to_string(parsed.error());
    if (parsed) document = std::move(*parsed);
  }
  Archive archive() const { return *Archive::open(document); }
  std::string bytes;
  plist::Document document;
};

TEST(KeyedArchive, UnfoldsTheFoundationClasses) {
  ArchiveMaker m;
  const auto bits = [](double d) { return "\x23" + test::big_endian(std::bit_cast<std::uint64_t>(d), 8); };
  const Opened opened(m.finish({
      m.object({{"$class", m.ref(2)},
                {"NS.keys", m.refs({3, 5, 7, 9, 11, 13})},
                {"NS.objects", m.refs({4, 6, 8, 10, 12, 14})}}),
      m.klass({"NSMutableDictionary", "NSDictionary", "NSObject"}),
      m.text("string"), m.object({{"NS.string", m.text("mutable")}}),                                        // 3, 4
      m.text("data"), m.object({{"NS.data", m.list().data("abc")}}),                                         // 5, 6
      m.text("date"), m.object({{"NS.time", m.list().raw(bits(1.5))}}),                                      // 7, 8
      m.text("url"), m.object({{"NS.base", m.ref(15)}, {"NS.relative", m.ref(16)}}),                         // 9, 10
      m.text("uuid"), m.object({{"NS.uuidbytes", m.list().data("\x01\x23" + std::string(14, '\xEF'))}}),     // 11, 12
      m.text("list"), m.object({{"$class", m.ref(17)}, {"NS.objects", m.refs({3, 0, 18})}}),                 // 13, 14
      m.object({{"NS.base", m.ref(0)}, {"NS.relative", m.text("https://example.org/a/b?q")}}),               // 15
      m.text("c/d"), m.klass({"NSArray", "NSObject"}), m.object({{"NS.intval", m.list().integer(7)}}),  // 16, 17, 18
  }));
  const Archive archive = opened.archive();
  const Value* root = archive.root();
  EXPECT_EQ(archive.class_name(root), "NSMutableDictionary");
  EXPECT_TRUE(archive.is_a(root, "NSDictionary"));
  EXPECT_FALSE(archive.is_a(root, "NSArray"));
  EXPECT_EQ(archive.string(archive.find(root, "string")), "mutable");
  EXPECT_EQ(as_text(*archive.data(archive.find(root, "data"))), "abc");
  EXPECT_EQ(to_iso(*archive.time(archive.find(root, "date"))), "2001-01-01T00:00:01.5Z");
  EXPECT_EQ(archive.url(archive.find(root, "url")), "https://example.org/a/c/d");
  EXPECT_EQ(archive.uuid(archive.find(root, "uuid")), "0123EFEF-EFEF-EFEF-EFEF-EFEFEFEFEFEF");
  EXPECT_EQ(archive.items(archive.find(root, "list")).size(), 3U);
  EXPECT_EQ(archive.integer(archive.at(root, "list/2")), 7);
  EXPECT_EQ(archive.string(archive.at(root, "list/0")), "string");
  EXPECT_EQ(archive.at(root, "list/1"), nullptr);
  EXPECT_EQ(archive.at(root, "list/3"), nullptr);
  EXPECT_EQ(archive.at(root, "none/0"), nullptr);
  EXPECT_EQ(archive.objects().size(), 19U);
}

TEST(KeyedArchive, JoinsUrls) {
  const auto join = [](std::string_view base, std::string_view relative) {
    ArchiveMaker m;
    const Opened opened(m.finish({m.object({{"NS.base", m.ref(2)}, {"NS.relative", m.text(relative)}}),
                                  m.object({{"NS.base", m.ref(0)}, {"NS.relative", m.text(base)}})}));
    return *opened.archive().url(opened.archive().root());
  };
  EXPECT_EQ(join("http://h/a/b?q#f", "c"), "http://h/a/c");
  EXPECT_EQ(join("http://h/a/b?q#f", "/c"), "http://h/c");
  EXPECT_EQ(join("http://h/a/b?q#f", "//i/c"), "http://i/c");
  EXPECT_EQ(join("http://h/a/b?q#f", "?r"), "http://h/a/b?r");
  EXPECT_EQ(join("http://h/a/b?q#f", "#g"), "http://h/a/b?q#g");
  EXPECT_EQ(join("http://h/a/b?q#f", ""), "http://h/a/b?q");
  EXPECT_EQ(join("http://h/a/b", "mailto:x@y"), "mailto:x@y");
  EXPECT_EQ(join("http://h", "c"), "http://h/c");
  EXPECT_EQ(join("http://h?q/r", "c"), "http://h/c");
  EXPECT_EQ(join("", "c"), "c");
}

TEST(KeyedArchive, RootUnderAnotherName) {
  ArchiveMaker m;
  const Opened opened(m.finish({m.text("only")}, "store"));
  EXPECT_EQ(opened.archive().string(opened.archive().root()), "only");
  EXPECT_EQ(opened.archive().top("root"), nullptr);
  EXPECT_EQ(opened.archive().string(opened.archive().top("store")), "only");
}

TEST(KeyedArchive, ReferencesThatLieGiveNothing) {
  ArchiveMaker m;
  const Opened opened(m.finish({
      m.object({{"null", m.ref(0)},
                {"far", m.ref(999)},
                {"chain", m.ref(2)},
                {"self", m.ref(1)},
                {"$class", m.ref(1)}}),
      m.ref(2),
  }));
  const Archive archive = opened.archive();
  const Value* root = archive.root();
  EXPECT_EQ(archive.get(root, "null"), nullptr);
  EXPECT_EQ(archive.get(root, "far"), nullptr);
  EXPECT_EQ(archive.get(root, "chain"), nullptr);
  EXPECT_EQ(archive.get(root, "self"), root);
  EXPECT_EQ(archive.class_name(root), "");
  EXPECT_FALSE(archive.is_a(root, "NSObject"));
  EXPECT_EQ(archive.at(root, "self/self/self"), root);
}

TEST(KeyedArchive, ADictionaryWithFewerValuesThanKeys) {
  ArchiveMaker m;
  const Opened opened(m.finish({
      m.object({{"NS.keys", m.refs({2, 3})}, {"NS.objects", m.refs({2})}}), m.text("a"), m.text("b"),
  }));
  const Archive archive = opened.archive();
  EXPECT_EQ(archive.keys(archive.root()).size(), 1U);
  EXPECT_EQ(archive.string(archive.find(archive.root(), "a")), "a");
  EXPECT_EQ(archive.find(archive.root(), "b"), nullptr);
}

TEST(KeyedArchive, NullGivesNothing) {
  ArchiveMaker m;
  const Opened opened(m.finish({m.text("x")}));
  const Archive a = opened.archive();
  EXPECT_EQ(a.get(nullptr, "k"), nullptr);
  EXPECT_EQ(a.find(nullptr, "k"), nullptr);
  EXPECT_EQ(a.at(nullptr, "k"), nullptr);
  EXPECT_TRUE(a.items(nullptr).empty());
  EXPECT_EQ(a.string(nullptr), std::nullopt);
  EXPECT_FALSE(a.data(nullptr));
  EXPECT_EQ(a.integer(nullptr), std::nullopt);
  EXPECT_EQ(a.real(nullptr), std::nullopt);
  EXPECT_EQ(a.boolean(nullptr), std::nullopt);
  EXPECT_EQ(a.time(nullptr), std::nullopt);
  EXPECT_EQ(a.url(nullptr), std::nullopt);
  EXPECT_EQ(a.uuid(nullptr), std::nullopt);
}

TEST(KeyedArchive, ListsThatAreNoArchive) {
  for (const std::string_view source :
       {"<array/>", "<dict/>", "<dict><key>$archiver</key><string>NSKeyedArchiver</string></dict>",
        "<dict><key>$archiver</key><string>other</string><key>$objects</key><array/><key>$top</key><dict/></dict>",
        "<dict><key>$archiver</key><string>NSKeyedArchiver</string><key>$objects</key><dict/></dict>",
        "<dict><key>$archiver</key><string>NSKeyedArchiver</string><key>$objects</key><array/></dict>"}) {
    const auto document = plist::parse(as_bytes(source));
    ASSERT_TRUE(document) << source;
    const auto archive = Archive::open(*document);
    ASSERT_FALSE(archive) << source;
    EXPECT_EQ(archive.error().code, Errc::malformed);
  }
}

// Real file descriptions of a backup, against what another tool read from them.

struct Entry {
  std::string mode, created, modified, status_changed;
  std::int64_t owner = 0, size = 0;
  bool operator==(const Entry&) const = default;
};

std::string python_time(std::int64_t unix_seconds) {
  std::string iso = to_iso(*to_time(unix_seconds, Epoch::unix_seconds));
  iso[10] = ' ';
  return iso.substr(0, 19) + ".000000";
}

std::map<std::string, Entry> golden_entries(const std::string& path) {
  std::map<std::string, Entry> out;
  std::ifstream in(path);
  for (const auto& each : nlohmann::json::parse(in))
    out[each["file_id"]] = {each["mode"], each["created"], each["modified"], each["status_changed"],
                            each["owner"], each["size"]};
  return out;
}

Entry decode(const Archive& archive) {
  const Value* file = archive.root();
  EXPECT_EQ(archive.class_name(file), "MBFile");
  const auto number = [&](std::string_view key) { return archive.integer(archive.get(file, key)).value(); };
  if (archive.get(file, "EncryptionKey") != nullptr) {
    EXPECT_EQ(archive.data(archive.get(file, "EncryptionKey"))->size(), 44U);
  }
  return {fmt::format("0o{:o}", number("Mode")), python_time(number("Birth")), python_time(number("LastModified")),
          python_time(number("LastStatusChange")), number("UserID"), number("Size")};
}

TEST(KeyedArchiveCorpus, EveryFileOfARealManifest) {
  const std::string shared = BRIDLE_SOURCE_DIR "/../shared/";
  const std::string database = shared + "corpus/ios_backup/mvt_ios14.3/Manifest.db";
  if (!std::filesystem::exists(database)) GTEST_SKIP() << "no corpus";
  auto expected = golden_entries(shared + "golden/mvt/ios_check_backup/manifest.json");
  sqlite3* db = nullptr;
  const std::string uri = "file:" + database + "?immutable=1";
  ASSERT_EQ(sqlite3_open_v2(uri.c_str(), &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, nullptr), SQLITE_OK);
  sqlite3_stmt* rows = nullptr;
  ASSERT_EQ(sqlite3_prepare_v2(db, "SELECT fileID, file, relativePath FROM Files", -1, &rows, nullptr), SQLITE_OK);
  plist::Document document;
  int read = 0, links = 0, keys = 0;
  while (sqlite3_step(rows) == SQLITE_ROW) {
    const auto column = [&](int i) {
      const auto size = static_cast<std::size_t>(sqlite3_column_bytes(rows, i));
      return std::string_view(static_cast<const char*>(sqlite3_column_blob(rows, i)), size);
    };
    ASSERT_TRUE(plist::parse_into(document, as_bytes(column(1)))) << column(0);
    const auto archive = Archive::open(document);
    ASSERT_TRUE(archive) << column(0);
    EXPECT_EQ(decode(*archive), expected[std::string(column(0))]) << column(0);
    if (const auto path = archive->string(archive->get(archive->root(), "RelativePath"))) {
      EXPECT_TRUE(column(2).ends_with(*path) || path->ends_with(column(2))) << *path << " and " << column(2);
    }
    links += archive->string(archive->get(archive->root(), "Target")) ? 1 : 0;
    keys += archive->data(archive->get(archive->root(), "EncryptionKey")) ? 1 : 0;
    ++read;
  }
  sqlite3_finalize(rows);
  sqlite3_close(db);
  EXPECT_EQ(read, 3721);
  EXPECT_EQ(expected.size(), 3721U);
  EXPECT_EQ(links, 14);
  EXPECT_EQ(keys, 540 + 72 + 475 + 2);
}

}  // namespace
}  // namespace bridle
