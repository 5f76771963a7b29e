// SPDX-License-Identifier: Apache-2.0
// Session: what every verb has in common: where output goes, how errors are said, how a run ends.
#pragma once
#include <CLI/App.hpp>
#include <cstdio>
#include <functional>
#include <string>
#include <string_view>

#include "bridle/result.h"
#include "report/json.h"
#include "report/style.h"

namespace bridle::cli {

using report::Json;

/// Exit codes: stable, listed in docs/cli.md.
enum Exit : int {
  kDone = 0,
  kBug = 1,
  kUsage = 2,
  kPartial = 3,      ///< finished, but something asked for was not read whole
  kInputOutput = 5,
  kChanged = 6,      ///< an input changed during the run
  kPassword = 7,
  kLimit = 9,
  kThreshold = 10,   ///< what --exit-on asks for was found
  kSignal = 128,     ///< plus the number of the signal
};

int exit_code(Errc code);

/// Options of the same meaning for every verb.
struct OutputOptions {
  bool json = false;
  bool ascii = false;
  bool quiet = false;
  std::string color = "auto";
};

/// One run of the program. A verb's file adds the verb to the tree and gives `job` what to do.
class Session {
 public:
  OutputOptions options;
  std::function<int()> job;  ///< set by the verb that was named; returns the exit code
  std::string command;       ///< what the person typed

  report::Style style() const { return style_for(1); }
  report::Style error_style() const { return style_for(2); }

  /// Writes to standard output. What goes wrong is said once, at the end.
  void write(std::string_view text);
  void write_line(std::string_view text);
  void write_json(const Json& object) { write(report::json_line(object)); }
  /// False if standard output took less than it was given.
  bool flush();

  /// Says "bridle: what: where; what to do" on standard error and returns the exit code.
  int fail(const Error& error) const;
  int fail_usage(std::string_view what) const { return fail({Errc::usage, std::string(what), {}, {}}); }
  /// A remark on standard error, unless quiet.
  void note(std::string_view text) const;

 private:
  report::Style style_for(int fd) const;
  bool lost_ = false;
};

/// Adds --json, --color and --ascii. `with_json` is false for verbs whose output has one form.
void add_output_options(CLI::App& verb, Session& session, bool with_json = true);

/// The examples that a verb's --help ends with: pairs of a command and what it does.
void add_examples(CLI::App& verb, std::string_view text);

}  // namespace bridle::cli
