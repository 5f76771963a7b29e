// SPDX-License-Identifier: Apache-2.0
// The layout was read off messages of real phones; docs/formats/typedstream.md describes it.
#include "forge/typedstream_writer.h"

#include <utility>

namespace bridle::forge {
namespace {

constexpr unsigned kInt16 = 0x81;
constexpr unsigned kInt32 = 0x82;
constexpr unsigned kNew = 0x84;
constexpr unsigned kNil = 0x85;
constexpr std::int64_t kFirstReference = -110;  // 0x92 as a signed byte

std::int64_t utf16_length(std::string_view utf8) {
  std::int64_t units = 0;
  for (const char c : utf8) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xc0U) != 0x80) units += byte >= 0xf0 ? 2 : 1;
  }
  return units;
}

}  // namespace

TypedStream::TypedStream() {
  byte(4);  // stream version
  text("streamtyped");
  integer(1000);  // system version
}

void TypedStream::integer(std::int64_t value) {
  if (value >= kFirstReference && value <= 127) return byte(static_cast<unsigned>(value & 0xff));
  const bool narrow = value >= INT16_MIN && value <= INT16_MAX;
  byte(narrow ? kInt16 : kInt32);
  for (unsigned i = 0; i < (narrow ? 2U : 4U); ++i) byte(static_cast<unsigned>(value >> (8 * i)) & 0xffU);
}

void TypedStream::text(std::string_view utf8) {
  integer(static_cast<std::int64_t>(utf8.size()));
  const Bytes raw = as_bytes(utf8);
  out_.insert(out_.end(), raw.begin(), raw.end());
}

void TypedStream::reference(std::size_t number) { integer(kFirstReference + static_cast<std::int64_t>(number)); }

void TypedStream::shared(std::string_view value) {
  if (const auto known = strings_.find(value); known != strings_.end()) return reference(known->second);
  strings_.emplace(value, strings_.size());
  byte(kNew);
  text(value);
}

void TypedStream::type(std::string_view codes) { shared(codes); }

void TypedStream::begin(const std::vector<std::string_view>& ancestry, std::int64_t version) {
  byte(kNew);
  ++objects_;
  for (const std::string_view name : ancestry) {
    if (const auto known = classes_.find(name); known != classes_.end()) return reference(known->second);
    classes_.emplace(name, objects_++);
    byte(kNew);
    shared(name);
    integer(name == ancestry.front() ? version : name == "NSString" ? 1 : 0);
  }
  byte(kNil);
}

void TypedStream::string_object(std::string_view utf8) {
  begin({"NSString", "NSObject"}, 1);
  type("+");
  text(utf8);
  end();
}

void TypedStream::number_object(std::int64_t value) {
  begin({"NSNumber", "NSValue", "NSObject"});
  type("*");
  if (number_type_ == 0) {
    number_type_ = objects_++;
    byte(kNew);
    shared("q");
  } else {
    reference(number_type_);
  }
  type("q");
  integer(value);
  end();
}

namespace {

void write_attributes(TypedStream& stream, std::int64_t part, std::string_view link) {
  stream.type("@");
  stream.begin({"NSDictionary", "NSObject"});
  stream.type("i");
  stream.integer(link.empty() ? 1 : 2);
  stream.type("@");
  stream.string_object("__kIMMessagePartAttributeName");
  stream.type("@");
  stream.number_object(part);
  if (!link.empty()) {
    stream.type("@");
    stream.string_object("__kIMLinkAttributeName");
    stream.type("@");
    stream.begin({"NSURL", "NSObject"});
    stream.type("c");
    stream.integer(0);  // no base address follows
    stream.type("@");
    stream.string_object(link);
    stream.end();
  }
  stream.end();
}

}  // namespace

std::vector<std::byte> attributed_body(const std::vector<TextRun>& runs) {
  std::string all;
  for (const TextRun& run : runs) all += run.text;
  TypedStream stream;
  stream.type("@");
  stream.begin({"NSMutableAttributedString", "NSAttributedString", "NSObject"});
  stream.type("@");
  stream.begin({"NSMutableString", "NSString", "NSObject"}, 1);
  stream.type("+");
  stream.text(all);
  stream.end();
  std::int64_t index = 0;
  for (const TextRun& run : runs) {
    stream.type("iI");
    stream.integer(++index);
    stream.integer(utf16_length(run.text));
    write_attributes(stream, 0, run.link);
  }
  stream.end();
  return stream.take();
}

}  // namespace bridle::forge
