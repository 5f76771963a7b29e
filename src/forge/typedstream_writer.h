// SPDX-License-Identifier: Apache-2.0
// Writer for the `attributedBody` of a message: an NSAttributedString as a typedstream (NSArchiver, version 4).
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "bridle/bytes.h"

namespace bridle::forge {

/// A part of a text and the address it links to, if any.
struct TextRun {
  std::string_view text;  ///< UTF-8
  std::string_view link{};
};

/// The typedstream of an NSMutableAttributedString made of the runs, with the attributes that Messages sets:
/// __kIMMessagePartAttributeName on every run and __kIMLinkAttributeName (an NSURL) on links.
std::vector<std::byte> attributed_body(const std::vector<TextRun>& runs);

/// The encoder below attributed_body(). Strings of type codes and class names are written once and referred to later,
/// and so are classes and objects: two tables, both numbered from 0x92.
class TypedStream {
 public:
  TypedStream();

  void type(std::string_view codes);
  void integer(std::int64_t value);
  /// Text with its length in bytes before it.
  void text(std::string_view utf8);
  /// Begins an object. `ancestry` goes from its class up to NSObject; `version` is that of the class itself.
  void begin(const std::vector<std::string_view>& ancestry, std::int64_t version = 0);
  void end() { byte(0x86); }
  /// An NSString, complete.
  void string_object(std::string_view utf8);
  /// An NSNumber of type 'q', complete.
  void number_object(std::int64_t value);

  std::vector<std::byte> take() { return std::move(out_); }

 private:
  void byte(unsigned value) { out_.push_back(static_cast<std::byte>(value)); }
  void shared(std::string_view text);
  void reference(std::size_t number);

  std::vector<std::byte> out_;
  std::map<std::string, std::size_t, std::less<>> strings_;
  std::map<std::string, std::size_t, std::less<>> classes_;
  std::size_t objects_ = 0;      ///< objects and classes numbered so far
  std::size_t number_type_ = 0;  ///< the C string object that names NSNumber's type, once written
};

}  // namespace bridle::forge
