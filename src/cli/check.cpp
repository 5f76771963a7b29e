// SPDX-License-Identifier: Apache-2.0
// bridle check: sources in, a case out; or a stored case matched again.
#include "engine/check.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "cli/check_output.h"
#include "cli/password.h"
#include "cli/progress.h"
#include "cli/verbs.h"
#include "indicators/store.h"

namespace bridle::cli {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::vector<std::string> paths, indicators, rules, artifacts;
  std::string case_path, exit_on;
  PasswordOptions password;
  unsigned workers = 0;
  bool no_builtin = false, no_store = false, no_rehash = false;
};

bool names_a_case(const std::string& path) {
  std::error_code ignored;
  return report::is_case(path) || (path.ends_with(".bridle") && fs::is_regular_file(path, ignored));
}

std::vector<std::string> indicator_paths(const Options& options) {
  std::vector<std::string> out;
  std::error_code ignored;
  const fs::path store = IndicatorStore::default_folder();
  if (!options.no_store && !store.empty() && fs::is_directory(store, ignored)) out.push_back(store.string());
  out.insert(out.end(), options.indicators.begin(), options.indicators.end());
  return out;
}

/// "phone.bridle" in the working directory, or "phone-2.bridle" if that is taken.
std::string free_case_name(const std::string& source) {
  std::error_code error;
  const fs::path real = fs::canonical(source, error);
  const std::string name = error || real.filename().empty() ? "case" : real.filename().string();
  std::string out = name + ".bridle";
  for (int n = 2; fs::exists(out, error); ++n) out = name + "-" + std::to_string(n) + ".bridle";
  return out;
}

/// Finds out before the run what would stop its end.
Result<> can_write_case(const std::string& case_path, const std::vector<std::string>& sources) {
  std::error_code error;
  if (fs::exists(case_path, error)) return fail(Errc::usage, "this case exists already; choose another name with --case, or check it again: bridle check CASE", case_path);
  const fs::path parent = fs::path(case_path).has_parent_path() ? fs::path(case_path).parent_path() : fs::path(".");
  if (!fs::is_directory(parent, error)) return fail(Errc::io, "there is no such folder for the case; make it or choose another with --case", parent.string());
  if (::access(parent.c_str(), W_OK) != 0) return fail(Errc::io, "the case cannot be written into this folder; choose another with --case", parent.string());
  const fs::path folder = fs::canonical(parent, error);
  for (const std::string& source : sources) {
    const fs::path root = fs::canonical(source, error);
    if (!error && std::ranges::mismatch(root, folder).in1 == root.end())
      return fail(Errc::usage, "the case would be written into the source itself; choose another folder with --case", case_path);
  }
  return {};
}

int run_recheck(Session& session, const Options& options, const std::optional<Threshold>& threshold) {
  if (!options.case_path.empty() || !options.artifacts.empty() || !options.password.file.empty() || options.password.fd >= 0 || options.no_rehash)
    return session.fail_usage("--case, --artifact, --no-rehash and passwords are for sources; " + options.paths.front() + " is a case");
  const RecheckOptions recheck_options{.case_path = options.paths.front(), .indicator_paths = indicator_paths(options),
                                       .builtin_indicators = !options.no_builtin, .rule_directories = options.rules,
                                       .workers = options.workers, .command = session.command};
  // A case that cannot be read says so in words of its own.
  if (const auto reader = report::CaseReader::open(options.paths.front()); !reader) return session.fail(reader.error());
  install_stop_handlers();
  auto progress = make_progress(session);
  const auto result = recheck(recheck_options, *progress);
  progress.reset();
  return result ? finish_check(session, *result, threshold) : fail_run(session, result.error());
}

int run(Session& session, const Options& options) {
  const auto threshold = parse_threshold(options.exit_on);
  if (!threshold) return session.fail(threshold.error());
  if (options.paths.size() == 1 && names_a_case(options.paths.front())) return run_recheck(session, options, *threshold);
  for (const std::string& path : options.paths)
    if (names_a_case(path)) return session.fail_usage("a case is checked again alone, without sources beside it: " + path);

  const std::string case_path = options.case_path.empty() ? free_case_name(options.paths.front()) : options.case_path;
  if (const auto ok = can_write_case(case_path, options.paths); !ok) return session.fail(ok.error());
  auto password = password_source(options.password);
  if (!password) return session.fail(password.error());
  install_stop_handlers();
  auto progress = make_progress(session);
  CheckOptions check_options{.sources = options.paths, .case_path = case_path, .indicator_paths = indicator_paths(options),
                             .builtin_indicators = !options.no_builtin, .rule_directories = options.rules,
                             .artifact_files = options.artifacts, .workers = options.workers, .rehash = !options.no_rehash,
                             .command = session.command, .password = std::move(*password)};
  const auto result = check(check_options, *progress);
  progress.reset();
  return result ? finish_check(session, *result, *threshold) : fail_run(session, result.error());
}

}  // namespace

void add_check(CLI::App& program, Session& session) {
  CLI::App* verb = program.add_subcommand("check", "Read a backup into a case and look for known traces, or match a stored case again.");
  const auto options = std::make_shared<Options>();
  verb->add_option("PATH", options->paths, "Backup folder, or a folder that holds one; several of one device make one case. A case file is matched again.")
      ->required()->allow_extra_args(false);
  verb->add_option("--case", options->case_path, "Case file to write; without it NAME.bridle in the working directory.")->type_name("NAME.bridle");
  verb->add_option("-i,--indicators", options->indicators, "Indicator file or folder (STIX 2, MISP, CSV, list); may be repeated.")
      ->type_name("PATH")->allow_extra_args(false);
  verb->add_flag("--no-builtin", options->no_builtin, "Leave out the indicators that are part of Bridle.");
  verb->add_flag("--no-store", options->no_store, "Leave out those that \"bridle indicators\" stored.");
  verb->add_option("--rules", options->rules, "Folder with further rules (*.sql); may be repeated.")->type_name("DIR")->allow_extra_args(false);
  verb->add_option("--artifact", options->artifacts, "Further artifact from this .sql file; may be repeated.")->type_name("FILE")->allow_extra_args(false);
  add_password_options(*verb, options->password);
  verb->add_option("--workers", options->workers, "Worker processes; without it one a core.")->type_name("N");
  verb->add_flag("--no-rehash", options->no_rehash, "Do not hash the files again at the end to see that none changed.");
  verb->add_option("--exit-on", options->exit_on, "End with exit code 10 if this run finds this class, a later one of context, contact, attempt, execution, or this strength (S1 to S5).")
      ->type_name("context|contact|attempt|execution|tamper|anomaly|S1|S2|S3|S4|S5");
  verb->add_flag("-q,--quiet", session.options.quiet, "No progress and no summary; the case holds it all.");
  add_output_options(*verb, session);
  add_examples(*verb, R"(The source is only read, and nothing is sent anywhere. The password of an
encrypted backup is asked for; no decrypted file is written to a disk.

Examples:
  bridle check ~/Backups/00008110-001A2B3C4D5E6F70
  bridle check backup --case phone.bridle -i amnesty.stix2 --exit-on S3
  bridle check backup --password-file secret.txt --json
  bridle check phone.bridle -i new.stix2
      match the stored case against further indicators, without the backup)");
  verb->callback([&session, options] { session.job = [&session, options] { return run(session, *options); }; });
}

}  // namespace bridle::cli
