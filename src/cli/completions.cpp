// SPDX-License-Identifier: Apache-2.0
// bridle completions: shell completions written from the command tree itself, so that they cannot fall behind it.
#include <fmt/format.h>

#include <memory>

#include "cli/help.h"
#include "cli/verbs.h"

namespace bridle::cli {
namespace {

/// A word in single quotes, as all three shells take it.
std::string quoted_word(std::string_view word, std::string_view quote_in_it) {
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string(quote_in_it) : std::string(1, c);
  return out + "'";
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : std::string(between)) + word;
  return out;
}

/// "bridle show"|"bridle rules": every command and each one below it, as patterns of a case statement.
std::string steps(const std::vector<CommandEntry>& commands) {
  std::vector<std::string> out;
  for (const CommandEntry& c : commands)
    if (c.path != "bridle") out.push_back("\"" + c.path + "\"");
  return joined(out, "|");
}

/// The options of a command that take a value: patterns "bridle check --case".
std::string value_patterns(const CommandEntry& command, const OptionEntry& option) {
  std::vector<std::string> out;
  out.reserve(option.names.size());
  for (const std::string& name : option.names) out.push_back("\"" + command.path + " " + name + "\"");
  return joined(out, "|");
}

/// What both bash and zsh need: walks the words typed so far to the command they name.
std::string walk(const std::vector<CommandEntry>& commands, std::string_view words) {
  return fmt::format("  local path=bridle word\n  for word in {}; do\n    case \"$path $word\" in\n      {}) path=\"$path $word\" ;;\n    esac\n  done\n",
                     words, steps(commands));
}

std::string bash(const std::vector<CommandEntry>& commands) {
  std::string out = "# bash completion for bridle; to use it: source <(bridle completions bash)\n_bridle() {\n"
                    "  local cur=\"${COMP_WORDS[COMP_CWORD]}\" prev=\"${COMP_WORDS[COMP_CWORD-1]}\"\n" +
                    walk(commands, "\"${COMP_WORDS[@]:1:COMP_CWORD-1}\"") + "  case \"$path $prev\" in\n";
  for (const CommandEntry& c : commands) {
    for (const OptionEntry& o : c.options) {
      if (o.value.empty()) continue;
      const auto choices = o.choices();
      const std::string words = choices.empty() ? "compgen -f -- \"$cur\"" : fmt::format("compgen -W \"{}\" -- \"$cur\"", joined(choices, " "));
      out += fmt::format("    {}) mapfile -t COMPREPLY < <({}); return ;;\n", value_patterns(c, o), words);
    }
  }
  out += "  esac\n  local words=\n  case \"$path\" in\n";
  for (const CommandEntry& c : commands) {
    std::vector<std::string> words;
    words.reserve(c.commands.size());
    for (const auto& [name, text] : c.commands) words.push_back(name);
    for (const OptionEntry& o : c.options) words.insert(words.end(), o.names.begin(), o.names.end());
    out += fmt::format("    \"{}\") words=\"{}\" ;;\n", c.path, joined(words, " "));
  }
  return out + "  esac\n  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\"; [[ $cur == -* ]] || compgen -f -- \"$cur\")\n}\n"
               "complete -o filenames -F _bridle bridle\n";
}

std::string zsh_item(std::string_view name, std::string_view text) {
  std::string both(name);
  both += ":";
  for (const char c : text) both += c == ':' ? std::string("\\:") : std::string(1, c);
  return quoted_word(both, "'\\''");
}

std::string zsh(const std::vector<CommandEntry>& commands) {
  std::string out = "#compdef bridle\n# zsh completion for bridle; to use it: source <(bridle completions zsh)\n_bridle() {\n" +
                    walk(commands, "${words[2,CURRENT-1]}") + "  case \"$path ${words[CURRENT-1]}\" in\n";
  for (const CommandEntry& c : commands) {
    for (const OptionEntry& o : c.options) {
      if (o.value.empty()) continue;
      const auto choices = o.choices();
      out += fmt::format("    {}) {}; return ;;\n", value_patterns(c, o), choices.empty() ? "_files" : "compadd " + joined(choices, " "));
    }
  }
  out += "  esac\n  local -a items\n  case \"$path\" in\n";
  for (const CommandEntry& c : commands) {
    std::vector<std::string> items;
    items.reserve(c.commands.size());
    for (const auto& [name, text] : c.commands) items.push_back(zsh_item(name, text));
    for (const OptionEntry& o : c.options)
      for (const std::string& name : o.names) items.push_back(zsh_item(name, o.text));
    out += fmt::format("    \"{}\") items=({}) ;;\n", c.path, joined(items, " "));
  }
  return out + "  esac\n  _describe 'bridle' items\n  [[ $PREFIX == -* ]] || _files\n}\n"
               "if [[ $funcstack[1] == _bridle ]]; then _bridle \"$@\"; else compdef _bridle bridle; fi\n";
}

std::string fish(const std::vector<CommandEntry>& commands) {
  std::string out = "# fish completion for bridle; to use it: bridle completions fish | source\nfunction __bridle_at\n  set -l path bridle\n"
                    "  for word in (commandline -opc)[2..-1]\n    switch \"$path $word\"\n      case";
  for (const CommandEntry& c : commands)
    if (c.path != "bridle") out += " " + quoted_word(c.path, "\\'");
  out += "\n        set path \"$path $word\"\n    end\n  end\n  test \"$path\" = \"$argv\"\nend\n";
  for (const CommandEntry& c : commands) {
    const std::string at = fmt::format("complete -c bridle -n {}", quoted_word("__bridle_at " + c.path, "\\'"));
    for (const auto& [name, text] : c.commands) out += fmt::format("{} -a {} -d {}\n", at, name, quoted_word(text, "\\'"));
    for (const OptionEntry& o : c.options) {
      out += at;
      for (const std::string& name : o.names) out += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
      if (const auto choices = o.choices(); !choices.empty()) out += fmt::format(" -x -a {}", quoted_word(joined(choices, " "), "\\'"));
      else if (!o.value.empty()) out += " -r -F";
      out += " -d " + quoted_word(o.text, "\\'") + "\n";
    }
  }
  return out;
}

}  // namespace

void add_completions(CLI::App& program, Session& session) {
  CLI::App* verb = program.add_subcommand("completions", "Print completions for a shell.");
  const auto shell = std::make_shared<std::string>();
  verb->add_option("SHELL", *shell, "bash, zsh or fish.")->required();
  add_examples(*verb, R"(Examples:
  source <(bridle completions bash)
  bridle completions fish > ~/.config/fish/completions/bridle.fish)");
  verb->callback([&program, &session, shell] {
    session.job = [&program, &session, shell]() -> int {
      const std::vector<CommandEntry> commands = describe_all(program);
      if (*shell == "bash") session.write(bash(commands));
      else if (*shell == "zsh") session.write(zsh(commands));
      else if (*shell == "fish") session.write(fish(commands));
      else return session.fail_usage("completions are written for bash, zsh and fish, not for \"" + *shell + "\"");
      return kDone;
    };
  });
}

}  // namespace bridle::cli
