// SPDX-License-Identifier: Apache-2.0
// Objects that NSKeyedArchiver wrote into a property list (docs/formats/plist.md).
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "formats/plist.h"

namespace bridle::keyed_archive {

using plist::Value;

/// A view of an archive, navigated on demand: nothing is copied or unfolded, and a cycle of references costs nothing
/// until a caller walks it. A walk over references needs its own limit; one over objects() is finite.
/// Functions that take a pointer accept null, and getters then give nothing, so a chain is checked once, at its end.
/// The document must outlive the archive.
class Archive {
 public:
  /// Errors: malformed if the list has no "$archiver" of a known kind, no "$objects" or no "$top".
  static Result<Archive> open(const plist::Document& document) { return open(document.root()); }
  static Result<Archive> open(const Value& list);

  /// The object that was archived: "root" of "$top", or its only entry under another name. Null if there is none.
  const Value* root() const;
  /// An entry of "$top".
  const Value* top(std::string_view name) const { return follow(top_->find(name)); }
  /// Every object of the archive once, in the order of the file. The first stands for null.
  std::span<const Value> objects() const { return objects_; }

  /// The object that a reference names, or the value itself if it is no reference.
  /// Null for the null object, for a reference beyond the objects and for a reference to a reference.
  const Value* follow(const Value* value) const;
  /// What `object` encoded under `key`, followed.
  const Value* get(const Value* object, std::string_view key) const;

  /// "NSDictionary" and so on; empty for an object without a class (a plain string or number).
  std::string_view class_name(const Value* object) const;
  /// True if the object is of this class or of one that derives from it.
  bool is_a(const Value* object, std::string_view class_name) const;

  /// Items of an NSArray, NSSet or NSOrderedSet, or values of an NSDictionary. They are to be followed one by one.
  std::span<const Value> items(const Value* collection) const;
  /// Keys of an NSDictionary, beside items(). They are to be followed.
  std::span<const Value> keys(const Value* dictionary) const;
  /// Value of an NSDictionary for a string key, followed.
  const Value* find(const Value* dictionary, std::string_view key) const;
  /// By path, "/" between the steps: keys of NSDictionaries and of other objects, numbers in arrays.
  const Value* at(const Value* from, std::string_view path) const;

  /// NSString, NSMutableString, the text of an NSAttributedString.
  std::optional<std::string_view> string(const Value* object) const;
  /// NSData, NSMutableData.
  std::optional<Bytes> data(const Value* object) const;
  /// NSNumber.
  std::optional<std::int64_t> integer(const Value* object) const;
  std::optional<double> real(const Value* object) const;
  std::optional<bool> boolean(const Value* object) const;
  /// NSDate: seconds since 2001-01-01 UTC, and the instant if it is in range.
  std::optional<double> cocoa_seconds(const Value* object) const;
  std::optional<Time> time(const Value* object) const;
  /// NSURL, a relative one joined to its base.
  std::optional<std::string> url(const Value* object) const;
  /// NSUUID, in upper case with hyphens.
  std::optional<std::string> uuid(const Value* object) const;

 private:
  Archive(std::span<const Value> objects, const Value& top) : objects_(objects), top_(&top) {}

  std::span<const Value> objects_;
  const Value* top_;
};

/// True if the list says that an archiver wrote it.
bool is_archive(const Value& list);

}  // namespace bridle::keyed_archive
