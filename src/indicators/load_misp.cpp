// SPDX-License-Identifier: Apache-2.0
// MISP core format, https://www.misp-standard.org/rfc/misp-standard-core.html
#include <string>
#include <vector>

#include "base/text.h"
#include "indicators/load.h"
#include "indicators/published_type.h"

namespace bridle {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;

std::string_view text_at(element object, std::string_view key) {
  std::string_view out;
  return object[key].get(out) == simdjson::SUCCESS ? out : std::string_view{};
}

/// Flags are true and false, "1" and "0", 1 and 0.
bool flag_at(element object, std::string_view key, bool otherwise) {
  element value;
  if (object[key].get(value) != simdjson::SUCCESS) return otherwise;
  if (bool b = false; value.get(b) == simdjson::SUCCESS) return b;
  if (std::int64_t n = 0; value.get(n) == simdjson::SUCCESS) return n != 0;
  if (std::string_view s; value.get(s) == simdjson::SUCCESS) return s == "1" || s == "true";
  return otherwise;
}

/// The malware, tool or actor named by a galaxy tag: misp-galaxy:tool="Pegasus".
std::string_view galaxy_name(element object) {
  array tags;
  if (object["Tag"].get(tags) != simdjson::SUCCESS) return {};
  for (const element tag : tags) {
    const std::string_view name = text_at(tag, "name");
    const auto quote = name.find("=\"");
    if (name.starts_with("misp-galaxy:") && quote != std::string_view::npos && name.ends_with('"') &&
        quote + 2 < name.size())
      return name.substr(quote + 2, name.size() - quote - 3);
  }
  return {};
}

struct Event {
  std::string_view malware;
  SetWriter& to;

  void attribute(element item, std::string_view object_name, bool deleted) const {
    const std::string_view type = text_at(item, "type"), value = text_at(item, "value"), id = text_at(item, "uuid");
    if (deleted || flag_at(item, "deleted", false)) return to.skip(id, "deleted by its publisher", value);
    const std::string_view own = galaxy_name(item);
    const Published published{.where = id,
                              .malware = own.empty() ? malware : own,
                              .id = id,
                              .description = text_at(item, "comment"),
                              .reference = {},
                              .for_matching = flag_at(item, "to_ids", false)};
    // Process objects hold the name as plain text.
    const bool process = object_name == "process" && text_at(item, "object_relation") == "name";
    add_published(to, published, process ? "process" : type, value);
  }

  /// Attributes of the event itself, or of one of its objects.
  void attributes(element holder, std::string_view object_name, bool deleted) const {
    array list;
    if (holder["Attribute"].get(list) != simdjson::SUCCESS) return;
    for (const element item : list)
      if (item.is_object()) attribute(item, object_name, deleted);
  }
};

void load_event(element event, SetWriter& to) {
  if (!event.is_object()) return;
  const std::string_view info = text_at(event, "info"), galaxy = galaxy_name(event);
  if (!info.empty()) to.set_name(to_valid_utf8(info));
  const Event context{galaxy.empty() ? info : galaxy, to};
  context.attributes(event, {}, false);
  array objects;
  if (event["Object"].get(objects) != simdjson::SUCCESS) return;
  for (const element object : objects)
    if (object.is_object()) context.attributes(object, text_at(object, "name"), flag_at(object, "deleted", false));
}

}  // namespace

void add_published(SetWriter& to, Published published, std::string_view type, std::string_view value) {
  const auto known = published_type(type);
  if (!known) return to.skip(published.where, "type " + std::string(type.empty() ? "not stated" : type), value);
  if (!known->composite) return to.add(published, {*known->first, Comparison::equal, value});
  const auto bar = value.rfind('|');
  const std::string_view first = value.substr(0, bar);
  if (known->first) to.add(published, {*known->first, Comparison::equal, first});
  if (bar == std::string_view::npos) {
    if (known->second) to.skip(published.where, "value of two parts has one", value);
    return;
  }
  if (!known->first && published.description.empty()) published.description = first;
  if (known->second) to.add(published, {*known->second, Comparison::equal, value.substr(bar + 1)});
}

/// Events come alone, in a list, or under "response" as the server's export writes them.
void load_misp(element root, SetWriter& to) {
  element inner;
  if (root.is_object() && root["response"].get(inner) == simdjson::SUCCESS) root = inner;
  array list;
  if (root.get(list) == simdjson::SUCCESS) {
    for (const element item : list)
      if (item.is_object()) load_event(item["Event"].get(inner) == simdjson::SUCCESS ? inner : item, to);
  } else if (root.is_object()) {
    load_event(root["Event"].get(inner) == simdjson::SUCCESS ? inner : root, to);
  }
}

}  // namespace bridle
