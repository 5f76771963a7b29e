// SPDX-License-Identifier: Apache-2.0
#include "artifacts/user_artifact.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace bridle {
namespace {

constexpr const char* kText = R"sql(-- artifact:  user.voicemail
-- summary:   Voicemail messages left.
-- find:      /private/var/mobile/Library/Voicemail/voicemail.db
-- table:     voicemail
-- field:     sender   text     phone         Number of the caller.
-- field:     left_at  time     unix_seconds  When the message was left.
-- field:     duration integer  -             Length in seconds.
-- timeline:  Voicemail from {sender}
SELECT ROWID AS _rowid, sender, date AS left_at, duration FROM voicemail
)sql";

TEST(UserArtifact, IsReadFromItsHeader) {
  const auto parsed = parse_user_artifact(kText, "v.sql");
  ASSERT_TRUE(parsed) << to_string(parsed.error());
  const Artifact& a = (*parsed)->artifact();
  EXPECT_EQ(a.id, "user.voicemail");
  ASSERT_EQ(a.fields.size(), 3U);
  EXPECT_TRUE(a.fields[0].observables.has(Observable::phone));
  EXPECT_EQ(a.fields[1].epoch, Epoch::unix_seconds);
  EXPECT_EQ(a.fields[1].event, "event");
  EXPECT_EQ(a.fields[2].doc, "Length in seconds.");
  EXPECT_EQ(a.queries.front().table, "voicemail");
  EXPECT_TRUE(a.queries.front().sql.starts_with("SELECT ROWID"));
}

std::string refusal(std::string text) {
  const auto parsed = parse_user_artifact(std::move(text), "v.sql");
  return parsed ? "" : parsed.error().what;
}

TEST(UserArtifact, SaysWhatIsWrong) {
  std::string text = kText;
  const auto with = [&](std::string_view from, std::string_view to) {
    std::string changed = text;
    changed.replace(changed.find(from), from.size(), to);
    return refusal(changed);
  };
  EXPECT_EQ(with("user.voicemail", "ios.voicemail"), "the artifact's id is user.<snake_case>");
  EXPECT_EQ(with("summary:", "sumary:"), "unknown key \"sumary\"");
  EXPECT_NE(with("phone  ", "number ").find("nothing to match is named number"), std::string::npos);
  EXPECT_NE(with("unix_seconds", "unix_hours").find("no epoch is named unix_hours"), std::string::npos);
  EXPECT_NE(with("left_at  time", "sender   time").find("two fields are named sender"), std::string::npos);
  EXPECT_NE(refusal("SELECT 1"), "");
}

TEST(UserArtifact, TwoOfOneIdAreRefused) {
  std::string name = (std::filesystem::temp_directory_path() / "bridle-user-XXXXXX").string();
  const std::filesystem::path dir = ::mkdtemp(name.data());
  for (const char* file : {"a.sql", "b.sql"}) std::ofstream(dir / file) << kText;
  const auto both = load_user_artifacts({(dir / "a.sql").string(), (dir / "b.sql").string()});
  ASSERT_FALSE(both);
  EXPECT_EQ(both.error().what, "two artifact files have the id user.voicemail");
  EXPECT_EQ(load_user_artifacts({(dir / "none.sql").string()}).error().code, Errc::not_found);
  std::filesystem::remove_all(dir);
}

}  // namespace
}  // namespace bridle
