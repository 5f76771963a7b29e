// SPDX-License-Identifier: Apache-2.0
// BackupWriter: writes an iTunes/Finder backup folder, plain or encrypted, file by file.
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bridle/bytes.h"
#include "bridle/result.h"
#include "bridle/time.h"
#include "forge/mb_file_writer.h"

namespace bridle::forge {

/// The phone that a backup says it is of. Invented: the numbers are no device's.
struct Device {
  std::string name = "Forged iPhone";
  std::string product_name = "iPhone 13";
  std::string product_type = "iPhone14,5";
  std::string product_version = "17.4.1";
  std::string build_version = "21E236";
  std::string serial_number = "F0RGED000001";
  std::string udid = "00008110-000F0126ED0A8000";
  std::string imei = "350000000000006";
  std::string iccid = "8900000000000000000";
  std::string phone_number = "+1 (202) 555-0100";
};

/// An app in Info.plist.
struct App {
  std::string bundle_id;
  std::string name;
  std::string version = "1.0";
  std::string artist{};
  std::string source_app = "com.apple.AppStore";  ///< what installed it; empty: the key is left out
  Time purchased_at{};
  bool metadata = true;  ///< false: no iTunesMetadata, as for apps that did not come from a store
};

struct BackupOptions {
  std::string password{};               ///< empty: a plain backup
  std::uint32_t dpic = 10'000'000;      ///< rounds of PBKDF2-SHA256; real backups have ten million
  std::uint32_t iterations = 10'000;    ///< rounds of PBKDF2-SHA1
  std::uint64_t seed = 1;               ///< keys, salts and identifiers follow from it
  Device device{};
  Time made_at{1'713'600'000'000'000'000};  ///< 2024-04-20T08:00:00Z
};

/// What is wrong with a file, for tests of hostile and damaged backups.
struct Fault {
  std::optional<std::string> file_id{};          ///< in the manifest, instead of the true one; the payload is not moved
  std::optional<std::uint64_t> claimed_size{};   ///< Size in the MBFile
  std::optional<std::uint64_t> payload_bytes{};  ///< the payload is cut to this length, after encryption
  bool payload = true;                           ///< false: an entry without a file
};

/// Lower-case hex SHA-1 of "domain-relative/path", under which a backup stores a file.
std::string backup_file_id(std::string_view domain, std::string_view relative_path);

/// Writes one backup. The same calls with the same options write the same bytes. Not thread-safe.
/// Parent directories get entries only by add_directory(). An entry added twice replaces the first.
class BackupWriter {
 public:
  /// Makes `dir`, which must not exist or be empty. Errors: io, usage (it has files), internal (OpenSSL, SQLite).
  static Result<BackupWriter> create(const std::filesystem::path& dir, const BackupOptions& options);
  BackupWriter(BackupWriter&&) noexcept;
  BackupWriter& operator=(BackupWriter&&) noexcept;
  ~BackupWriter();

  Result<> add_file(std::string_view domain, std::string_view relative_path, Bytes content, const FileMeta& meta = {},
                    const Fault& fault = {});
  Result<> add_directory(std::string_view domain, std::string_view relative_path, const FileMeta& meta = {});
  Result<> add_symlink(std::string_view domain, std::string_view relative_path, std::string_view target,
                       const FileMeta& meta = {});

  /// A row of Files as it stands, without a payload. `mb_file` may be any bytes.
  Result<> add_row(std::string_view file_id, std::string_view domain, std::string_view relative_path, int flags,
                   Bytes mb_file);
  /// A payload file that no row names. `file_id` must be 40 hexadecimal digits.
  Result<> add_orphan(std::string_view file_id, Bytes content);

  /// The apps of Info.plist, in this order.
  void set_applications(std::vector<App> apps);

  std::uint64_t entries() const;        ///< rows of Manifest.db so far
  std::uint64_t files() const;          ///< entries that are files
  std::uint64_t payload_bytes() const;  ///< bytes before encryption

  /// Writes Manifest.db, Info.plist, Manifest.plist and Status.plist. Call once, last.
  Result<> finish();

 private:
  struct State;
  explicit BackupWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace bridle::forge
