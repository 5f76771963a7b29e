// SPDX-License-Identifier: Apache-2.0
// Page: plain text with labels before values, for a screen of 80 columns, a pipe and a screen reader alike.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "report/style.h"

namespace bridle::report {

class Page {
 public:
  explicit Page(const Style& style) : style_(style) {}

  const Style& style() const { return style_; }

  // What these are given may quote evidence: they make it safe.
  /// "FINDINGS    3: ...", wrapped under itself.
  void heading(std::string_view label, std::string_view text = {});
  /// "  label     text": prose, wrapped under itself. An empty text leaves nothing.
  void item(std::string_view label, std::string_view text);
  /// The same without wrapping, so that it can be copied whole.
  void value(std::string_view label, std::string_view evidence);

  /// A line as it is: the caller has made it safe.
  void line(std::string_view text);
  void blank() { text_ += '\n'; }

  std::string take() { return std::move(text_); }

 private:
  void labelled(std::string_view indent, std::string_view label, std::string_view text, bool bold);

  const Style& style_;
  std::string text_;
};

/// Column at which values begin.
inline constexpr std::size_t kLabelColumns = 12;

/// "12,345".
std::string grouped(std::int64_t number);
/// "1 record", "2 records".
std::string counted(std::int64_t number, std::string_view noun);
/// "38.2 GB" in powers of ten, as disks are sold; bytes below 1,000.
std::string byte_size(std::uint64_t bytes);
/// A path as a shell takes it: in single quotes if need be.
std::string shell_word(std::string_view path);

}  // namespace bridle::report
