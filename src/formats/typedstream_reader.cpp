// SPDX-License-Identifier: Apache-2.0
#include "formats/typedstream_reader.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/limits.h"

namespace bridle::typedstream {
namespace {

// First byte of a value: small numbers stand for themselves, these do not.
constexpr std::uint8_t kInteger16 = 0x81;
constexpr std::uint8_t kInteger32 = 0x82;
constexpr std::uint8_t kFloat = 0x83;
constexpr std::uint8_t kNew = 0x84;
constexpr std::uint8_t kNil = 0x85;
constexpr std::uint8_t kEnd = 0x86;
constexpr std::uint8_t kFirstTag = 0x80, kLastTag = 0x91;
constexpr std::int64_t kFirstReference = -110;  // 0x92 as a signed byte: entry 0 of a table

constexpr bool is_tag(std::uint8_t head) { return head >= kFirstTag && head <= kLastTag; }

}  // namespace

bool StreamReader::fail(Errc code, std::string what) {
  // A read past the end gives zeros, so that whatever is wrong after it is wrong because of it.
  if (in_.ok())
    error_ = Error{code, std::move(what), {}, in_.offset()};
  else
    error_ = Error{Errc::truncated, "the stream ends in the middle of a value", {}, in_.offset()};
  return false;
}

Result<> StreamReader::read() {
  if (!read_header()) return bridle::fail(std::move(error_));
  // Enough for the body of a usual message, so that the tables are allocated once.
  strings_.reserve(32), objects_.reserve(32), items_.reserve(32), frames_.reserve(8);
  frames_.push_back({kNone});
  bool whole = true;
  for (std::size_t steps = 0; whole && !frames_.empty(); ++steps) {
    whole = step() && (in_.ok() || fail(Errc::truncated, {}));
    if (whole && steps == limits::kTypedstreamSteps)
      whole = fail(Errc::limit, fmt::format("more than {} values", limits::kTypedstreamSteps));
  }
  if (!whole) return bridle::fail(std::move(error_));
  return {};
}

bool StreamReader::read_header() {
  if (in_.remaining() > limits::kTypedstreamBytes)
    return fail(Errc::limit, fmt::format("a stream of {} bytes", in_.remaining()));
  const std::uint8_t version = in_.u8();
  const std::string_view signature = in_.text(in_.u8());
  big_endian_ = signature == "typedstream";
  if (!big_endian_ && signature != "streamtyped") return fail(Errc::malformed, "no typedstream");
  if (version != 4) return fail(Errc::unsupported, fmt::format("a typedstream of version {}", version));
  std::int64_t system = 0;
  return integer(in_.u8(), true, system);
}

bool StreamReader::step() {
  Frame& frame = frames_.back();
  if (frame.repeat > 0) {
    --frame.repeat;
    return value(frame.element);
  }
  if (frame.types.empty()) return next_group(frame);
  const char type = frame.types.front();
  frame.types.remove_prefix(1);
  if (type == '[') return array(frame);
  if (type == '{') {  // the fields of a struct follow one another like any values
    frame.types.remove_prefix(std::min(frame.types.find_first_of("=}"), frame.types.size()));
    if (frame.types.starts_with('=')) frame.types.remove_prefix(1);
    return true;
  }
  return type == '}' || value(type);
}

/// The encodings of the next values, or the end of the object.
bool StreamReader::next_group(Frame& frame) {
  if (frame.object == kNone && in_.at_end()) {
    frames_.pop_back();
    return true;
  }
  const std::size_t start = in_.offset();
  const std::uint8_t head = in_.u8();
  if (head == kEnd && frame.object != kNone) {
    frames_.pop_back();
    return true;
  }
  in_.seek(start);
  std::optional<std::string_view> types;
  if (!shared_string(types)) return false;
  if (!types || types->empty()) return fail(Errc::malformed, "a group of values without a type");
  if (types->size() > limits::kTypedstreamTypeBytes)
    return fail(Errc::limit, fmt::format("a type of {} bytes", types->size()));
  frame.types = *types;
  return true;
}

bool StreamReader::array(Frame& frame) {
  std::uint64_t count = 0;
  const std::string_view types = frame.types;
  const auto [end, error] = std::from_chars(types.data(), types.data() + types.size(), count);
  const std::string_view element = types.substr(static_cast<std::size_t>(end - types.data()));
  if (error != std::errc{} || element.size() < 2 || element[1] != ']')
    return fail(Errc::unsupported, "an array of this type");
  frame.types = element.substr(2);
  if (count > in_.remaining()) return fail(Errc::truncated, fmt::format("an array of {} values", count));
  if (element[0] != 'c' && element[0] != 'C') {
    frame.repeat = count, frame.element = element[0];
    return true;
  }
  add({.kind = Item::Kind::bytes, .bytes = in_.text(count)});
  return true;
}

bool StreamReader::value(char type) {
  Item item;
  std::int64_t whole = 0;
  std::optional<std::string_view> text;
  switch (type) {
    case 'c':
    case 'C':
    case 'B':
      item.kind = Item::Kind::number;
      in_.skip(1);
      break;
    case 's':
    case 'i':
    case 'l':
    case 'q':
    case 'S':
    case 'I':
    case 'L':
    case 'Q':
      item.kind = Item::Kind::number;
      if (!integer(in_.u8(), type >= 'a', whole)) return false;
      break;
    case 'f':
    case 'd':
      item.kind = Item::Kind::number;
      if (!real(type == 'd')) return false;
      break;
    case '@': return begin_object();
    case '#':
      if (!read_class(item.object)) return false;
      if (item.object != kNone) item.kind = Item::Kind::object;
      break;
    case '+':
      if (!raw_string(text, in_.u8())) return false;
      break;
    case '*':
      if (!c_string(text)) return false;
      break;
    case ':':
    case '%':
      if (!shared_string(text)) return false;
      break;
    default: return fail(Errc::malformed, fmt::format("unknown type 0x{:02x}", static_cast<unsigned char>(type)));
  }
  if (text) item.kind = Item::Kind::bytes, item.bytes = *text;
  add(item);
  return true;
}

bool StreamReader::begin_object() {
  const std::uint8_t head = in_.u8();
  if (!in_.ok()) return true;
  Item item;
  if (head == kNil) {
    add(item);
    return true;
  }
  item.kind = Item::Kind::object;
  if (head != kNew) {
    if (!reference(head, objects_.size(), item.object)) return false;
    add(item);
    return true;
  }
  if (frames_.size() > limits::kTypedstreamDepth)
    return fail(Errc::limit, fmt::format("objects nest deeper than {}", limits::kTypedstreamDepth));
  // An object takes its number before its class does, so that its own values may refer to it.
  item.object = static_cast<std::uint32_t>(objects_.size());
  objects_.push_back({});
  add(item);
  std::uint32_t klass = kNone;
  if (!read_class(klass)) return false;
  objects_[item.object].klass = klass;
  frames_.push_back({item.object});
  return true;
}

/// A class and, if it is new, its superclasses.
bool StreamReader::read_class(std::uint32_t& out) {
  std::uint32_t below = kNone;  // the class whose superclass comes next
  std::size_t length = 0;
  for (bool more = true; more && in_.ok();) {
    if (++length > limits::kTypedstreamDepth)
      return fail(Errc::limit, fmt::format("classes derive deeper than {}", limits::kTypedstreamDepth));
    const std::uint8_t head = in_.u8();
    std::uint32_t klass = kNone;
    more = head == kNew;
    if (more) {
      Object entry{.kind = Object::Kind::klass};
      std::optional<std::string_view> name;
      std::int64_t version = 0;
      if (!shared_string(name) || !integer(in_.u8(), true, version)) return false;
      entry.name = name.value_or("");
      klass = static_cast<std::uint32_t>(objects_.size());
      objects_.push_back(entry);
    } else if (head != kNil) {
      if (!reference(head, objects_.size(), klass)) return false;
      if (objects_[klass].kind != Object::Kind::klass) return fail(Errc::malformed, "a class that is none");
    }
    if (below == kNone)
      out = klass;
    else
      objects_[below].klass = klass;
    below = klass;
  }
  return true;
}

bool StreamReader::integer(std::uint8_t head, bool is_signed, std::int64_t& out) {
  if (head == kInteger16) {
    const auto n = static_cast<std::uint16_t>(number(2));
    out = is_signed ? static_cast<std::int16_t>(n) : static_cast<std::int64_t>(n);
  } else if (head == kInteger32) {
    const auto n = static_cast<std::uint32_t>(number(4));
    out = is_signed ? static_cast<std::int32_t>(n) : static_cast<std::int64_t>(n);
  } else if (is_tag(head)) {
    return fail(Errc::malformed, fmt::format("0x{:02x} where a number has to be", head));
  } else {
    out = is_signed ? static_cast<std::int8_t>(head) : static_cast<std::int64_t>(head);
  }
  return true;
}

/// Whole numbers are stored as integers, all others behind a tag.
bool StreamReader::real(bool is_double) {
  const std::uint8_t head = in_.u8();
  std::int64_t whole = 0;
  if (head != kFloat) return integer(head, true, whole);
  in_.skip(is_double ? 8 : 4);
  return true;
}

/// A string that is not shared: its length and its bytes.
bool StreamReader::raw_string(std::optional<std::string_view>& out, std::uint8_t head) {
  if (head == kNil) return true;
  std::int64_t length = 0;
  if (!integer(head, false, length)) return false;
  if (static_cast<std::uint64_t>(length) > in_.remaining()) {
    // What is there of it is still worth having, if it is the text of a message.
    const std::size_t start = in_.offset();
    add({.kind = Item::Kind::bytes, .bytes = in_.text(in_.remaining())});
    in_.seek(start);
    return fail(Errc::truncated, fmt::format("a string of {} bytes", length));
  }
  out = in_.text(static_cast<std::uint64_t>(length));
  return true;
}

/// A string that later ones refer to by its number: types, names of classes.
bool StreamReader::shared_string(std::optional<std::string_view>& out) {
  const std::uint8_t head = in_.u8();
  if (!in_.ok()) return true;
  if (head == kNil) return true;
  if (head == kNew) {
    if (!raw_string(out, in_.u8())) return false;
    strings_.push_back(out.value_or(""));
    return true;
  }
  std::uint32_t index = 0;
  if (!reference(head, strings_.size(), index)) return false;
  out = strings_[index];
  return true;
}

/// A C string is a shared string that also has a number among the objects.
bool StreamReader::c_string(std::optional<std::string_view>& out) {
  const std::uint8_t head = in_.u8();
  if (head == kNil) return true;
  if (head == kNew) {
    if (!shared_string(out)) return false;
    objects_.push_back({.kind = Object::Kind::c_string, .name = out.value_or("")});
    return true;
  }
  std::uint32_t index = 0;
  if (!reference(head, objects_.size(), index)) return false;
  out = objects_[index].name;
  return true;
}

bool StreamReader::reference(std::uint8_t head, std::size_t count, std::uint32_t& out) {
  std::int64_t n = 0;
  if (!integer(head, true, n)) return false;
  n -= kFirstReference;
  if (n < 0 || static_cast<std::uint64_t>(n) >= count)
    return fail(Errc::malformed, fmt::format("reference to entry {} of {}", n, count));
  out = static_cast<std::uint32_t>(n);
  return true;
}

std::uint64_t StreamReader::number(std::size_t size) {
  std::uint64_t value = 0;
  const Bytes bytes = in_.bytes(size);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    value |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * (big_endian_ ? bytes.size() - 1 - i : i));
  return value;
}

void StreamReader::add(const Item& item) {
  if (!in_.ok()) return;
  const auto index = static_cast<std::uint32_t>(items_.size());
  items_.push_back(item);
  const std::uint32_t owner = frames_.back().object;
  Object& object = owner == kNone ? top_ : objects_[owner];
  if (object.last == kNone)
    object.first = index;
  else
    items_[object.last].next = index;
  object.last = index;
}

bool StreamReader::is_a(std::uint32_t object, std::string_view name) const {
  // The chain is as long as the evidence made it, and may be a ring.
  std::uint32_t klass = object == kNone ? kNone : objects_[object].klass;
  for (std::size_t steps = 0; klass != kNone && steps < limits::kTypedstreamDepth; ++steps) {
    if (objects_[klass].name == name) return true;
    klass = objects_[klass].klass;
  }
  return false;
}

}  // namespace bridle::typedstream
