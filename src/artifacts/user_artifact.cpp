// SPDX-License-Identifier: Apache-2.0
#include "artifacts/user_artifact.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

#include "base/text.h"

namespace bridle {
namespace {

constexpr std::string_view kForgeable = "A user's own artifact states nothing about how its store could be forged.";

/// The next blank-separated word of `rest`.
std::string_view word(std::string_view& rest) {
  rest = trim(rest);
  const auto end = std::min(rest.find_first_of(" \t"), rest.size());
  const std::string_view out = rest.substr(0, end);
  rest = trim(rest.substr(end));
  return out;
}

std::optional<Type> type_named(std::string_view wanted) {
  for (const Type t : {Type::integer, Type::real, Type::text, Type::bytes, Type::time, Type::list})
    if (name(t) == wanted) return t;
  return std::nullopt;
}

std::optional<Epoch> epoch_named(std::string_view wanted) {
  for (int e = 0; e <= static_cast<int>(Epoch::webkit_microseconds); ++e)
    if (name(static_cast<Epoch>(e)) == wanted) return static_cast<Epoch>(e);
  return std::nullopt;
}

/// `visited_at time cocoa_seconds Time of the visit.` Views point into `text`. The first time is the event.
Result<Field> parse_field(std::string_view text, bool first_time) {
  Field field;
  field.name = word(text);
  const std::string_view type_word = word(text), extra = word(text);
  field.doc = text;
  const auto type = type_named(type_word);
  if (!detail::snake_case(field.name)) return fail(Errc::malformed, "a field's name is snake_case");
  if (!type || *type == Type::list) return fail(Errc::malformed, "a field's type is integer, real, text, bytes or time, not " + std::string(type_word));
  if (field.doc.empty()) return fail(Errc::malformed, "a field line is: name type holds-or-epoch doc");
  field.type = *type;
  if (*type == Type::time) {
    const auto epoch = epoch_named(extra);
    if (!epoch) return fail(Errc::malformed, "no epoch is named " + std::string(extra));
    field.epoch = *epoch;
    if (first_time) field.event = "event";
  } else if (extra != "-") {
    const auto observable = observable_named(extra);
    if (!observable) return fail(Errc::malformed, "nothing to match is named " + std::string(extra) + "; write - for none");
    field.observables = {*observable};
  }
  return field;
}

}  // namespace

Result<std::unique_ptr<UserArtifact>> parse_user_artifact(std::string text, std::string origin) {
  auto out = std::make_unique<UserArtifact>();
  UserArtifact& u = *out;
  u.text_ = std::move(text);
  u.reference_ = origin;
  u.written_by_ = "unknown";
  std::string_view table = "row";
  std::vector<std::string_view> field_lines;
  Lines lines(u.text_);
  std::size_t sql_at = 0;
  for (auto line = lines.next(); line && line->starts_with("--"); line = lines.next()) {
    sql_at = static_cast<std::size_t>(line->data() + line->size() - u.text_.data());
    std::string_view body = line->substr(2);
    const auto colon = body.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view key = trim(body.substr(0, colon)), value = trim(body.substr(colon + 1));
    if (key == "artifact") u.id_ = value;
    else if (key == "summary") u.summary_ = value;
    else if (key == "timeline") u.timeline_ = value;
    else if (key == "written_by") u.written_by_ = value;
    else if (key == "table") table = value;
    else if (key == "find") u.finds_.push_back(value);
    else if (key == "field") field_lines.push_back(value);
    else return fail(Errc::malformed, "unknown key \"" + std::string(key) + "\"", origin, static_cast<std::uint64_t>(lines.number()));
  }
  bool timed = false;
  for (const std::string_view line : field_lines) {
    const auto field = parse_field(line, !timed && !u.timeline_.empty());
    if (!field) return fail(field.error().code, field.error().what + " (field line \"" + std::string(line) + "\")", origin);
    if (std::ranges::find(u.fields_, field->name, &Field::name) != u.fields_.end())
      return fail(Errc::malformed, "two fields are named " + std::string(field->name), origin);
    timed = timed || field->type == Type::time;
    u.fields_.push_back(*field);
  }
  const bool named = u.id_.starts_with("user.") && detail::snake_case(std::string_view(u.id_).substr(5));
  if (!named) return fail(Errc::malformed, "the artifact's id is user.<snake_case>", origin);
  if (u.summary_.empty() || u.finds_.empty() || u.fields_.empty())
    return fail(Errc::malformed, "an artifact needs a summary, a find line and a field line", origin);
  if (!timed && !u.timeline_.empty()) return fail(Errc::malformed, "a timeline sentence needs a field of type time", origin);
  u.queries_.push_back({"user", table, trim(std::string_view(u.text_).substr(sql_at))});
  u.artifact_ = {.id = u.id_, .summary = u.summary_, .finds = u.finds_, .fields = u.fields_, .reference = u.reference_,
                 .timeline = u.timeline_, .written_by = u.written_by_, .writable = Writable::by_anyone, .forgeable = kForgeable,
                 .queries = u.queries_};
  return out;
}

Result<std::vector<std::unique_ptr<UserArtifact>>> load_user_artifacts(const std::vector<std::string>& files) {
  std::vector<std::unique_ptr<UserArtifact>> out;
  std::set<std::string_view> ids;
  for (const std::string& file : files) {
    std::ifstream in(file, std::ios::binary);
    if (!in) return fail(Errc::not_found, "cannot read the artifact file", file);
    auto artifact = parse_user_artifact({std::istreambuf_iterator<char>(in), {}}, file);
    if (!artifact) return fail(artifact.error());
    if (!ids.insert((*artifact)->artifact().id).second)
      return fail(Errc::malformed, "two artifact files have the id " + std::string((*artifact)->artifact().id), file);
    out.push_back(std::move(*artifact));
  }
  return out;
}

}  // namespace bridle
