// SPDX-License-Identifier: Apache-2.0
// Layout: docs/formats/ios_backup.md.
#include "evidence/ios_manifest.h"

#include <fmt/format.h>

#include <utility>

#include "base/limits.h"
#include "evidence/backup_plists.h"

namespace bridle {
namespace {

constexpr std::string_view kDatabaseSignature("SQLite format 3\0", 16);

std::string source_path(std::string_view name) {
  return fmt::format("/backup/{}", name);
}

Error at(Error error, std::string_view name) {
  error.where = source_path(name);
  return error;
}

Result<std::vector<std::byte>> read_list(const Descriptor& folder, std::string_view name) {
  const auto file = FileBlob::open(folder, name);
  if (!file) return fail(file.error());
  return read_all(**file, limits::kPlistBytes);
}

void read_info(OpenBackup& backup) {
  const auto bytes = read_list(backup.folder, "Info.plist");
  const auto read = bytes ? read_info_plist(*bytes, backup.device) : fail(bytes.error());
  if (!read) backup.problems.push_back({at(read.error(), "Info.plist")});
}

void read_status(OpenBackup& backup) {
  const auto bytes = read_list(backup.folder, "Status.plist");
  const auto state = bytes ? read_status_plist(*bytes) : fail(bytes.error());
  if (!state)
    backup.problems.push_back({at(state.error(), "Status.plist")});
  else if (*state)
    backup.problems.push_back({at(
        {Errc::truncated, fmt::format("the backup was not finished: its state is \"{}\"", (*state)->substr(0, 100))},
        "Status.plist")});
}

/// Opens the keybag and with it the manifest's key.
Result<> unlock(const ManifestPlist& list, const std::optional<std::string>& password, OpenBackup& backup) {
  if (!password) return fail(Errc::password, "the backup is encrypted and no password was given");
  const auto bag = ios_keybag::parse(list.keybag);
  if (!bag) return fail(at(bag.error(), "Manifest.plist"));
  auto open = ios_keybag::Unlocked::open(*bag, *password);
  if (!open) return fail(open.error());
  for (const std::uint32_t number : open->damaged_classes())
    backup.problems.push_back(
        {at({Errc::malformed,
             fmt::format("the key of protection class {} does not unwrap: its files cannot be read", number)},
            "Manifest.plist")});
  if (!list.manifest_key.empty()) {
    const auto key = open->unwrap(list.manifest_key);
    if (!key) return fail(at(key.error(), "Manifest.plist"));
    backup.manifest_key = *key;
  }
  backup.keybag = *std::move(open);
  return {};
}

/// Without its list an encrypted manifest would look like a damaged one.
Result<> check_manifest(const OpenBackup& backup, bool has_list) {
  const auto manifest = open_manifest(backup);
  if (!manifest) return fail(manifest.error());
  std::array<std::byte, kDatabaseSignature.size()> start{};
  const auto got = (*manifest)->read_at(0, start);
  if (!got) return fail(at(got.error(), "Manifest.db"));
  if (*got == 0) return fail(Errc::truncated, "empty file", source_path("Manifest.db"));
  if (as_text(start) == kDatabaseSignature) return {};
  return fail(Errc::malformed,
              has_list ? "not a database" : "not a database; without Manifest.plist it cannot be decrypted",
              source_path("Manifest.db"), 0);
}

bool exists(const Descriptor& folder, std::string_view name) {
  const auto file = FileBlob::open(folder, name);
  return file || file.error().code != Errc::not_found;
}

}  // namespace

Result<std::unique_ptr<Blob>> open_manifest(const OpenBackup& backup) {
  auto file = FileBlob::open(backup.folder, "Manifest.db");
  if (!file) return fail(at(file.error(), "Manifest.db"));
  if (!backup.manifest_key) return std::unique_ptr<Blob>(*std::move(file));
  const std::uint64_t size = (*file)->size() / 16 * 16;
  return std::make_unique<AesCbcBlob>(*std::move(file), backup.manifest_key->bytes(), size);
}

void ProblemList::add(Problem problem) {
  if (problems_.size() < limits::kProblemsPerFile) return problems_.push_back(std::move(problem));
  ++more_;
  rows_lost_ += problem.rows_lost;
  bytes_lost_ += problem.bytes_lost;
}

std::vector<Problem> ProblemList::take() {
  if (more_ > 0)
    problems_.push_back({{Errc::limit,
                          fmt::format("{} more problems of this backup are not listed", more_),
                          source_path("Manifest.db"),
                          {}},
                         rows_lost_,
                         bytes_lost_});
  return std::move(problems_);
}

Result<OpenBackup> open_backup(const std::string& root, const std::optional<std::string>& password) {
  auto folder = open_folder(root);
  if (!folder) return fail(folder.error());
  OpenBackup backup{.folder = *std::move(folder), .device = {}, .keybag = {}, .manifest_key = {}, .problems = {}};
  if (!exists(backup.folder, "Manifest.db") && exists(backup.folder, "Manifest.mbdb"))
    return fail(Errc::unsupported, "not supported: iOS 9 or older (Manifest.mbdb)", root);
  read_info(backup);
  read_status(backup);
  const auto bytes = read_list(backup.folder, "Manifest.plist");
  const auto list = bytes ? read_manifest_plist(*bytes, backup.device) : fail(bytes.error());
  if (!list) backup.problems.push_back({at(list.error(), "Manifest.plist")});
  if (list && list->encrypted)
    if (const auto unlocked = unlock(*list, password, backup); !unlocked) return fail(unlocked.error());
  if (const auto good = check_manifest(backup, list.has_value()); !good) return fail(good.error());
  return backup;
}

Result<> visit_entries(const OpenBackup& backup, const std::function<bool(const ManifestEntry&)>& visit,
                       ProblemList& problems) {
  const auto manifest = open_manifest(backup);
  if (!manifest) return fail(manifest.error());
  std::unique_ptr<Blob> wal;
  if (!backup.manifest_key)
    if (auto file = FileBlob::open(backup.folder, "Manifest.db-wal")) wal = *std::move(file);
  auto database = sqlite::open_evidence(**manifest, wal.get());
  if (!database) return fail(at(database.error(), "Manifest.db"));
  for (const Error& warning : database->warnings()) problems.add({at(warning, "Manifest.db")});
  auto rows = database->prepare("SELECT rowid, fileID, domain, relativePath, flags, file FROM Files");
  if (!rows) return fail(at(rows.error(), "Manifest.db"));
  for (std::size_t n = 0;; ++n) {
    const auto more = rows->step();
    if (!more) problems.add({at(more.error(), "Manifest.db")});
    if (!more || !*more) return {};
    if (n == limits::kBackupEntries) {
      problems.add({at({Errc::limit, fmt::format("more than {} entries; the rest is not read", n)}, "Manifest.db")});
      return {};
    }
    const ManifestEntry entry{rows->integer(0), rows->text(1), rows->text(2), rows->text(3), rows->integer(4), &*rows};
    if (entry.domain.size() + entry.relative.size() > limits::kBackupPathBytes) {
      problems.add({at({Errc::limit, fmt::format("row {} of Files: the path is longer than {} bytes", entry.row,
                                                 limits::kBackupPathBytes)},
                       "Manifest.db"),
                    1});
      continue;
    }
    if (!visit(entry)) return {};
  }
}

}  // namespace bridle
