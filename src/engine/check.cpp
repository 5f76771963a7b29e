// SPDX-License-Identifier: Apache-2.0
#include "engine/check.h"

#include <openssl/crypto.h>
#include <sys/utsname.h>

#include <algorithm>
#include <chrono>

#include "artifacts/user_artifact.h"
#include "base/text.h"
#include "base/version.h"
#include "engine/audit_json.h"
#include "engine/indicators.h"
#include "engine/open_source.h"
#include "engine/read_source.h"
#include "rules/conclude.h"

namespace bridle {
namespace {

/// Keys of an encrypted source do not outlive the run.
struct KeyGuard {
  std::vector<OpenedSource>& sources;
  ~KeyGuard() {
    for (OpenedSource& s : sources) OPENSSL_cleanse(s.inventory.keys.data(), s.inventory.keys.size() * sizeof(FileKey));
  }
};

/// Several sources go into one case only if they are of one device.
Result<> one_device(const std::vector<OpenedSource>& sources) {
  for (const OpenedSource& s : sources) {
    const std::string &first = sources.front().inventory.device.udid, &own = s.inventory.device.udid;
    if (!first.empty() && !own.empty() && !equal_ignoring_case(first, own))
      return fail(Errc::usage, "the sources are of two devices (" + first + " and " + own + "); check them one by one", s.inventory.root);
  }
  return {};
}

Result<SourceRun> register_source(CaseFile& file, const Inventory& inventory) {
  const DeviceInfo& d = inventory.device;
  const auto source_id = file.add_source(inventory.root, inventory.type, d.udid);
  if (!source_id) return fail(source_id.error());
  for (const auto& [key, value] : {std::pair{"udid", &d.udid}, std::pair{"serial", &d.serial}, std::pair{"product_type", &d.product_type},
                                   std::pair{"product_version", &d.product_version}, std::pair{"build_version", &d.build_version},
                                   std::pair{"device_name", &d.device_name}, std::pair{"last_backup", &d.last_backup}})
    if (!value->empty())
      if (auto ok = file.add_device(*source_id, key, *value); !ok) return fail(ok.error());
  if (auto ok = file.add_device(*source_id, "encrypted", d.encrypted ? "yes" : "no"); !ok) return fail(ok.error());
  for (const Problem& p : inventory.problems)
    if (auto ok = file.add_problem({"", *source_id, p.error.where, p}); !ok) return fail(ok.error());
  SourceRun out{inventory, *source_id, {}};
  for (const EvidenceFile& f : inventory.files) {
    const auto id = file.add_file(*source_id, f.path, f.locator, f.size);
    if (!id) return fail(id.error());
    out.file_ids.push_back(*id);
  }
  return out;
}

/// One check from opened sources to a finished case.
class CheckRun {
 public:
  CheckRun(const CheckOptions& options, Progress& progress, CaseFile& file, std::span<const Artifact* const> artifacts,
           const IndicatorSet& indicators, const std::vector<Rule>& rules)
      : options_(options), progress_(progress), file_(file), artifacts_(artifacts), indicators_(indicators), rules_(rules) {}

  Result<CheckResult> run(const std::vector<OpenedSource>& sources, const std::vector<Error>& rule_errors) {
    if (auto ok = begin(sources, rule_errors); !ok) return fail(ok.error());
    for (const OpenedSource& source : sources)
      if (auto ok = read(source); !ok) return fail(ok.error());
    progress_.stage("Rules", 0);
    const auto concluded = conclude(file_, run_id_, rules_);
    if (!concluded) return fail(concluded.error());
    result_.findings = concluded->findings;
    result_.new_findings = concluded->added;
    result_.partial = result_.partial || concluded->rules_failed;
    for (const SourceRun& source : runs_)
      if (auto ok = rehash(source); !ok) return fail(ok.error());
    return finish();
  }

 private:
  Result<> begin(const std::vector<OpenedSource>& sources, const std::vector<Error>& rule_errors) {
    if (auto ok = file_.begin(); !ok) return ok;
    for (const Artifact* a : artifacts_)
      if (auto ok = file_.add_artifact(*a); !ok) return ok;
    std::vector<SandboxReport> walls;
    for (const OpenedSource& s : sources) walls.insert(walls.end(), s.sandboxes.begin(), s.sandboxes.end());
    const auto run_id = file_.begin_run(options_.command, "bridle " + std::string(kVersion), host_line(), sandbox_json(walls));
    if (!run_id) return fail(run_id.error());
    run_id_ = *run_id;
    if (auto ok = file_.audit("run", audit_json({{"command", options_.command}, {"tool", kVersion}, {"host", host_line()}})); !ok) return ok;
    if (auto ok = record_indicator_sets(file_, run_id_, indicators_); !ok) return ok;
    for (const Error& e : rule_errors) {
      result_.partial = true;
      if (auto ok = file_.add_problem({"", 0, "", {e}}); !ok) return ok;
    }
    auto matches = MatchWriter::open(file_, indicators_, run_id_);
    if (!matches) return fail(matches.error());
    matches_.emplace(std::move(*matches));
    runs_.reserve(sources.size());
    return {};
  }

  Result<> read(const OpenedSource& source) {
    auto run = register_source(file_, source.inventory);
    if (!run) return fail(run.error());
    runs_.push_back(std::move(*run));
    result_.partial = result_.partial || !source.inventory.problems.empty();
    const DeviceInfo& d = source.inventory.device;
    auto ok = file_.audit("source", audit_json({{"path", source.inventory.root}, {"type", source.inventory.type}, {"device", d.udid},
                                                {"entries", std::to_string(source.inventory.entries)}}));
    if (!ok) return ok;
    const auto stats = read_source(file_, *matches_, runs_.back(), artifacts_, indicators_, options_, progress_);
    if (!stats) return fail(stats.error());
    result_.partial = result_.partial || stats->partial;
    result_.cancelled = result_.cancelled || stats->cancelled;
    result_.records += stats->records;
    result_.peak_memory_bytes = std::max({result_.peak_memory_bytes, stats->peak_memory_bytes, source.peak_memory_bytes});
    ok = file_.set_meta("sandbox", sandbox_json(stats->sandboxes));
    if (!ok) return ok;
    return file_.audit("read", audit_json({{"path", source.inventory.root}, {"records", std::to_string(stats->records)},
                                           {"partial", stats->partial ? "yes" : "no"}, {"interrupted", stats->cancelled ? "yes" : "no"}}));
  }

  Result<> rehash(const SourceRun& run) {
    if (!options_.rehash || result_.cancelled) return file_.audit("rehash", audit_json({{"done", "no"}}));
    const auto again = rehash_source(file_, run, options_, progress_);
    if (!again) return fail(again.error());
    const auto note = [&](const std::string& path, Errc code, const char* what) {
      return file_.add_problem({"", run.source_id, path, {{code, what, "", {}}}});
    };
    for (const std::string& path : again->changed)
      if (auto ok = note(path, Errc::changed, "the file changed while it was being read"); !ok) return ok;
    for (const std::string& path : again->unread)
      if (auto ok = note(path, Errc::io, "the file could not be hashed again at the end of the run"); !ok) return ok;
    result_.changed = result_.changed || !again->changed.empty();
    result_.partial = result_.partial || !again->unread.empty();
    return file_.audit("rehash", audit_json({{"done", "yes"}, {"changed", std::to_string(again->changed.size())},
                                             {"unread", std::to_string(again->unread.size())}}));
  }

  Result<CheckResult> finish() {
    const int code = result_.changed ? 6 : result_.cancelled ? 130 : result_.partial ? 3 : 0;
    if (auto ok = file_.end_run(run_id_, code); !ok) return fail(ok.error());
    if (auto ok = file_.audit("end", audit_json({{"findings", std::to_string(result_.findings)}, {"exit", std::to_string(code)}})); !ok) return fail(ok.error());
    matches_.reset();  // no statement may be open when the journal goes
    if (auto ok = file_.commit(); !ok) return fail(ok.error());
    progress_.stage("Writing", 0);
    if (auto ok = file_.finish(artifacts_); !ok) return fail(ok.error());
    result_.case_path = file_.path();
    return result_;
  }

  const CheckOptions& options_;
  Progress& progress_;
  CaseFile& file_;
  std::span<const Artifact* const> artifacts_;
  const IndicatorSet& indicators_;
  const std::vector<Rule>& rules_;
  std::int64_t run_id_ = 0;
  std::vector<SourceRun> runs_;
  std::optional<MatchWriter> matches_;
  CheckResult result_;
};

}  // namespace

Result<CheckResult> check(const CheckOptions& options, Progress& progress) {
  if (options.sources.empty()) return fail(Errc::usage, "name at least one source");
  auto user = load_user_artifacts(options.artifact_files);
  if (!user) return fail(user.error());
  std::vector<const Artifact*> artifacts(all_artifacts().begin(), all_artifacts().end());
  for (const auto& a : *user) artifacts.push_back(&a->artifact());
  std::vector<Error> rule_errors;
  const std::vector<Rule> rules = load_rules(options.rule_directories, rule_errors);
  progress.stage("Indicators", 0);
  auto indicators = load_indicators(options.indicator_paths, options.builtin_indicators);
  if (!indicators) return fail(indicators.error());

  std::vector<OpenedSource> sources;
  const KeyGuard guard{sources};
  const Wanted wanted(artifacts);
  progress.stage("Opening", 0);
  for (const std::string& path : options.sources) {
    auto opened = open_source(path, wanted, options.password, options.job_timeout);
    if (!opened) return fail(opened.error());
    sources.push_back(std::move(*opened));
  }
  if (auto ok = one_device(sources); !ok) return fail(ok.error());

  auto file = CaseFile::create(options.case_path);
  if (!file) return fail(file.error());
  auto result = CheckRun(options, progress, *file, artifacts, *indicators, rules).run(sources, rule_errors);
  if (!result) file->discard();
  return result;
}

}  // namespace bridle
