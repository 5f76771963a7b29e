// SPDX-License-Identifier: Apache-2.0
// Artifacts that a user adds without a rebuild: a .sql file with a header of `-- key: value` lines
// (docs/user_artifacts.md).
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "bridle/artifact.h"

namespace bridle {

/// Owns the texts that an Artifact's views point to.
class UserArtifact {
 public:
  const Artifact& artifact() const { return artifact_; }

 private:
  friend Result<std::unique_ptr<UserArtifact>> parse_user_artifact(std::string text, std::string origin);
  std::string text_, id_, summary_, timeline_, written_by_, reference_;
  std::vector<std::string_view> finds_;
  std::vector<Field> fields_;
  std::vector<Query> queries_;
  Artifact artifact_;
};

/// Keys: artifact (below `user.`), summary, find (any number), field (`name type holds-or-epoch doc`, any number),
/// timeline, table. What follows the header is the query. Errors: malformed, naming the line.
Result<std::unique_ptr<UserArtifact>> parse_user_artifact(std::string text, std::string origin);

/// Reads the files. Errors: not_found, malformed (a file, or two artifacts of one id).
Result<std::vector<std::unique_ptr<UserArtifact>>> load_user_artifacts(const std::vector<std::string>& files);

}  // namespace bridle
