// SPDX-License-Identifier: Apache-2.0
// What a worker tells the parent, as bytes. The parent treats what it reads here like evidence: a worker may have been
// taken over by the file it read.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bridle/record.h"
#include "bridle/result.h"

namespace bridle::wire {

/// Message types.
enum class Kind : std::uint8_t {
  inventory = 1,  ///< opening a source: what it holds
  place,          ///< a (file, unit) pair that rows refer to
  rows,           ///< a batch of rows with their matches
  problem,
  file_done,  ///< a file was read to its end
  digest,     ///< hash of a stored file
  progress,   ///< bytes read since the last progress
  failed,     ///< the job as a whole failed
  done,       ///< the job ended as it should
};

/// Appends numbers and texts; the counterpart of Unpacker.
class Packer {
 public:
  void u8(std::uint8_t value) { out_ += static_cast<char>(value); }
  void u32(std::uint32_t value) { raw(&value, sizeof value); }
  void u64(std::uint64_t value) { raw(&value, sizeof value); }
  void i64(std::int64_t value) { raw(&value, sizeof value); }
  void f64(double value) { raw(&value, sizeof value); }
  void text(std::string_view value) {
    u32(static_cast<std::uint32_t>(value.size()));
    out_.append(value);
  }
  void bytes(Bytes value) { text(as_text(value)); }
  void cell(const Cell& cell);
  void error(const Error& error);

  std::size_t size() const { return out_.size(); }
  Bytes view() const { return as_bytes(out_); }
  void clear() { out_.clear(); }
  /// Overwrites the four bytes at `offset`, for counts known only later.
  void patch_u32(std::size_t offset, std::uint32_t value) { std::memcpy(out_.data() + offset, &value, sizeof value); }

 private:
  void raw(const void* data, std::size_t n) { out_.append(static_cast<const char*>(data), n); }
  std::string out_;
};

/// Reads what Packer wrote. Like Reader it fails once and for good; texts are views into the message.
class Unpacker {
 public:
  explicit Unpacker(Bytes bytes) : in_(bytes) {}

  bool ok() const { return in_.ok(); }
  bool at_end() const { return in_.at_end(); }
  std::uint8_t u8() { return in_.u8(); }
  std::uint32_t u32() { return in_.u32le(); }
  std::uint64_t u64() { return in_.u64le(); }
  std::int64_t i64() { return static_cast<std::int64_t>(in_.u64le()); }
  double f64() { return std::bit_cast<double>(in_.u64le()); }
  std::string_view text() { return in_.text(in_.u32le()); }
  Bytes bytes() { return in_.bytes(in_.u32le()); }
  /// A cell of the field's type; anything else fails. List items are kept in `items`, which must outlive the cell and
  /// must have room for limits::kListItems.
  Cell cell(const Field& field, std::vector<std::string_view>& items);
  Error error();
  void refuse() { in_.skip(~std::uint64_t{0}); }

 private:
  Reader in_;
};

/// A match inside a row.
struct RowMatch {
  std::uint32_t field = 0;
  std::uint32_t indicator = 0;
  std::string_view matched;
  bool truncated = false;  ///< only a truncated process name met the indicator
};

}  // namespace bridle::wire
