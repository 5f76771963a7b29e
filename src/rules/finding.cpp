// SPDX-License-Identifier: Apache-2.0
#include "rules/finding.h"

#include <fmt/format.h>

namespace bridle {

Result<FindingWriter> FindingWriter::open(CaseFile& file, std::int64_t run_id) {
  CaseDb& db = file.db();
  auto count = db.prepare("SELECT count(*) FROM finding");
  if (!count) return fail(count.error());
  if (const auto row = count->step(); !row) return fail(row.error());
  FindingWriter out;
  out.run_id_ = run_id;
  out.stored_ = count->integer(0);
  auto insert = db.prepare("INSERT INTO finding VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT(key) DO NOTHING RETURNING 1");
  auto link = db.prepare("INSERT INTO finding_record VALUES(?,?,?,?)");
  if (!insert) return fail(insert.error());
  if (!link) return fail(link.error());
  out.insert_ = std::move(*insert);
  out.link_ = std::move(*link);
  return out;
}

Result<bool> FindingWriter::add(const Finding& f) {
  const std::string id = fmt::format("f-{:04}", stored_ + 1);
  const std::string strength = "S" + std::to_string(f.strength);
  insert_.bind(1, std::string_view(id)).bind(2, std::string_view(f.key)).bind(3, run_id_);
  insert_.bind(4, name(f.finding_class)).bind(5, std::string_view(strength)).bind(6, name(f.level)).bind_null(7).bind_null(11);
  if (f.time) insert_.bind(7, f.time->ns);
  insert_.bind_or_null(8, f.clock).bind(9, std::string_view(f.artifact)).bind(10, std::string_view(f.rule));
  if (f.indicator_id) insert_.bind(11, *f.indicator_id);
  insert_.bind(12, f.records).bind(13, std::string_view(f.summary)).bind(14, std::string_view(f.why));
  insert_.bind(15, std::string_view(f.innocent)).bind(16, std::string_view(f.confirm));
  insert_.bind(17, std::string_view(f.forgeable)).bind(18, std::string_view(f.reference));
  insert_.bind(19, std::string_view(f.strength_why));
  const auto inserted = insert_.step();
  insert_.reset();
  if (!inserted || !*inserted) return inserted;
  ++stored_;

  std::int64_t position = 0;
  for (const RecordRef& ref : f.refs) {
    link_.bind(1, std::string_view(id)).bind(2, position++).bind(3, std::string_view(ref.artifact)).bind(4, ref.record_id);
    if (auto ok = link_.run(); !ok) return fail(ok.error());
  }
  return true;
}

}  // namespace bridle
