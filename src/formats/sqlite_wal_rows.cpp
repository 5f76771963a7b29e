// SPDX-License-Identifier: Apache-2.0
#include "formats/sqlite_wal_rows.h"

#include <algorithm>
#include <string>

#include "base/limits.h"
#include "bridle/bytes.h"

namespace bridle::sqlite {
namespace {

constexpr std::uint64_t kWalHeader = 32, kFrameHeader = 24;
constexpr std::uint8_t kTableLeaf = 13;

/// Seven bits a byte, high bit for more, nine bytes at most; the ninth gives all eight bits.
std::uint64_t varint(Reader& in) {
  std::uint64_t value = 0;
  for (int i = 0; i < 8; ++i) {
    const std::uint8_t byte = in.u8();
    value = value << 7 | (byte & 0x7F);
    if (byte < 0x80) return value;
  }
  return value << 8 | in.u8();
}

void add_rows(Bytes page, std::size_t header, std::vector<std::int64_t>& out) {
  Reader head(page);
  head.seek(header);
  if (head.u8() != kTableLeaf) return;
  head.skip(2);
  const std::uint16_t cells = head.u16be();
  head.seek(header + 8);
  for (std::uint16_t i = 0; head.ok() && i < cells; ++i) {
    Reader cell(page);
    cell.seek(head.u16be());
    varint(cell);  // bytes of the row
    const std::uint64_t rowid = varint(cell);
    if (cell.ok()) out.push_back(static_cast<std::int64_t>(rowid));
  }
}

}  // namespace

Result<std::vector<std::int64_t>> rows_in_wal(const Blob& wal) {
  std::vector<std::int64_t> out;
  std::vector<std::byte> header(kWalHeader);
  const auto got = wal.read_at(0, header);
  if (!got) return fail(got.error());
  Reader in(header);
  in.skip(8);
  const std::uint64_t page_size = in.u32be();
  if (*got < kWalHeader || page_size < 512 || page_size > 65'536) return out;
  std::vector<std::byte> frame(kFrameHeader + page_size);
  for (std::uint64_t at = kWalHeader; at + frame.size() <= wal.size(); at += frame.size()) {
    const auto read = wal.read_at(at, frame);
    if (!read) return fail(read.error());
    if (*read < frame.size()) break;
    Reader number(frame);
    add_rows(Bytes(frame).subspan(kFrameHeader), number.u32be() == 1 ? 100 : 0, out);
    if (out.size() > 4 * limits::kWalRows) {
      std::ranges::sort(out);
      out.erase(std::unique(out.begin(), out.end()), out.end());
      if (out.size() > limits::kWalRows)
        return fail(Errc::limit, "the write-ahead log holds more than " + std::to_string(limits::kWalRows) + " rows");
    }
  }
  std::ranges::sort(out);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace bridle::sqlite
