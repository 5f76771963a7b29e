// SPDX-License-Identifier: Apache-2.0
// What of a write-ahead log SQLite will use, and what it will drop without saying so.
#pragma once
#include <cstdint>
#include <vector>

#include "bridle/blob.h"
#include "bridle/result.h"

namespace bridle::sqlite {

struct WalReport {
  bool usable = false;          ///< the header is right, so that SQLite may be given the log
  std::uint64_t frames = 0;     ///< frames of finished transactions: those SQLite reads
  std::vector<Error> warnings;  ///< malformed, truncated: with the offset in the log
};

/// Checks the header and every frame's checksum. `page_size` is the main file's, 0 if that has none.
/// Frames left over from before the log was last restarted carry another salt; they are no fault and not counted.
/// Errors: io. Source: https://www.sqlite.org/fileformat2.html, section 4.
Result<WalReport> check_wal(const Blob& wal, std::uint32_t page_size);

}  // namespace bridle::sqlite
