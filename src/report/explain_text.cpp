// SPDX-License-Identifier: Apache-2.0
// One finding in full: what was observed, where, by whose indicator or which rule, what else may explain it.
#include <fmt/format.h>

#include <algorithm>
#include <deque>

#include "report/page.h"
#include "report/text.h"
#include "report/wording.h"

namespace bridle::report {
namespace {

constexpr std::int64_t kTenMinutes = 600LL * 1'000'000'000;
constexpr std::size_t kEventsEachSide = 100;
constexpr std::size_t kRecordsShown = 10;

std::string with_meaning(std::string_view word, std::string_view meaning) {
  return std::string(word) + (meaning.empty() ? "" : ", " + std::string(meaning));
}

void add_head(Page& page, const FindingRow& f) {
  page.heading("FINDING", f.id);
  page.item("summary", f.summary);
  page.item("class", with_meaning(f.finding_class, class_meaning(f.finding_class)));
  page.item("strength", with_meaning(f.strength, strength_meaning(f.strength)));
  page.item("because", f.strength_why);
  page.item("level", f.level);
  page.item("time", f.time ? to_iso(*f.time) + (f.clock.empty() ? "" : " (" + f.clock + ")") : "the records have no time");
}

Result<> add_indicator(Page& page, const CaseReader& from, const FindingRow& f) {
  if (!f.indicator) return {};
  const IndicatorRow& i = *f.indicator;
  page.blank();
  page.heading("INDICATOR", i.kind);
  page.value("value", i.value);
  page.item("published", i.malware.empty() ? "without naming a malware" : "as belonging to " + i.malware);
  page.value("set", i.set);
  if (!i.stix_id.empty()) page.value("id", i.stix_id);
  if (!i.reference.empty()) page.value("reference", i.reference);
  const auto sets = from.indicator_sets();
  if (!sets) return fail(sets.error());
  const auto set = std::ranges::find_if(*sets, [&](const IndicatorSetRow& s) { return s.name == i.set && s.run_id <= f.run_id; });
  if (set == sets->end()) return {};
  if (!set->path.empty()) page.value("file", set->path);
  if (!set->sha256.empty()) page.value("sha-256", set->sha256);
  return {};
}

Result<> add_rule(Page& page, const CaseReader& from, const FindingRow& f) {
  if (f.indicator) return {};
  const auto rules = from.rules();
  if (!rules) return fail(rules.error());
  page.blank();
  page.heading("RULE", f.rule);
  const auto rule = std::ranges::find(*rules, f.rule, &RuleRow::id);
  if (rule != rules->end()) page.value("sha-256", rule->sha256);
  if (!f.reference.empty()) page.value("reference", f.reference);
  return {};
}

Result<> add_records(Page& page, CaseRecords& records, const FindingRow& f) {
  const std::size_t shown = std::min(f.refs.size(), kRecordsShown);
  std::string head = counted(f.records, "record");
  if (static_cast<std::int64_t>(shown) < f.records) head += fmt::format(", the first {} here", shown);
  page.blank();
  page.heading("OBSERVED", head);
  for (std::size_t i = 0; i < shown; ++i) {
    const auto record = records.find(f.refs[i]);
    if (!record) return fail(record.error());
    if (*record == nullptr) continue;
    std::string text = record_text(**record, page.style(), true);
    text.pop_back();
    page.line(text);
  }
  return {};
}

void add_judgement(Page& page, const FindingRow& f) {
  const auto part = [&](std::string_view title, const std::string& text) {
    if (text.empty()) return;
    page.blank();
    page.heading(title);
    page.item("", text);
  };
  part("WHY IT MATTERS", f.why);
  part("INNOCENT CAUSES", f.innocent);
  part("HOW TO CONFIRM", f.confirm);
  part("HOW IT COULD BE FORGED", f.forgeable);
}

bool is_of(const FindingRow& f, const Event& event) {
  return std::ranges::any_of(f.refs, [&](const RecordKey& key) {
    return key.record_id == event.record->record_id && key.artifact == event.record->artifact->id;
  });
}

/// The events next to a moment: the last ones before it and the first ones from it on.
class Neighbours {
 public:
  Neighbours(const FindingRow& finding, const Style& style) : finding_(finding), style_(style) {}

  bool add(const Event& event) {
    const bool before = event.time < *finding_.time;
    if (!before && ++after_ > kEventsEachSide) return false;
    lines_.push_back(line_of(event));
    if (!before || ++before_ <= kEventsEachSide) return true;
    lines_.pop_front();
    return true;
  }
  const std::deque<std::string>& lines() const { return lines_; }
  bool left_some_out() const { return before_ > kEventsEachSide || after_ > kEventsEachSide; }

 private:
  std::string line_of(const Event& event) const {
    std::string line = (is_of(finding_, event) ? "> " : "  ") + event_text(event, style_);
    line.pop_back();
    return style_.terminal ? fit(line, style_.columns, style_.charset) : line;
  }

  const FindingRow& finding_;
  const Style& style_;
  std::deque<std::string> lines_;
  std::size_t before_ = 0, after_ = 0;
};

Result<> add_surroundings(Page& page, const CaseReader& from, CaseRecords& records, const FindingRow& f) {
  if (!f.time) return {};
  page.blank();
  page.heading("TEN MINUTES BEFORE AND AFTER", "(> marks records of this finding)");
  TimelineQuery query;
  query.from = shifted(*f.time, -kTenMinutes);
  query.to = shifted(*f.time, kTenMinutes);
  Neighbours near(f, page.style());
  auto ok = read_timeline(from, records, query, [&](const Event& event) { return near.add(event); });
  if (!ok) return ok;
  for (const std::string& line : near.lines()) page.line(line);
  if (near.lines().empty()) page.item("", "no event with a time");
  if (!near.left_some_out()) return {};
  page.item("more", fmt::format("events than the {} on each side", kEventsEachSide));
  page.value("see", fmt::format("bridle timeline {} --around {}:10m", shell_word(from.path()), f.id));
  return {};
}

}  // namespace

Result<std::string> explain_text(const CaseReader& from, CaseRecords& records, const FindingRow& f, const Style& style) {
  Page page(style);
  add_head(page, f);
  if (auto ok = add_indicator(page, from, f); !ok) return fail(ok.error());
  if (auto ok = add_rule(page, from, f); !ok) return fail(ok.error());
  if (auto ok = add_records(page, records, f); !ok) return fail(ok.error());
  add_judgement(page, f);
  if (auto ok = add_surroundings(page, from, records, f); !ok) return fail(ok.error());
  page.blank();
  page.line(kLead);
  return page.take();
}

}  // namespace bridle::report
