// SPDX-License-Identifier: Apache-2.0
// XML property lists. The set of elements is closed and small, so this reads it directly, in one pass and without
// recursion; docs/formats/plist.md says what libplist would lose here.
#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "formats/plist_builder.h"

namespace bridle::plist {
namespace {

constexpr std::string_view kBlank = " \t\r\n";

/// "2021-07-06T05:10:11Z" in seconds since 2001. Wider than Time: NSDate's distantPast and distantFuture occur.
std::optional<double> to_cocoa_seconds(std::string_view text) {
  using namespace std::chrono;
  int part[6] = {};
  constexpr std::string_view kEnds = "--T::Z";
  for (std::size_t i = 0; i < kEnds.size(); ++i) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), part[i]);
    const auto used = static_cast<std::size_t>(end - text.data());
    if (error != std::errc{} || used >= text.size() || text[used] != kEnds[i]) return std::nullopt;
    if (i > 0 && (part[i] < 0 || used != 2)) return std::nullopt;
    text.remove_prefix(used + 1);
  }
  if (!text.empty() || part[0] < -9999 || part[0] > 9999 || part[3] > 23 || part[4] > 59 || part[5] > 60)
    return std::nullopt;
  const year_month_day date{year{part[0]}, month{static_cast<unsigned>(part[1])}, day{static_cast<unsigned>(part[2])}};
  if (!date.ok()) return std::nullopt;
  const auto day = sys_days{date} - sys_days{year{2001} / 1 / 1};
  return static_cast<double>((day + hours{part[3]} + minutes{part[4]} + seconds{part[5]}).count());
}

/// Decimal or, after 0x, hexadecimal, with an optional sign: what Apple's own reader takes.
bool set_number(Value& value, std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  if (hex) text.remove_prefix(2);
  std::uint64_t n = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n, hex ? 16 : 10);
  if (error != std::errc{} || end != text.data() + text.size()) return false;
  if (!negative) {
    Builder::set_unsigned(value, n);
    return true;
  }
  if (n > std::uint64_t{1} << 63) return false;
  Builder::set_integer(value, static_cast<std::int64_t>(~n + 1));
  return true;
}

std::optional<double> to_real(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double d = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), d);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return d;
}

class XmlReader {
 public:
  XmlReader(Builder& builder, std::string_view text) : out_(builder), text_(text) {}

  Result<> read();

 private:
  struct Tag {
    std::string_view name;
    std::size_t offset = 0;
    bool closing = false, empty = false;
  };
  struct Open {
    Kind kind;
    std::size_t first;    // of its children in pending_
    bool has_key = false;  // a dictionary waits for the value of its last key
  };

  bool fail(Errc code, std::string what, std::size_t offset) {
    error_ = Error{code, std::move(what), {}, offset};
    return false;
  }
  bool fail_end(std::string_view what) {
    return fail(Errc::truncated, fmt::format("the text ends in {}", what), text_.size());
  }

  bool skip_to(std::string_view mark, std::string_view what);
  bool skip_doctype();
  bool next_tag(Tag& tag);
  bool step(const Tag& tag);
  bool open(const Tag& tag, Kind kind);
  bool close(const Tag& tag);
  bool scalar(const Tag& tag);
  bool content(const Tag& tag, std::string_view& text);
  bool long_content(const Tag& tag);
  bool unescape(std::string_view text, std::size_t offset);
  bool end_tag(const Tag& tag);
  bool set_scalar(Value& value, const Tag& tag, std::string_view text);
  bool add(Value&& value, const Tag& tag);
  bool add_key(const Tag& tag);

  Builder& out_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Value> pending_;  // children of the open containers; complete containers move to the node table
  std::vector<Open> open_;
  std::string scratch_;
  bool in_plist_ = false, done_ = false;
  Error error_{};
};

Result<> XmlReader::read() {
  if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
  Tag tag;
  while (!done_)
    if (!next_tag(tag) || !step(tag)) return bridle::fail(std::move(error_));
  return {};
}

bool XmlReader::skip_to(std::string_view mark, std::string_view what) {
  const std::size_t end = text_.find(mark, at_);
  if (end == std::string_view::npos) return fail_end(what);
  at_ = end + mark.size();
  return true;
}

/// Behind a document type. One with declarations of its own could define entities, which expand without bound.
bool XmlReader::skip_doctype() {
  const std::size_t start = at_;
  for (char quote = 0; at_ < text_.size(); ++at_) {
    const char c = text_[at_];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '[') {
      return fail(Errc::unsupported, "a document type with declarations of its own", start);
    } else if (c == '>') {
      ++at_;
      return true;
    }
  }
  return fail_end("the document type");
}

/// Finds the next element tag; comments, processing instructions and the document type are passed over.
bool XmlReader::next_tag(Tag& tag) {
  for (;;) {
    at_ = std::min(text_.find_first_not_of(kBlank, at_), text_.size());
    const std::string_view rest = text_.substr(at_);
    if (rest.empty()) return fail_end("the middle of the property list");
    if (rest[0] != '<') return fail(Errc::malformed, "text between elements", at_);
    if (rest.starts_with("<!--")) {
      at_ += 4;
      if (!skip_to("-->", "a comment")) return false;
    } else if (rest.starts_with("<?")) {
      if (!skip_to("?>", "a processing instruction")) return false;
    } else if (rest.starts_with("<!DOCTYPE")) {
      if (!skip_doctype()) return false;
    } else {
      break;
    }
  }
  tag = {.name = {}, .offset = at_++};
  tag.closing = text_.substr(at_).starts_with('/');
  if (tag.closing) ++at_;
  const std::size_t name_end = text_.find_first_of(" \t\r\n/>", at_);
  if (name_end == std::string_view::npos) return fail_end("a tag");
  tag.name = text_.substr(at_, name_end - at_);
  at_ = name_end;
  for (char quote = 0; at_ < text_.size(); ++at_) {  // attributes: only <plist version="1.0"> has one
    const char c = text_[at_];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '>') {
      tag.empty = text_[at_ - 1] == '/';
      ++at_;
      return true;
    }
  }
  return fail_end("a tag");
}

bool XmlReader::step(const Tag& tag) {
  if (tag.name == "plist" && !tag.closing && !tag.empty && open_.empty() && !in_plist_) {
    in_plist_ = true;
    return true;
  }
  if (tag.closing) return close(tag);
  if (tag.name == "dict") return open(tag, Kind::dictionary);
  if (tag.name == "array") return open(tag, Kind::array);
  if (tag.name == "key") return add_key(tag);
  return scalar(tag);
}

bool XmlReader::open(const Tag& tag, Kind kind) {
  if (open_.size() == limits::kPlistDepth)
    return fail(Errc::limit, fmt::format("containers nest deeper than {}", limits::kPlistDepth), tag.offset);
  if (!open_.empty() && open_.back().kind == Kind::dictionary && !open_.back().has_key)
    return fail(Errc::malformed, "a value without a key", tag.offset);
  open_.push_back({kind, pending_.size()});
  return tag.empty ? close(tag) : true;
}

bool XmlReader::close(const Tag& tag) {
  if (open_.empty()) return fail(Errc::malformed, "the property list holds no value", tag.offset);
  const Open last = open_.back();
  if (tag.name != (last.kind == Kind::dictionary ? "dict" : "array"))
    return fail(Errc::malformed, "an end tag that does not fit", tag.offset);
  if (last.has_key) return fail(Errc::malformed, "a key without a value", tag.offset);
  const std::size_t nodes = pending_.size() - last.first;
  const std::size_t items = last.kind == Kind::dictionary ? nodes / 2 : nodes;
  const std::size_t first = out_.grow(nodes);
  for (std::size_t i = 0; i < nodes; ++i) {
    const std::size_t to = last.kind == Kind::array ? i : i / 2 + (i % 2 == 0 ? 0 : items);
    out_.place(first + to, std::move(pending_[last.first + i]));
  }
  pending_.resize(last.first);
  open_.pop_back();
  Value container;
  Builder::pend(container, last.kind, first, items);
  return add(std::move(container), tag);
}

/// Takes a complete value: the root ends the reading.
bool XmlReader::add(Value&& value, const Tag& tag) {
  if (!out_.has_room(pending_.size() + 1))
    return fail(Errc::limit, fmt::format("more than {} values", out_.max_nodes()), tag.offset);
  if (open_.empty()) {
    const std::size_t root = out_.grow(1);
    out_.place(root, std::move(value));
    out_.set_root(root);
    done_ = true;
    return true;
  }
  if (open_.back().kind == Kind::dictionary) {
    if (!open_.back().has_key) return fail(Errc::malformed, "a value without a key", tag.offset);
    open_.back().has_key = false;
  }
  pending_.push_back(std::move(value));
  return true;
}

bool XmlReader::add_key(const Tag& tag) {
  if (open_.empty() || open_.back().kind != Kind::dictionary || open_.back().has_key)
    return fail(Errc::malformed, "a key where none may be", tag.offset);
  open_.back().has_key = true;
  if (!out_.has_room(pending_.size() + 1))
    return fail(Errc::limit, fmt::format("more than {} values", out_.max_nodes()), tag.offset);
  Value key;
  std::string_view text;
  if (!content(tag, text) || !set_scalar(key, tag, text)) return false;
  pending_.push_back(std::move(key));
  return true;
}

bool XmlReader::scalar(const Tag& tag) {
  Value value;
  std::string_view text;
  return content(tag, text) && set_scalar(value, tag, text) && add(std::move(value), tag);
}

bool XmlReader::set_scalar(Value& value, const Tag& tag, std::string_view text) {
  const auto malformed = [&] { return fail(Errc::malformed, fmt::format("<{}> holds no valid value", tag.name), tag.offset); };
  if (tag.name == "string" || tag.name == "key") {
    if (text.data() == scratch_.data())
      Builder::set_string(value, out_.keep(valid_utf8(text) ? std::move(scratch_) : to_valid_utf8(text)));
    else
      out_.set_text(value, text);
    return true;
  }
  if (tag.name == "data") {
    auto bytes = from_base64(text);
    if (!bytes) return malformed();
    Builder::set_data(value, as_bytes(out_.keep(std::move(*bytes))));
    return true;
  }
  text = trim(text);
  if (tag.name == "true" || tag.name == "false") {
    Builder::set_boolean(value, tag.name == "true");
    return text.empty() || malformed();
  }
  if (tag.name == "integer") return set_number(value, text) || malformed();
  if (tag.name == "real") {
    const auto number = to_real(text);
    if (number) Builder::set_real(value, *number);
    return number.has_value() || malformed();
  }
  const auto seconds = to_cocoa_seconds(text);
  if (seconds) Builder::set_date(value, *seconds);
  return seconds.has_value() || malformed();
}

/// The text of an element up to its end tag. Plain text is a view of the source, all else is put together in scratch_.
bool XmlReader::content(const Tag& tag, std::string_view& text) {
  constexpr std::string_view kScalars[] = {"key", "string", "integer", "real", "true", "false", "date", "data"};
  if (std::ranges::find(kScalars, tag.name) == std::end(kScalars))
    return fail(Errc::malformed, fmt::format("unknown element <{}>", to_valid_utf8(tag.name.substr(0, 40))),
                tag.offset);
  if (tag.empty) {
    text = {};
    return true;
  }
  const std::size_t end = text_.find('<', at_);
  if (end == std::string_view::npos) return fail_end(fmt::format("<{}>", tag.name));
  text = text_.substr(at_, end - at_);
  if (text_.substr(end).starts_with("</") && text.find('&') == std::string_view::npos) {
    at_ = end;
    return end_tag(tag);
  }
  scratch_.clear();
  if (!long_content(tag)) return false;
  text = scratch_;
  return true;
}

/// Text with entities, comments or CDATA sections.
bool XmlReader::long_content(const Tag& tag) {
  for (;;) {
    const std::size_t start = at_;
    if (!skip_to("<", "the text of an element")) return false;
    --at_;
    if (!unescape(text_.substr(start, at_ - start), start)) return false;
    const std::string_view rest = text_.substr(at_);
    if (rest.starts_with("</")) return end_tag(tag);
    if (rest.starts_with("<!--")) {
      at_ += 4;
      if (!skip_to("-->", "a comment")) return false;
    } else if (rest.starts_with("<![CDATA[")) {
      const std::size_t from = at_ + 9;
      if (!skip_to("]]>", "a CDATA section")) return false;
      scratch_ += text_.substr(from, at_ - 3 - from);
    } else {
      return fail(Errc::malformed, fmt::format("an element inside <{}>", tag.name), at_);
    }
  }
}

bool XmlReader::unescape(std::string_view text, std::size_t offset) {
  constexpr std::size_t kLongest = 10;  // "&#x10FFFF;"
  std::size_t at = 0;
  for (std::size_t amp; (amp = text.find('&', at)) != std::string_view::npos;) {
    scratch_ += text.substr(at, amp - at);
    const std::string_view entity = text.substr(amp + 1, text.substr(amp, kLongest).find(';') - 1);
    at = amp + entity.size() + 2;
    if (at > text.size() || text[at - 1] != ';') return fail(Errc::malformed, "a bare &", offset + amp);
    if (entity == "amp") scratch_ += '&';
    else if (entity == "lt") scratch_ += '<';
    else if (entity == "gt") scratch_ += '>';
    else if (entity == "quot") scratch_ += '"';
    else if (entity == "apos") scratch_ += '\'';
    else {
      const bool hex = entity.starts_with("#x");
      const std::string_view digits = entity.substr(std::min<std::size_t>(hex ? 2 : 1, entity.size()));
      std::uint32_t c = 0;
      const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), c, hex ? 16 : 10);
      const bool number = entity.starts_with('#') && error == std::errc{} && end == digits.data() + digits.size();
      if (!number || c == 0 || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000))
        return fail(Errc::malformed, "an unknown entity", offset + amp);
      append_utf8(scratch_, static_cast<char32_t>(c));
    }
  }
  scratch_ += text.substr(std::min(at, text.size()));
  return true;
}

/// Behind "</name>", which must stand here.
bool XmlReader::end_tag(const Tag& tag) {
  const std::size_t start = at_;
  at_ += 2;
  if (!text_.substr(at_).starts_with(tag.name))
    return fail(Errc::malformed, fmt::format("no end tag for <{}>", tag.name), start);
  at_ = std::min(text_.find_first_not_of(kBlank, at_ + tag.name.size()), text_.size());
  if (at_ == text_.size()) return fail_end("an end tag");
  if (text_[at_++] != '>') return fail(Errc::malformed, fmt::format("no end tag for <{}>", tag.name), start);
  return true;
}

}  // namespace

Result<> parse_xml(Builder& builder, std::string_view text) { return XmlReader(builder, text).read(); }

}  // namespace bridle::plist
