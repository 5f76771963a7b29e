// SPDX-License-Identifier: Apache-2.0
#include "cli/session.h"

#include <fmt/format.h>

#include "report/page.h"

namespace bridle::cli {
namespace {

std::string_view what_to_do(Errc code) {
  switch (code) {
    case Errc::password: return "give the password at the prompt, with --password-file or with --password-fd";
    case Errc::internal: return "this is a bug in Bridle; please report it with the command you typed";
    default: return {};
  }
}

report::Color color_named(std::string_view name) {
  return name == "always" ? report::Color::always : name == "never" ? report::Color::never : report::Color::automatic;
}

}  // namespace

int exit_code(Errc code) {
  switch (code) {
    case Errc::usage: return kUsage;
    case Errc::password: return kPassword;
    case Errc::changed: return kChanged;
    case Errc::limit: return kLimit;
    case Errc::internal: return kBug;
    case Errc::malformed:
    case Errc::truncated:
    case Errc::unsupported:
    case Errc::not_found:
    case Errc::io: return kInputOutput;
  }
  return kBug;
}

report::Style Session::style_for(int fd) const { return report::style_for(fd, color_named(options.color), options.ascii); }

void Session::write(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) lost_ = true;
}

void Session::write_line(std::string_view text) {
  write(text);
  write("\n");
}

bool Session::flush() { return std::fflush(stdout) == 0 && std::ferror(stdout) == 0 && !lost_; }

int Session::fail(const Error& error) const {
  std::string line = error.what;
  if (!error.where.empty()) line += ": " + error.where;
  if (error.offset) line += fmt::format(", offset {}", *error.offset);
  if (const std::string_view hint = what_to_do(error.code); !hint.empty()) line += "; " + std::string(hint);
  std::fflush(stdout);
  fmt::print(stderr, "bridle: {}\n", error_style().safe(line));
  return exit_code(error.code);
}

void Session::note(std::string_view text) const {
  if (options.quiet) return;
  std::fflush(stdout);
  fmt::print(stderr, "bridle: {}\n", error_style().safe(text));
}

void add_output_options(CLI::App& verb, Session& session, bool with_json) {
  OutputOptions& o = session.options;
  if (with_json) verb.add_flag("--json", o.json, "Write JSON, one object a line (docs/json.md).");
  verb.add_option("--color", o.color, "When to use colours; NO_COLOR and CLICOLOR_FORCE are honoured.")->type_name("auto|always|never");
  verb.add_flag("--ascii", o.ascii, "Write ASCII only; this is the default if the locale is not UTF-8.");
}

void add_examples(CLI::App& verb, std::string_view text) { verb.footer(std::string(text)); }

}  // namespace bridle::cli
