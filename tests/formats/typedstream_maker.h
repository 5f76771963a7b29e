// SPDX-License-Identifier: Apache-2.0
// Writes typedstreams value by value, for tests. Shared strings and classes become references by themselves.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace bridle::test {

class StreamMaker {
 public:
  std::string bytes = "\x04\x0bstreamtyped\x81\xe8\x03";

  StreamMaker& raw(std::string_view more) {
    bytes += more;
    return *this;
  }
  StreamMaker& length(std::size_t n) {
    if (n < 128) return raw({reinterpret_cast<const char*>(&kSmall[n]), 1});
    return raw({"\x81", 1}).raw({&kSmall[n & 255], 1}).raw({&kSmall[n >> 8], 1});
  }
  StreamMaker& type(std::string_view encoding) { return shared(encoding); }
  StreamMaker& integer(std::string_view encoding, char value) { return type(encoding).raw({&value, 1}); }

  /// Begins an object as one value of type "@"; `chain` is its class and the superclasses. Returns its number.
  std::size_t begin(const std::vector<std::string>& chain) {
    type("@").raw("\x84");
    const std::size_t number = objects_++;
    for (const std::string& name : chain) {
      if (const auto known = classes_.find(name); known != classes_.end()) {
        reference(known->second);
        return number;
      }
      raw("\x84");
      shared(name).raw(std::string_view("\x01", 1));
      classes_[name] = objects_++;
    }
    raw("\x85");
    return number;
  }
  StreamMaker& end() { return raw("\x86"); }
  StreamMaker& nil() { return type("@").raw("\x85"); }
  StreamMaker& again(std::size_t object) {
    type("@");
    return reference(object);
  }

  std::size_t string(std::string_view text) {
    const std::size_t number = begin({"NSString", "NSObject"});
    type("+").length(text.size()).raw(text).end();
    return number;
  }
  std::size_t url(std::string_view text) {
    const std::size_t number = begin({"NSURL", "NSObject"});
    integer("c", 0);
    string(text);
    end();
    return number;
  }
  std::size_t data(std::string_view content) {
    const std::size_t number = begin({"NSMutableData", "NSData", "NSObject"});
    type("i").length(content.size());
    type("[" + std::to_string(content.size()) + "c]").raw(content).end();
    return number;
  }
  /// The attributed string up to its first attribute; runs follow, then end().
  StreamMaker& attributed(std::string_view text) {
    begin({"NSMutableAttributedString", "NSAttributedString", "NSObject"});
    string(text);
    return *this;
  }
  /// A run of the text and the beginning of its attributes: keys and values follow, then end().
  StreamMaker& run(char number, char length, char attributes) {
    type("iI").raw({&number, 1}).raw({&length, 1});
    begin({"NSDictionary", "NSObject"});
    return integer("i", attributes);
  }

 private:
  StreamMaker& reference(std::size_t number) { return raw({&kSmall[(number + 0x92) & 255], 1}); }
  StreamMaker& shared(std::string_view text) {
    if (const auto known = strings_.find(std::string(text)); known != strings_.end()) return reference(known->second);
    strings_.emplace(text, strings_.size());
    return raw("\x84").length(text.size()).raw(text);
  }

  static const std::string kSmall;  // every byte, at its own index
  std::map<std::string, std::size_t> strings_, classes_;
  std::size_t objects_ = 0;
};

inline const std::string StreamMaker::kSmall = [] {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  return all;
}();

}  // namespace bridle::test
