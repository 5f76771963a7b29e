// SPDX-License-Identifier: Apache-2.0
#include "cli/cli.h"

#include <CLI/CLI.hpp>
#include <exception>
#include <filesystem>
#include <new>

#include "cli/help.h"
#include "cli/suggest.h"
#include "cli/verbs.h"
#include "report/page.h"

namespace bridle::cli {
namespace {

constexpr std::string_view kExamples = R"(Examples:
  bridle demo
      see the whole way on an invented phone
  bridle check ~/Backups/00008110-001A2B3C4D5E6F70
      read a backup and look for known traces
  bridle show coverage phone.bridle
      what was read and what could not be seen

A match is a lead, not a verdict. Exit codes: docs/cli.md.)";

std::vector<std::string> names_of(const CommandEntry& command) {
  std::vector<std::string> out;
  out.reserve(command.commands.size());
  for (const auto& [name, text] : command.commands) out.push_back(name);
  return out;
}

std::vector<std::string> options_of(const CommandEntry& command) {
  std::vector<std::string> out;
  for (const OptionEntry& option : command.options)
    for (const std::string& name : option.names)
      if (name.starts_with("--")) out.push_back(name);
  return out;
}

std::string did_you_mean(std::string_view typed, const std::vector<std::string>& words) {
  const std::string meant = nearest(typed, words);
  return meant.empty() ? "" : "; did you mean \"" + meant + "\"?";
}

/// The command that was reached before the mistake.
const CLI::App& reached(const CLI::App& program) {
  const CLI::App* at = &program;
  while (!at->get_subcommands().empty()) at = at->get_subcommands().back();
  return *at;
}

std::string mistake(const CLI::App& program, const CLI::ParseError& error) {
  const CommandEntry command = describe(reached(program));
  const std::string help = "; see: " + command.path + " --help";
  const std::vector<std::string> rest = program.remaining(true);
  const bool required = dynamic_cast<const CLI::RequiredError*>(&error) != nullptr;
  if (rest.empty() || (!required && dynamic_cast<const CLI::ExtrasError*>(&error) == nullptr)) {
    if (required && command.command_required) return "\"" + command.path + "\" needs a command" + help;
    return error.what() + help;
  }
  const std::string& typed = rest.front();
  if (typed.starts_with("-")) {
    std::string said = did_you_mean(typed.substr(0, typed.find('=')), options_of(command));
    return "\"" + command.path + "\" has no option " + typed + (said.empty() ? help : said);
  }
  if (command.commands.empty()) return "\"" + command.path + "\" takes no argument \"" + typed + "\"" + help;
  std::string said = did_you_mean(typed, names_of(command));
  std::error_code ignored;
  if (said.empty() && command.path == "bridle" && std::filesystem::exists(typed, ignored))
    said = "; to check this path: bridle check " + report::shell_word(typed);
  return "there is no command \"" + command.path + " " + typed + "\"" + (said.empty() ? help : said);
}

std::string typed_command(int argc, char** argv) {
  std::string out = "bridle";
  for (int i = 1; i < argc; ++i) out += " " + report::shell_word(argv[i]);
  return out;
}

int run_verb(CLI::App& program, Session& session, int argc, char** argv) {
  try {
    program.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    session.write(help_text(describe(reached(program))));
    return kDone;
  } catch (const CLI::CallForVersion&) {
    session.write_line(version_line());
    return kDone;
  } catch (const CLI::ParseError& error) {
    return session.fail_usage(mistake(program, error));
  }
  if (session.options.color != "auto" && session.options.color != "always" && session.options.color != "never")
    return session.fail_usage("--color takes auto, always or never");
  return session.job();
}

}  // namespace

void add_tree(CLI::App& program, Session& session) {
  program.name("bridle");
  program.description("Bridle reads what a phone leaves behind and looks for known traces of mercenary spyware.");
  program.require_subcommand(1);
  program.set_help_flag("-h,--help", "Print this help.");
  program.set_version_flag("-V,--version", version_line(), "Print the version.");
  add_examples(program, kExamples);
  add_check(program, session);
  add_demo(program, session);
  add_show(program, session);
  add_timeline(program, session);
  add_explain(program, session);
  add_artifacts(program, session);
  add_rules(program, session);
  add_indicators(program, session);
  add_decrypt(program, session);
  add_doctor(program, session);
  add_completions(program, session);
  add_version(program, session);
}

int run(int argc, char** argv) {
  Session session;
  session.command = typed_command(argc, argv);
  CLI::App program;
  try {
    add_tree(program, session);
    const int code = run_verb(program, session, argc, argv);
    if (!session.flush()) return session.fail({Errc::io, "standard output could not be written whole", {}, {}});
    return code;
  } catch (const std::bad_alloc&) {
    return session.fail({Errc::limit, "there is not enough memory", {}, {}});
  } catch (const std::exception& error) {
    return session.fail({Errc::internal, std::string("unexpected: ") + error.what(), {}, {}});
  }
}

}  // namespace bridle::cli
