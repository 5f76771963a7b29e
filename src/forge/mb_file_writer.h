// SPDX-License-Identifier: Apache-2.0
// Writes MBFile, the keyed archive that Manifest.db holds for every entry of a backup.
#pragma once
#include <cstdint>
#include <string_view>

#include "bridle/bytes.h"
#include "bridle/time.h"
#include "forge/plist_writer.h"

namespace bridle::forge {

/// What Manifest.db says of an entry. Times are in whole seconds there.
struct FileMeta {
  std::uint16_t mode = 0100644;  ///< type bits included; directories and links set their own
  std::uint32_t uid = 501;
  std::uint32_t gid = 501;
  std::uint32_t protection_class = 3;
  Time birth{1'700'000'000'000'000'000};
  Time modified{1'700'000'000'000'000'000};
  Time status_changed{1'700'000'000'000'000'000};
};

struct MbFile {
  std::string_view relative_path;
  std::uint64_t size = 0;
  std::uint64_t inode = 0;
  FileMeta meta{};
  std::string_view link_target{};
  Bytes encryption_key{};  ///< class and wrapped key; empty for an entry that is not encrypted
};

/// Reuses its memory from one archive to the next. Not thread-safe.
class MbFileWriter {
 public:
  /// The bytes live until the next call.
  Bytes write(const MbFile& file);

 private:
  BinaryPlist plist_;
};

}  // namespace bridle::forge
