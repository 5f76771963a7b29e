// SPDX-License-Identifier: Apache-2.0
// Apple property lists, binary and XML, as one tree (docs/formats/plist.md).
#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bridle/bytes.h"
#include "bridle/result.h"
#include "bridle/time.h"

namespace bridle::plist {

enum class Kind : std::uint8_t { null, boolean, integer, real, date, data, string, uid, array, dictionary };

/// "null", "boolean", "integer" and so on.
std::string_view name(Kind kind);

/// One node of a tree. Lives in its Document and is reached by reference or pointer; it cannot be copied.
/// A getter gives nothing if the value is of another kind, so a chain of lookups is checked once, at its end.
class Value {
 public:
  constexpr Value() = default;
  Value(const Value&) = delete;
  Value& operator=(const Value&) = delete;
  constexpr Value(Value&&) = default;
  constexpr Value& operator=(Value&&) = default;

  Kind kind() const { return kind_; }

  std::optional<bool> boolean() const;
  /// Nothing also for a number above the range, which unsigned_integer() gives.
  std::optional<std::int64_t> integer() const;
  /// Nothing for a negative number.
  std::optional<std::uint64_t> unsigned_integer() const;
  /// A real or an integer.
  std::optional<double> real() const;
  /// A date as stored: seconds since 2001-01-01 UTC.
  std::optional<double> cocoa_seconds() const;
  /// A date; nothing if it is outside the range of Time, as NSDate's distantFuture is.
  std::optional<Time> time() const;
  /// Valid UTF-8; invalid bytes of the source were replaced by U+FFFD.
  std::optional<std::string_view> string() const;
  std::optional<Bytes> data() const;
  std::optional<std::uint64_t> uid() const;

  /// Items of an array, pairs of a dictionary, 0 for all else.
  std::size_t size() const { return is_container() ? size_ : 0; }
  /// Items of an array or values of a dictionary, in the order of the source.
  std::span<const Value> items() const;
  /// Keys of a dictionary: strings, in the order of items(). A key that occurs twice is here twice.
  std::span<const Value> keys() const;
  /// Value of the first pair with this key; null if there is none or this is no dictionary. Linear in the keys.
  const Value* find(std::string_view key) const;

 private:
  friend class Builder;
  bool is_container() const { return kind_ == Kind::array || kind_ == Kind::dictionary; }

  Kind kind_ = Kind::null;
  bool unsigned_ = false;   // an integer above the range of int64_t
  std::uint32_t size_ = 0;  // bytes of a string or data; items or pairs of a container
  union {
    std::int64_t integer_ = 0;  // boolean, integer, uid (the bits of the unsigned number)
    double real_;               // real, date
    const char* bytes_;         // string, data
    std::ptrdiff_t children_;   // container: distance in nodes from this one to its first key or item
  };
};

/// Owns the tree, and the source bytes if they were handed over. Moving a document leaves its values where they are.
/// Reading is safe from several threads; parsing into it is not.
class Document {
 public:
  /// The null value until a parse succeeded.
  const Value& root() const { return nodes_.empty() ? kNull : nodes_[root_]; }

 private:
  friend class Builder;
  friend Result<Document> parse(std::vector<std::byte> bytes);
  static constexpr Value kNull{};

  std::vector<Value> nodes_;
  std::size_t root_ = 0;
  std::deque<std::string> texts_;  // strings that had to be converted; a deque because values point into it
  std::vector<std::byte> owned_;
};

/// Reads a binary or XML property list, told apart by its first bytes.
/// Errors: truncated (an empty file too), malformed, limit (kPlist... in base/limits.h),
/// unsupported (the old-style text format, XML with entity declarations, anything else). All name the byte offset.
Result<Document> parse(std::vector<std::byte> bytes);
/// As above, over bytes that the caller keeps alive as long as the document.
Result<Document> parse(Bytes bytes);
/// As above, into a document whose memory is used again: no allocation for small lists. On error its root is null.
Result<> parse_into(Document& document, Bytes bytes);

/// The value at a path of keys with "/" between them ("Payload/0/URL"); a number selects an item of an array.
/// Null if there is none. An empty path is the value itself. A key that itself holds "/" cannot be named so.
const Value* at(const Value& from, std::string_view path);

/// Compact JSON-like text for display, cut at about `max_bytes` and then closed with an ellipsis.
/// Dates in ISO form, data as <hex>, uids as UID(n).
std::string to_text(const Value& value, std::size_t max_bytes = 4096);

}  // namespace bridle::plist
