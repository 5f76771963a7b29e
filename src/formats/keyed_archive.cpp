// SPDX-License-Identifier: Apache-2.0
#include "formats/keyed_archive.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace bridle::keyed_archive {
namespace {

/// Reference against base, as RFC 3986 5.2 but without removal of dot segments, which would hide what was stored.
std::string join_url(std::string_view base, std::string_view reference) {
  const std::size_t colon = reference.find(':');
  if (base.empty() || (colon != std::string_view::npos && colon < reference.find_first_of("/?#")))
    return std::string(reference);
  const auto joined = [&](std::size_t keep) { return std::string(base.substr(0, keep)).append(reference); };
  const std::size_t scheme = base.find(':') + 1;
  if (reference.starts_with("//")) return joined(scheme);
  const std::size_t fragment = std::min(base.find('#'), base.size());
  if (reference.empty() || reference.front() == '#') return joined(fragment);
  const std::size_t query = std::min(base.find('?'), fragment);
  if (reference.front() == '?') return joined(query);
  const bool has_authority = base.substr(scheme).starts_with("//");
  const std::size_t path = has_authority ? std::min(base.find('/', scheme + 2), query) : scheme;
  if (reference.front() == '/') return joined(path);
  const std::size_t slash = base.substr(0, query).rfind('/');
  if (slash == std::string_view::npos || slash < path)
    return std::string(base.substr(0, path)).append(has_authority ? "/" : "").append(reference);
  return joined(slash + 1);
}

}  // namespace

bool is_archive(const Value& list) {
  const Value* archiver = list.find("$archiver");
  if (archiver == nullptr || list.find("$objects") == nullptr) return false;
  const auto name = archiver->string();
  return name == "NSKeyedArchiver" || name == "NRKeyedArchiver";
}

Result<Archive> Archive::open(const Value& list) {
  if (!is_archive(list)) return fail(Errc::malformed, "no keyed archive: $archiver or $objects is missing");
  const Value* objects = list.find("$objects");
  const Value* top = list.find("$top");
  if (objects->kind() != plist::Kind::array) return fail(Errc::malformed, "$objects of a keyed archive is no array");
  if (top == nullptr || top->kind() != plist::Kind::dictionary)
    return fail(Errc::malformed, "a keyed archive without $top");
  return Archive(objects->items(), *top);
}

const Value* Archive::root() const {
  const Value* named = top_->find("root");
  if (named == nullptr && top_->size() == 1) named = &top_->items()[0];
  return follow(named);
}

const Value* Archive::follow(const Value* value) const {
  if (value == nullptr) return nullptr;
  const auto uid = value->uid();
  if (!uid) return value;
  if (*uid == 0 || *uid >= objects_.size()) return nullptr;
  const Value* object = &objects_[static_cast<std::size_t>(*uid)];
  return object->kind() == plist::Kind::uid ? nullptr : object;
}

const Value* Archive::get(const Value* object, std::string_view key) const {
  return object == nullptr ? nullptr : follow(object->find(key));
}

std::string_view Archive::class_name(const Value* object) const {
  const Value* name = get(get(object, "$class"), "$classname");
  return name == nullptr ? std::string_view() : name->string().value_or("");
}

bool Archive::is_a(const Value* object, std::string_view name) const {
  if (class_name(object) == name) return true;
  const Value* classes = get(get(object, "$class"), "$classes");
  if (classes == nullptr) return false;
  for (const Value& each : classes->items())
    if (each.string() == name) return true;
  return false;
}

std::span<const Value> Archive::items(const Value* collection) const {
  const Value* list = get(collection, "NS.objects");
  return list == nullptr ? std::span<const Value>() : list->items();
}

std::span<const Value> Archive::keys(const Value* dictionary) const {
  const Value* list = get(dictionary, "NS.keys");
  if (list == nullptr) return {};
  return list->items().first(std::min(list->size(), items(dictionary).size()));
}

const Value* Archive::find(const Value* dictionary, std::string_view key) const {
  const auto all = keys(dictionary);
  for (std::size_t i = 0; i < all.size(); ++i)
    if (string(follow(&all[i])) == key) return follow(&items(dictionary)[i]);
  return nullptr;
}

const Value* Archive::at(const Value* from, std::string_view path) const {
  const Value* object = follow(from);
  while (!path.empty() && object != nullptr) {
    const std::size_t slash = path.find('/');
    const std::string_view step = path.substr(0, slash);
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
    if (object->find("NS.keys") != nullptr) {
      object = find(object, step);
      continue;
    }
    const bool archived = object->find("NS.objects") != nullptr;
    if (!archived && object->kind() != plist::Kind::array) {
      object = get(object, step);
      continue;
    }
    const auto list = archived ? items(object) : object->items();
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(step.data(), step.data() + step.size(), index);
    const bool valid = error == std::errc{} && end == step.data() + step.size() && index < list.size();
    object = valid ? follow(&list[index]) : nullptr;
  }
  return object;
}

std::optional<std::string_view> Archive::string(const Value* object) const {
  if (object == nullptr) return std::nullopt;
  if (const auto plain = object->string()) return plain;
  for (const std::string_view key : {"NS.string", "NSString"}) {
    const Value* inner = get(object, key);
    if (inner == nullptr) continue;
    if (const auto text = inner->string()) return text;
    inner = get(inner, "NS.string");  // the text of an NSAttributedString may be an NSMutableString
    return inner == nullptr ? std::nullopt : inner->string();
  }
  return std::nullopt;
}

std::optional<Bytes> Archive::data(const Value* object) const {
  if (object == nullptr) return std::nullopt;
  if (const auto plain = object->data()) return plain;
  const Value* inner = get(object, "NS.data");
  return inner == nullptr ? std::nullopt : inner->data();
}

std::optional<std::int64_t> Archive::integer(const Value* object) const {
  if (object == nullptr) return std::nullopt;
  if (const Value* inner = get(object, "NS.intval")) return inner->integer();
  return object->integer();
}

std::optional<double> Archive::real(const Value* object) const {
  if (object == nullptr) return std::nullopt;
  if (const Value* inner = get(object, "NS.dblval")) return inner->real();
  if (const Value* inner = get(object, "NS.intval")) return inner->real();
  return object->real();
}

std::optional<bool> Archive::boolean(const Value* object) const {
  if (object == nullptr) return std::nullopt;
  if (const Value* inner = get(object, "NS.boolval")) return inner->boolean();
  return object->boolean();
}

std::optional<double> Archive::cocoa_seconds(const Value* object) const {
  if (object == nullptr) return std::nullopt;
  if (const Value* inner = get(object, "NS.time")) return inner->real();
  return object->cocoa_seconds();
}

std::optional<Time> Archive::time(const Value* object) const {
  const auto seconds = cocoa_seconds(object);
  return seconds ? to_time(*seconds, Epoch::cocoa_seconds) : std::nullopt;
}

std::optional<std::string> Archive::url(const Value* object) const {
  const auto relative = string(get(object, "NS.relative"));
  if (!relative) return std::nullopt;
  return join_url(string(get(get(object, "NS.base"), "NS.relative")).value_or(""), *relative);
}

std::optional<std::string> Archive::uuid(const Value* object) const {
  const Value* bytes = get(object, "NS.uuidbytes");
  const auto data = bytes == nullptr ? std::nullopt : bytes->data();
  if (!data || data->size() != 16) return std::nullopt;
  std::string out;
  for (std::size_t i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
    for (const char c : to_hex(data->subspan(i, 1))) out += c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return out;
}

}  // namespace bridle::keyed_archive
