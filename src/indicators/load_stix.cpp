// SPDX-License-Identifier: Apache-2.0
// STIX 2.0 and 2.1 (OASIS). Linear: one pass over the objects, one over the relationships, one over the indicators.
#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/text.h"
#include "indicators/load.h"
#include "indicators/stix_pattern.h"

namespace bridle {
namespace {

using simdjson::dom::element;

/// The properties of a STIX object that are used. Views point into the parsed document.
struct StixObject {
  std::string_view type, id, name, description, pattern, pattern_type, modified, valid_from, valid_until, source,
      target;
  std::string_view reference;
  bool revoked = false;
};

std::string_view text_of(element value) {
  std::string_view out;
  return value.get(out) == simdjson::SUCCESS ? out : std::string_view{};
}

/// Address of the first external reference that has one.
std::string_view first_url(element references) {
  simdjson::dom::array list;
  if (references.get(list) != simdjson::SUCCESS) return {};
  for (const element reference : list) {
    std::string_view url;
    if (reference["url"].get(url) == simdjson::SUCCESS) return url;
  }
  return {};
}

StixObject read_object(simdjson::dom::object object) {
  StixObject out;
  struct Property {
    std::string_view key;
    std::string_view StixObject::*member;
  };
  static constexpr std::array kText{
      Property{"type", &StixObject::type},
      Property{"id", &StixObject::id},
      Property{"name", &StixObject::name},
      Property{"description", &StixObject::description},
      Property{"pattern", &StixObject::pattern},
      Property{"pattern_type", &StixObject::pattern_type},
      Property{"modified", &StixObject::modified},
      Property{"valid_from", &StixObject::valid_from},
      Property{"valid_until", &StixObject::valid_until},
      Property{"source_ref", &StixObject::source},
      Property{"target_ref", &StixObject::target},
  };
  for (const auto [key, value] : object) {
    const auto known = std::ranges::find(kText, key, &Property::key);
    if (known != kText.end())
      out.*(known->member) = text_of(value);
    else if (key == "revoked")
      out.revoked = value.is_bool() && bool(value);
    else if (key == "external_references")
      out.reference = first_url(value);
  }
  return out;
}

/// What an indicator may indicate, the most telling first; 0 for anything else.
int rank_of_type(std::string_view type) {
  constexpr std::array<std::string_view, 5> kTypes{"threat-actor", "intrusion-set", "campaign", "tool", "malware"};
  const auto found = std::ranges::find(kTypes, type);
  return found == kTypes.end() ? 0 : static_cast<int>(found - kTypes.begin()) + 1;
}

struct Attribution {
  int rank = 0;
  std::string_view name;
};
using Attributions = std::unordered_map<std::string_view, Attribution>;

/// Names what each indicator is related to, whatever the relationship is called and whichever way it points.
Attributions attribute(const std::vector<StixObject>& relationships, const Attributions& named) {
  Attributions out;
  out.reserve(relationships.size());
  const auto relate = [&](std::string_view indicator, std::string_view other) {
    const auto found = named.find(other);
    if (found == named.end()) return;
    Attribution& best = out[indicator];
    if (found->second.rank > best.rank) best = found->second;
  };
  for (const StixObject& r : relationships) {
    if (r.source.starts_with("indicator--")) relate(r.source, r.target);
    if (r.target.starts_with("indicator--")) relate(r.target, r.source);
  }
  return out;
}

void add_indicator(const StixObject& indicator, std::string_view malware, SetWriter& to) {
  const auto skip = [&](std::string_view why) { to.skip(indicator.id, why, indicator.pattern); };
  if (indicator.revoked) return skip("revoked");
  if (!indicator.pattern_type.empty() && indicator.pattern_type != "stix")
    return skip("pattern type " + std::string(indicator.pattern_type));
  if (indicator.pattern.empty()) return skip("no pattern");
  const auto pattern = parse_stix_pattern(indicator.pattern);
  if (!pattern) return skip(pattern.error().what);

  const std::string_view about = indicator.description.empty() ? indicator.name : indicator.description;
  const Published published{.where = indicator.id,
                            .malware = malware,
                            .id = indicator.id,
                            .description = about,
                            .reference = indicator.reference,
                            .valid_from = from_iso(indicator.valid_from),
                            .valid_until = from_iso(indicator.valid_until)};
  for (const std::string& why : pattern->unsupported) skip(why);
  for (const StixAlternative& alternative : pattern->alternatives) {
    std::vector<Compared> parts;
    for (const StixComparison& c : alternative) parts.push_back({c.kind, c.comparison, c.value});
    if (parts.size() == 1)
      to.add(published, parts.front());
    else
      to.add_together(published, parts, indicator.pattern);
  }
}

}  // namespace

void load_stix(element root, SetWriter& to) {
  std::vector<StixObject> indicators, relationships;
  Attributions named;
  std::unordered_map<std::string_view, std::size_t> by_id;
  simdjson::dom::array objects;
  if (root.get(objects) != simdjson::SUCCESS && root["objects"].get(objects) != simdjson::SUCCESS) return;
  by_id.reserve(objects.size());
  for (const element item : objects) {
    simdjson::dom::object object;
    if (item.get(object) != simdjson::SUCCESS) continue;
    const StixObject o = read_object(object);
    if (o.type == "relationship" && !o.revoked) relationships.push_back(o);
    if (const int rank = rank_of_type(o.type); rank > 0) named[o.id] = {rank, o.name};
    if (o.type != "indicator") continue;
    const auto [at, is_new] = by_id.emplace(o.id, indicators.size());
    if (is_new || o.id.empty()) {
      indicators.push_back(o);
      continue;
    }
    // A bundle may hold several versions of an object; times in the one form STIX allows compare as text.
    StixObject& before = indicators[at->second];
    to.skip(o.id, "older version of an indicator", std::min(o.modified, before.modified));
    if (o.modified >= before.modified) before = o;
  }
  const Attributions related = attribute(relationships, named);
  for (const StixObject& indicator : indicators) {
    const auto found = related.find(indicator.id);
    add_indicator(indicator, found == related.end() ? std::string_view{} : found->second.name, to);
  }
}

}  // namespace bridle
