// SPDX-License-Identifier: Apache-2.0
// The property lists beside Manifest.db of an iOS backup.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "bridle/bytes.h"
#include "bridle/result.h"
#include "evidence/source.h"

namespace bridle {

/// What Manifest.plist says about encryption.
struct ManifestPlist {
  bool encrypted = false;
  std::vector<std::byte> keybag;        ///< BackupKeyBag
  std::vector<std::byte> manifest_key;  ///< ManifestKey; empty before iOS 10.2
};

/// Reads Manifest.plist and fills what `device` does not have yet from its Lockdown part. Errors: a property list's;
/// malformed if it is no dictionary, or says that the backup is encrypted and has no keybag.
Result<ManifestPlist> read_manifest_plist(Bytes bytes, DeviceInfo& device);

/// Reads Info.plist into `device`. Errors: a property list's; malformed if it is no dictionary.
Result<> read_info_plist(Bytes bytes, DeviceInfo& device);

/// Reads Status.plist: nothing if the backup was finished, otherwise its state ("uploading").
/// Errors: a property list's; malformed if it does not state one.
Result<std::optional<std::string>> read_status_plist(Bytes bytes);

}  // namespace bridle
