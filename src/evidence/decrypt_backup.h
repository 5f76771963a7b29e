// SPDX-License-Identifier: Apache-2.0
// Writes the files of an iOS backup out, for those who need them as files.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "bridle/result.h"

namespace bridle {

struct DecryptEvents {
  /// A file that was not written, or not whole, or does not agree with the manifest. `where` is domain and path.
  std::function<void(const Error& error)> problem;
  /// Stored bytes read and in all. Returns false to stop.
  std::function<bool(std::uint64_t done, std::uint64_t total)> progress;
};

struct DecryptReport {
  std::uint64_t files = 0;     ///< written, whole or in part
  std::uint64_t bytes = 0;     ///< written
  std::uint64_t problems = 0;  ///< calls of DecryptEvents::problem
  std::uint64_t links = 0;     ///< symbolic links of the backup, which are not made
  bool stopped = false;
};

/// Writes every file of a backup, encrypted or not, as `folder`/<domain>/<path>, and the backup's own lists with the
/// manifest decrypted. `folder` must not exist or be empty, and not lie in the backup; nothing is written before the
/// password was right. No name leads out of `folder`. Files get mode 0600, folders 0700.
/// Errors: those of open_ios_backup(); usage (the folder); io (the folder cannot be written, the disk is full).
Result<DecryptReport> decrypt_backup(const std::string& root, const std::optional<std::string>& password,
                                     const std::string& folder, const DecryptEvents& events);

}  // namespace bridle
