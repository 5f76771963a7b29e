// SPDX-License-Identifier: Apache-2.0
// Writers for property lists: binary ("bplist00"), XML, and the NSKeyedArchiver layout on top of the binary form.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bridle/bytes.h"
#include "bridle/result.h"
#include "bridle/time.h"

namespace bridle::forge {

/// Builds one binary property list, leaves first: a container is made of the references of objects made before.
/// References of another BinaryPlist, or from before clear(), are a bug. Not thread-safe.
class BinaryPlist {
 public:
  using Ref = std::uint32_t;
  using Entry = std::pair<std::string_view, Ref>;

  Ref boolean(bool value);
  Ref integer(std::int64_t value);
  Ref real(double value);
  Ref date(Time value);
  Ref data(Bytes value);
  Ref text(std::string_view utf8);  ///< ASCII or UTF-16, as the text needs
  Ref uid(std::uint32_t value);     ///< the reference type of keyed archives
  Ref array(std::span<const Ref> items);
  Ref array(std::initializer_list<Ref> items) { return array(std::span(items.begin(), items.size())); }
  Ref dict(std::span<const Entry> entries);
  Ref dict(std::initializer_list<Entry> entries) { return dict(std::span(entries.begin(), entries.size())); }

  /// The whole property list with `root` on top. The bytes live until the next call of a member.
  Bytes finish(Ref root);
  /// Forgets all objects and keeps the memory.
  void clear();

 private:
  enum class Kind : std::uint8_t { scalar, array, dict };
  struct Object {
    std::size_t begin;    ///< in bytes_ (scalar) or refs_ (container)
    std::uint32_t count;  ///< bytes, items, or entries
    Kind kind;
  };
  Ref scalar(std::uint8_t marker, std::uint64_t value, std::size_t width);
  Ref run(std::uint8_t marker, std::uint64_t count, std::string_view payload);
  void write(const Object& object, std::size_t reference_width);

  std::vector<std::byte> bytes_;
  std::vector<Ref> refs_;
  std::vector<Object> objects_;
  std::vector<std::byte> out_;
  std::vector<std::uint64_t> offsets_;
};

/// Builds a keyed archive (NSKeyedArchiver, version 100000). Objects are filed by slot; a slot's uid may be used in
/// other objects before its own object is set. Values that are not objects (numbers, booleans) go into dicts directly.
class KeyedArchive {
 public:
  KeyedArchive();

  BinaryPlist& plist() { return plist_; }
  /// A new slot; the first one made is slot 1, where Apple's archiver puts the root.
  std::uint32_t slot();
  void set(std::uint32_t slot, BinaryPlist::Ref object);
  BinaryPlist::Ref uid(std::uint32_t slot) { return plist_.uid(slot); }

  /// Files an object and gives its uid.
  BinaryPlist::Ref add(BinaryPlist::Ref object);
  BinaryPlist::Ref text(std::string_view utf8) { return add(plist_.text(utf8)); }
  /// An NSURL without a base.
  BinaryPlist::Ref url(std::string_view address);
  /// The uid of the class with this ancestry, filed once. `{"MBFile", "NSObject"}`.
  BinaryPlist::Ref class_of(std::initializer_list<std::string_view> ancestry);

  std::vector<std::byte> finish(std::uint32_t root_slot);

 private:
  BinaryPlist plist_;
  std::vector<BinaryPlist::Ref> objects_;
  std::map<std::string, std::uint32_t, std::less<>> classes_;
};

/// The XML form of a binary property list. Errors: internal, if libplist does not take it.
Result<std::string> to_xml_plist(Bytes binary);

}  // namespace bridle::forge
