// SPDX-License-Identifier: Apache-2.0
// What only a terminal shows: the password prompt and the progress bar.
#include <gmock/gmock.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>

#include "forge/forge.h"
#include "run_bridle.h"

namespace bridle::cli {
namespace {

using test::Place;
using ::testing::HasSubstr;
using ::testing::Not;

/// The program on a terminal of its own.
class Terminal {
 public:
  Terminal(const Place& place, std::vector<std::string> arguments, const char* term = "xterm") {
    std::fflush(nullptr);
    child_ = ::forkpty(&fd_, nullptr, nullptr, nullptr);
    if (child_ != 0) return;
    if (::chdir(place.folder().c_str()) != 0) ::_exit(99);
    ::setenv("HOME", place.folder().c_str(), 1);
    ::setenv("LC_ALL", "C.UTF-8", 1);
    ::setenv("TERM", term, 1);
    arguments.insert(arguments.begin(), "bridle");
    std::vector<char*> argv;
    for (std::string& a : arguments) argv.push_back(a.data());
    argv.push_back(nullptr);
    const int code = run(static_cast<int>(arguments.size()), argv.data());
    std::fflush(nullptr);
    ::_exit(code);
  }
  ~Terminal() {
    if (child_ > 0) ::kill(child_, SIGKILL), finish();
    ::close(fd_);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  /// Reads until the screen has shown `text` after what was awaited before; false if the program ended first.
  bool wait_for(const std::string& text) {
    for (std::size_t at = 0;; ) {
      at = shown.find(text, seen_);
      if (at != std::string::npos) {
        seen_ = at + text.size();
        return true;
      }
      if (!read_some()) return false;
    }
  }
  void type(const std::string& text) { EXPECT_EQ(::write(fd_, text.data(), text.size()), static_cast<ssize_t>(text.size())); }
  /// Reads to the end and returns the exit code.
  int finish() {
    while (read_some()) {}
    int status = 0;
    ::waitpid(child_, &status, 0);
    child_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  std::string shown;

 private:
  bool read_some() {
    char buffer[4096];
    pollfd ready{fd_, POLLIN, 0};
    if (::poll(&ready, 1, 60'000) <= 0) return false;
    const ssize_t n = ::read(fd_, buffer, sizeof buffer);
    if (n <= 0) return false;  // Linux says EIO once the other side is closed
    shown.append(buffer, static_cast<std::size_t>(n));
    return true;
  }

  int fd_ = -1;
  pid_t child_ = -1;
  std::size_t seen_ = 0;
};

std::string encrypted_phone(const Place& place) {
  forge::Spec spec = forge::Spec::demo();
  spec.plant = false;
  spec.password = "correct horse";
  const auto forged = forge::forge_backup(place / "phone", spec);
  EXPECT_TRUE(forged.has_value());
  return forged->backup.string();
}

TEST(Prompt, AsksAgainAndShowsNothing) {
  const Place place;
  Terminal terminal(place, {"check", encrypted_phone(place), "--case", "a.bridle"});
  ASSERT_TRUE(terminal.wait_for("Password of the backup: ")) << terminal.shown;
  terminal.type("not this one\n");
  ASSERT_TRUE(terminal.wait_for("Once more: ")) << terminal.shown;
  terminal.type("correct horse\n");
  EXPECT_EQ(terminal.finish(), 0) << terminal.shown;
  EXPECT_THAT(terminal.shown, Not(HasSubstr("horse")));
  EXPECT_THAT(terminal.shown, Not(HasSubstr("not this one")));
  EXPECT_THAT(terminal.shown, HasSubstr("COVERAGE"));
}

TEST(Prompt, GivesUpAfterThree) {
  const Place place;
  Terminal terminal(place, {"check", encrypted_phone(place), "--case", "a.bridle"});
  for (const char* prompt : {"backup: ", "more: ", "more: "}) {
    ASSERT_TRUE(terminal.wait_for(prompt)) << terminal.shown;
    terminal.type("wrong\n");
  }
  EXPECT_EQ(terminal.finish(), 7) << terminal.shown;
  EXPECT_FALSE(std::filesystem::exists(place / "a.bridle"));
}

TEST(Prompt, CanBeInterrupted) {
  const Place place;
  Terminal terminal(place, {"check", encrypted_phone(place), "--case", "a.bridle"});
  ASSERT_TRUE(terminal.wait_for("backup: "));
  terminal.type("\x03");  // Ctrl-C
  EXPECT_EQ(terminal.finish(), 130) << terminal.shown;
  EXPECT_FALSE(std::filesystem::exists(place / "a.bridle"));
}

TEST(ProgressBar, IsForTerminalsThatCanDrawIt) {
  const Place place;
  const auto forged = forge::forge_backup(place / "phone", forge::Spec::demo());
  ASSERT_TRUE(forged.has_value());
  Terminal drawn(place, {"check", forged->backup.string(), "--case", "a.bridle"});
  EXPECT_EQ(drawn.finish(), 0);
  EXPECT_THAT(drawn.shown, HasSubstr("\r  "));
  EXPECT_THAT(drawn.shown, HasSubstr("\x1b[K"));
  Terminal dumb(place, {"check", forged->backup.string(), "--case", "b.bridle"}, "dumb");
  EXPECT_EQ(dumb.finish(), 0);
  EXPECT_THAT(dumb.shown, Not(HasSubstr("\x1b")));
  Terminal quiet(place, {"check", forged->backup.string(), "--case", "c.bridle", "-q"});
  EXPECT_EQ(quiet.finish(), 0);
  EXPECT_EQ(quiet.shown, "");
}

}  // namespace
}  // namespace bridle::cli
