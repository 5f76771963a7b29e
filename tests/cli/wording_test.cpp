// SPDX-License-Identifier: Apache-2.0
// No text that a person reads claims more than a match can carry.
#include <CLI/CLI.hpp>
#include <gmock/gmock.h>

#include "base/text.h"
#include "bridle/artifact.h"
#include "cli/help.h"
#include "cli/verbs.h"
#include "report/wording.h"
#include "rules/rule.h"
#include "run_bridle.h"

namespace bridle::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::IsEmpty;

TEST(Wording, OfHelp) {
  Session session;
  CLI::App program;
  add_tree(program, session);
  for (const CommandEntry& c : describe_all(program)) {
    std::string text = c.text + " " + c.examples;
    for (const OptionEntry& o : c.options) text += " " + o.text;
    for (const ArgumentEntry& a : c.arguments) text += " " + a.text;
    EXPECT_THAT(overclaims(text), IsEmpty()) << c.path;
  }
}

TEST(Wording, OfReports) {
  for (const std::string_view c : {"context", "contact", "attempt", "execution", "tamper", "anomaly"}) {
    EXPECT_FALSE(report::class_meaning(c).empty()) << c;
    EXPECT_THAT(overclaims(report::class_meaning(c)), IsEmpty()) << c;
  }
  for (const std::string_view s : {"S0", "S1", "S2", "S3", "S4", "S5"}) {
    EXPECT_FALSE(report::strength_meaning(s).empty()) << s;
    EXPECT_THAT(overclaims(report::strength_meaning(s)), IsEmpty()) << s;
  }
  EXPECT_THAT(overclaims(report::kLead), IsEmpty());
  EXPECT_THAT(overclaims(report::kNoTrace), IsEmpty());
}

TEST(Wording, OfArtifacts) {
  for (const Artifact* a : all_artifacts()) {
    std::string text = std::string(a->summary) + " " + std::string(a->forgeable) + " " + std::string(a->timeline);
    for (const Field& f : a->fields) text += " " + std::string(f.doc);
    EXPECT_THAT(overclaims(text), IsEmpty()) << a->id;
  }
}

TEST(Wording, OfRules) {
  for (const RuleText& text : builtin_rule_texts()) {
    const auto rule = parse_rule(text.text, std::string(text.origin));
    ASSERT_TRUE(rule.has_value()) << text.origin;
    EXPECT_THAT(overclaims(rule->finding + " " + rule->why + " " + rule->innocent + " " + rule->confirm), IsEmpty()) << text.origin;
  }
}

TEST(Wording, OfDocuments) {
  const fs::path root = BRIDLE_SOURCE_DIR;
  std::vector<fs::path> pages{root / "README.md"};
  for (const auto& entry : fs::recursive_directory_iterator(root / "docs"))
    if (entry.path().extension() == ".md") pages.push_back(entry.path());
  for (const fs::path& page : pages) {
    const std::string text = test::read_file(page);
    Lines lines(text);
    while (const auto line = lines.next()) {
      // What stands between backquotes is code or a word that is spoken about.
      std::string prose;
      bool code = false;
      for (const char c : *line) {
        if (c == '`') code = !code;
        else if (!code) prose += c;
      }
      auto words = overclaims(prose);
      if (page.parent_path().filename() == "formats") std::erase(words, "always");  // of bytes it may be said
      EXPECT_THAT(words, IsEmpty()) << page.filename() << ":" << lines.number() << ": " << *line;
    }
  }
}

}  // namespace
}  // namespace bridle::cli
