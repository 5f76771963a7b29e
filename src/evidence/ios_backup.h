// SPDX-License-Identifier: Apache-2.0
// The iOS backup as a source: a folder that iTunes, Finder or libimobiledevice wrote (docs/formats/ios_backup.md).
#pragma once
#include <optional>
#include <string>

#include "bridle/result.h"
#include "evidence/source.h"

namespace bridle {

/// True if the folder holds the manifest of a backup, of whatever iOS version.
bool looks_like_ios_backup(const std::string& folder);

/// The backup at `path`, or the only one in the folders directly below it. Errors: not_found (none: says what is
/// there), usage (several: names them), io.
Result<std::string> find_ios_backup(const std::string& path);

/// Opens a backup and lists the entries that `wanted` takes, in one pass over the manifest; memory grows with what is
/// wanted, not with the backup. Beside the entries it offers the backup's own lists as /backup/Info.plist,
/// /backup/Manifest.plist, /backup/Status.plist, /backup/Manifest.db (decrypted) and, generated when opened,
/// /backup/files (evidence/stored_listing.h). Entries that cannot be read are problems.
/// Errors: password (missing or wrong), unsupported (iOS 9 or older), not_found, malformed, limit, io.
Result<Inventory> open_ios_backup(const std::string& root, const std::optional<std::string>& password,
                                  const WantedPath& wanted);

}  // namespace bridle
