// SPDX-License-Identifier: Apache-2.0
#include "evidence/ios_backup.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "base/limits.h"
#include "bridle/backup_domain.h"
#include "evidence/ios_manifest.h"

namespace bridle {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kNamesShown = 10;

bool has_file(const fs::path& folder, std::string_view name) {
  struct stat status {};
  return ::lstat((folder / name).c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

std::string joined(std::vector<std::string> names) {
  std::ranges::sort(names);
  const std::size_t more = names.size() - std::min(names.size(), kNamesShown);
  names.resize(names.size() - more);
  std::string out = fmt::format("{}", fmt::join(names, ", "));
  if (more > 0) out += fmt::format(" and {} more", more);
  return out;
}

void add_key(const ios_keybag::Key& key, EvidenceFile& file, Inventory& inventory) {
  file.key = static_cast<std::uint32_t>(inventory.keys.size());
  std::ranges::copy(key.bytes(), inventory.keys.emplace_back().begin());
}

/// The backup's own files as evidence.
void add_own_files(const OpenBackup& backup, const WantedPath& wanted, Inventory& inventory) {
  for (const std::string_view name : kBackupFiles) {
    EvidenceFile file{.path = fmt::format("/backup/{}", name), .locator = std::string(name)};
    const bool foreign_log = name == "Manifest.db-wal" && backup.manifest_key;  // not of the encrypted database
    if (foreign_log || !wanted(file.path)) continue;
    const auto blob = FileBlob::open(backup.folder, name);
    if (!blob) continue;  // open_backup() has said so, or the file is none that a backup must have
    file.size = (*blob)->size();
    if (name == "Manifest.db" && backup.manifest_key) {
      file.size -= file.size % 16;
      add_key(*backup.manifest_key, file, inventory);
    }
    inventory.files.push_back(std::move(file));
  }
  if (wanted("/backup/files")) inventory.files.push_back({.path = "/backup/files", .locator = {}, .generated = true});
}

/// Takes entries one by one and lists those that are wanted.
class Lister {
 public:
  Lister(const OpenBackup& backup, const WantedPath& wanted, Inventory& inventory, ProblemList& problems)
      : wanted_(&wanted), inventory_(&inventory), problems_(&problems), finder_(backup) {}

  void take(const ManifestEntry& entry) {
    ++inventory_->entries;
    std::string path = canonical_path(entry.domain, entry.relative);
    if (path.empty())
      return lose(
          {Errc::malformed, fmt::format("row {} of Files: a path with \"..\"", entry.row), "/backup/Manifest.db", {}});
    if (entry.is_folder() || entry.is_link() || !(*wanted_)(path)) return;
    auto stored = finder_.find(entry, path, *problems_);
    if (!stored) return lose(std::move(stored.error()));
    EvidenceFile file{.path = std::move(path), .locator = std::move(stored->locator), .size = stored->size};
    if (stored->key) add_key(*stored->key, file, *inventory_);
    inventory_->files.push_back(std::move(file));
  }

 private:
  void lose(Error error) { problems_->add({std::move(error), 1}); }

  const WantedPath* wanted_;
  Inventory* inventory_;
  ProblemList* problems_;
  PayloadFinder finder_;
};

}  // namespace

bool looks_like_ios_backup(const std::string& folder) {
  return has_file(folder, "Manifest.db") || has_file(folder, "Manifest.mbdb") ||
         (has_file(folder, "Manifest.plist") && has_file(folder, "Info.plist"));
}

Result<std::string> find_ios_backup(const std::string& path) {
  if (looks_like_ios_backup(path)) return path;
  std::error_code error;
  std::vector<std::string> backups, others;
  for (fs::directory_iterator entry(path, error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename();
    (looks_like_ios_backup(entry->path()) ? backups : others).push_back(name);
  }
  if (error)
    return fail(error == std::errc::no_such_file_or_directory ? Errc::not_found : Errc::io, error.message(), path);
  if (backups.size() == 1) return path + "/" + backups.front();
  if (!backups.empty())
    return fail(Errc::usage, fmt::format("{} backups are here, name one of them: {}", backups.size(), joined(backups)),
                path);
  return fail(Errc::not_found,
              others.empty()
                  ? "no iOS backup: the folder is empty"
                  : fmt::format("no iOS backup: no Manifest.db here nor one folder below; found {}", joined(others)),
              path);
}

Result<Inventory> open_ios_backup(const std::string& root, const std::optional<std::string>& password,
                                  const WantedPath& wanted) {
  auto backup = open_backup(root, password);
  if (!backup) return fail(backup.error());
  Inventory inventory;
  inventory.type = "ios_backup";
  inventory.root = root;
  inventory.device = std::move(backup->device);
  ProblemList problems;
  for (Problem& problem : backup->problems) problems.add(std::move(problem));
  add_own_files(*backup, wanted, inventory);
  Lister lister(*backup, wanted, inventory, problems);
  const auto visit = [&](const ManifestEntry& entry) { return lister.take(entry), true; };
  if (const auto visited = visit_entries(*backup, visit, problems); !visited) return fail(visited.error());
  inventory.problems = problems.take();
  return inventory;
}

}  // namespace bridle
