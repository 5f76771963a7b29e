// SPDX-License-Identifier: Apache-2.0
#include "report/timeline_reader.h"

#include <sqlite3.h>

#include <algorithm>
#include <compare>

#include "base/text.h"
#include "case/schema.h"

namespace bridle::report {
namespace {

/// One field of one artifact that is an event.
struct Track {
  const StoredArtifact* artifact;
  const StoredField* field;
};

struct Key {
  std::int64_t time;
  std::int64_t record_id;
  std::size_t track;

  auto operator<=>(const Key& other) const {
    if (const auto order = time <=> other.time; order != 0) return order;
    if (const auto order = track <=> other.track; order != 0) return order;
    return record_id <=> other.record_id;
  }
  bool operator==(const Key& other) const = default;
};

/// Keeps the smallest keys of very many.
class Smallest {
 public:
  explicit Smallest(std::size_t capacity) : capacity_(capacity) {}

  void add(const Key& key) {
    if (bound_ && key >= *bound_) {
      more_ = true;
      return;
    }
    keys_.push_back(key);
    if (keys_.size() >= 2 * capacity_) trim();
  }
  /// In order. `more` is set if there were keys that are not among them.
  std::vector<Key> take(bool& more) {
    if (keys_.size() > capacity_) trim();
    std::ranges::sort(keys_);
    more = more_;
    return std::move(keys_);
  }

 private:
  void trim() {
    const auto cut = keys_.begin() + static_cast<std::ptrdiff_t>(capacity_);
    std::ranges::nth_element(keys_, cut);
    bound_ = *cut;
    keys_.erase(cut, keys_.end());
    more_ = true;
  }

  std::size_t capacity_;
  std::vector<Key> keys_;
  std::optional<Key> bound_;
  bool more_ = false;
};

std::vector<Track> tracks_of(const CaseRecords& records, const TimelineQuery& query) {
  std::vector<Track> out;
  for (const StoredArtifact& a : records.artifacts()) {
    if (!query.artifact.empty() && !glob_match(query.artifact, a.id)) continue;
    for (const StoredField& f : a.fields)
      if (!f.event.empty()) out.push_back({&a, &f});
  }
  return out;
}

Result<> collect(const CaseReader& from, const std::vector<Track>& tracks, std::size_t t, const std::optional<Key>& after,
                 const TimelineQuery& query, Smallest& into) {
  const std::string column = sql_name(tracks[t].field->name);
  auto rows = from.db().prepare("SELECT " + column + ", record_id FROM " + sql_name(tracks[t].artifact->table) + " WHERE " + column +
                                " BETWEEN ? AND ?");
  if (!rows) return fail(rows.error());
  rows->bind(1, after ? after->time : query.from ? query.from->ns : std::numeric_limits<std::int64_t>::min());
  rows->bind(2, query.to ? query.to->ns : std::numeric_limits<std::int64_t>::max());
  for (;;) {
    const auto row = rows->step();
    if (!row) return fail(row.error());
    if (!*row) return {};
    if (rows->type(0) != SQLITE_INTEGER) continue;
    const Key key{rows->integer(0), rows->integer(1), t};
    if (!after || key > *after) into.add(key);
  }
}

}  // namespace

Time shifted(Time time, std::int64_t by_ns) {
  std::int64_t out = 0;
  if (!__builtin_add_overflow(time.ns, by_ns, &out)) return Time{out};
  return Time{by_ns < 0 ? std::numeric_limits<std::int64_t>::min() : std::numeric_limits<std::int64_t>::max()};
}

Result<> read_timeline(const CaseReader& from, CaseRecords& records, const TimelineQuery& query,
                       const std::function<bool(const Event&)>& each) {
  const std::vector<Track> tracks = tracks_of(records, query);
  const std::size_t at_once = query.mentions.empty() ? std::min<std::uint64_t>(query.limit, query.keys_at_once) : query.keys_at_once;
  std::uint64_t left = query.limit;
  std::optional<Key> after;
  for (bool more = left > 0; more;) {
    Smallest smallest(at_once);
    for (std::size_t t = 0; t < tracks.size(); ++t)
      if (auto ok = collect(from, tracks, t, after, query, smallest); !ok) return ok;
    const std::vector<Key> keys = smallest.take(more);
    for (const Key& key : keys) {
      const Track& track = tracks[key.track];
      const auto record = records.find({track.artifact->id, key.record_id});
      if (!record) return fail(record.error());
      if (*record == nullptr) continue;
      const Event event{Time{key.time}, track.field->clock, track.field->event, *record, sentence(**record)};
      if (!query.mentions.empty() && !contains_ignoring_case(event.text, query.mentions)) continue;
      if (!each(event) || --left == 0) return {};
    }
    if (!keys.empty()) after = keys.back();
  }
  return {};
}

}  // namespace bridle::report
