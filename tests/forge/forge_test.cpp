// SPDX-License-Identifier: Apache-2.0
#include "forge/forge.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "decrypt.h"
#include "forge/ios_backup_writer.h"
#include "forge/ios_content.h"
#include "support.h"

namespace bridle::forge {
namespace {

std::filesystem::path stored(const Forged& forged, std::string_view domain, std::string_view path) {
  const auto id = backup_file_id(domain, path);
  return forged.backup / id.substr(0, 2) / id;
}

/// A database of a backup with its log, in a folder of its own, since SQLite writes beside a log.
DatabaseHandle open_stored(const TempFolder& folder, const Forged& forged, std::string_view domain,
                           const std::string& path, bool with_log) {
  const auto copy = folder.path() / (backup_file_id(domain, path) + (with_log ? "-both" : "-alone"));
  std::filesystem::remove(copy.string() + "-wal");
  write_bytes(copy, bytes_of(stored(forged, domain, path)));
  const auto log = stored(forged, domain, path + "-wal");
  if (with_log && std::filesystem::exists(log)) write_bytes(copy.string() + "-wal", bytes_of(log));
  sqlite3* db = nullptr;
  EXPECT_EQ(sqlite3_open(copy.c_str(), &db), SQLITE_OK);
  return DatabaseHandle(db);
}

class ForgeDemo : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new TempFolder;
    const auto forged = forge_backup(folder_->path() / "demo", Spec::demo());
    ASSERT_TRUE(forged) << to_string(forged.error());
    forged_ = new Forged(*forged);
  }
  static void TearDownTestSuite() {
    delete forged_;
    delete folder_;
  }
  static std::vector<nlohmann::json> truth() {
    std::vector<nlohmann::json> out;
    std::ifstream in(forged_->truth);
    for (std::string line; std::getline(in, line);) out.push_back(nlohmann::json::parse(line));
    return out;
  }

  static TempFolder* folder_;
  static Forged* forged_;
};
TempFolder* ForgeDemo::folder_ = nullptr;
Forged* ForgeDemo::forged_ = nullptr;

TEST_F(ForgeDemo, IsOfTheSizeAskedFor) {
  const Spec spec = Spec::demo();
  EXPECT_EQ(forged_->entries, spec.entries);
  EXPECT_EQ(forged_->files, spec.files);
  const auto wanted = static_cast<double>(spec.bytes);
  EXPECT_NEAR(static_cast<double>(forged_->bytes), wanted, 0.1 * wanted);
  const auto manifest = open_image(bytes_of(forged_->backup / "Manifest.db"));
  EXPECT_EQ(first_integer(manifest.get(), "SELECT count(*) FROM Files"), static_cast<std::int64_t>(spec.entries));
  EXPECT_EQ(first_integer(manifest.get(), "SELECT count(*) FROM Files WHERE flags = 1"),
            static_cast<std::int64_t>(spec.files));
}

TEST_F(ForgeDemo, EveryDatabaseIsSoundAndHoldsTheRowsCounted) {
  struct Item {
    Place place;
    std::string key;
  };
  const std::vector<Item> items{
      {place::kMessages, "ios.messages/message"},
      {place::kMessages, "ios.message_attachments/attachment"},
      {place::kCalls, "ios.calls/ZCALLRECORD"},
      {place::kWhatsappMessages, "ios.whatsapp_messages/ZWAMESSAGE"},
      {place::kWhatsappCalls, "ios.whatsapp_calls/ZWACDCALLEVENT"},
      {place::kWhatsappContacts, "ios.whatsapp_contacts/ZWAADDRESSBOOKCONTACT"},
      {place::kSafariHistory, "ios.safari_history/history_tombstones"},
      {place::kSafariBrowserState, "ios.safari_tabs/tabs"},
      {place::kDataUsage, "ios.data_usage/ZPROCESS"},
      {place::kDataUsage, "ios.data_usage/ZLIVEUSAGE"},
      {place::kTcc, "ios.tcc/access"},
      {place::kInteractions, "ios.interactions/ZINTERACTIONS"},
  };
  const TempFolder copies;
  for (const Item& item : items) {
    const auto db = open_stored(copies, *forged_, item.place.domain, std::string(item.place.relative_path), true);
    EXPECT_EQ(first_text(db.get(), "PRAGMA integrity_check"), "ok") << item.key;
    const std::string table = item.key.substr(item.key.find('/') + 1);
    EXPECT_EQ(first_integer(db.get(), "SELECT count(*) FROM " + table),
              static_cast<std::int64_t>(forged_->rows.at(item.key)))
        << item.key;
  }
}

TEST_F(ForgeDemo, MessagesHaveEveryShapeThatPhonesWrite) {
  const TempFolder copies;
  const auto db = open_stored(copies, *forged_, "HomeDomain", "Library/SMS/sms.db", true);
  for (const char* where :
       {"text IS NULL AND attributedBody IS NOT NULL", "text IS NOT NULL AND attributedBody IS NULL",
        "payload_data IS NOT NULL", "handle_id = 0", "date_edited > 0", "date_retracted > 0",
        "cache_has_attachments = 1", "cache_roomnames IS NOT NULL", "is_from_me = 1", "is_from_me = 0",
        "service = 'SMS'", "service = 'iMessage'"})
    EXPECT_GT(first_integer(db.get(), std::string("SELECT count(*) FROM message WHERE ") + where), 0) << where;
}

TEST_F(ForgeDemo, NewestRowsAreInTheLogAlone) {
  const TempFolder copies;
  for (const auto& [domain, path, table, extra] :
       {std::tuple{"HomeDomain", "Library/SMS/sms.db", "message", Spec::demo().messages_in_wal + 1},
        std::tuple{"AppDomainGroup-group.net.whatsapp.WhatsApp.shared", "ChatStorage.sqlite", "ZWAMESSAGE",
                   Spec::demo().wa_messages_in_wal + 1}}) {
    const std::string count = std::string("SELECT count(*) FROM ") + table;
    const auto both = first_integer(open_stored(copies, *forged_, domain, path, true).get(), count);
    const auto alone = first_integer(open_stored(copies, *forged_, domain, path, false).get(), count);
    EXPECT_EQ(both - alone, static_cast<std::int64_t>(extra)) << path;
  }
}

/// True if the value that a truth line speaks of is where it says.
bool is_planted(sqlite3* db, const nlohmann::json& line) {
  const std::string field = line["field"];
  if (field == "Z_PK") return true;  // a row that is missing
  const std::string id = std::to_string(line["rowid"].get<std::int64_t>());
  const std::string sql =
      field == "redirect_destination"
          ? "SELECT i.url FROM history_visits v JOIN history_visits d ON d.id = v.redirect_destination JOIN "
            "history_items i ON i.id = d.history_item WHERE v.id = " + id
          : "SELECT " + field + " FROM " + line["table"].get<std::string>() + " WHERE rowid = " + id;
  return first_text(db, sql).find(line["value"].get<std::string>()) != std::string::npos;
}

TEST_F(ForgeDemo, TruthNamesWhatIsThere) {
  const TempFolder copies;
  std::size_t traces = 0;
  std::size_t look_alikes = 0;
  for (const nlohmann::json& line : truth()) {
    ++(line["found_by"].empty() ? look_alikes : traces);
    const std::string domain = line["domain"];
    const std::string path = line["relative_path"];
    if (domain.empty()) continue;
    ASSERT_TRUE(std::filesystem::exists(stored(*forged_, domain, path))) << line;
    if (!line.contains("rowid")) continue;
    EXPECT_TRUE(is_planted(open_stored(copies, *forged_, domain, path, true).get(), line)) << line;
    const bool in_main_file = is_planted(open_stored(copies, *forged_, domain, path, false).get(), line);
    EXPECT_EQ(in_main_file, !line["wal_only"].get<bool>()) << line;
  }
  EXPECT_GT(traces, 20U);
  EXPECT_GT(look_alikes, 15U);
}

TEST_F(ForgeDemo, UsageOfADeletedProcessAndAGapAreThere) {
  const TempFolder copies;
  const auto db = open_stored(copies, *forged_, "WirelessDomain", "Library/Databases/DataUsage.sqlite", true);
  const char* orphans = "SELECT count(*) FROM ZLIVEUSAGE WHERE ZHASPROCESS NOT IN (SELECT Z_PK FROM ZPROCESS)";
  EXPECT_EQ(first_integer(db.get(), orphans), 1);
  EXPECT_EQ(first_integer(db.get(), "SELECT max(Z_PK) - count(*) FROM ZPROCESS"), 8);
}

TEST(Forge, SameSpecGivesSameBytesAndAnotherSeedOthers) {
  const TempFolder folder;
  Spec spec = Spec::demo();
  spec.password = "forged";
  spec.dpic = 10;
  spec.iterations = 10;
  ASSERT_TRUE(forge_backup(folder.path() / "a", spec));
  ASSERT_TRUE(forge_backup(folder.path() / "b", spec));
  EXPECT_EQ(digests(folder.path() / "a"), digests(folder.path() / "b"));
  spec.seed = 2;
  ASSERT_TRUE(forge_backup(folder.path() / "c", spec));
  EXPECT_NE(digests(folder.path() / "a"), digests(folder.path() / "c"));
}

TEST(Forge, EncryptionDoesNotChangeTheContent) {
  const TempFolder folder;
  Spec spec = Spec::demo();
  const auto plain = forge_backup(folder.path() / "plain", spec);
  spec.password = "forged";
  spec.dpic = 10;
  spec.iterations = 10;
  const auto encrypted = forge_backup(folder.path() / "encrypted", spec);
  ASSERT_TRUE(plain && encrypted);
  const Opened opened = open_encrypted(encrypted->backup, "forged");
  EXPECT_EQ(opened.file("Library/SMS/sms.db"), bytes_of(stored(*plain, "HomeDomain", "Library/SMS/sms.db")));
  EXPECT_EQ(opened.file("Library/SMS/sms.db-wal"), bytes_of(stored(*plain, "HomeDomain", "Library/SMS/sms.db-wal")));
  EXPECT_EQ(bytes_of(plain->truth), bytes_of(encrypted->truth));
}

TEST(Forge, WithoutPlantsThereIsNoTruth) {
  const TempFolder folder;
  Spec spec = Spec::demo();
  spec.plant = false;
  const auto forged = forge_backup(folder.path() / "quiet", spec);
  ASSERT_TRUE(forged);
  EXPECT_EQ(std::filesystem::file_size(forged->truth), 0U);
  for (const auto& [path, digest] : digests(forged->backup))
    EXPECT_EQ(as_text(bytes_of(forged->backup / path)).find("free247downloads"), std::string_view::npos) << path;
}

TEST(Forge, AnyTccGenerationCanBeMade) {
  for (const auto& [generation, column] : {std::pair{TccGeneration::v1, "prompt_count"},
                                           std::pair{TccGeneration::v2, "allowed, last_modified"},
                                           std::pair{TccGeneration::v3, "auth_value, last_modified"}}) {
    Spec spec;
    spec.tcc_grants = 10;
    spec.tcc = generation;
    Ledger ledger;
    const auto file = tcc_database(Content(spec, ledger));
    ASSERT_TRUE(file);
    const auto db = open_image(file->main);
    EXPECT_EQ(first_integer(db.get(), "SELECT count(*) FROM access"), 13);
    first_integer(db.get(), std::string("SELECT ") + column + " FROM access");
  }
}

TEST(Forge, SizesAreKept) {
  for (const std::uint64_t size : {std::uint64_t{1'000'000}, std::uint64_t{20'000'000}}) {
    const TempFolder folder;
    const auto forged = forge_backup(folder.path() / "sized", Spec::of_size(size));
    ASSERT_TRUE(forged) << to_string(forged.error());
    EXPECT_NEAR(static_cast<double>(forged->bytes), static_cast<double>(size), 0.2 * static_cast<double>(size));
  }
}

TEST(Forge, RefusesAFolderInUse) {
  const TempFolder folder;
  write_bytes(folder.path() / "mine.txt", {});
  const auto forged = forge_backup(folder.path(), Spec::demo());
  ASSERT_FALSE(forged);
  EXPECT_EQ(forged.error().code, Errc::usage);
}

}  // namespace
}  // namespace bridle::forge
