// SPDX-License-Identifier: Apache-2.0
#include "report/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "report/page.h"
#include "report/wording.h"

namespace bridle::report {
namespace {

constexpr std::size_t kFindingsInSummary = 20;
constexpr std::size_t kShownBytes = 4'000;  // of one value; JSON has the whole

/// A long value up to the end of a character, with its length.
std::string shortened(std::string text) {
  if (text.size() <= kShownBytes) return text;
  std::size_t end = kShownBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  const std::string note = fmt::format(" [the first {} of {} bytes]", grouped(static_cast<std::int64_t>(end)), grouped(static_cast<std::int64_t>(text.size())));
  return text.erase(end) + note;
}

std::string span_of(std::optional<Time> oldest, std::optional<Time> newest) {
  if (!oldest || !newest) return {};
  return to_iso(*oldest).substr(0, 10) + " to " + to_iso(*newest).substr(0, 10);
}

std::string device_line(const Source& s) {
  std::string out;
  const auto add = [&](std::string_view before, const std::string& value) {
    if (!value.empty()) out += (out.empty() ? "" : ", ") + std::string(before) + value;
  };
  add("", s.property("device_name"));
  add("", s.property("product_type"));
  add(s.type == "ios_backup" ? "iOS " : "", s.property("product_version"));
  add("", s.device);
  if (s.property("encrypted") == "yes") add("", "encrypted");
  return out;
}

/// "seccomp enforced, landlock abi 7" for each kind of worker there was.
std::string sandbox_line(const std::string& json) {
  const auto reports = nlohmann::json::parse(json, nullptr, false);
  if (!reports.is_array()) return {};
  const auto word = [](const nlohmann::json& report, const char* key) {
    return report.is_object() && report.contains(key) && report[key].is_string() ? report[key].get<std::string>() : "not stated";
  };
  std::string out;
  for (const auto& report : reports)
    out += fmt::format("{}seccomp {}, landlock {}", out.empty() ? "" : "; ", word(report, "seccomp"), word(report, "landlock"));
  return out;
}

void add_head(Page& page, const Summary& s) {
  page.heading("CASE", s.case_path);
  for (const Source& source : s.sources) {
    page.value("source", source.path + " (" + source.type + ")");
    page.item("device", device_line(source));
  }
  if (s.run) page.item(s.rematched() ? "matched" : "read", s.run->started + " by " + s.run->tool);
  std::string looked = fmt::format("{} with {}, {}", counted(s.indicator_sets, "indicator set"), counted(s.indicators, "indicator"),
                                   counted(s.rules_run, "rule"));
  if (s.indicators_skipped > 0) looked += fmt::format("; {} could not be used", counted(s.indicators_skipped, "further indicator"));
  if (s.sets_not_read > 0) looked += fmt::format("; {} held no indicators that Bridle reads", counted(s.sets_not_read, "file"));
  page.item("looked for", looked);
  page.item("sandbox", sandbox_line(s.sandbox));
  page.item("audit", s.audit_broken.empty() ? counted(s.audit_lines, "line") + ", each follows from the one before" : "BROKEN: " + s.audit_broken);
}

std::string coverage_line(const CoverageRow& c) {
  std::string out = c.artifact + ": " + counted(c.records, "record");
  if (c.problems > 0) out += ", " + counted(c.problems, "problem");
  if (!c.why.empty()) out += "; " + c.why;
  return out;
}

void add_coverage(Page& page, const Summary& s) {
  const auto count = [&](const char* outcome) {
    const auto at = s.outcomes.find(outcome);
    return at == s.outcomes.end() ? std::int64_t{0} : at->second;
  };
  page.heading("COVERAGE", fmt::format("{} read, {} partly, {} absent, {} failed", counted(count("read"), "artifact"), count("partly"),
                                       count("absent"), count("failed")));
  std::string absent;
  for (const CoverageRow& c : s.coverage) {
    if (c.outcome == "absent") absent += (absent.empty() ? "" : ", ") + c.artifact;
    if (c.outcome == "partly" || c.outcome == "failed") page.item(c.outcome, coverage_line(c));
  }
  page.item("absent", absent);
  std::string records = grouped(s.records);
  if (s.wal_only > 0) records += fmt::format(", {} of them only in a write-ahead log", grouped(s.wal_only));
  if (const std::string span = span_of(s.oldest, s.newest); !span.empty()) records += "; times from " + span;
  page.item("records", records);
  if (s.problems > 0) {
    page.item("problems", fmt::format("{}, at least {} lost", grouped(s.problems), counted(s.rows_lost, "row")));
    page.value("see", "bridle show problems " + shell_word(s.case_path));
  }
  if (s.rules_failed + s.rules_not_run > 0)
    page.item("rules", fmt::format("{} failed, {} had no artifact to ask", grouped(s.rules_failed), grouped(s.rules_not_run)));
}

void add_findings(Page& page, const Summary& s) {
  if (s.findings.empty()) {
    page.heading("FINDINGS", "none");
    return;
  }
  std::string head = grouped(static_cast<std::int64_t>(s.findings.size())) + ":";
  for (const auto& [finding_class, count] : s.findings_by_class) head += fmt::format(" {} {},", finding_class, grouped(count));
  head.back() = ';';
  head += " strongest " + s.strongest;
  if (s.rematched()) head += fmt::format("; {} new in this run", grouped(s.new_findings));
  page.heading("FINDINGS", head);
  for (std::size_t i = 0; i < s.findings.size() && i < kFindingsInSummary; ++i) {
    std::string text = finding_text(s.findings[i], s.rematched() && s.findings[i].run_id == s.run->id, page.style());
    text.pop_back();
    page.line(text);
  }
  if (s.findings.size() <= kFindingsInSummary) return;
  page.item("more", grouped(static_cast<std::int64_t>(s.findings.size() - kFindingsInSummary)));
  page.value("see", "bridle show findings " + shell_word(s.case_path));
}

}  // namespace

std::string shown_time(Time time) {
  constexpr std::int64_t kMillisecond = 1'000'000;
  const std::int64_t rest = time.ns % kMillisecond;
  std::string out = to_iso(shifted(time, rest < 0 ? -rest - kMillisecond : -rest));
  out[10] = ' ';
  return out;
}

std::string summary_text(const Summary& s, const Style& style) {
  Page page(style);
  add_head(page, s);
  page.blank();
  add_coverage(page, s);
  page.blank();
  add_findings(page, s);
  page.blank();
  page.heading("LIMITS");
  for (const Limit& limit : s.limits) page.item(limit.id, limit.text);
  page.blank();
  if (s.findings.empty()) page.line(kNoTrace);
  else page.line(fmt::format("{}\nNext: bridle explain {} {}", kLead, style.safe(shell_word(s.case_path)), style.safe(s.findings.front().id)));
  return page.take();
}

std::string coverage_text(const std::vector<CoverageRow>& coverage, const Style& style) {
  Page page(style);
  std::string source;
  for (const CoverageRow& c : coverage) {
    if (c.source != source) {
      page.heading("SOURCE", c.source);
      source = c.source;
    }
    page.line(style.bold(style.safe(c.artifact)) + "  " + style.safe(c.summary));
    page.item("outcome", c.outcome + (c.why.empty() ? "" : ": " + c.why));
    if (c.outcome == "absent") continue;
    std::string records = grouped(c.records) + " from " + counted(c.files, "file");
    if (c.wal_only > 0) records += fmt::format(", {} only in a write-ahead log", grouped(c.wal_only));
    page.item("records", records);
    page.item("times", span_of(c.oldest, c.newest));
    if (c.problems > 0) page.item("problems", grouped(c.problems));
  }
  return page.take();
}

std::string finding_text(const FindingRow& f, bool is_new, const Style& style) {
  Page page(style);
  std::string head = style.safe(f.strength) + " " + style.paint(style.safe(f.finding_class), hue_of_class(f.finding_class), true) + ", " +
                     style.safe(f.level) + ", " + (f.time ? shown_time(*f.time) : "no time");
  if (is_new) head += ", new";
  page.line(padded("  " + style.safe(f.id), page.value_column()) + head);
  page.item("", f.summary);
  return page.take();
}

std::string problem_text(const ProblemRow& p, const Style& style) {
  Page page(style);
  page.line(fmt::format("problem {}  {}: {}", p.id, style.safe(p.code), style.safe(p.what)));
  if (!p.path.empty()) page.value("file", p.path + (p.offset ? fmt::format(", offset {}", *p.offset) : ""));
  page.item("artifact", p.artifact);
  std::string lost = p.rows_lost > 0 ? counted(p.rows_lost, "row") : "";
  if (p.bytes_lost > 0) lost += (lost.empty() ? "" : ", ") + counted(p.bytes_lost, "byte");
  page.item("lost", lost);
  return page.take();
}

std::string source_text(const Source& s, const Style& style) {
  Page page(style);
  page.heading("SOURCE", s.path);
  page.item("type", s.type);
  page.item("files", fmt::format("{} read, {}", grouped(s.files), byte_size(static_cast<std::uint64_t>(s.bytes))));
  page.item("changed", s.changed > 0 ? counted(s.changed, "file") + " while it was being read" : "none while it was being read");
  for (const auto& [key, value] : s.properties) page.value(key, value);
  return page.take();
}

std::string indicator_set_text(const IndicatorSetRow& s, const Style& style) {
  Page page(style);
  page.heading("SET", s.name);
  page.item("run", std::to_string(s.run_id));
  page.item("format", s.format);
  if (!s.path.empty()) page.value("file", s.path);
  if (!s.sha256.empty()) page.value("sha-256", s.sha256);
  page.item("loaded", counted(s.loaded, "indicator"));
  if (s.skipped > 0) page.item("not used", grouped(s.skipped));
  const auto reasons = nlohmann::json::parse(s.skipped_why, nullptr, false);
  if (!reasons.is_object()) return page.take();
  for (const auto& [why, count] : reasons.items())
    page.item("because", why + (count.is_number_integer() ? ": " + grouped(count.get<std::int64_t>()) : ""));
  return page.take();
}

std::string record_text(const RecordView& record, const Style& style, bool source) {
  std::size_t column = 14;
  for (const StoredField& field : record.artifact->fields) column = std::clamp<std::size_t>(field.name.size() + 4, column, 28);
  Page page(style, column);
  page.line(fmt::format("{} {}", style.bold(style.safe(record.artifact->id)), record.record_id));
  page.value("file", record.path);
  page.value("locator", record.locator() + (record.wal_only ? " (only in the write-ahead log)" : ""));
  for (std::size_t i = 0; i < record.values.size(); ++i) {
    const StoredField& field = record.artifact->fields[i];
    const StoredValue& value = record.values[i];
    if (std::holds_alternative<std::monostate>(value)) continue;
    std::string text = shortened(value_text(value, field));
    if (const auto* time = std::get_if<StoredTime>(&value)) {
      text += " (" + field.clock;
      if (const std::string raw = raw_text(*time, field); !raw.empty()) text += ", raw " + raw;
      text += ")";
    }
    page.value(field.name, text.empty() ? "\"\"" : text);
  }
  if (!source) return page.take();
  if (!record.stored_as.empty()) page.value("stored as", record.stored_as);
  page.value("source", record.source);
  page.value("sha-256", record.sha256.empty() ? "not hashed" : record.sha256);
  return page.take();
}

std::string event_text(const Event& event, const Style& style) {
  std::string line = shown_time(event.time);
  if (event.clock != "utc") line += " (" + style.safe(event.clock) + ")";
  line += "  " + style.safe(event.record->artifact->id) + " (" + style.safe(event.name) + "): " + style.safe(event.text);
  return (style.terminal ? fit(line, style.columns, style.charset) : line) + "\n";
}

}  // namespace bridle::report
