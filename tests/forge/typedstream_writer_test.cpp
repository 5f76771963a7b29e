// SPDX-License-Identifier: Apache-2.0
#include "forge/typedstream_writer.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "formats/typedstream.h"

namespace bridle::forge {
namespace {

TEST(TypedStream, WritesThePublishedLayout) {
  // Header, class chain, text, one run with a dictionary of one number.
  EXPECT_EQ(to_hex(attributed_body({{"Hi"}})),
            "040b73747265616d747970656481e803"          // 4, "streamtyped", 1000
            "840140848484194e534d757461626c6541747472696275746564537472696e6700"
            "8484124e5341747472696275746564537472696e67008484084e534f626a6563740085"
            "928484840f4e534d757461626c65537472696e67018484084e53537472696e670195"
            "84012b02486986"                            // "+", "Hi"
            "84026949" "0102"                           // "iI", first run, two units
            "928484840c4e5344696374696f6e61727900958401690192"
            "8498981d5f5f6b494d4d657373616765506172744174747269627574654e616d6586"
            "92848484084e534e756d626572008484074e5356616c7565009584012a84840171"
            "9f0086" "86" "86");
}

TEST(TypedStream, ReadersFindTextAndLinks) {
  const auto body = attributed_body({{"look "}, {"https://example.org/a", "https://example.org/a?b=1"}, {" now"}});
  const auto read = typedstream::read_attributed_text(body);
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_FALSE(read->error);
  EXPECT_EQ(read->text, "look https://example.org/a now");
  EXPECT_EQ(read->links, std::vector<std::string>{"https://example.org/a?b=1"});
}

TEST(TypedStream, LongTextsHaveWideLengths) {
  for (const std::size_t length : {127U, 128U, 146U, 40'000U}) {
    const std::string text(length, 'x');
    const auto read = typedstream::read_attributed_text(attributed_body({{text}}));
    ASSERT_TRUE(read) << length << ": " << to_string(read.error());
    EXPECT_FALSE(read->error) << length;
    EXPECT_EQ(read->text, text);
  }
}

TEST(TypedStream, TextMayLeaveAscii) {
  const std::string text = "caf\xc3\xa9 \xf0\x9f\x98\x80 \xef\xbf\xbc";
  const auto read = typedstream::read_attributed_text(attributed_body({{text}}));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->text, text);
}

}  // namespace
}  // namespace bridle::forge
