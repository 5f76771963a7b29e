// SPDX-License-Identifier: Apache-2.0
#include "engine/frames.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/limits.h"

namespace bridle {
namespace {

using Message = std::pair<int, std::string>;

/// The bytes that a channel writes for some messages; they must fit into a pipe.
std::vector<std::byte> bytes_of(const std::vector<Message>& messages) {
  std::array<int, 2> pipe{};
  EXPECT_EQ(pipe2(pipe.data(), O_CLOEXEC), 0);
  fcntl(pipe[1], F_SETPIPE_SZ, 1 << 20);
  Channel channel(pipe[1]);
  for (const auto& [type, text] : messages) EXPECT_TRUE(channel.send(static_cast<std::uint8_t>(type), as_bytes(text)));
  EXPECT_TRUE(channel.flush());
  close(pipe[1]);
  std::vector<std::byte> out(1 << 20);
  std::size_t used = 0;
  for (ssize_t n = 0; (n = read(pipe[0], out.data() + used, out.size() - used)) > 0;)
    used += static_cast<std::size_t>(n);
  close(pipe[0]);
  out.resize(used);
  return out;
}

/// Feeds bytes in pieces of at most `piece`. Gives the messages and, as type -1, the error that ended them.
std::vector<Message> messages_in(Bytes bytes, std::size_t piece) {
  FrameReader reader;
  std::vector<Message> out;
  while (!bytes.empty()) {
    const auto space = reader.space();
    const std::size_t n = std::min({piece, space.size(), bytes.size()});
    std::copy_n(bytes.begin(), n, space.begin());
    reader.filled(n);
    bytes = bytes.subspan(n);
    while (true) {
      const auto frame = reader.next();
      if (!frame) {
        EXPECT_FALSE(reader.next()) << "an error is for good";
        out.emplace_back(-1, frame.error().what);
        return out;
      }
      if (!*frame) break;
      out.emplace_back((*frame)->type, as_text((*frame)->payload));
    }
  }
  if (!reader.empty()) out.emplace_back(-1, "unfinished");
  return out;
}

TEST(Frames, ComeBackAsTheyWereSent) {
  const std::vector<Message> sent{{1, "one"}, {2, ""}, {3, std::string(200'000, 'x')}, {4, std::string(65'524, 'y')},
                                  {5, std::string(65'525, 'z')}, {0xEF, "last"}};
  const auto bytes = bytes_of(sent);
  for (const std::size_t piece : {1U, 7U, 4096U, 65'536U, 1U << 20})
    EXPECT_EQ(messages_in(bytes, piece), sent) << piece;
}

TEST(Frames, TellWhetherBytesAreLeft) {
  auto bytes = bytes_of({{1, "one"}});
  bytes.pop_back();
  EXPECT_EQ(messages_in(bytes, 4096), (std::vector<Message>{{-1, "unfinished"}}));
}

TEST(Frames, RefuseWhatIsNoFrame) {
  auto bytes = bytes_of({{1, "one"}});
  const auto second = bytes_of({{2, "two"}});
  bytes.insert(bytes.end(), second.begin(), second.end());
  bytes[15] = std::byte{0};  // the magic of the second frame
  EXPECT_EQ(messages_in(bytes, 4096), (std::vector<Message>{{1, "one"}, {-1, "bytes that are no message"}}));
  bytes = second;
  bytes[11] = std::byte{1};  // a byte that is zero in every frame
  EXPECT_EQ(messages_in(bytes, 1), (std::vector<Message>{{-1, "bytes that are no message"}}));
}

TEST(Frames, RefuseALengthBeforeAllocating) {
  auto bytes = bytes_of({{1, "one"}});
  const std::uint32_t length = limits::kWireMessageBytes + 1;
  std::memcpy(bytes.data() + 4, &length, sizeof length);
  const auto got = messages_in(bytes, 4096);
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].second, "a message of 16777217 bytes, the limit is 16777216");
}

TEST(Frames, SpaceFollowsTheFrameThatHasBegun) {
  FrameReader reader;
  const std::size_t usual = reader.space().size();
  const auto bytes = bytes_of({{1, std::string(500'000, 'x')}});
  std::copy_n(bytes.begin(), 12, reader.space().begin());
  reader.filled(12);
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.space().size(), 500'000U + 12U) << "the payload and the next header";
  EXPECT_LT(usual, 500'000U);
}

TEST(Channel, RefusesWhatTheReaderWouldRefuse) {
  std::array<int, 2> pipe{};
  ASSERT_EQ(pipe2(pipe.data(), O_CLOEXEC), 0);
  Channel channel(pipe[1]);
  EXPECT_FALSE(channel.send(Channel::kFirstReservedType, {}));
  EXPECT_FALSE(channel.send(1, std::vector<std::byte>(limits::kWireMessageBytes + 1)));
  EXPECT_TRUE(channel.send(1, {}));
  close(pipe[0]);
  const auto before = signal(SIGPIPE, SIG_IGN);
  EXPECT_FALSE(channel.flush()) << "nobody reads";
  signal(SIGPIPE, before);
  close(pipe[1]);
}

TEST(Channel, BlocksOnAFullPipe) {
  std::array<int, 2> pipe{};
  ASSERT_EQ(pipe2(pipe.data(), O_CLOEXEC), 0);
  const std::string large(limits::kWireMessageBytes, 'x');
  const pid_t pid = fork();
  if (pid == 0) {
    close(pipe[0]);
    Channel channel(pipe[1]);
    _exit(channel.send(7, as_bytes(large)) && channel.flush() ? 0 : 1);
  }
  close(pipe[1]);
  FrameReader reader;
  std::size_t frames = 0;
  while (true) {
    const auto space = reader.space();
    const ssize_t n = read(pipe[0], space.data(), space.size());
    if (n <= 0) break;
    reader.filled(static_cast<std::size_t>(n));
    const auto frame = reader.next();
    ASSERT_TRUE(frame);
    if (!*frame) continue;
    EXPECT_EQ(as_text((*frame)->payload), large);
    ++frames;
  }
  close(pipe[0]);
  int status = -1;
  waitpid(pid, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(frames, 1U);
}

}  // namespace
}  // namespace bridle
