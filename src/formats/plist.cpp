// SPDX-License-Identifier: Apache-2.0
#include "formats/plist.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include <fmt/format.h>

#include "base/text.h"
#include "formats/plist_builder.h"

namespace bridle::plist {

std::string_view name(Kind kind) {
  switch (kind) {
    case Kind::null: return "null";
    case Kind::boolean: return "boolean";
    case Kind::integer: return "integer";
    case Kind::real: return "real";
    case Kind::date: return "date";
    case Kind::data: return "data";
    case Kind::string: return "string";
    case Kind::uid: return "uid";
    case Kind::array: return "array";
    case Kind::dictionary: return "dictionary";
  }
  return "";
}

std::optional<bool> Value::boolean() const {
  if (kind_ != Kind::boolean) return std::nullopt;
  return integer_ != 0;
}

std::optional<std::int64_t> Value::integer() const {
  if (kind_ != Kind::integer || unsigned_) return std::nullopt;
  return integer_;
}

std::optional<std::uint64_t> Value::unsigned_integer() const {
  if (kind_ != Kind::integer || (integer_ < 0 && !unsigned_)) return std::nullopt;
  return static_cast<std::uint64_t>(integer_);
}

std::optional<double> Value::real() const {
  if (kind_ == Kind::real) return real_;
  if (kind_ != Kind::integer) return std::nullopt;
  return unsigned_ ? static_cast<double>(static_cast<std::uint64_t>(integer_)) : static_cast<double>(integer_);
}

std::optional<double> Value::cocoa_seconds() const {
  if (kind_ != Kind::date) return std::nullopt;
  return real_;
}

std::optional<Time> Value::time() const {
  if (kind_ != Kind::date) return std::nullopt;
  return to_time(real_, Epoch::cocoa_seconds);
}

std::optional<std::string_view> Value::string() const {
  if (kind_ != Kind::string) return std::nullopt;
  return std::string_view(bytes_, size_);
}

std::optional<Bytes> Value::data() const {
  if (kind_ != Kind::data) return std::nullopt;
  return as_bytes({bytes_, size_});
}

std::optional<std::uint64_t> Value::uid() const {
  if (kind_ != Kind::uid) return std::nullopt;
  return static_cast<std::uint64_t>(integer_);
}

std::span<const Value> Value::items() const {
  if (!is_container()) return {};
  return {this + children_ + (kind_ == Kind::dictionary ? size_ : 0), size_};
}

std::span<const Value> Value::keys() const {
  if (kind_ != Kind::dictionary) return {};
  return {this + children_, size_};
}

const Value* Value::find(std::string_view key) const {
  if (kind_ != Kind::dictionary) return nullptr;
  const Value* keys = this + children_;
  for (std::size_t i = 0; i < size_; ++i)
    if (std::string_view(keys[i].bytes_, keys[i].size_) == key) return keys + size_ + i;
  return nullptr;
}

bool is_ascii(std::string_view text) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080;
  std::uint64_t seen = 0;
  std::size_t at = 0;
  for (std::uint64_t word = 0; text.size() - at >= sizeof word; at += sizeof word) {
    std::memcpy(&word, text.data() + at, sizeof word);
    seen |= word;
  }
  for (; at < text.size(); ++at) seen |= static_cast<unsigned char>(text[at]);
  return (seen & kHighBits) == 0;
}

namespace {

Result<> parse_detected(Builder& builder, Bytes bytes) {
  if (bytes.empty()) return fail(Errc::truncated, "the file is empty", {}, 0);
  if (bytes.size() > limits::kPlistBytes)
    return fail(Errc::limit, fmt::format("a list of {} bytes, the limit is {}", bytes.size(), limits::kPlistBytes), {},
                limits::kPlistBytes);
  const std::string_view text = as_text(bytes);
  if (text.starts_with("bplist0")) return parse_binary(builder, bytes);
  if (text.starts_with("bplist")) return fail(Errc::unsupported, "a binary property list of another version", {}, 6);
  const std::size_t mark = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  const std::size_t first = text.find_first_not_of(" \t\r\n", mark);
  if (first == std::string_view::npos) return fail(Errc::truncated, "the file holds only white space", {}, 0);
  if (text[first] == '<') return parse_xml(builder, text);
  return fail(Errc::unsupported, "neither a binary nor an XML property list", {}, first);
}

}  // namespace

Result<> parse_into(Document& document, Bytes bytes) {
  Builder builder(document, bytes.size());
  auto done = parse_detected(builder, bytes);
  if (!done) builder.clear();
  return done;
}

Result<Document> parse(Bytes bytes) {
  Document document;
  if (auto done = parse_into(document, bytes); !done) return fail(std::move(done.error()));
  return document;
}

Result<Document> parse(std::vector<std::byte> bytes) {
  Document document;
  document.owned_ = std::move(bytes);
  if (auto done = parse_into(document, document.owned_); !done) return fail(std::move(done.error()));
  return document;
}

const Value* at(const Value& from, std::string_view path) {
  const Value* value = &from;
  while (!path.empty() && value != nullptr) {
    const std::size_t slash = path.find('/');
    const std::string_view step = path.substr(0, slash);
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
    if (value->kind() != Kind::array) {
      value = value->find(step);
      continue;
    }
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(step.data(), step.data() + step.size(), index);
    const bool valid = error == std::errc{} && end == step.data() + step.size() && index < value->size();
    value = valid ? &value->items()[index] : nullptr;
  }
  return value;
}

namespace {

/// Writes a value as text until it is full. Recursion is bounded by kPlistDepth, which every document keeps.
class TextWriter {
 public:
  explicit TextWriter(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  void write(const Value& value) {
    switch (value.kind()) {
      case Kind::null: put("null"); break;
      case Kind::boolean: put(*value.boolean() ? "true" : "false"); break;
      case Kind::integer:
        put(value.integer() ? fmt::to_string(*value.integer()) : fmt::to_string(*value.unsigned_integer()));
        break;
      case Kind::real: put(fmt::to_string(*value.real())); break;
      case Kind::date:
        put(value.time() ? to_iso(*value.time()) : fmt::format("date({})", *value.cocoa_seconds()));
        break;
      case Kind::data: put("<" + to_hex(value.data()->first(std::min(value.data()->size(), room()))) + ">"); break;
      case Kind::string: quote(*value.string()); break;
      case Kind::uid: put(fmt::format("UID({})", *value.uid())); break;
      case Kind::array:
      case Kind::dictionary: container(value); break;
    }
  }

  std::string finish() {
    if (!full_) return std::move(out_);
    while (!out_.empty() && (out_.back() & 0xC0) == 0x80) out_.pop_back();  // no half of a character
    if (!out_.empty() && (out_.back() & 0x80) != 0) out_.pop_back();
    return std::move(out_) + "\xE2\x80\xA6";
  }

 private:
  std::size_t room() const { return max_bytes_ - std::min(max_bytes_, out_.size()); }

  void put(std::string_view text) {
    full_ = full_ || text.size() > room();
    out_ += text.substr(0, room());
  }

  void quote(std::string_view text) {
    put("\"");
    for (std::size_t i = 0; i < text.size() && !full_; ++i) {
      const char c = text[i];
      if (c == '"' || c == '\\')
        put(std::string{'\\', c});
      else if (static_cast<unsigned char>(c) < 0x20)
        put(fmt::format("\\u{:04x}", static_cast<unsigned>(c)));
      else
        put({&text[i], 1});
    }
    put("\"");
  }

  void container(const Value& value) {
    const bool dictionary = value.kind() == Kind::dictionary;
    put(dictionary ? "{" : "[");
    for (std::size_t i = 0; i < value.size() && !full_; ++i) {
      if (i > 0) put(", ");
      if (dictionary) {
        quote(*value.keys()[i].string());
        put(": ");
      }
      write(value.items()[i]);
    }
    put(dictionary ? "}" : "]");
  }

  std::string out_;
  std::size_t max_bytes_;
  bool full_ = false;
};

}  // namespace

std::string to_text(const Value& value, std::size_t max_bytes) {
  TextWriter writer(max_bytes);
  writer.write(value);
  return writer.finish();
}

}  // namespace bridle::plist
