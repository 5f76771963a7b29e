// SPDX-License-Identifier: Apache-2.0
#include "cli/help.h"

#include "base/text.h"
#include "report/terminal_text.h"

namespace bridle::cli {
namespace {

constexpr std::size_t kColumns = 80;
constexpr std::size_t kTextColumn = 26;

std::string path_of(const CLI::App& app) {
  return app.get_parent() == nullptr ? app.get_name() : path_of(*app.get_parent()) + " " + app.get_name();
}

OptionEntry option_of(const CLI::Option& option) {
  OptionEntry out;
  for (const std::string& name : option.get_snames()) out.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) out.names.push_back("--" + name);
  if (option.get_type_size_max() != 0 && option.get_items_expected_max() != 0) out.value = option.get_type_name();
  out.text = option.get_description();
  out.repeats = option.get_items_expected_max() > 1;
  return out;
}

/// "  --case NAME    text", the text wrapped under itself.
void add_entry(std::string& to, const std::string& name, const std::string& text) {
  std::string head = "  " + name;
  const auto lines = report::wrapped(text, kColumns - kTextColumn);
  if (head.size() + 2 > kTextColumn) {
    to += head + "\n";
    head.clear();
  }
  for (const std::string& line : lines) {
    to += report::padded(head, kTextColumn) + line + "\n";
    head.clear();
  }
}

std::string option_name(const OptionEntry& option) {
  std::string out;
  for (const std::string& name : option.names) out += (out.empty() ? "" : ", ") + name;
  return out + (option.value.empty() ? "" : " " + option.value);
}

std::string argument_name(const ArgumentEntry& argument) {
  std::string out = argument.name + (argument.repeats ? "..." : "");
  return argument.required ? out : "[" + out + "]";
}

}  // namespace

std::vector<std::string> OptionEntry::choices() const {
  std::vector<std::string> out;
  if (value.find('|') == std::string::npos) return out;
  for (const std::string_view word : split(value, '|')) out.emplace_back(word);
  return out;
}

CommandEntry describe(const CLI::App& app) {
  CommandEntry out{path_of(app), app.get_description(), app.get_footer(), {}, {}, {}, app.get_require_subcommand_min() > 0};
  for (const CLI::Option* option : app.get_options()) {
    if (option->nonpositional()) out.options.push_back(option_of(*option));
    else out.arguments.push_back({option->get_single_name(), option->get_description(), option->get_required(), option->get_items_expected_max() > 1});
  }
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) out.commands.emplace_back(sub->get_name(), sub->get_description());
  return out;
}

std::vector<CommandEntry> describe_all(const CLI::App& program) {
  std::vector<CommandEntry> out{describe(program)};
  for (const CLI::App* sub : program.get_subcommands([](const CLI::App*) { return true; }))
    for (CommandEntry& entry : describe_all(*sub)) out.push_back(std::move(entry));
  return out;
}

std::string help_text(const CommandEntry& command) {
  std::string out;
  for (const std::string& line : report::wrapped(command.text, kColumns)) out += line + "\n";
  out += "\nUsage: " + command.path;
  if (!command.commands.empty()) out += command.command_required ? " COMMAND" : " [COMMAND]";
  if (!command.options.empty()) out += " [OPTIONS]";
  for (const ArgumentEntry& argument : command.arguments) out += " " + argument_name(argument);
  out += "\n";
  if (!command.commands.empty()) out += "\nCommands:\n";
  for (const auto& [name, text] : command.commands) add_entry(out, name, text);
  if (!command.arguments.empty()) out += "\nArguments:\n";
  for (const ArgumentEntry& argument : command.arguments) add_entry(out, argument.name, argument.text);
  if (!command.options.empty()) out += "\nOptions:\n";
  for (const OptionEntry& option : command.options) add_entry(out, option_name(option), option.text);
  if (!command.examples.empty()) out += "\n" + command.examples + "\n";
  return out;
}

}  // namespace bridle::cli
