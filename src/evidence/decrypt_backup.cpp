// SPDX-License-Identifier: Apache-2.0
#include "evidence/decrypt_backup.h"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "evidence/ios_manifest.h"
#include "evidence/output_folder.h"

namespace bridle {
namespace {

namespace fs = std::filesystem;

/// Writing into the backup would change the evidence.
Result<> check_place(const std::string& root, const std::string& folder) {
  std::error_code error;
  const fs::path backup = fs::canonical(root, error);
  if (error) return fail(Errc::not_found, error.message(), root);
  const fs::path out = fs::weakly_canonical(fs::absolute(folder), error);
  if (error) return fail(Errc::io, error.message(), folder);
  const fs::path relative = out.lexically_relative(backup);
  if (relative == "." || *relative.begin() != "..") return fail(Errc::usage, "the folder lies in the backup", folder);
  return {};
}

/// One run: what it has done and whether it goes on.
class Run {
 public:
  Run(const OpenBackup& backup, OutputFolder& out, const DecryptEvents& events)
      : backup_(&backup), out_(&out), events_(&events), finder_(backup) {}

  Result<DecryptReport> run() {
    for (const std::string_view name : kBackupFiles) own_file(name);
    ProblemList unread;
    if (const auto counted = visit_entries(
            *backup_, [&](const ManifestEntry& e) { return count(e), true; }, unread);
        !counted)
      return fail(counted.error());
    for (const Problem& problem : backup_->problems) tell(problem.error);
    for (const Problem& problem : unread.take()) tell(problem.error);
    ProblemList told;
    const auto visit = [&](const ManifestEntry& entry) { return take(entry), !fatal_ && !report_.stopped; };
    if (const auto visited = visit_entries(*backup_, visit, told); !visited) return fail(visited.error());
    if (fatal_) return fail(*std::move(fatal_));
    return report_;
  }

 private:
  void tell(const Error& error) {
    ++report_.problems;
    if (events_->problem) events_->problem(error);
  }

  void count(const ManifestEntry& entry) {
    if (!entry.is_folder() && !entry.is_link()) total_ += finder_.stored_bytes(entry);
  }

  /// Manifest.db and the lists. One that is missing was told by open_backup(), or need not be there.
  void own_file(std::string_view name) {
    if (fatal_) return;
    const auto blob =
        name == "Manifest.db" ? open_manifest(*backup_) : open_payload(backup_->folder, {.locator = std::string(name)});
    if (blob) write(std::string(name), **blob);
  }

  void take(const ManifestEntry& entry) {
    if (entry.is_folder()) return;
    if (entry.is_link()) return static_cast<void>(++report_.links);
    const std::string path = fmt::format("{}/{}", entry.domain, entry.relative);
    ProblemList problems;
    const auto stored = finder_.find(entry, path, problems);
    for (const Problem& problem : problems.take()) tell(problem.error);
    if (!stored) return tell(stored.error());
    const auto blob = open_payload(backup_->folder, *stored);
    if (blob)
      write(path, **blob);
    else
      tell({blob.error().code, blob.error().what, path});
    done_ += stored->stored;
    if (events_->progress && !events_->progress(done_, total_)) report_.stopped = true;
  }

  void write(const std::string& path, const Blob& blob) {
    const auto written = out_->write(path, blob);
    report_.files += written || written.error().written > 0 ? 1 : 0;
    report_.bytes += written ? *written : written.error().written;
    if (written) return;
    Error error = written.error().error;
    error.where = path;
    if (written.error().fatal)
      fatal_ = std::move(error);
    else
      tell(error);
  }

  const OpenBackup* backup_;
  OutputFolder* out_;
  const DecryptEvents* events_;
  PayloadFinder finder_;
  DecryptReport report_;
  std::uint64_t done_ = 0, total_ = 0;
  std::optional<Error> fatal_;
};

}  // namespace

Result<DecryptReport> decrypt_backup(const std::string& root, const std::optional<std::string>& password,
                                     const std::string& folder, const DecryptEvents& events) {
  if (const auto good = check_place(root, folder); !good) return fail(good.error());
  const auto backup = open_backup(root, password);
  if (!backup) return fail(backup.error());
  auto out = OutputFolder::create(folder);
  if (!out) return fail(out.error());
  return Run(*backup, *out, events).run();
}

}  // namespace bridle
