// SPDX-License-Identifier: Apache-2.0
// The three property lists at the top of a backup. Only BackupWriter uses them.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "bridle/bytes.h"
#include "bridle/result.h"
#include "forge/ios_backup_writer.h"
#include "forge/random.h"

namespace bridle::forge {

/// Info.plist, in XML.
Result<std::string> info_plist(const BackupOptions& options, std::span<const App> apps, Random& random);

/// Manifest.plist, binary. An empty keybag makes it that of a plain backup.
std::vector<std::byte> manifest_plist(const BackupOptions& options, std::span<const App> apps, Bytes keybag,
                                      Bytes manifest_key);

/// Status.plist, binary.
std::vector<std::byte> status_plist(const BackupOptions& options, Random& random);

}  // namespace bridle::forge
