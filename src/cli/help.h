// SPDX-License-Identifier: Apache-2.0
// The text of --help and the flat view of the command tree that completions are made from.
#pragma once
#include <CLI/App.hpp>
#include <string>
#include <vector>

namespace bridle::cli {

struct OptionEntry {
  std::vector<std::string> names;  ///< "-i", "--indicators"
  std::string value;               ///< "PATH", "auto|always|never"; empty for a flag
  std::string text;
  bool repeats = false;

  /// The words a value may be, if it is one of a few.
  std::vector<std::string> choices() const;
};

struct ArgumentEntry {
  std::string name, text;
  bool required = false, repeats = false;
};

/// A command of the tree: "bridle", "bridle check", "bridle show findings".
struct CommandEntry {
  std::string path, text, examples;
  std::vector<OptionEntry> options;
  std::vector<ArgumentEntry> arguments;
  std::vector<std::pair<std::string, std::string>> commands;  ///< name and text of those below it
  bool command_required = false;
};

CommandEntry describe(const CLI::App& app);
/// The command and all below it, from the top.
std::vector<CommandEntry> describe_all(const CLI::App& program);

/// Help at 80 columns.
std::string help_text(const CommandEntry& command);

}  // namespace bridle::cli
