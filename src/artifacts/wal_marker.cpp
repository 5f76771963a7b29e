// SPDX-License-Identifier: Apache-2.0
#include "artifacts/wal_marker.h"

#include <algorithm>

#include "formats/sqlite_wal_rows.h"

namespace bridle {
namespace {

/// True if both statements stand on rows of the same columns and values.
bool same_row(const sqlite::Statement& a, const sqlite::Statement& b) {
  if (a.column_count() != b.column_count()) return false;
  for (int i = 0; i < a.column_count(); ++i) {
    if (a.type(i) != b.type(i)) return false;
    if (a.type(i) != sqlite::ValueType::null && !std::ranges::equal(a.bytes(i), b.bytes(i))) return false;
  }
  return true;
}

std::string select_row(std::string_view table) {
  std::string name;
  for (const char c : table) name.append(c == '"' ? 2 : 1, c);
  return "SELECT * FROM \"" + name + "\" WHERE rowid = ?";
}

}  // namespace

WalMarker::WalMarker(sqlite::Database& merged, const InputFile& file, RecordSink& sink) : merged_(merged), sink_(sink) {
  if (file.wal == nullptr || merged.wal_frames() == 0) return;
  auto rows = sqlite::rows_in_wal(*file.wal);
  if (!rows) {
    rows.error().what += "; rows that only the log holds are not marked";
    sink.problem({rows.error()});
    return;
  }
  candidates_ = std::move(*rows);
  if (candidates_.empty()) return;
  if (auto main = sqlite::open_evidence(*file.blob, nullptr)) main_.emplace(std::move(*main));
}

void WalMarker::begin_table(std::string_view table) {
  merged_row_.reset(), main_row_.reset();
  if (candidates_.empty()) return;
  auto merged = merged_.prepare(select_row(table));
  if (!merged) {
    sink_.problem({{Errc::unsupported, "rows that only the write-ahead log holds are not marked: " + merged.error().what,
                    std::string(table), {}}});
    return;
  }
  merged_row_.emplace(std::move(*merged));
  if (!main_) return;
  if (auto main = main_->prepare(select_row(table))) main_row_.emplace(std::move(*main));
}

bool WalMarker::wal_only(std::int64_t rowid) {
  if (!merged_row_ || !std::ranges::binary_search(candidates_, rowid)) return false;
  if (!main_row_) return true;
  merged_row_->reset(), main_row_->reset();
  merged_row_->bind(1, rowid), main_row_->bind(1, rowid);
  const auto in_merged = merged_row_->step(), in_main = main_row_->step();
  return in_merged && *in_merged && !(in_main && *in_main && same_row(*merged_row_, *main_row_));
}

}  // namespace bridle
