// SPDX-License-Identifier: Apache-2.0
// Reads artifacts declared with queries.
#pragma once
#include "bridle/artifact.h"

namespace bridle {

/// Opens the database with its write-ahead log and adds a row for each row of the first query of each set that the
/// schema can prepare. Rows whose version only the log holds are marked (wal_marker.h). Errors: those of sqlite::open_evidence; unsupported if no query fits the schema.
Result<> read_sql(const Artifact& artifact, const InputFile& file, RecordSink& sink);

}  // namespace bridle
