// SPDX-License-Identifier: Apache-2.0
// Holds every query of every artifact against the databases of the golden cases.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "artifacts/golden.h"
#include "bridle/artifact.h"
#include "formats/sqlite.h"

namespace bridle::test {
namespace {

namespace fs = std::filesystem;

TEST(Queries, EachIsPreparedBySomeCaseAndNamesOnlyFields) {
  for (const Artifact* a : all_artifacts()) {
    std::set<std::string_view> prepared;
    std::string path(a->id);
    path[path.find('.')] = '/';
    for (const auto& one : fs::directory_iterator(fs::path(BRIDLE_SOURCE_DIR) / "tests" / "data" / path)) {
      const auto files = load_inputs(one.path() / "input");
      for (const auto& [name, bytes] : files) {
        if (name.ends_with("-wal")) continue;
        const MemoryBlob main(as_bytes(bytes));
        const auto log = files.find(name + "-wal");
        const MemoryBlob wal(log == files.end() ? Bytes{} : as_bytes(log->second));
        auto db = sqlite::open_evidence(main, log == files.end() ? nullptr : &wal);
        if (!db) continue;
        for (const Query& query : a->queries) {
          const auto statement = db->prepare(query.sql);
          if (!statement) continue;
          prepared.insert(query.sql);
          bool located = false;
          for (int i = 0; i < statement->column_count(); ++i) {
            const std::string_view column = statement->column_name(i);
            located = located || column == "_rowid";
            const bool known = column.starts_with('_') || std::ranges::find(a->fields, column, &Field::name) != a->fields.end();
            EXPECT_TRUE(known) << a->id << ", " << query.schema << ": column " << column << " is no field";
          }
          EXPECT_TRUE(located) << a->id << ", " << query.schema << ": no _rowid";
        }
      }
    }
    for (const Query& query : a->queries)
      EXPECT_TRUE(prepared.contains(query.sql)) << a->id << ": no golden case has a schema for \"" << query.schema << "\" (" << query.table << ")";
  }
}

}  // namespace
}  // namespace bridle::test
