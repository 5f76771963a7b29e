// SPDX-License-Identifier: Apache-2.0
// Help, completions and documentation agree with the command tree.
#include "cli/help.h"

#include <CLI/CLI.hpp>
#include <gmock/gmock.h>

#include "base/text.h"
#include "cli/suggest.h"
#include "cli/verbs.h"
#include "report/terminal_text.h"
#include "run_bridle.h"

namespace bridle::cli {
namespace {

using test::Place;
using test::read_file;
using ::testing::HasSubstr;

class Tree : public ::testing::Test {
 protected:
  Tree() {
    add_tree(program, session);
    commands = describe_all(program);
  }
  const CommandEntry* command(const std::string& path) const {
    const auto at = std::ranges::find(commands, path, &CommandEntry::path);
    return at == commands.end() ? nullptr : &*at;
  }

  Session session;
  CLI::App program;
  std::vector<CommandEntry> commands;
};

std::vector<std::string> words(std::string_view line) {
  std::vector<std::string> out;
  for (const std::string_view word : split(line, ' '))
    if (!word.empty()) out.emplace_back(word);
  return out;
}

TEST_F(Tree, EveryCommandHasHelpWithExamples) {
  const Place place;
  for (const CommandEntry& c : commands) {
    std::vector<std::string> arguments = words(c.path);
    arguments.erase(arguments.begin());
    arguments.emplace_back("--help");
    const auto ran = place(arguments);
    EXPECT_EQ(ran.code, 0) << c.path;
    EXPECT_EQ(ran.out, help_text(c));
    EXPECT_THAT(ran.out, HasSubstr("Examples:\n")) << c.path;
    Lines lines(ran.out);
    while (const auto line = lines.next()) EXPECT_LE(report::display_width(*line), 80U) << c.path << ": " << *line;
    for (const OptionEntry& o : c.options) EXPECT_FALSE(o.text.empty()) << c.path;
    for (const ArgumentEntry& a : c.arguments) EXPECT_FALSE(a.text.empty()) << c.path;
  }
}

/// Every "bridle ..." line of a text names a command that exists and options that it has.
void expect_known_commands(const std::vector<CommandEntry>& commands, std::string_view text, const std::string& where) {
  Lines lines(text);
  while (const auto line = lines.next()) {
    const auto at = line->find("bridle ");
    if (at == std::string_view::npos || line->substr(0, at).find_first_not_of(" $") != std::string_view::npos) continue;
    const CommandEntry* command = nullptr;
    std::string path;
    for (std::string word : words(line->substr(at))) {
      while (word.ends_with(')')) word.pop_back();
      if (const auto next = std::ranges::find(commands, path.empty() ? word : path + " " + word, &CommandEntry::path); next != commands.end()) {
        command = &*next;
        path = command->path;
      } else if (word.starts_with("-") && command != nullptr) {
        const bool known = std::ranges::any_of(command->options, [&](const OptionEntry& o) { return std::ranges::count(o.names, word) > 0; });
        EXPECT_TRUE(known) << where << ": " << *line << ": " << word;
      }
    }
    EXPECT_TRUE(command != nullptr && (command->path != "bridle" || line->find(" -") != std::string_view::npos)) << where << ": " << *line;
  }
}

TEST_F(Tree, ExamplesAreTrue) {
  for (const CommandEntry& c : commands) expect_known_commands(commands, c.examples, c.path);
  for (const char* page : {"docs/cli.md", "docs/case.md", "docs/json.md", "README.md"})
    expect_known_commands(commands, read_file(std::string(BRIDLE_SOURCE_DIR) + "/" + page), page);
}

TEST_F(Tree, CompletionsKnowEveryCommandAndOption) {
  const Place place;
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const auto ran = place({"completions", shell});
    EXPECT_EQ(ran.code, 0);
    for (const CommandEntry& c : commands) {
      EXPECT_THAT(ran.out, HasSubstr(c.path)) << shell;
      for (const OptionEntry& o : c.options)
        for (const std::string& name : o.names) {
          const bool is_fish = std::string_view(shell) == "fish";
          EXPECT_THAT(ran.out, HasSubstr(!is_fish ? name : name.starts_with("--") ? "-l " + name.substr(2) : "-s " + name.substr(1))) << c.path;
        }
    }
  }
}

TEST_F(Tree, ThePageDocumentsEveryVerbAndExitCode) {
  const std::string page = read_file(std::string(BRIDLE_SOURCE_DIR) + "/docs/cli.md");
  for (const auto& [name, text] : command("bridle")->commands) EXPECT_THAT(page, HasSubstr("`" + name)) << name;
  for (const auto& [name, text] : command("bridle show")->commands) EXPECT_THAT(page, HasSubstr("`show " + name)) << name;
  for (const int code : {kDone + 0, kBug + 0, kUsage + 0, kPartial + 0, kInputOutput + 0, kChanged + 0, kPassword + 0, kLimit + 0, kThreshold + 0})
    EXPECT_THAT(page, HasSubstr("| " + std::to_string(code) + " |"));
}

TEST(Suggest, FindsWhatWasMeant) {
  const std::vector<std::string> verbs{"check", "show", "timeline", "explain"};
  EXPECT_EQ(nearest("chekc", verbs), "check");
  EXPECT_EQ(nearest("timelin", verbs), "timeline");
  EXPECT_EQ(nearest("shwo", verbs), "show");
  EXPECT_EQ(nearest("xyz", verbs), "");
  EXPECT_EQ(nearest("", verbs), "");
  EXPECT_EQ(nearest(std::string(100'000, 'a'), verbs), "");
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("ab", "ba"), 1U);
}

}  // namespace
}  // namespace bridle::cli
