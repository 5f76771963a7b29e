// SPDX-License-Identifier: Apache-2.0
// Binary property lists ("bplist00"). Layout: docs/formats/plist.md.
#include <array>
#include <bit>

#include <fmt/format.h>

#include "base/text.h"
#include "formats/plist_builder.h"

namespace bridle::plist {
namespace {

constexpr std::size_t kHeaderBytes = 8;
constexpr std::size_t kTrailerBytes = 32;

class BinaryReader {
 public:
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): the stack is large, and most lists use little of it
  BinaryReader(Builder& builder, Bytes bytes) : out_(builder), bytes_(bytes) {}

  Result<> read() {
    if (!read_trailer() || !expand()) return bridle::fail(std::move(error_));
    return {};
  }

 private:
  /// A container whose children are being read, in the order of the node table.
  struct Frame {
    std::size_t next, end;  // nodes
    std::size_t keys_end;   // nodes below it are keys of a dictionary
    std::uint64_t object;
  };

  bool fail(Errc code, std::string what, std::size_t offset) {
    error_ = Error{code, std::move(what), {}, offset};
    return false;
  }

  /// Big-endian number of 1 to 8 bytes; the caller checked that they exist.
  std::uint64_t number(std::size_t at, std::size_t size) const {
    std::uint64_t value = 0;
    for (const std::byte b : bytes_.subspan(at, size)) value = (value << 8) | std::to_integer<std::uint64_t>(b);
    return value;
  }

  bool read_trailer();
  bool expand();
  bool push_if_container(std::size_t node, std::uint64_t object);
  bool decode(std::size_t node, std::uint64_t object);
  bool decode_simple(Value& value, unsigned marker, std::size_t at);
  bool decode_integer(Value& value, unsigned power, std::size_t at);
  bool decode_float(Value& value, unsigned marker, std::size_t at);
  bool decode_bytes(Value& value, unsigned marker, std::size_t at);
  bool decode_container(std::size_t node, unsigned marker, std::size_t at, std::uint64_t object);
  bool count(unsigned marker, std::size_t& at, std::uint64_t& n);

  Builder& out_;
  Bytes bytes_;
  std::size_t objects_end_ = 0;  // where the offset table begins
  std::uint64_t objects_ = 0;
  std::uint64_t top_ = 0;
  std::size_t offset_size_ = 0, ref_size_ = 0;
  std::uint64_t text_bytes_ = 0;
  std::array<Frame, limits::kPlistDepth> stack_;
  std::size_t depth_ = 0;
  Error error_{};
};

bool BinaryReader::read_trailer() {
  if (bytes_.size() < kHeaderBytes + kTrailerBytes)
    return fail(Errc::truncated, "a binary property list ends before its trailer", bytes_.size());
  const std::size_t at = bytes_.size() - kTrailerBytes;
  offset_size_ = static_cast<std::size_t>(number(at + 6, 1));
  ref_size_ = static_cast<std::size_t>(number(at + 7, 1));
  objects_ = number(at + 8, 8);
  top_ = number(at + 16, 8);
  const std::uint64_t table = number(at + 24, 8);
  if (offset_size_ < 1 || offset_size_ > 8 || ref_size_ < 1 || ref_size_ > 8)
    return fail(Errc::malformed,
                fmt::format("no trailer at the end: offsets of {} and references of {} bytes", offset_size_, ref_size_),
                at + 6);
  if (table < kHeaderBytes || table > at)
    return fail(Errc::malformed, fmt::format("the offset table lies at {}, outside the file", table), at + 24);
  objects_end_ = static_cast<std::size_t>(table);
  if (objects_ > (at - objects_end_) / offset_size_)
    return fail(Errc::malformed, fmt::format("{} objects do not fit in the offset table", objects_), at + 8);
  if (top_ >= objects_) return fail(Errc::malformed, fmt::format("top object {} of {}", top_, objects_), at + 16);
  return true;
}

bool BinaryReader::expand() {
  if (!decode(out_.grow(1), top_)) return false;
  while (depth_ > 0) {
    Frame& frame = stack_[depth_ - 1];
    if (frame.next == frame.end) {
      --depth_;
      continue;
    }
    const std::size_t node = frame.next++;
    const bool key = node < frame.keys_end;
    const std::uint64_t object = Builder::waiting(out_.node(node));
    if (!decode(node, object)) return false;
    if (key && out_.node(node).kind() != Kind::string)
      return fail(Errc::malformed, fmt::format("object {} is the key of a dictionary and no string", object),
                  objects_end_ + static_cast<std::size_t>(object) * offset_size_);
  }
  return true;
}

bool BinaryReader::decode(std::size_t node, std::uint64_t object) {
  const std::size_t entry = objects_end_ + static_cast<std::size_t>(object) * offset_size_;
  const std::uint64_t offset = number(entry, offset_size_);
  if (offset < kHeaderBytes || offset >= objects_end_)
    return fail(Errc::malformed, fmt::format("object {} lies at {}, outside the objects", object, offset), entry);
  const auto at = static_cast<std::size_t>(offset);
  const auto marker = std::to_integer<unsigned>(bytes_[at]);
  Value& value = out_.node(node);
  switch (marker >> 4) {
    case 0x0: return decode_simple(value, marker, at);
    case 0x1: return decode_integer(value, marker & 15, at);
    case 0x2:
    case 0x3: return decode_float(value, marker, at);
    case 0x4:
    case 0x5:
    case 0x6:
    case 0x7: return decode_bytes(value, marker, at);
    case 0x8: {
      const std::size_t size = (marker & 15) + 1;
      if (size > 8) return fail(Errc::malformed, fmt::format("a UID of {} bytes", size), at);
      if (size > objects_end_ - at - 1) return fail(Errc::truncated, "a UID ends outside the objects", at);
      Builder::set_uid(value, number(at + 1, size));
      return true;
    }
    case 0xA:    // array
    case 0xB:    // ordered set
    case 0xC:    // set
    case 0xD: return decode_container(node, marker, at, object);
    default: return fail(Errc::malformed, fmt::format("unknown object type 0x{:02x}", marker), at);
  }
}

bool BinaryReader::decode_simple(Value& value, unsigned marker, std::size_t at) {
  switch (marker) {
    case 0x00: value = Value(); return true;
    case 0x08:
    case 0x09: Builder::set_boolean(value, marker == 0x09); return true;
    default: return fail(Errc::malformed, fmt::format("unknown object type 0x{:02x}", marker), at);
  }
}

bool BinaryReader::decode_integer(Value& value, unsigned power, std::size_t at) {
  if (power > 4) return fail(Errc::malformed, fmt::format("an integer of 2^{} bytes", power), at);
  const std::size_t size = std::size_t{1} << power;
  if (size > objects_end_ - at - 1) return fail(Errc::truncated, "an integer ends outside the objects", at);
  if (size <= 8) {
    // Only eight bytes are signed: shorter integers are never negative.
    Builder::set_integer(value, static_cast<std::int64_t>(number(at + 1, size)));
    return true;
  }
  const std::uint64_t high = number(at + 1, 8), low = number(at + 9, 8);
  if (high == 0) {
    Builder::set_unsigned(value, low);
  } else if (high == ~std::uint64_t{0} && static_cast<std::int64_t>(low) < 0) {
    Builder::set_integer(value, static_cast<std::int64_t>(low));
  } else {
    Builder::set_data(value, bytes_.subspan(at + 1, size));  // more than 64 bits: given as it is stored
  }
  return true;
}

bool BinaryReader::decode_float(Value& value, unsigned marker, std::size_t at) {
  const std::size_t size = marker == 0x22 ? 4 : 8;
  if (marker != 0x22 && marker != 0x23 && marker != 0x33)
    return fail(Errc::malformed, fmt::format("unknown object type 0x{:02x}", marker), at);
  if (size > objects_end_ - at - 1) return fail(Errc::truncated, "a number ends outside the objects", at);
  const std::uint64_t bits = number(at + 1, size);
  const double number = size == 4 ? static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits)))
                                  : std::bit_cast<double>(bits);
  if (marker == 0x33)
    Builder::set_date(value, number);
  else
    Builder::set_real(value, number);
  return true;
}

/// Reads the count of a marker and moves `at` behind it.
bool BinaryReader::count(unsigned marker, std::size_t& at, std::uint64_t& n) {
  const std::size_t start = at++;
  n = marker & 15;
  if (n < 15) return true;
  if (at >= objects_end_) return fail(Errc::truncated, "a count ends outside the objects", start);
  const auto inner = std::to_integer<unsigned>(bytes_[at++]);
  if (inner < 0x10 || inner > 0x13) return fail(Errc::malformed, fmt::format("a count of type 0x{:02x}", inner), start);
  const std::size_t size = std::size_t{1} << (inner & 15);
  if (size > objects_end_ - at) return fail(Errc::truncated, "a count ends outside the objects", start);
  n = number(at, size);
  at += size;
  return true;
}

bool BinaryReader::decode_bytes(Value& value, unsigned marker, std::size_t at) {
  const std::size_t start = at;
  const unsigned type = marker >> 4;
  std::uint64_t n = 0;
  if (!count(marker, at, n)) return false;
  const std::uint64_t unit = type == 0x6 ? 2 : 1;
  if (n > (objects_end_ - at) / unit)
    return fail(Errc::truncated, fmt::format("{} characters or bytes end outside the objects", n), start);
  const Bytes bytes = bytes_.subspan(at, static_cast<std::size_t>(n * unit));
  if (type == 0x4) {
    Builder::set_data(value, bytes);
    return true;
  }
  // References may share a string, so that what is looked at is not bounded by the size of the file.
  text_bytes_ += bytes.size();
  if (text_bytes_ > out_.max_text())
    return fail(Errc::limit, fmt::format("strings of more than {} bytes", out_.max_text()), start);
  if (type == 0x6)
    Builder::set_string(value, out_.keep(utf16_to_utf8(bytes, true)));
  else
    out_.set_text(value, as_text(bytes));
  return true;
}

bool BinaryReader::decode_container(std::size_t node, unsigned marker, std::size_t at, std::uint64_t object) {
  const std::size_t start = at;
  const bool dictionary = (marker >> 4) == 0xD;
  std::uint64_t n = 0;
  if (!count(marker, at, n)) return false;
  if (n > (objects_end_ - at) / ref_size_ / (dictionary ? 2 : 1))
    return fail(Errc::truncated, fmt::format("a container of {} items ends outside the objects", n), start);
  for (std::size_t i = 0; i < depth_; ++i)
    if (stack_[i].object == object)
      return fail(Errc::malformed, fmt::format("object {} contains itself", object), start);
  if (depth_ == stack_.size())
    return fail(Errc::limit, fmt::format("containers nest deeper than {}", limits::kPlistDepth), start);
  const auto refs = static_cast<std::size_t>(dictionary ? 2 * n : n);
  if (!out_.has_room(refs)) return fail(Errc::limit, fmt::format("more than {} values", out_.max_nodes()), start);

  const std::size_t first = out_.grow(refs);
  for (std::size_t i = 0; i < refs; ++i, at += ref_size_) {
    const std::uint64_t ref = number(at, ref_size_);
    if (ref >= objects_) return fail(Errc::malformed, fmt::format("reference to object {} of {}", ref, objects_), at);
    Builder::set_waiting(out_.node(first + i), ref);
  }
  out_.set_container(node, dictionary ? Kind::dictionary : Kind::array, first, static_cast<std::size_t>(n));
  stack_[depth_++] = {first, first + refs, dictionary ? first + refs / 2 : first, object};
  return true;
}

}  // namespace

Result<> parse_binary(Builder& builder, Bytes bytes) { return BinaryReader(builder, bytes).read(); }

}  // namespace bridle::plist
