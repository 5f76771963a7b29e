// SPDX-License-Identifier: Apache-2.0
#include "artifacts/stored_files.h"

#include <gtest/gtest.h>

namespace bridle {
namespace {

constexpr std::string_view kId = "3d0d7e5fb2ce288813306e4d4636395e047a3d28";

TEST(FileIds, AreFortyDigitsOfEitherCase) {
  ASSERT_TRUE(parse_file_id(kId));
  EXPECT_EQ(parse_file_id(kId), parse_file_id("3D0D7E5FB2CE288813306E4D4636395E047A3D28"));
  EXPECT_EQ((*parse_file_id(kId))[0], std::byte{0x3d});
  EXPECT_EQ((*parse_file_id(kId))[19], std::byte{0x28});
  EXPECT_FALSE(parse_file_id(""));
  EXPECT_FALSE(parse_file_id(kId.substr(1)));
  EXPECT_FALSE(parse_file_id(std::string(kId) + "0"));
  EXPECT_FALSE(parse_file_id("3g0d7e5fb2ce288813306e4d4636395e047a3d28"));
  EXPECT_FALSE(parse_file_id("../../../../../../../../../../etc/passwd"));
}

TEST(StoredFiles, AreFoundByIdAndKeepTheirLine) {
  StoredFiles files("ff/" + std::string(40, 'f') + "\t9\r\nbackup.log\t12\n\n3d/" + std::string(kId) + "\t278528\n3e/" + std::string(kId) + "\t1\n");
  ASSERT_EQ(files.files().size(), 4U);
  const ListedFile* sms = files.find(*parse_file_id(kId));
  ASSERT_NE(sms, nullptr);
  EXPECT_EQ(sms->size, 278528U);
  EXPECT_EQ(sms->line, 4);
  EXPECT_EQ(sms->path.substr(0, 3), "3d/");
  EXPECT_NE(files.find(*parse_file_id(std::string(40, 'f'))), nullptr);
  EXPECT_EQ(files.find(*parse_file_id(std::string(40, '0'))), nullptr);
  std::size_t without_id = 0;
  for (const ListedFile& file : files.files()) without_id += file.has_id ? 0 : 1;
  EXPECT_EQ(without_id, 2U);  // the log, and the file that lies in the folder of another
}

TEST(StoredFiles, ASizeThatIsNoneIsNotInvented) {
  StoredFiles files("3d/" + std::string(kId) + "\t-\nno size\nodd\t12x\nhuge\t99999999999999999999999\nempty\t\n");
  ASSERT_EQ(files.files().size(), 5U);
  for (const ListedFile& file : files.files()) EXPECT_FALSE(file.size) << file.path;
}

TEST(StoredFiles, AnEmptyListingHoldsNothing) {
  StoredFiles files("");
  EXPECT_TRUE(files.files().empty());
  EXPECT_EQ(files.find(FileId{}), nullptr);
}

}  // namespace
}  // namespace bridle
