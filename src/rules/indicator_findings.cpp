// SPDX-License-Identifier: Apache-2.0
#include "rules/indicator_findings.h"

#include <fmt/format.h>

#include <array>
#include <set>

#include "bridle/observable.h"
#include "case/schema.h"

namespace bridle {
namespace {

/// What a match of this kind of indicator can mean.
struct KindText {
  FindingClass finding_class;
  bool specific;  ///< hard to meet by chance or by an app's choice of name
  std::string_view noun, why, innocent, confirm;
};

constexpr KindText kAddress{
    FindingClass::contact, true, "Address",
    "The publisher tied this address to the infrastructure of the named spyware; a link to it was received, stored or opened.",
    "Research about the vendor, a news article that quotes the address, a link checked out of caution, a domain that changed hands.",
    "Read the message or visit in its context; compare the time with the publisher's time of activity; look for the same address in other artifacts."};
constexpr KindText kName{
    FindingClass::execution, false, "Process name",
    "The publisher saw this process name on devices with the named spyware; the phone recorded a process of that name.",
    "An app or a later system process may carry the same name; a restored backup may carry edited rows.",
    "Look for the same name in another store (network usage, analytics, shutdown log), for its bundle among the installed apps, and for other findings near in time."};
constexpr KindText kFile{
    FindingClass::execution, true, "File",
    "The publisher saw this file or path on devices with the named spyware.",
    "Developer tools and other software may use the same name or path; a restored backup may carry a planted file.",
    "Look at the file's content and times, and for a process of that path in another store."};
constexpr KindText kApp{
    FindingClass::execution, false, "App",
    "The publisher tied this app identifier to the named spyware.",
    "Another build may reuse the identifier.", "Look at the installed app itself: signer, source and time of installation."};
constexpr KindText kPerson{
    FindingClass::contact, true, "Account",
    "The publisher saw this account used to reach devices that were targeted with the named spyware.",
    "The account may have been used by its owner before or after.",
    "Look at what was exchanged with the account, and when."};
constexpr KindText kProfile{
    FindingClass::context, true, "Configuration profile",
    "The publisher saw this configuration profile on devices with the named spyware.",
    "A test device may carry it on purpose.", "Look at the profile's payloads, its signer and the time it was installed."};
constexpr KindText kProperty{
    FindingClass::anomaly, true, "System property",
    "The publisher saw this property set on devices with the named spyware.",
    "A vendor's build may set the same name.", "Compare with another phone of the same model and build."};

/// In the order of IndicatorKind.
constexpr std::array<KindText, kIndicatorKinds> kTexts{kAddress, kAddress, kAddress, kName, kPerson, kPerson, kFile,
                                                       kFile,    kFile,    kApp,     kFile, kProfile, kProperty};

Level level_of(FindingClass c, int strength) {
  const int base = c == FindingClass::execution ? 4 : c == FindingClass::contact || c == FindingClass::attempt ? 3
                 : c == FindingClass::tamper ? 2 : c == FindingClass::anomaly ? 1 : 0;
  return static_cast<Level>(strength <= 1 && base > 0 ? base - 1 : base);
}

struct ArtifactRow {
  std::string id, table, summary, writable, forgeable, time, clock;
};

Result<std::vector<ArtifactRow>> artifacts_with_matches(CaseDb& db, std::int64_t run_id) {
  auto rows = db.prepare(R"sql(
      SELECT a.artifact, a.table_name, a.summary, a.writable, a.forgeable, f.name, f.clock
        FROM artifact a LEFT JOIN field f ON f.artifact = a.artifact
             AND f.position = (SELECT min(position) FROM field WHERE artifact = a.artifact AND event IS NOT NULL)
       WHERE a.artifact IN (SELECT DISTINCT artifact FROM "match" WHERE run_id = ?) ORDER BY a.artifact)sql");
  if (!rows) return fail(rows.error());
  rows->bind(1, run_id);
  std::vector<ArtifactRow> out;
  for (;;) {
    const auto row = rows->step();
    if (!row) return fail(row.error());
    if (!*row) return out;
    const auto text = [&](int i) { return std::string(rows->text(i)); };
    out.push_back({text(0), text(1), text(2), text(3), text(4), text(5), text(6)});
  }
}

/// Joins one more match to the finding it belongs to.
void add_record(Finding& f, std::int64_t record_id, std::optional<std::int64_t> time) {
  const bool repeated = !f.refs.empty() && f.refs.back().record_id == record_id;  // two fields of one record met it
  if (repeated) return;
  ++f.records;
  if (f.refs.size() < kRecordsPerFinding) f.refs.push_back({f.artifact, record_id});
  if (time && (!f.time || *time < f.time->ns)) f.time = Time{*time};
}

void judge_alone(Finding& f, const KindText& text, const ArtifactRow& artifact, bool truncated) {
  const bool guarded = artifact.writable == "protected";
  if (truncated) {
    f.strength = 1, f.strength_why = "only a name cut short by the system met the indicator";
  } else if (f.records > 1) {
    f.strength = 3, f.strength_why = fmt::format("{} records of one store", f.records);
  } else if (text.specific || guarded) {
    f.strength = 2, f.strength_why = guarded ? "one record in a store that apps and restores cannot write" : "one record, specific indicator";
  } else {
    f.strength = 1, f.strength_why = "one record, and a name alone can be chosen by any app";
  }
  f.level = level_of(f.finding_class, f.strength);
}

Result<> add_findings_of(CaseDb& db, std::int64_t run_id, const ArtifactRow& artifact, std::vector<Finding>& out) {
  const std::string time = artifact.time.empty() ? "NULL" : "r." + sql_name(artifact.time);
  auto rows = db.prepare("SELECT i.kind, i.value, i.malware, i.set_name, i.reference, i.indicator_id, m.record_id, m.matched, "
                         "m.truncated, " + time + " FROM \"match\" m JOIN indicator i USING(indicator_id) JOIN " +
                         sql_name(artifact.table) + " r ON r.record_id = m.record_id "
                         "WHERE m.run_id = ? AND m.artifact = ? ORDER BY i.kind, i.value, m.truncated, m.record_id, i.malware IS NULL, i.indicator_id");
  if (!rows) return fail(rows.error());
  rows->bind(1, run_id).bind(2, std::string_view(artifact.id));
  const std::size_t first = out.size();
  const KindText* text = nullptr;
  bool truncated = false;
  std::set<std::string> publishers;
  const auto close = [&] {
    if (out.size() == first) return;
    Finding& f = out.back();
    judge_alone(f, *text, artifact, truncated);
    if (f.records > 1) f.summary += fmt::format(" in {} records", f.records);
    if (publishers.size() > 1) f.why += fmt::format(" It is listed in {} indicator sets.", publishers.size());
  };
  for (;;) {
    const auto row = rows->step();
    if (!row) return fail(row.error());
    if (!*row) break;
    const auto kind = indicator_kind_named(rows->text(0));
    if (!kind) return fail(Errc::malformed, "the case names an unknown kind of indicator");
    const bool is_truncated = rows->integer(8) != 0;
    const std::string key = fmt::format("{}|{}|{}{}", artifact.id, rows->text(0), rows->text(1), is_truncated ? "|cut" : "");
    if (out.size() == first || out.back().key != key) {
      close();
      publishers.clear();
      text = &kTexts[static_cast<std::size_t>(*kind)];
      truncated = is_truncated;
      Finding f{.key = key, .finding_class = text->finding_class, .clock = artifact.clock, .artifact = artifact.id,
                .rule = "indicator", .indicator_id = rows->integer(5), .innocent = std::string(text->innocent),
                .confirm = std::string(text->confirm), .forgeable = artifact.forgeable};
      f.why = std::string(text->why);
      f.reference = rows->text(4);
      const std::string malware = rows->is_null(2) ? "" : fmt::format(", published as belonging to {}", rows->text(2));
      f.summary = fmt::format("{} {}{} ({}) seen in {}", text->noun, rows->text(7), malware, rows->text(3), artifact.id);
      out.push_back(std::move(f));
    }
    publishers.emplace(rows->text(3));
    add_record(out.back(), rows->integer(6), rows->is_null(9) ? std::nullopt : std::optional(rows->integer(9)));
  }
  close();
  return {};
}

}  // namespace

Result<std::vector<Finding>> indicator_findings(CaseFile& file, std::int64_t run_id) {
  const auto artifacts = artifacts_with_matches(file.db(), run_id);
  if (!artifacts) return fail(artifacts.error());
  std::vector<Finding> out;
  for (const ArtifactRow& artifact : *artifacts)
    if (auto ok = add_findings_of(file.db(), run_id, artifact, out); !ok) return fail(ok.error());
  return out;
}

}  // namespace bridle
