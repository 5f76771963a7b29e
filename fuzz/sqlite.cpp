// SPDX-License-Identifier: Apache-2.0
// The first two bytes are the length of the log in units of 64 bytes; then the log, then the database.
#include "formats/sqlite.h"

#include <algorithm>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace bridle;
  Reader in(std::as_bytes(std::span(data, size)));
  const std::uint64_t log_size = std::uint64_t{in.u16le()} * 64;
  const Bytes log = in.bytes(std::min<std::uint64_t>(log_size, in.remaining()));
  const MemoryBlob wal(log), main(in.bytes(in.remaining()));
  auto db = sqlite::open_evidence(main, log.empty() ? nullptr : &wal);
  if (!db) return 0;
  auto tables = db->prepare("SELECT name FROM sqlite_schema WHERE type = 'table' LIMIT 20");
  while (tables && tables->step().value_or(false)) {
    std::string name;
    for (const char c : tables->text(0)) name.append(c == '"' ? 2 : 1, c);
    auto rows = db->prepare("SELECT * FROM \"" + name + "\" LIMIT 1000");
    while (rows && rows->step().value_or(false))
      for (int c = 0; c < rows->column_count(); ++c) rows->text(c), rows->bytes(c), rows->real(c);
  }
  return 0;
}
