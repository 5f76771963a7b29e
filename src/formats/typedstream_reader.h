// SPDX-License-Identifier: Apache-2.0
// The typedstream container: its objects and what each of them encoded.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "bridle/bytes.h"
#include "bridle/result.h"

namespace bridle::typedstream {

inline constexpr std::uint32_t kNone = 0xFFFFFFFF;

/// One value that an object encoded. Numbers are passed over: nothing that is looked for is one.
struct Item {
  enum class Kind : std::uint8_t { nil, number, bytes, object };
  Kind kind = Kind::nil;
  std::uint32_t next = kNone;    // index of the next item of the same object
  std::uint32_t object = kNone;  // index of an object
  std::string_view bytes{};      // view of the source
};

/// An entry of the table that references count in.
struct Object {
  enum class Kind : std::uint8_t { object, klass, c_string };
  Kind kind = Kind::object;
  std::uint32_t klass = kNone;  // class of an object, superclass of a class
  std::uint32_t first = kNone;  // items, linked by Item::next
  std::uint32_t last = kNone;
  std::string_view name{};  // of a class; text of a C string
};

/// Reads a stream into tables. After an error the tables hold what was read before it.
class StreamReader {
 public:
  explicit StreamReader(Bytes bytes) : in_(bytes) {}

  /// Once. Errors: malformed, truncated, limit; each with the byte offset.
  Result<> read();

  const std::vector<Object>& objects() const { return objects_; }
  const Item* item(std::uint32_t index) const { return index == kNone ? nullptr : &items_[index]; }
  /// First value at the top of the stream; null if there is none.
  const Item* top() const { return item(top_.first); }
  /// True if the object's class, or one it derives from, has this name.
  bool is_a(std::uint32_t object, std::string_view name) const;

 private:
  /// An object whose values are being read.
  struct Frame {
    std::uint32_t object;       // kNone for the stream itself
    std::string_view types{};   // encodings of the group that still have no value
    std::uint64_t repeat = 0;   // elements of an array that still have no value
    char element = 0;
  };

  bool fail(Errc code, std::string what);
  bool read_header();
  bool step();
  bool next_group(Frame& frame);
  bool array(Frame& frame);
  bool value(char type);
  bool begin_object();
  bool read_class(std::uint32_t& out);
  bool integer(std::uint8_t head, bool is_signed, std::int64_t& out);
  bool real(bool is_double);
  bool raw_string(std::optional<std::string_view>& out, std::uint8_t head);
  bool shared_string(std::optional<std::string_view>& out);
  bool c_string(std::optional<std::string_view>& out);
  bool reference(std::uint8_t head, std::size_t count, std::uint32_t& out);
  std::uint64_t number(std::size_t size);
  void add(const Item& item);

  Reader in_;
  bool big_endian_ = false;
  std::vector<std::string_view> strings_;
  std::vector<Object> objects_;
  std::vector<Item> items_;
  std::vector<Frame> frames_;
  Object top_;
  Error error_{};
};

}  // namespace bridle::typedstream
