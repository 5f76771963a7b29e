// SPDX-License-Identifier: Apache-2.0
// What the readers of the two encodings share: filling a document, and its limits.
#pragma once
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "base/limits.h"
#include "base/text.h"
#include "formats/plist.h"

namespace bridle::plist {

/// True if every byte is below 0x80.
bool is_ascii(std::string_view text);

/// Fills a document. Nodes are named by index, because the table moves while it grows.
class Builder {
 public:
  Builder(Document& document, std::size_t source_bytes) : document_(document) {
    const std::size_t counted = std::max(source_bytes, limits::kPlistSmall);
    max_nodes_ = std::min(limits::kPlistNodes, counted * limits::kPlistNodesPerByte);
    max_text_ = std::min(limits::kPlistTextBytes, counted * limits::kPlistTextPerByte);
    clear();
  }

  void clear() {
    document_.nodes_.clear();
    document_.texts_.clear();
    document_.root_ = 0;
  }
  void set_root(std::size_t node) { document_.root_ = node; }
  std::size_t size() const { return document_.nodes_.size(); }
  /// How many nodes and bytes of strings the source may unfold to. Small sources get small limits: a message can carry
  /// thousands of lists that each unfold without bound.
  std::size_t max_nodes() const { return max_nodes_; }
  std::uint64_t max_text() const { return max_text_; }
  /// True if `n` more nodes stay within max_nodes().
  bool has_room(std::uint64_t n) const { return n <= max_nodes_ - size(); }
  /// Appends `n` null nodes; returns the index of the first. has_room(n) must hold.
  std::size_t grow(std::size_t n) {
    const std::size_t first = size();
    document_.nodes_.resize(first + n);
    return first;
  }
  Value& node(std::size_t i) { return document_.nodes_[i]; }
  /// Moves a value whose children, if any, were set with pend() to its place in the tree.
  void place(std::size_t i, Value&& value) {
    node(i) = std::move(value);
    if (node(i).is_container()) node(i).children_ -= static_cast<std::ptrdiff_t>(i);
  }

  static void set_boolean(Value& v, bool b) { v.kind_ = Kind::boolean, v.integer_ = b ? 1 : 0; }
  static void set_integer(Value& v, std::int64_t n) { v.kind_ = Kind::integer, v.integer_ = n; }
  static void set_unsigned(Value& v, std::uint64_t n) {
    v.kind_ = Kind::integer, v.integer_ = static_cast<std::int64_t>(n), v.unsigned_ = v.integer_ < 0;
  }
  static void set_real(Value& v, double d) { v.kind_ = Kind::real, v.real_ = d; }
  static void set_date(Value& v, double cocoa_seconds) { v.kind_ = Kind::date, v.real_ = cocoa_seconds; }
  static void set_uid(Value& v, std::uint64_t n) { v.kind_ = Kind::uid, v.integer_ = static_cast<std::int64_t>(n); }
  /// Data and text are not copied: the source or keep() holds them.
  static void set_data(Value& v, Bytes bytes) { set_bytes(v, Kind::data, as_text(bytes)); }
  static void set_string(Value& v, std::string_view text) { set_bytes(v, Kind::string, text); }
  /// Makes node `i` a container of children that begin at node `first`.
  void set_container(std::size_t i, Kind kind, std::size_t first, std::size_t items) {
    pend(node(i), kind, first, items);
    node(i).children_ -= static_cast<std::ptrdiff_t>(i);
  }
  /// The same for a value that has no place yet; place() completes it.
  static void pend(Value& v, Kind kind, std::size_t first, std::size_t items) {
    v.kind_ = kind, v.size_ = static_cast<std::uint32_t>(items), v.children_ = static_cast<std::ptrdiff_t>(first);
  }

  /// Text of the source: not copied unless it is no UTF-8.
  void set_text(Value& v, std::string_view text) {
    set_string(v, is_ascii(text) || valid_utf8(text) ? text : keep(to_valid_utf8(text)));
  }

  /// Stores text that is not in the source; the view lives as long as the document.
  std::string_view keep(std::string text) { return document_.texts_.emplace_back(std::move(text)); }

  /// A node that waits for its turn remembers a number (binary: the object it stands for).
  static void set_waiting(Value& v, std::uint64_t object) { v.integer_ = static_cast<std::int64_t>(object); }
  static std::uint64_t waiting(const Value& v) { return static_cast<std::uint64_t>(v.integer_); }

 private:
  static void set_bytes(Value& v, Kind kind, std::string_view bytes) {
    v.kind_ = kind, v.size_ = static_cast<std::uint32_t>(bytes.size()), v.bytes_ = bytes.data();
  }

  Document& document_;
  std::size_t max_nodes_ = 0;
  std::uint64_t max_text_ = 0;
};

Result<> parse_binary(Builder& builder, Bytes bytes);
Result<> parse_xml(Builder& builder, std::string_view text);

}  // namespace bridle::plist
