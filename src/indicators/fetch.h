// SPDX-License-Identifier: Apache-2.0
// The only code of Bridle that opens a socket.
#pragma once
#include <cstdint>
#include <string>

#include "bridle/result.h"

namespace bridle {

struct FetchOptions {
  bool allow_http = false;  ///< plain HTTP also to other hosts than this machine
  std::uint64_t max_bytes = 0;
  long timeout_seconds = 0;  ///< for the whole transfer
};

/// Fetches a URL with GET. Redirects are followed within the same host only, three times at most; certificates are
/// always checked; an answer other than 200, one that is too long or one that ends early is an error.
/// Errors: usage (not http or https, or http where it is not allowed), io, limit, truncated, not_found (404).
Result<std::string> fetch(const std::string& url, const FetchOptions& options);

}  // namespace bridle
