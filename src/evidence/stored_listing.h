// SPDX-License-Identifier: Apache-2.0
// What really lies in the folder of an iOS backup.
#pragma once
#include <string>

#include "bridle/result.h"

namespace bridle {

/// One line for every file of the backup's hash folders, "3d/3d0d...<TAB>278528", and for everything else that lies in
/// the backup and does not belong there. The size is "-" for what is not a regular file. Sorted. Control characters
/// and backslashes of names are written \xHH. The backup's own lists (Info.plist, Manifest.db, ...) are left out.
/// Errors: not_found, io, limit (kBackupEntries).
Result<std::string> list_stored_files(const std::string& root);

}  // namespace bridle
