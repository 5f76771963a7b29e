// SPDX-License-Identifier: Apache-2.0
// Golden cases: tests/data/<platform>/<artifact>/<case>/{input, expected.jsonl}.
//
// Below input/ lie evidence files at their canonical device paths, as text that a person can review:
//   X.sql      becomes the SQLite database X
//   X-wal.sql  (beside X.sql) runs after X was made, in WAL mode: its effects exist only in X-wal
//   X.hex      becomes the bytes written in it as hex (blanks and # comments ignored)
//   X.json     with X = *.bplist becomes a binary plist (see tests/artifacts/golden.cpp)
//   anything else is taken as it is
// expected.jsonl holds one record or problem a line. BRIDLE_UPDATE_GOLDEN=1 writes it from what was read: look at the
// difference before committing it.
#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace bridle::test {

/// Files of a case by canonical path.
std::map<std::string, std::string> load_inputs(const std::filesystem::path& input);

/// What an artifact reads from these files, one JSON object a line.
std::vector<std::string> read_as_json(std::string_view artifact_id, const std::map<std::string, std::string>& files);

}  // namespace bridle::test
