// SPDX-License-Identifier: Apache-2.0
#include "artifacts/plist_reader.h"
#include "artifacts/sql_reader.h"
#include "bridle/artifact.h"

namespace bridle {

Result<> read_artifact(const Artifact& artifact, std::span<const InputFile> files, RecordSink& sink) {
  if (artifact.read != nullptr) return artifact.read(files, artifact.fields, sink);
  for (const InputFile& file : files) {
    const auto done = artifact.queries.empty() ? read_plist(artifact, file, sink) : read_sql(artifact, file, sink);
    if (!done) return done;
  }
  return {};
}

}  // namespace bridle
