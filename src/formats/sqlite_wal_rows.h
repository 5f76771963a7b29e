// SPDX-License-Identifier: Apache-2.0
// Which rows a write-ahead log could have changed, without comparing whole databases.
#pragma once
#include <cstdint>
#include <vector>

#include "bridle/blob.h"
#include "bridle/result.h"

namespace bridle::sqlite {

/// Row ids in the table leaves that the log holds, sorted, each once, of all tables together: more than were changed,
/// since a leaf holds neighbours too. A row whose id is not among them is in the main file as it is; the one exception
/// is a long value overwritten in place by one of the same length. Errors: io; limit (kWalRows).
/// Source: https://www.sqlite.org/fileformat2.html, sections 1.6 and 4.
Result<std::vector<std::int64_t>> rows_in_wal(const Blob& wal);

}  // namespace bridle::sqlite
