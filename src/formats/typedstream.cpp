// SPDX-License-Identifier: Apache-2.0
#include "formats/typedstream.h"

#include "base/text.h"
#include "formats/archived_links.h"
#include "formats/typedstream_reader.h"

namespace bridle::typedstream {
namespace {

/// Turns the tables of a stream into an attributed text.
class Interpreter {
 public:
  Interpreter(const StreamReader& stream, AttributedText& out)
      : stream_(stream), out_(out), taken_(stream.objects().size()) {}

  /// The text of an NSString; null for anything else, or if its bytes are missing.
  const Item* string(std::uint32_t object) const {
    if (!stream_.is_a(object, "NSString")) return nullptr;
    const Item* item = stream_.item(stream_.objects()[object].first);
    return item != nullptr && item->kind == Item::Kind::bytes ? item : nullptr;
  }

  /// Reads every attribute dictionary of the stream once. That they are all reached from the root is not checked: a
  /// stream that was changed by hand does not get to hide a link.
  void attributes() {
    for (std::uint32_t i = 0; i < stream_.objects().size(); ++i)
      if (stream_.is_a(i, "NSDictionary")) dictionary(stream_.objects()[i]);
    keyed_archive::drop_duplicates(out_.links);
    keyed_archive::drop_duplicates(out_.file_guids);
    keyed_archive::drop_duplicates(out_.mentions);
  }

 private:
  static constexpr std::uint8_t kLink = 1, kFile = 2, kMention = 4;

  /// A count, then keys and values in turn.
  void dictionary(const Object& dictionary) {
    const Item* key = nullptr;
    for (const Item* item = stream_.item(dictionary.first); item != nullptr; item = stream_.item(item->next)) {
      if (item->kind != Item::Kind::object && item->kind != Item::Kind::nil) continue;
      if (key == nullptr) {
        key = item;
        continue;
      }
      const Item* name = key->kind == Item::Kind::object ? string(key->object) : nullptr;
      if (item->kind == Item::Kind::object) attribute(name == nullptr ? "" : name->bytes, item->object);
      key = nullptr;
    }
  }

  /// A value may be shared by many runs of the text: each list takes it once, which also keeps the work linear.
  bool take(std::uint32_t value, std::uint8_t list) {
    const bool first = (taken_[value] & list) == 0;
    taken_[value] = static_cast<std::uint8_t>(taken_[value] | list);
    return first;
  }

  void attribute(std::string_view name, std::uint32_t value) {
    const auto add = [&](std::vector<std::string>& list, std::uint8_t bit, const Item& text) {
      if (take(value, bit)) list.push_back(to_valid_utf8(text.bytes));
    };
    if (stream_.is_a(value, "NSURL") && take(value, kLink)) url(value, true);
    if (stream_.is_a(value, "NSData") && take(value, kLink)) archived(value);
    const Item* text = string(value);
    if (text == nullptr) return;
    if (name == "__kIMLinkAttributeName" || name == "NSLink") add(out_.links, kLink, *text);
    if (name == "__kIMFileTransferGUIDAttributeName") add(out_.file_guids, kFile, *text);
    if (name == "__kIMMentionConfirmedMention") add(out_.mentions, kMention, *text);
  }

  /// A URL encodes its string and, if it is relative, the URL it is relative to: both are given, one after the other.
  void url(std::uint32_t object, bool with_base) {
    const Item* item = stream_.item(stream_.objects()[object].first);
    for (; item != nullptr; item = stream_.item(item->next)) {
      if (item->kind != Item::Kind::object) continue;
      const Item* text = string(item->object);
      if (text != nullptr && take(item->object, kLink)) out_.links.push_back(to_valid_utf8(text->bytes));
      if (with_base && stream_.is_a(item->object, "NSURL") && take(item->object, kLink)) url(item->object, false);
    }
  }

  /// What a data detector saw is a keyed archive in an NSData.
  void archived(std::uint32_t object) {
    const Item* item = stream_.item(stream_.objects()[object].first);
    while (item != nullptr && item->kind != Item::Kind::bytes) item = stream_.item(item->next);
    if (item == nullptr || !item->bytes.starts_with("bplist00")) return;
    const auto document = plist::parse(as_bytes(item->bytes));
    if (!document) {
      if (!out_.error) out_.error = document.error();
      return;
    }
    const auto archive = keyed_archive::Archive::open(*document);
    if (!archive) return;
    keyed_archive::Links links;
    keyed_archive::collect_links(*archive, links);
    for (std::string& link : links.found) out_.links.push_back(std::move(link));
    if (!out_.error) out_.error = std::move(links.error);
  }

  const StreamReader& stream_;
  AttributedText& out_;
  std::vector<std::uint8_t> taken_;  // by object: the lists that have it
};

/// The object that holds the text: the root, or the first value of an attributed string.
const Item* find_text(const StreamReader& stream, const Interpreter& interpreter) {
  const Item* item = stream.top();
  if (item == nullptr || item->kind != Item::Kind::object) return nullptr;
  if (stream.is_a(item->object, "NSAttributedString")) item = stream.item(stream.objects()[item->object].first);
  return item == nullptr || item->kind != Item::Kind::object ? nullptr : interpreter.string(item->object);
}

}  // namespace

Result<AttributedText> read_attributed_text(Bytes bytes) {
  StreamReader stream(bytes);
  auto done = stream.read();
  AttributedText out;
  Interpreter interpreter(stream, out);
  const Item* text = find_text(stream, interpreter);
  if (text == nullptr && !done) return fail(std::move(done.error()));
  if (text == nullptr) return fail(Errc::unsupported, "the stream holds no attributed string", {}, 0);
  out.text = to_valid_utf8(text->bytes);
  if (!done) out.error = std::move(done.error());
  interpreter.attributes();
  return out;
}

}  // namespace bridle::typedstream
