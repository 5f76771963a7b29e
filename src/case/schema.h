// SPDX-License-Identifier: Apache-2.0
// The tables every case has, and the names of those made from artifacts. docs/case.md explains them to a reader with
// nothing but sqlite3.
#pragma once
#include <string>
#include <string_view>

#include "bridle/record.h"

namespace bridle {

struct Artifact;

inline constexpr int kCaseSchema = 1;  ///< meta.schema; raised when a column changes its meaning

/// CREATE statements of the fixed tables.
std::string_view fixed_schema();
/// Views that read well in plain sqlite3; made after the load.
std::string_view fixed_views();

/// "ios.safari_history" -> "ios_safari_history".
std::string table_name(std::string_view artifact_id);
/// CREATE TABLE of an artifact's records: record_id, _place, _at, _wal_only, then the fields. A time field takes two
/// columns: `name` in nanoseconds since 1970 UTC and `name_raw` as the evidence has it.
std::string create_table(const Artifact& artifact);
/// INSERT statement with one parameter a column.
std::string insert_statement(const Artifact& artifact);
/// View readable_<table>: times as ISO text, file path and locator spelt out.
std::string readable_view(const Artifact& artifact);
/// SELECT of the timeline's columns for each time field with an event; empty if the artifact has none.
std::string timeline_select(const Artifact& artifact);

/// "name" in double quotes, for SQL.
std::string sql_name(std::string_view name);

}  // namespace bridle
