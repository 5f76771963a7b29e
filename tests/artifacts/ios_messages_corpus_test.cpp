// SPDX-License-Identifier: Apache-2.0
// Messages and contacts against files of real phones, and against what another program read from them.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "artifacts/golden.h"

namespace bridle::test {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

const fs::path kShared = fs::path(BRIDLE_SOURCE_DIR) / ".." / "shared";
const std::string kSms = "/private/var/mobile/Library/SMS/sms.db";
const std::string kWhatsapp = "/private/var/mobile/Containers/Shared/AppGroup/group.net.whatsapp.WhatsApp.shared/";

class IosMessagesCorpus : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(kShared / "corpus/ios_backup")) GTEST_SKIP() << "no ../shared beside the source folder";
  }
};

std::string slurp(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

Json golden(const std::string& name) {
  return Json::parse(slurp(kShared / "golden/mvt/ios_check_backup" / (name + ".json")));
}

/// Records of a file of the real backup; a problem is a failure.
std::vector<Json> read(std::string_view artifact, const std::string& path, const std::string& file_id) {
  std::vector<Json> out;
  const fs::path file = kShared / "corpus/ios_backup/mvt_ios14.3" / file_id.substr(0, 2) / file_id;
  for (const std::string& line : read_as_json(artifact, {{path, slurp(file)}})) {
    out.push_back(Json::parse(line));
    EXPECT_FALSE(out.back().contains("problem")) << line;
  }
  return out;
}

/// A text or time of a record as the other program writes it: null if absent, times to the second.
Json text(const Json& record, const char* key) { return record.contains(key) ? record[key] : Json(nullptr); }
Json second(const Json& record, const char* key) {
  if (!record.contains(key)) return nullptr;
  std::string time = record[key].get<std::string>().substr(0, 19);
  time[10] = ' ';
  return time;
}
Json second_of(const Json& theirs, const char* key) {
  return theirs[key].is_null() ? Json(nullptr) : Json(theirs[key].get<std::string>().substr(0, 19));
}

TEST_F(IosMessagesCorpus, Messages) {
  const auto got = read("ios.messages", kSms, "3d0d7e5fb2ce288813306e4d4636395e047a3d28");
  const Json want = golden("sms");
  ASSERT_EQ(got.size(), 1U);
  ASSERT_EQ(want.size(), 1U);
  EXPECT_EQ(got[0]["message_id"], want[0]["ROWID"]);
  EXPECT_EQ(text(got[0], "guid"), want[0]["guid"]);
  EXPECT_EQ(text(got[0], "text"), want[0]["text"]);
  EXPECT_EQ(text(got[0], "sender"), want[0]["phone_number"]);
  EXPECT_EQ(text(got[0], "direction"), want[0]["direction"]);
  EXPECT_EQ(second(got[0], "sent_at"), second_of(want[0], "isodate"));
  EXPECT_EQ(second(got[0], "read_at"), second_of(want[0], "isodate_read"));
}

TEST_F(IosMessagesCorpus, WhatsappMessages) {
  const auto got =
      read("ios.whatsapp_messages", kWhatsapp + "ChatStorage.sqlite", "7c7fba66680ef796b916b067077cc246adacf01d");
  const Json want = golden("whatsapp");
  ASSERT_EQ(got.size(), 3U);
  for (std::size_t i = 0; i < got.size(); ++i) {
    EXPECT_EQ(got[i]["message_id"], want[i]["Z_PK"]);
    EXPECT_EQ(text(got[i], "text"), want[i]["ZTEXT"]);
    EXPECT_EQ(second(got[i], "sent_at"), second_of(want[i], "isodate"));
    EXPECT_EQ(text(got[i], "direction"), want[i]["ZISFROMME"] == 1 ? "sent" : "received");
    EXPECT_EQ(text(got[i], "sender"), want[i]["ZFROMJID"]);
    EXPECT_EQ(text(got[i], "recipient"), want[i]["ZTOJID"]);
  }
  EXPECT_EQ(text(got[0], "chat"), "100000000000001@lid");
  EXPECT_EQ(text(got[2], "chat_name"), "Example Group");
}

TEST_F(IosMessagesCorpus, WhatsappContacts) {
  const auto got =
      read("ios.whatsapp_contacts", kWhatsapp + "ContactsV2.sqlite", "b8548dc30aa1030df0ce18ef08b882cf7ab5212f");
  const Json want = golden("whatsapp_contacts");
  ASSERT_EQ(got.size(), want.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    for (const auto& [ours, theirs] : std::initializer_list<std::pair<const char*, const char*>>{
             {"whatsapp_id", "whatsapp_id"}, {"lid", "lid"}, {"phone", "phone_number"}, {"full_name", "full_name"},
             {"user_name", "user_name"}, {"business_name", "business_name"}, {"about", "about_text"},
             {"notes", "notes"}})
      EXPECT_EQ(text(got[i], ours), want[i][theirs]) << ours;
    for (const auto& [ours, theirs] : std::initializer_list<std::pair<const char*, const char*>>{
             {"disappearing_set_at", "disappearing_mode_timestamp"}, {"about_changed_at", "about_timestamp"},
             {"about_expires_at", "about_expiration_timestamp"}, {"updated_at", "last_updated"}})
      EXPECT_EQ(second(got[i], ours), second_of(want[i], theirs)) << ours;
  }
}

TEST_F(IosMessagesCorpus, WhatsappLidPairs) {
  const auto got =
      read("ios.whatsapp_contacts", kWhatsapp + "LID.sqlite", "e794f6ffcc3c222535f47684a63d5178da3c4500");
  ASSERT_EQ(got.size(), 1U);
  const Json want = golden("whatsapp")[3];
  EXPECT_EQ(text(got[0], "lid"), want["lid"]);
  EXPECT_EQ(text(got[0], "phone"), want["phone_number"]);
  EXPECT_EQ(second(got[0], "paired_at"), second_of(want, "pair_timestamp"));
}

}  // namespace
}  // namespace bridle::test
