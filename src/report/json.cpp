// SPDX-License-Identifier: Apache-2.0
#include "report/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.h"
#include "report/wording.h"

namespace bridle::report {
namespace {

std::string base64(Bytes bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t n = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) group = (group << 8) | (k < n ? std::to_integer<std::uint32_t>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k) out += k <= n ? kDigits[(group >> (18 - 6 * k)) & 63] : '=';
  }
  return out;
}

/// A number; JSON has none for what is not finite.
Json json_real(double value) {
  if (std::isfinite(value)) return value;
  return std::isnan(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
}

Json json_time_value(const StoredTime& time, const StoredField& field) {
  Json raw;
  if (const auto* n = std::get_if<std::int64_t>(&time.raw)) raw = *n;
  if (const auto* d = std::get_if<double>(&time.raw)) raw = json_real(*d);
  if (const auto* t = std::get_if<std::string_view>(&time.raw)) raw = json_text(*t);
  return {{"utc", to_iso(time.time)}, {"raw", std::move(raw)}, {"unit", field.epoch}, {"clock", field.clock}};
}

Json json_value(const StoredValue& value, const StoredField& field) {
  if (const auto* n = std::get_if<std::int64_t>(&value)) return *n;
  if (const auto* d = std::get_if<double>(&value)) return json_real(*d);
  if (const auto* b = std::get_if<Bytes>(&value)) return json_bytes(*b);
  if (const auto* t = std::get_if<StoredTime>(&value)) return json_time_value(*t, field);
  const auto* text = std::get_if<std::string_view>(&value);
  if (text == nullptr) return nullptr;
  if (field.type != "list") return json_text(*text);
  Json items = Json::array();
  for (const std::string& item : list_items(*text)) items.push_back(json_text(item));
  return items;
}

Json json_values(const RecordView& record) {
  Json values = Json::object();
  for (std::size_t i = 0; i < record.values.size(); ++i)
    values[record.artifact->fields[i].name] = json_value(record.values[i], record.artifact->fields[i]);
  return values;
}

/// What says which record it is and where it was read.
void add_record(Json& to, const RecordView& record) {
  to["artifact"] = record.artifact->id;
  to["record_id"] = record.record_id;
  to["path"] = json_text(record.path);
  to["locator"] = {{"unit", json_text(record.unit)}, {"number", record.at}};
  to["wal_only"] = record.wal_only;
  to["values"] = json_values(record);
}

Json json_indicator(const IndicatorRow& i) {
  return {{"kind", i.kind}, {"value", json_text(i.value)}, {"malware", json_or_null(i.malware)}, {"set", json_or_null(i.set)},
          {"id", json_or_null(i.stix_id)}, {"reference", json_or_null(i.reference)}};
}

Json json_object_text(std::string_view text) {
  Json parsed = Json::parse(text, nullptr, false);
  return parsed.is_object() || parsed.is_array() ? parsed : Json();
}

bool needs_escape(char32_t c) { return c == 0x7F || (c >= 0x80 && !hidden_name(c).empty()); }

void append_escape(std::string& out, char32_t c) {
  if (c >= 0x10000) {
    out += fmt::format("\\u{:04x}", 0xD800 + ((static_cast<std::uint32_t>(c) - 0x10000) >> 10));
    c = 0xDC00 + ((c - 0x10000) & 0x3FF);
  }
  out += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(c));
}

}  // namespace

Json json_object(std::string_view type) { return {{"schema", fmt::format("bridle.{}/1", type)}}; }

Json json_text(std::string_view evidence) {
  if (valid_utf8(evidence)) return evidence;
  return json_bytes(as_bytes(evidence));
}
Json json_bytes(Bytes bytes) { return {{"b64", base64(bytes)}}; }
Json json_time(std::optional<Time> time) { return time ? Json(to_iso(*time)) : Json(); }
Json json_sentence(std::string_view text) { return to_valid_utf8(text); }
Json json_or_null(std::string_view text) { return text.empty() ? Json() : json_text(text); }

std::string json_line(const Json& object) {
  const std::string plain = object.dump(-1, ' ', false, Json::error_handler_t::replace);
  std::string out;
  out.reserve(plain.size() + 1);
  for (std::string_view rest = plain; !rest.empty();) {
    // Plain ASCII goes in whole runs.
    const auto end = std::ranges::find_if(rest, [](char c) { return static_cast<unsigned char>(c) >= 0x7F; });
    out.append(rest.begin(), end);
    rest.remove_prefix(static_cast<std::size_t>(end - rest.begin()));
    if (rest.empty()) break;
    const Character c = take_character(rest);
    if (needs_escape(c.code)) append_escape(out, c.code);
    else out += c.bytes;
  }
  return out += '\n';
}

Json to_json(const Source& s) {
  Json properties = Json::object();
  for (const auto& [key, value] : s.properties) properties[to_valid_utf8(key)] = json_text(value);
  Json out = json_object("source");
  out.update({{"path", json_text(s.path)}, {"type", s.type}, {"device", json_or_null(s.device)}, {"properties", std::move(properties)},
              {"files", s.files}, {"bytes", s.bytes}, {"changed", s.changed}});
  return out;
}

Json to_json(const CoverageRow& c) {
  Json out = json_object("coverage");
  out.update({{"artifact", c.artifact}, {"source", json_text(c.source)}, {"outcome", c.outcome}, {"files", c.files}, {"records", c.records},
              {"wal_only", c.wal_only}, {"problems", c.problems}, {"why", c.why.empty() ? Json() : json_sentence(c.why)},
              {"oldest", json_time(c.oldest)}, {"newest", json_time(c.newest)}});
  return out;
}

Json to_json(const ProblemRow& p) {
  Json out = json_object("problem");
  out.update({{"id", p.id}, {"artifact", json_or_null(p.artifact)}, {"source", json_or_null(p.source)}, {"path", json_or_null(p.path)},
              {"code", p.code}, {"what", json_sentence(p.what)}, {"offset", p.offset ? Json(*p.offset) : Json()},
              {"rows_lost", p.rows_lost}, {"bytes_lost", p.bytes_lost}});
  return out;
}

Json to_json(const IndicatorSetRow& s) {
  Json out = json_object("indicator_set");
  out.update({{"name", json_text(s.name)}, {"path", json_or_null(s.path)}, {"sha256", json_or_null(s.sha256)}, {"format", s.format},
              {"loaded", s.loaded}, {"skipped", s.skipped}, {"skipped_why", json_object_text(s.skipped_why)}});
  return out;
}

Json to_json(const RecordView& record) {
  Json out = json_object("record");
  add_record(out, record);
  return out;
}

Json to_json(const Event& e) {
  Json out = json_object("timeline");
  out.update({{"time", to_iso(e.time)}, {"clock", e.clock}, {"event", e.name}, {"artifact", e.record->artifact->id},
              {"record_id", e.record->record_id}, {"path", json_text(e.record->path)}, {"wal_only", e.record->wal_only},
              {"text", json_text(e.text)}});
  return out;
}

Json to_json(const Artifact& a) {
  constexpr std::array<std::string_view, 3> kWritable{"by_anyone", "by_user", "protected"};
  Json fields = Json::array();
  for (const Field& f : a.fields) {
    Json observables = Json::array();
    for (std::size_t o = 0; o < kObservables; ++o)
      if (f.observables.has(static_cast<Observable>(o))) observables.push_back(name(static_cast<Observable>(o)));
    const bool time = f.type == Type::time;
    fields.push_back({{"name", f.name}, {"type", name(f.type)}, {"doc", f.doc}, {"observables", std::move(observables)},
                      {"unit", time ? Json(name(f.epoch)) : Json()}, {"clock", time ? Json(name(f.clock)) : Json()},
                      {"event", json_or_null(f.event)}});
  }
  Json out = json_object("artifact");
  out.update({{"id", a.id}, {"summary", a.summary}, {"finds", a.finds}, {"timeline", json_or_null(a.timeline)},
              {"written_by", a.written_by}, {"writable", kWritable[static_cast<std::size_t>(a.writable)]},
              {"forgeable", a.forgeable}, {"reference", a.reference}, {"fields", std::move(fields)}});
  return out;
}

Json to_json(const Summary& s) {
  Json out = json_object("summary");
  out["case"] = json_text(s.case_path);
  if (s.run)
    out["run"] = {{"id", s.run->id}, {"command", json_text(s.run->command)}, {"started", s.run->started}, {"ended", json_or_null(s.run->ended)},
                  {"tool", s.run->tool}, {"host", s.run->host}, {"exit_code", s.run->exit_code ? Json(*s.run->exit_code) : Json()}};
  out["runs"] = s.runs;
  out["sources"] = Json::array();
  for (const Source& source : s.sources) {
    Json one = to_json(source);
    one.erase("schema");
    out["sources"].push_back(std::move(one));
  }
  out["coverage"] = s.outcomes;
  out["records"] = s.records;
  out["wal_only"] = s.wal_only;
  out["oldest"] = json_time(s.oldest);
  out["newest"] = json_time(s.newest);
  out["problems"] = s.problems;
  out["rows_lost"] = s.rows_lost;
  out["indicators"] = {{"sets", s.indicator_sets}, {"loaded", s.indicators}, {"skipped", s.indicators_skipped}, {"sets_not_read", s.sets_not_read}};
  out["rules"] = {{"run", s.rules_run}, {"not_run", s.rules_not_run}, {"failed", s.rules_failed}};
  out["findings"] = {{"total", s.findings.size()}, {"new", s.new_findings}, {"strongest", json_or_null(s.strongest)},
                     {"by_class", s.findings_by_class}};
  out["sandbox"] = json_object_text(s.sandbox);
  out["audit"] = {{"lines", s.audit_lines}, {"broken", s.audit_broken.empty() ? Json() : json_sentence(s.audit_broken)}};
  out["limits"] = Json::array();
  for (const Limit& limit : s.limits) out["limits"].push_back({{"id", limit.id}, {"text", limit.text}});
  out["sentence"] = s.findings.empty() ? kNoTrace : kLead;
  return out;
}

Result<Json> to_json(const FindingRow& f, CaseRecords& records) {
  Json out = json_object("finding");
  out.update({{"id", f.id}, {"class", f.finding_class}, {"strength", f.strength}, {"level", f.level}, {"time", json_time(f.time)},
              {"clock", json_or_null(f.clock)}, {"artifact", f.artifact}, {"rule", f.rule},
              {"indicator", f.indicator ? json_indicator(*f.indicator) : Json()}, {"summary", json_sentence(f.summary)}});
  out["record_count"] = f.records;
  Json list = Json::array();
  for (const RecordKey& key : f.refs) {
    const auto record = records.find(key);
    if (!record) return fail(record.error());
    if (*record == nullptr) continue;
    Json one = Json::object();
    add_record(one, **record);
    list.push_back(std::move(one));
  }
  out["records"] = std::move(list);
  out.update({{"why", json_sentence(f.why)}, {"innocent", json_sentence(f.innocent)}, {"confirm", json_sentence(f.confirm)},
              {"forgeable", json_sentence(f.forgeable)}, {"reference", json_or_null(f.reference)},
              {"strength_why", json_sentence(f.strength_why)}, {"run", f.run_id}});
  return out;
}

}  // namespace bridle::report
