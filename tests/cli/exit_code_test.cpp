// SPDX-License-Identifier: Apache-2.0
// The exit codes that docs/cli.md promises, each by a run that ends with it.
#include <gmock/gmock.h>
#include <signal.h>

#include <thread>

#include "forge/forge.h"
#include "run_bridle.h"

namespace bridle::cli {
namespace {

namespace fs = std::filesystem;
using test::Place;
using test::Ran;
using ::testing::HasSubstr;
using ::testing::Not;

std::string forge_phone(const Place& place, const forge::Spec& spec, const char* name = "phone") {
  const auto forged = forge::forge_backup(place / name, spec);
  EXPECT_TRUE(forged.has_value());
  return forged ? forged->backup.string() : "";
}

/// A phone without traces.
forge::Spec quiet_phone() {
  forge::Spec spec = forge::Spec::demo();
  spec.plant = false;
  return spec;
}

std::vector<std::string> entries(const fs::path& folder) {
  std::vector<std::string> out;
  for (const auto& entry : fs::directory_iterator(folder)) out.push_back(entry.path().filename());
  std::ranges::sort(out);
  return out;
}

TEST(ExitCode, ZeroWhenAllWasRead) {
  const Place place;
  const Ran ran = place({"check", forge_phone(place, quiet_phone()), "--case", "a.bridle"});
  EXPECT_EQ(ran.code, 0) << ran.err << ran.out;
  EXPECT_EQ(ran.err, "");
  EXPECT_LT(ran.out.find("COVERAGE"), ran.out.find("FINDINGS"));
}

TEST(ExitCode, ZeroSaysNothingAboutFindings) {
  const Place place;
  const Ran ran = place({"check", forge_phone(place, forge::Spec::demo()), "--case", "a.bridle"});
  EXPECT_EQ(ran.code, 0) << ran.err << ran.out;
  EXPECT_THAT(ran.out, HasSubstr("A match is a lead, not a verdict."));
}

TEST(ExitCode, TwoForUsage) {
  const Place place;
  const std::string phone = forge_phone(place, quiet_phone());
  const std::vector<std::vector<std::string>> wrong{
      {}, {"chekc"}, {"check"}, {"check", "--jsn", phone}, {"show"}, {"show", "finding", "x"}, {"check", phone, "--exit-on", "S9"},
      {"check", phone, "--workers", "many"}, {"check", phone, "--color", "red", "--case", "c.bridle"}, {"completions", "csh"},
      {"check", phone, "--password-file", "a", "--password-fd", "3"}, {"artifacts", "ios.nothing"}, {"rules", "show", "nothing"},
      {"version", "surplus"}, {"decrypt", phone}};
  for (const auto& arguments : wrong) {
    const Ran ran = place(arguments);
    EXPECT_EQ(ran.code, 2) << ::testing::PrintToString(arguments) << ran.err;
    EXPECT_THAT(ran.err, ::testing::StartsWith("bridle: "));
    EXPECT_EQ(std::ranges::count(ran.err, '\n'), 1) << ran.err;
    EXPECT_EQ(ran.out, "");
  }
}

TEST(ExitCode, MisspeltWordsAreGuessed) {
  const Place place;
  EXPECT_THAT(place({"chekc"}).err, HasSubstr("did you mean \"check\"?"));
  EXPECT_THAT(place({"show", "finding", "x"}).err, HasSubstr("did you mean \"findings\"?"));
  EXPECT_THAT(place({"check", "x", "--jsno"}).err, HasSubstr("did you mean \"--json\"?"));
  EXPECT_THAT(place({"artifacts", "ios.tc"}).err, HasSubstr("did you mean \"ios.tcc\"?"));
  fs::create_directory(place / "qwertyuiop");
  EXPECT_THAT(place({"qwertyuiop"}).err, HasSubstr("to check this path: bridle check qwertyuiop"));
}

TEST(ExitCode, TwoWhenTheCaseExists) {
  const Place place;
  const std::string phone = forge_phone(place, quiet_phone());
  ASSERT_EQ(place({"check", phone, "--case", "a.bridle"}).code, 0);
  const std::string before = test::read_file(place / "a.bridle");
  const Ran again = place({"check", phone, "--case", "a.bridle"});
  EXPECT_EQ(again.code, 2);
  EXPECT_THAT(again.err, HasSubstr("--case"));
  EXPECT_EQ(test::read_file(place / "a.bridle"), before);
}

TEST(ExitCode, TwoWhenTheCaseWouldLieInTheSource) {
  const Place place;
  const std::string phone = forge_phone(place, quiet_phone());
  const auto before = entries(phone);
  const Ran ran = place({"check", ".", "-q"}, [&] { EXPECT_EQ(::chdir(phone.c_str()), 0); });
  EXPECT_EQ(ran.code, 2) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("into the source itself"));
  EXPECT_EQ(entries(phone), before);
}

TEST(ExitCode, ThreeWhenSomethingWasNotRead) {
  const Place place;
  const fs::path phone = forge_phone(place, quiet_phone());
  const fs::path messages = phone / "3d/3d0d7e5fb2ce288813306e4d4636395e047a3d28";
  ASSERT_TRUE(fs::exists(messages));
  fs::resize_file(messages, fs::file_size(messages) / 3);
  const Ran ran = place({"check", phone, "--case", "a.bridle"});
  EXPECT_EQ(ran.code, 3) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("L7"));
  const Ran problems = place({"show", "problems", "a.bridle"});
  EXPECT_EQ(problems.code, 0);
  EXPECT_THAT(problems.out, HasSubstr("sms.db"));
}

TEST(ExitCode, FiveForWhatIsMissingOrUnreadable) {
  const Place place;
  fs::create_directory(place / "empty");
  std::ofstream(place / "text.bridle") << "no case";
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {"check", "absent"}, {"check", "empty"}, {"check", "text.bridle"}, {"show", "summary", "absent.bridle"}, {"show", "summary", "text.bridle"},
           {"timeline", "text.bridle"}, {"explain", "text.bridle", "f-0001"}, {"decrypt", "absent", "-d", "x"},
           {"indicators", "import", "absent.stix2"}, {"rules", "lint", "absent.sql"}}) {
    const Ran ran = place(arguments);
    EXPECT_EQ(ran.code, 5) << ::testing::PrintToString(arguments) << ran.err;
    EXPECT_EQ(std::ranges::count(ran.err, '\n'), 1) << ran.err;
  }
  EXPECT_THAT(entries(place.folder()), ::testing::ElementsAre("empty", "text.bridle"));
}

TEST(ExitCode, FiveWhenTheCaseCannotBeWritten) {
  const Place place;
  const std::string phone = forge_phone(place, quiet_phone());
  const Ran ran = place({"check", phone, "--case", "no/such/folder/a.bridle"});
  EXPECT_EQ(ran.code, 5);
  EXPECT_THAT(ran.err, HasSubstr("there is no such folder"));
}

TEST(ExitCode, FiveWhenStandardOutputIsFull) {
  const Place place;
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "no /dev/full";
  const Ran ran = place({"artifacts"}, [] { ::dup2(::open("/dev/full", O_WRONLY), STDOUT_FILENO); });
  EXPECT_EQ(ran.code, 5);
  EXPECT_THAT(ran.err, HasSubstr("standard output"));
}

TEST(ExitCode, SixWhenAnInputChangesDuringTheRun) {
  const Place place;
  const fs::path phone = forge_phone(place, forge::Spec::of_size(16'000'000));
  const fs::path messages = phone / "3d/3d0d7e5fb2ce288813306e4d4636395e047a3d28";
  const auto at = static_cast<off_t>(fs::file_size(messages)) - 8;
  const int fd = ::open(messages.c_str(), O_WRONLY | O_CLOEXEC);
  ASSERT_GE(fd, 0);
  const pid_t child = place.start({"check", phone, "--case", "a.bridle", "--exit-on", "S1"});
  // The end of the file never holds the same number twice, so the hashes before and after differ.
  siginfo_t ended{};
  for (std::uint64_t n = 0; ::waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 && ended.si_pid == 0; ++n) {
    ASSERT_EQ(::pwrite(fd, &n, sizeof(n), at), 8);
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
  ::close(fd);
  const Ran ran = place.wait(child);
  EXPECT_EQ(ran.code, 6) << ran.err;  // before 10 and 3
  EXPECT_THAT(ran.out, HasSubstr("L14"));
}

TEST(ExitCode, SevenForAWrongOrMissingPassword) {
  const Place place;
  forge::Spec spec = quiet_phone();
  spec.password = "correct horse";
  const std::string phone = forge_phone(place, spec);
  std::ofstream(place / "wrong.txt") << "wrong\n";
  std::ofstream(place / "right.txt") << "correct horse\n";
  const auto before = entries(place.folder());
  EXPECT_EQ(place({"check", phone, "--case", "a.bridle"}).code, 7);
  const Ran wrong = place({"check", phone, "--case", "a.bridle", "--password-file", "wrong.txt"});
  EXPECT_EQ(wrong.code, 7);
  EXPECT_THAT(wrong.err, HasSubstr("--password-file"));
  EXPECT_THAT(wrong.err, Not(HasSubstr("wrong\n")));
  EXPECT_EQ(place({"decrypt", phone, "-d", "clear"}).code, 7);
  EXPECT_EQ(entries(place.folder()), before);  // nothing was written
  EXPECT_EQ(place({"check", phone, "--password-file", "absent.txt"}).code, 5);

  EXPECT_EQ(place({"check", phone, "--case", "a.bridle", "--password-file", "right.txt"}).code, 0);
  const Ran by_fd = place({"check", phone, "--case", "b.bridle", "--password-fd", "9"},
                          [&] { ::dup2(::open("right.txt", O_RDONLY), 9); });
  EXPECT_EQ(by_fd.code, 0) << by_fd.err;
  const Ran clear = place({"decrypt", phone, "-d", "clear", "--password-file", "right.txt"});
  EXPECT_EQ(clear.code, 0) << clear.err << clear.out;
  EXPECT_TRUE(fs::exists(place / "clear/HomeDomain/Library/SMS/sms.db"));
  EXPECT_THAT(test::read_file(place / "a.bridle"), Not(HasSubstr("correct horse")));
}

TEST(ExitCode, ThreeWhenAFileCouldNotBeDecrypted) {
  const Place place;
  forge::Spec spec = quiet_phone();
  spec.password = "p";
  const fs::path phone = forge_phone(place, spec);
  std::ofstream(place / "p.txt") << "p";
  const fs::path messages = phone / "3d/3d0d7e5fb2ce288813306e4d4636395e047a3d28";
  fs::resize_file(messages, fs::file_size(messages) - 5);
  const Ran ran = place({"decrypt", phone, "-d", "clear", "--password-file", "p.txt", "--json"});
  EXPECT_EQ(ran.code, 3);
  const auto lines = ran.json();
  ASSERT_GE(lines.size(), 2U);
  EXPECT_EQ(lines.front()["schema"], "bridle.undecrypted/1");
  EXPECT_THAT(lines.front()["path"].get<std::string>(), HasSubstr("sms.db"));
  EXPECT_EQ(lines.back()["schema"], "bridle.decrypted/1");
  EXPECT_GE(lines.back()["problems"].get<int>(), 1);
}

TEST(ExitCode, TenWhenTheThresholdIsMet) {
  const Place place;
  const std::string phone = forge_phone(place, forge::Spec::demo());
  EXPECT_EQ(place({"check", phone, "--case", "a.bridle", "--exit-on", "contact", "-q"}).code, 10);
  EXPECT_EQ(place({"check", phone, "--case", "b.bridle", "--exit-on", "S2", "-q"}).code, 10);
  EXPECT_EQ(place({"check", "a.bridle", "--exit-on", "contact", "-q"}).code, 0);  // nothing new
  EXPECT_EQ(place({"check", forge_phone(place, quiet_phone(), "quiet"), "--case", "c.bridle", "--exit-on", "context", "-q"}).code, 0);
}

TEST(ExitCode, TenComesBeforeThree) {
  const Place place;
  const fs::path phone = forge_phone(place, forge::Spec::demo());
  fs::resize_file(phone / "3d/3d0d7e5fb2ce288813306e4d4636395e047a3d28", 100);
  EXPECT_EQ(place({"check", phone, "--case", "a.bridle", "-q"}).code, 3);
  EXPECT_EQ(place({"check", phone, "--case", "b.bridle", "-q", "--exit-on", "execution"}).code, 10);
}

TEST(ExitCode, MoreThanAHundredWhenInterrupted) {
  for (const int number : {SIGINT, SIGTERM}) {
    Ran ran;
    for (int attempt = 0; attempt < 5 && ran.code != 128 + number; ++attempt) {
      const Place place;
      const std::string phone = forge_phone(place, forge::Spec::of_size(48'000'000));
      const pid_t child = place.start({"check", phone, "--case", "a.bridle", "--workers", "1"});
      while (!fs::exists(place / "a.bridle.partial") && !fs::exists(place / "a.bridle")) std::this_thread::yield();
      ::kill(child, number);
      ran = place.wait(child);
      if (ran.code != 128 + number) continue;  // it was done before the signal came
      EXPECT_THAT(ran.err, HasSubstr("stopped"));
      EXPECT_EQ(place({"show", "summary", "a.bridle"}).code, 0);  // what was read until then is a whole case
      EXPECT_FALSE(fs::exists(place / "a.bridle.partial"));
    }
    EXPECT_EQ(ran.code, 128 + number) << ran.err;
  }
}

TEST(ExitCode, IncompleteCasesAreRefused) {
  const Place place;
  const std::string phone = forge_phone(place, quiet_phone());
  ASSERT_EQ(place({"check", phone, "--case", "a.bridle", "-q"}).code, 0);
  fs::rename(place / "a.bridle", place / "b.bridle.partial");
  const Ran ran = place({"show", "summary", "b.bridle"});
  EXPECT_EQ(ran.code, 5);
  EXPECT_THAT(ran.err, HasSubstr("incomplete"));
}

}  // namespace
}  // namespace bridle::cli
