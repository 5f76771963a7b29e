// SPDX-License-Identifier: Apache-2.0
#include "rules/finding.h"

#include <fmt/format.h>

namespace bridle {

Result<bool> add_finding(CaseFile& file, std::int64_t run_id, const Finding& f) {
  CaseDb& db = file.db();
  auto count = db.prepare("SELECT count(*), (SELECT count(*) FROM finding WHERE key = ?) FROM finding");
  if (!count) return fail(count.error());
  count->bind(1, std::string_view(f.key));
  if (const auto row = count->step(); !row) return fail(row.error());
  if (count->integer(1) > 0) return false;
  const std::string id = fmt::format("f-{:04}", count->integer(0) + 1);

  auto insert = db.prepare("INSERT INTO finding VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
  if (!insert) return fail(insert.error());
  const std::string strength = "S" + std::to_string(f.strength);
  insert->bind(1, std::string_view(id)).bind(2, std::string_view(f.key)).bind(3, run_id);
  insert->bind(4, name(f.finding_class)).bind(5, std::string_view(strength)).bind(6, name(f.level));
  if (f.time) insert->bind(7, f.time->ns);
  insert->bind_or_null(8, f.clock).bind(9, std::string_view(f.artifact)).bind(10, std::string_view(f.rule));
  if (f.indicator_id) insert->bind(11, *f.indicator_id);
  insert->bind(12, f.records).bind(13, std::string_view(f.summary)).bind(14, std::string_view(f.why));
  insert->bind(15, std::string_view(f.innocent)).bind(16, std::string_view(f.confirm));
  insert->bind(17, std::string_view(f.forgeable)).bind(18, std::string_view(f.reference));
  insert->bind(19, std::string_view(f.strength_why));
  if (auto ok = insert->run(); !ok) return fail(ok.error());

  auto link = db.prepare("INSERT INTO finding_record VALUES(?,?,?,?)");
  if (!link) return fail(link.error());
  std::int64_t position = 0;
  for (const RecordRef& ref : f.refs) {
    link->bind(1, std::string_view(id)).bind(2, position++).bind(3, std::string_view(ref.artifact)).bind(4, ref.record_id);
    if (auto ok = link->run(); !ok) return fail(ok.error());
  }
  return true;
}

}  // namespace bridle
