// SPDX-License-Identifier: Apache-2.0
#include "formats/sqlite_wal.h"

#include <fmt/format.h>

#include <array>
#include <bit>

#include "formats/read_ahead.h"

namespace bridle::sqlite {
namespace {

constexpr std::size_t kHeader = 32;
constexpr std::size_t kFrameHeader = 24;
constexpr std::uint32_t kMagic = 0x377f0682;  // the lowest bit says that checksums are of big-endian words
constexpr std::uint32_t kVersion = 3007000;

/// Running checksum of pairs of 32-bit words.
struct Checksum {
  std::uint32_t a = 0, b = 0;
  bool big_endian = false;

  void add(Bytes bytes) {
    for (std::size_t i = 0; i + 8 <= bytes.size(); i += 8) {
      std::array<std::uint32_t, 2> word{};
      std::memcpy(word.data(), bytes.data() + i, sizeof word);
      if (big_endian != (std::endian::native == std::endian::big)) {
        word[0] = std::byteswap(word[0]);
        word[1] = std::byteswap(word[1]);
      }
      a += word[0] + b;
      b += word[1] + a;
    }
  }
};

struct Header {
  std::uint32_t page_size = 0, salt1 = 0, salt2 = 0;
  Checksum checksum;
  const char* fault = nullptr;
};

Header read_header(Bytes bytes) {
  Reader in(bytes);
  const std::uint32_t magic = in.u32be();
  const std::uint32_t version = in.u32be();
  Header h;
  h.page_size = in.u32be();
  in.skip(4);  // number of checkpoints
  h.salt1 = in.u32be();
  h.salt2 = in.u32be();
  h.checksum.big_endian = (magic & 1) != 0;
  h.checksum.add(bytes.first(kFrameHeader));
  if ((magic & ~1U) != kMagic)
    h.fault = "does not begin with a log signature";
  else if (version != kVersion)
    h.fault = "is of an unknown format version";
  else if (!std::has_single_bit(h.page_size) || h.page_size < 512 || h.page_size > 65536)
    h.fault = "states an impossible page size";
  else if (in.u32be() != h.checksum.a || in.u32be() != h.checksum.b)
    h.fault = "fails the checksum of its header";
  return h;
}

/// Walks the frames as SQLite's recovery does: up to the first that is not of this log.
Result<> check_frames(ReadAhead& log, Header header, WalReport& report) {
  std::vector<std::byte> frame(kFrameHeader + header.page_size);
  std::uint64_t valid = 0;
  std::uint64_t at = kHeader;
  for (;; at += frame.size(), ++valid) {
    const auto got = log.read(at, frame);
    if (!got) return fail(got.error());
    if (*got == 0) break;
    Reader in(frame);
    const std::uint32_t page = in.u32be();
    const std::uint32_t commit = in.u32be();
    if (*got >= 16 && (in.u32be() != header.salt1 || in.u32be() != header.salt2)) break;
    if (*got < frame.size()) {
      report.warnings.push_back(
          {Errc::truncated, fmt::format("the write-ahead log is cut in frame {}", valid + 1), {}, at});
      break;
    }
    header.checksum.add(Bytes(frame).first(8));
    header.checksum.add(Bytes(frame).subspan(kFrameHeader));
    if (page == 0 || in.u32be() != header.checksum.a || in.u32be() != header.checksum.b) {
      const std::uint64_t lost = (log.size() - at) / frame.size();
      report.warnings.push_back({Errc::malformed,
                                 fmt::format("frame {} of the write-ahead log fails its checksum; it and up to {} "
                                             "frames behind it are not read",
                                             valid + 1, lost - 1),
                                 {},
                                 at});
      break;
    }
    if (commit != 0) report.frames = valid + 1;
  }
  if (valid > report.frames)
    report.warnings.push_back({Errc::truncated,
                               fmt::format("the last {} frames of the write-ahead log belong to a transaction that "
                                           "was not finished and are not read",
                                           valid - report.frames),
                               {},
                               kHeader + report.frames * frame.size()});
  return {};
}

}  // namespace

Result<WalReport> check_wal(const Blob& wal, std::uint32_t page_size) {
  WalReport report;
  if (wal.size() == 0) return report;  // left behind by a checkpoint that truncates: nothing to read
  ReadAhead log(wal);
  std::array<std::byte, kHeader> bytes{};
  const auto got = log.read(0, bytes);
  if (!got) return fail(got.error());
  Header header = read_header(bytes);
  if (*got < kHeader)
    header.fault = "is shorter than its header";
  else if (header.fault == nullptr && page_size != 0 && header.page_size != page_size)
    header.fault = "has another page size than the database";
  if (header.fault != nullptr) {
    report.warnings.push_back({*got < kHeader ? Errc::truncated : Errc::malformed,
                               fmt::format("the write-ahead log {}; the database is read without it", header.fault),
                               {},
                               0});
    return report;
  }
  report.usable = true;
  if (const auto done = check_frames(log, header, report); !done) return fail(done.error());
  return report;
}

}  // namespace bridle::sqlite
