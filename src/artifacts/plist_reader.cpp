// SPDX-License-Identifier: Apache-2.0
#include "artifacts/plist_reader.h"

#include <functional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/text.h"

namespace bridle {
namespace {

/// Calls `visit` for each node at `path`; a component `*` stands for all children of an array or dictionary.
void for_each_node(const plist::Value& node, std::string_view path, const std::string& label,
                   const std::function<void(const plist::Value&, const std::string&)>& visit) {
  if (path.empty()) return visit(node, label);
  const auto slash = path.find('/');
  const std::string_view head = path.substr(0, slash);
  const std::string_view rest = slash == std::string_view::npos ? "" : path.substr(slash + 1);
  if (head != "*") {
    if (const plist::Value* child = node.find(head)) for_each_node(*child, rest, label + "/" + std::string(head), visit);
    return;
  }
  const auto items = node.items();
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::string key = node.keys().empty() ? std::to_string(i) : std::string(node.keys()[i].string().value_or("?"));
    for_each_node(items[i], rest, label + "/" + key, visit);
  }
}

std::string as_display(const plist::Value& value) {
  if (const auto s = value.string()) return std::string(*s);
  return plist::to_text(value, limits::kCellBytes);
}

bool set_list(Row& row, std::size_t field, const plist::Value& value) {
  std::vector<std::string> items;
  if (value.kind() == plist::Kind::array || value.kind() == plist::Kind::dictionary) {
    for (const plist::Value& item : value.items())
      if (items.size() < limits::kListItems) items.push_back(as_display(item));
  } else {
    items.push_back(as_display(value));
  }
  return row.set(field, std::span<const std::string>(items)) && value.items().size() <= limits::kListItems;
}

}  // namespace

Result<plist::Document> load_plist(const InputFile& file) {
  auto bytes = read_all(*file.blob, limits::kPlistBytes);
  if (!bytes) return fail(bytes.error());
  return plist::parse(std::move(*bytes));
}

Result<plist::Document> load_dictionary(const InputFile& file) {
  auto document = load_plist(file);
  if (document && document->root().kind() != plist::Kind::dictionary)
    return fail(Errc::malformed, "the property list is of the kind " + std::string(plist::name(document->root().kind())) + ", not a dictionary");
  return document;
}

bool set_from(Row& row, std::size_t field, const plist::Value& value) {
  const Field& declared = row.fields()[field];
  switch (declared.type) {
    case Type::list: return set_list(row, field, value);
    case Type::bytes: return value.data() && row.set(field, *value.data());
    case Type::time:
      if (const auto t = value.time()) return row.set(field, *t, to_iso(*t));
      if (const auto s = value.string()) {
        const auto t = from_iso(*s);
        return t && row.set(field, *t, *s);
      }
      break;
    case Type::text:
      if (declared.labels.empty() || value.kind() != plist::Kind::integer) {
        const std::string shown = as_display(value);
        return row.set(field, std::string_view(shown).substr(0, limits::kCellBytes)) && shown.size() <= limits::kCellBytes;
      }
      break;
    case Type::integer:
      if (const auto b = value.boolean()) return row.set(field, std::int64_t{*b});
      break;
    case Type::real: break;
  }
  if (const auto n = value.integer()) return row.set(field, *n);
  if (const auto d = value.real()) return row.set(field, *d);
  return false;
}

void set_or_report(Row& row, std::string_view field, const plist::Value* value, std::string_view where, RecordSink& sink) {
  if (value == nullptr || set_from(row, row.find(field), *value)) return;
  if (!row.fields()[row.find(field)].labels.empty()) return;  // an unknown code is shown as such
  sink.problem({{Errc::malformed, plist::to_text(*value, 100) + " does not fit the field " + std::string(field),
                 to_valid_utf8(where.substr(0, limits::kUnitBytes)), {}}});
}

bool begins_as_address(std::string_view text) {
  constexpr std::size_t kLongestScheme = 32;
  constexpr std::string_view kSchemeCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.";  // RFC 3986
  const auto colon = text.substr(0, kLongestScheme + 3).find("://");
  return colon != std::string_view::npos && colon != 0 &&
         text.substr(0, colon).find_first_not_of(kSchemeCharacters) == std::string_view::npos;
}

Result<> read_plist(const Artifact& artifact, const InputFile& file, RecordSink& sink) {
  const auto document = load_plist(file);
  if (!document) return fail(document.error());
  Row row(artifact.fields);
  std::int64_t index = 0;
  for_each_node(document->root(), artifact.each, "", [&](const plist::Value& node, const std::string& label) {
    row.clear();
    for (const Key& key : artifact.keys) set_or_report(row, key.field, plist::at(node, key.key), label, sink);
    row.locator = {label.empty() ? "/" : std::string_view(label), index++};
    sink.add(row);
  });
  return {};
}

}  // namespace bridle
