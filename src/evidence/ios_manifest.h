// SPDX-License-Identifier: Apache-2.0
// An iOS backup folder, unlocked, and the entries of its manifest. Shared by the source and by `bridle decrypt`.
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bridle/blob.h"
#include "bridle/record.h"
#include "bridle/result.h"
#include "evidence/blob.h"
#include "evidence/source.h"
#include "formats/ios_keybag.h"
#include "formats/mb_file.h"
#include "formats/sqlite.h"

namespace bridle {

/// The backup's own files. They are evidence files too, below "/backup/".
inline constexpr std::array<std::string_view, 5> kBackupFiles{"Info.plist", "Manifest.plist", "Status.plist",
                                                              "Manifest.db", "Manifest.db-wal"};

/// Problems up to limits::kProblemsPerFile; of more only the number and the losses are kept.
class ProblemList {
 public:
  void add(Problem problem);
  /// What was added, and if that was too much one problem that says so.
  std::vector<Problem> take();

 private:
  std::vector<Problem> problems_;
  std::uint64_t more_ = 0, rows_lost_ = 0, bytes_lost_ = 0;
};

struct OpenBackup {
  Descriptor folder;
  DeviceInfo device;
  std::optional<ios_keybag::Unlocked> keybag;   ///< of an encrypted backup
  std::optional<ios_keybag::Key> manifest_key;  ///< set if Manifest.db is encrypted
  std::vector<Problem> problems;                ///< lists that are missing or damaged, a backup that was not finished
};

/// Reads the lists and opens the keybag. An unneeded password is no fault. Errors: password (missing or wrong),
/// unsupported (Manifest.mbdb: iOS 9 or older), not_found (no Manifest.db), malformed, limit, io.
Result<OpenBackup> open_backup(const std::string& root, const std::optional<std::string>& password);

/// Manifest.db, decrypted where it is read. Errors: not_found, io.
Result<std::unique_ptr<Blob>> open_manifest(const OpenBackup& backup);

/// A row of Files. Views hold until the visit ends.
struct ManifestEntry {
  std::int64_t row = 0;
  std::string_view file_id, domain, relative;
  std::int64_t flags = 0;
  const sqlite::Statement* statement = nullptr;

  bool is_folder() const { return flags == 2; }
  bool is_link() const { return flags == 4; }
  Bytes mb_file() const { return statement->bytes(5); }
};

/// Visits every entry in the order of the table, until `visit` returns false. What of the manifest cannot be read is
/// added to `problems`. Errors: as sqlite::open_evidence(); not_found if there is no table Files.
Result<> visit_entries(const OpenBackup& backup, const std::function<bool(const ManifestEntry&)>& visit,
                       ProblemList& problems);

/// A file of the backup as it is stored.
struct StoredFile {
  std::string locator;       ///< below the backup's folder: "3d/3d0d..."
  std::uint64_t stored = 0;  ///< bytes on disk
  std::uint64_t size = 0;    ///< bytes of plaintext that can be read
  std::optional<ios_keybag::Key> key;
};

/// Finds the payload of entries. One thread at a time; the backup must outlive it.
class PayloadFinder {
 public:
  explicit PayloadFinder(const OpenBackup& backup) : backup_(&backup) {}

  /// Finds the stored file of an entry and its key. `path` names the entry in problems. What does not agree (id, size)
  /// but leaves the file readable is added to `problems`. Errors: malformed (id, keyed archive, key), not_found (no
  /// such file, no class key), io (a link, not a regular file).
  Result<StoredFile> find(const ManifestEntry& entry, const std::string& path, ProblemList& problems);

  /// Bytes of an entry's stored file; 0 if there is none.
  std::uint64_t stored_bytes(const ManifestEntry& entry) const;

 private:
  Result<> add_key(const MbFile& meta, StoredFile& file) const;

  const OpenBackup* backup_;
  MbFileReader reader_;
};

/// The plaintext of a stored file.
Result<std::unique_ptr<Blob>> open_payload(const Descriptor& folder, const StoredFile& file);

}  // namespace bridle
