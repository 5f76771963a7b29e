// SPDX-License-Identifier: Apache-2.0
// Layout of bplist00: docs/formats/plist.md.
#include "forge/plist_writer.h"

#include <plist/plist.h>

#include <array>
#include <bit>
#include <cstdlib>
#include <memory>

namespace bridle::forge {
namespace {

constexpr std::int64_t kCocoaEpoch = 978'307'200;  // 2001-01-01 in Unix seconds

void put_be(std::vector<std::byte>& out, std::uint64_t value, std::size_t width) {
  if (width == 1) return out.push_back(static_cast<std::byte>(value));
  std::array<std::byte, 8> big;
  for (std::size_t i = 0; i < big.size(); ++i) big[i] = static_cast<std::byte>(value >> (56 - 8 * i));
  out.insert(out.end(), big.end() - static_cast<std::ptrdiff_t>(width), big.end());
}

std::size_t width_of(std::uint64_t value) {
  if (value <= 0xff) return 1;
  if (value <= 0xffff) return 2;
  return value <= 0xffff'ffff ? 4 : 8;
}

std::uint8_t log2_of(std::size_t width) { return static_cast<std::uint8_t>(std::countr_zero(width)); }

bool is_ascii(std::string_view text) {
  for (const char c : text)
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  return true;
}

// UTF-16BE of valid UTF-8; the caller writes text that it composed itself.
std::string utf16be(std::string_view utf8) {
  std::string out;
  const auto unit = [&out](std::uint32_t u) {
    out.push_back(static_cast<char>(u >> 8));
    out.push_back(static_cast<char>(u & 0xff));
  };
  for (std::size_t i = 0; i < utf8.size();) {
    const auto lead = static_cast<unsigned char>(utf8[i]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    std::uint32_t point = length == 1 ? lead : lead & (0x7fU >> length);
    for (std::size_t k = 1; k < length && i + k < utf8.size(); ++k)
      point = point << 6 | (static_cast<unsigned char>(utf8[i + k]) & 0x3fU);
    i += length;
    if (point < 0x10000) {
      unit(point);
    } else {
      unit(0xd800 + ((point - 0x10000) >> 10));
      unit(0xdc00 + ((point - 0x10000) & 0x3ff));
    }
  }
  return out;
}

}  // namespace

BinaryPlist::Ref BinaryPlist::scalar(std::uint8_t marker, std::uint64_t value, std::size_t width) {
  const std::size_t begin = bytes_.size();
  bytes_.push_back(static_cast<std::byte>(marker));
  put_be(bytes_, value, width);
  objects_.push_back({begin, static_cast<std::uint32_t>(1 + width), Kind::scalar});
  return static_cast<Ref>(objects_.size() - 1);
}

BinaryPlist::Ref BinaryPlist::run(std::uint8_t marker, std::uint64_t count, std::string_view payload) {
  const std::size_t begin = bytes_.size();
  if (count < 15) {
    bytes_.push_back(static_cast<std::byte>(marker | count));
  } else {
    const std::size_t width = width_of(count);
    bytes_.push_back(static_cast<std::byte>(marker | 15));
    bytes_.push_back(static_cast<std::byte>(0x10 | log2_of(width)));
    put_be(bytes_, count, width);
  }
  const Bytes raw = as_bytes(payload);
  bytes_.insert(bytes_.end(), raw.begin(), raw.end());
  objects_.push_back({begin, static_cast<std::uint32_t>(bytes_.size() - begin), Kind::scalar});
  return static_cast<Ref>(objects_.size() - 1);
}

BinaryPlist::Ref BinaryPlist::boolean(bool value) { return scalar(value ? 0x09 : 0x08, 0, 0); }

BinaryPlist::Ref BinaryPlist::integer(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  const std::size_t width = width_of(bits);
  return scalar(static_cast<std::uint8_t>(0x10 | log2_of(width)), bits, width);
}

BinaryPlist::Ref BinaryPlist::real(double value) { return scalar(0x23, std::bit_cast<std::uint64_t>(value), 8); }

BinaryPlist::Ref BinaryPlist::date(Time value) {
  const double seconds = static_cast<double>(value.ns) / 1e9 - static_cast<double>(kCocoaEpoch);
  return scalar(0x33, std::bit_cast<std::uint64_t>(seconds), 8);
}

BinaryPlist::Ref BinaryPlist::data(Bytes value) { return run(0x40, value.size(), as_text(value)); }

BinaryPlist::Ref BinaryPlist::text(std::string_view utf8) {
  if (is_ascii(utf8)) return run(0x50, utf8.size(), utf8);
  const std::string wide = utf16be(utf8);
  return run(0x60, wide.size() / 2, wide);
}

BinaryPlist::Ref BinaryPlist::uid(std::uint32_t value) {
  const std::size_t width = width_of(value);
  return scalar(static_cast<std::uint8_t>(0x80 | (width - 1)), value, width);
}

BinaryPlist::Ref BinaryPlist::array(std::span<const Ref> items) {
  objects_.push_back({refs_.size(), static_cast<std::uint32_t>(items.size()), Kind::array});
  refs_.insert(refs_.end(), items.begin(), items.end());
  return static_cast<Ref>(objects_.size() - 1);
}

BinaryPlist::Ref BinaryPlist::dict(std::span<const Entry> entries) {
  const std::size_t begin = refs_.size();
  for (const Entry& e : entries) refs_.push_back(text(e.first));
  for (const Entry& e : entries) refs_.push_back(e.second);
  objects_.push_back({begin, static_cast<std::uint32_t>(entries.size()), Kind::dict});
  return static_cast<Ref>(objects_.size() - 1);
}

void BinaryPlist::write(const Object& object, std::size_t reference_width) {
  if (object.kind == Kind::scalar) {
    const auto begin = bytes_.begin() + static_cast<std::ptrdiff_t>(object.begin);
    out_.insert(out_.end(), begin, begin + object.count);
    return;
  }
  const unsigned marker = object.kind == Kind::array ? 0xa0 : 0xd0;
  if (object.count < 15) {
    out_.push_back(static_cast<std::byte>(marker | object.count));
  } else {
    const std::size_t width = width_of(object.count);
    out_.push_back(static_cast<std::byte>(marker | 15));
    out_.push_back(static_cast<std::byte>(0x10 | log2_of(width)));
    put_be(out_, object.count, width);
  }
  const std::size_t n = object.kind == Kind::array ? object.count : std::size_t{2} * object.count;
  const std::size_t last = objects_.size() - 1;
  for (std::size_t i = 0; i < n; ++i) put_be(out_, last - refs_[object.begin + i], reference_width);
}

// Objects are numbered from the last made to the first, so that the root is object 0 as in Apple's files.
Bytes BinaryPlist::finish(Ref root) {
  const std::size_t reference_width = width_of(objects_.size());
  offsets_.clear();
  const Bytes magic = as_bytes("bplist00");
  out_.assign(magic.begin(), magic.end());
  for (std::size_t i = objects_.size(); i-- > 0;) {
    offsets_.push_back(out_.size());
    write(objects_[i], reference_width);
  }
  const std::size_t table = out_.size();
  const std::size_t offset_width = width_of(table);
  for (const std::uint64_t offset : offsets_) put_be(out_, offset, offset_width);
  put_be(out_, 0, 6);
  put_be(out_, offset_width, 1);
  put_be(out_, reference_width, 1);
  put_be(out_, objects_.size(), 8);
  put_be(out_, objects_.size() - 1 - root, 8);
  put_be(out_, table, 8);
  return out_;
}

void BinaryPlist::clear() {
  bytes_.clear();
  refs_.clear();
  objects_.clear();
}

KeyedArchive::KeyedArchive() { objects_.push_back(plist_.text("$null")); }

std::uint32_t KeyedArchive::slot() {
  objects_.push_back(objects_.front());
  return static_cast<std::uint32_t>(objects_.size() - 1);
}

void KeyedArchive::set(std::uint32_t slot, BinaryPlist::Ref object) { objects_[slot] = object; }

BinaryPlist::Ref KeyedArchive::add(BinaryPlist::Ref object) {
  const std::uint32_t at = slot();
  set(at, object);
  return uid(at);
}

BinaryPlist::Ref KeyedArchive::url(std::string_view address) {
  const BinaryPlist::Ref relative = text(address);
  const BinaryPlist::Ref type = class_of({"NSURL", "NSObject"});
  return add(plist_.dict({{"$class", type}, {"NS.base", uid(0)}, {"NS.relative", relative}}));
}

BinaryPlist::Ref KeyedArchive::class_of(std::initializer_list<std::string_view> ancestry) {
  const std::string_view own = *ancestry.begin();
  if (const auto known = classes_.find(own); known != classes_.end()) return uid(known->second);
  std::vector<BinaryPlist::Ref> names;
  for (const std::string_view name : ancestry) names.push_back(plist_.text(name));
  const std::uint32_t at = slot();
  set(at, plist_.dict({{"$classes", plist_.array(names)}, {"$classname", plist_.text(own)}}));
  classes_.emplace(own, at);
  return uid(at);
}

std::vector<std::byte> KeyedArchive::finish(std::uint32_t root_slot) {
  const BinaryPlist::Ref objects = plist_.array(objects_);
  const BinaryPlist::Ref top = plist_.dict({{"root", uid(root_slot)}});
  const BinaryPlist::Ref archiver = plist_.text("NSKeyedArchiver");
  const BinaryPlist::Ref version = plist_.integer(100'000);
  const Bytes all = plist_.finish(
      plist_.dict({{"$version", version}, {"$archiver", archiver}, {"$top", top}, {"$objects", objects}}));
  return {all.begin(), all.end()};
}

Result<std::string> to_xml_plist(Bytes binary) {
  plist_t node = nullptr;
  char* xml = nullptr;
  std::uint32_t length = 0;
  plist_from_bin(reinterpret_cast<const char*>(binary.data()), static_cast<std::uint32_t>(binary.size()), &node);
  if (node == nullptr) return fail(Errc::internal, "libplist does not read a property list that was just written");
  plist_to_xml(node, &xml, &length);
  std::string out = xml == nullptr ? std::string{} : std::string(xml, length);
  plist_to_xml_free(xml);
  plist_free(node);
  if (out.empty()) return fail(Errc::internal, "libplist does not write the property list as XML");
  return out;
}

}  // namespace bridle::forge
