// SPDX-License-Identifier: Apache-2.0
#include "forge/ledger.h"

#include <nlohmann/json.hpp>

#include "bridle/backup_domain.h"

namespace bridle::forge {

std::string Ledger::truth() const {
  std::string out;
  for (const Plant& p : plants_) {
    nlohmann::ordered_json line;
    line["artifact"] = p.artifact;
    line["path"] = p.place.domain.empty() ? "/backup/" + p.place.relative_path
                                          : canonical_path(p.place.domain, p.place.relative_path);
    line["domain"] = p.place.domain;
    line["relative_path"] = p.place.relative_path;
    if (!p.table.empty()) line["table"] = p.table;
    if (p.rowid != 0) line["rowid"] = p.rowid;
    if (!p.field.empty()) line["field"] = p.field;
    line["value"] = p.value;
    line["wal_only"] = p.wal_only;
    line["found_by"] = p.found_by;
    out += line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  }
  return out;
}

}  // namespace bridle::forge
