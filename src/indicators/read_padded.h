// SPDX-License-Identifier: Apache-2.0
// Reads an indicator file from this machine.
#pragma once
#include <simdjson.h>

#include <filesystem>

#include "bridle/result.h"

namespace bridle {

/// The file with the padding that the JSON parser asks for. Only regular files: a pipe may never end.
/// Errors: not_found, io, unsupported, truncated, limit if it is longer than `limit` bytes.
Result<simdjson::padded_string> read_padded(const std::filesystem::path& path, std::uint64_t limit);

}  // namespace bridle
