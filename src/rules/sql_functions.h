// SPDX-License-Identifier: Apache-2.0
// SQL functions that rules may use beside SQLite's own.
#pragma once
#include "bridle/result.h"

struct sqlite3;

namespace bridle {

/// url_host(url), registrable_domain(url or host), base_name(path), utc(nanoseconds).
/// All return NULL for NULL and for what they cannot read. Registered per connection.
Result<> add_sql_functions(sqlite3* db);

}  // namespace bridle
