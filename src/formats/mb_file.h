// SPDX-License-Identifier: Apache-2.0
// MBFile: the keyed archive that Manifest.db of a backup holds for every entry (docs/formats/ios_backup.md).
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "bridle/bytes.h"
#include "bridle/result.h"
#include "formats/plist.h"

namespace bridle {

/// What is left empty, the archive does not have. Views hold until the reader's next read().
struct MbFile {
  std::optional<std::uint64_t> size;  ///< bytes of plaintext
  std::optional<std::int64_t> mode, user, group, inode, protection_class;
  std::optional<std::int64_t> birth, modified, status_changed;  ///< seconds since 1970 UTC
  std::string_view link_target;
  Bytes encryption_key;  ///< protection class (4 bytes, little-endian) and wrapped key (40 bytes); empty if none
};

/// Uses its memory again from one archive to the next. One thread at a time.
class MbFileReader {
 public:
  /// Errors: those of a property list; malformed if it is not an archive of an MBFile.
  Result<MbFile> read(Bytes bytes);

 private:
  plist::Document document_;
};

}  // namespace bridle
