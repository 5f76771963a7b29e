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
  /// `value_column` is where values begin; a longer label moves its own value.
  explicit Page(const Style& style, std::size_t value_column = 14) : style_(style), value_column_(value_column) {}

  const Style& style() const { return style_; }
  std::size_t value_column() const { return value_column_; }

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
  std::string with_label(std::string_view indent, std::string_view label) const;
  void labelled(std::string_view indent, std::string_view label, std::string_view text, bool bold);

  Style style_;
  std::size_t value_column_;
  std::string text_;
};

/// "12,345".
std::string grouped(std::int64_t number);
/// "1 record", "2 records".
std::string counted(std::int64_t number, std::string_view noun);
/// "38.2 GB" in powers of ten, as disks are sold; bytes below 1,000.
std::string byte_size(std::uint64_t bytes);
/// A path as a shell takes it: in single quotes if need be.
std::string shell_word(std::string_view path);

}  // namespace bridle::report
