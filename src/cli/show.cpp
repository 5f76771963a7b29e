// SPDX-License-Identifier: Apache-2.0
// bridle show: the parts of a stored case.
#include <functional>
#include <limits>
#include <memory>

#include "cli/verbs.h"
#include "report/text.h"

namespace bridle::cli {
namespace {

using report::CaseReader;

struct Options {
  std::string case_path, artifact, grep;
  std::uint64_t limit = 0, offset = 0;  // no limit if zero
  std::optional<std::int64_t> id;
};

/// Passes on what lies behind `offset` and within `limit`.
class Window {
 public:
  explicit Window(const Options& options) : skip_(options.offset), left_(options.limit == 0 ? std::numeric_limits<std::uint64_t>::max() : options.limit) {}
  /// True if the next item is to be shown.
  bool take() {
    if (skip_ > 0) {
      --skip_;
      return false;
    }
    if (left_ == 0) return false;
    --left_;
    return true;
  }
  bool done() const { return left_ == 0; }

 private:
  std::uint64_t skip_, left_;
};

int summary(Session& session, const CaseReader& reader, const Options&) {
  const auto s = report::summarise(reader);
  if (!s) return session.fail(s.error());
  if (session.options.json) session.write_json(report::to_json(*s));
  else session.write(report::summary_text(*s, session.style()));
  return kDone;
}

int coverage(Session& session, const CaseReader& reader, const Options&) {
  const auto rows = reader.coverage();
  if (!rows) return session.fail(rows.error());
  if (!session.options.json) session.write(report::coverage_text(*rows, session.style()));
  else
    for (const auto& row : *rows) session.write_json(report::to_json(row));
  return kDone;
}

int findings(Session& session, const CaseReader& reader, const Options& options) {
  auto records = report::CaseRecords::open(reader);
  if (!records) return session.fail(records.error());
  const auto runs = reader.runs();
  if (!runs) return session.fail(runs.error());
  Window window(options);
  std::optional<Error> error;
  const auto read = reader.findings([&](const report::FindingRow& f) {
    if (!options.grep.empty() && !report::contains_ignoring_case(f.summary, options.grep)) return true;
    if (!window.take()) return !window.done();
    if (!session.options.json) {
      session.write(report::finding_text(f, runs->size() > 1 && f.run_id == runs->back().id, session.style()));
      return !window.done();
    }
    const auto object = report::to_json(f, *records);
    if (object) session.write_json(*object);
    else error = object.error();
    return object.has_value() && !window.done();
  });
  if (error) return session.fail(*error);
  if (!read) return session.fail(read.error());
  return kDone;
}

int records(Session& session, const CaseReader& reader, const Options& options) {
  auto records = report::CaseRecords::open(reader);
  if (!records) return session.fail(records.error());
  const auto from = records->of(options.artifact);
  if (!from) return session.fail(from.error());
  const report::Style style = session.style();
  Window window(options);
  bool found = false;
  const auto read = (*from)->all(options.id.value_or(0), [&](const report::RecordView& record) {
    if (options.id && record.record_id != *options.id) return false;
    found = true;
    if (!options.grep.empty() && !report::mentions(record, options.grep)) return true;
    if (!window.take()) return !window.done();
    if (session.options.json) session.write_json(report::to_json(record));
    else session.write(report::record_text(record, style));
    return !window.done();
  });
  if (!read) return session.fail(read.error());
  if (options.id && !found)
    return session.fail({Errc::not_found, options.artifact + " has no record " + std::to_string(*options.id), reader.path(), {}});
  return kDone;
}

int problems(Session& session, const CaseReader& reader, const Options& options) {
  const report::Style style = session.style();
  Window window(options);
  const auto read = reader.problems([&](const report::ProblemRow& p) {
    if (!options.grep.empty() && !report::contains_ignoring_case(p.what + " " + p.path + " " + p.artifact, options.grep)) return true;
    if (!window.take()) return !window.done();
    if (session.options.json) session.write_json(report::to_json(p));
    else session.write(report::problem_text(p, style));
    return !window.done();
  });
  if (!read) return session.fail(read.error());
  return kDone;
}

int sources(Session& session, const CaseReader& reader, const Options&) {
  const auto rows = reader.sources();
  if (!rows) return session.fail(rows.error());
  for (const report::Source& s : *rows) {
    if (session.options.json) session.write_json(report::to_json(s));
    else session.write(report::source_text(s, session.style()));
  }
  return kDone;
}

int sets(Session& session, const CaseReader& reader, const Options&) {
  const auto rows = reader.indicator_sets();
  if (!rows) return session.fail(rows.error());
  for (const report::IndicatorSetRow& s : *rows) {
    if (session.options.json) session.write_json(report::to_json(s));
    else session.write(report::indicator_set_text(s, session.style()));
  }
  return kDone;
}

using Part = int (*)(Session&, const CaseReader&, const Options&);

/// Adds one part; `windowed` parts have a number of items that can be narrowed.
void add_part(CLI::App& show, Session& session, const char* name, const char* text, Part part, bool windowed, const char* examples) {
  CLI::App* verb = show.add_subcommand(name, text);
  const auto options = std::make_shared<Options>();
  if (part == records) verb->add_option("ARTIFACT", options->artifact, "Artifact, such as ios.tcc; see: bridle show coverage.")->required();
  verb->add_option("CASE", options->case_path, "Case file.")->required();
  if (windowed) {
    verb->add_option("--limit", options->limit, "Show at most so many.")->type_name("N");
    verb->add_option("--offset", options->offset, "Leave out the first so many.")->type_name("N");
    verb->add_option("--grep", options->grep, "Only what holds this text, capital or small.")->type_name("TEXT");
  }
  if (part == records) verb->add_option("--id", options->id, "Only the record of this id.")->type_name("N");
  add_output_options(*verb, session);
  add_examples(*verb, examples);
  verb->callback([&session, options, part] {
    session.job = [&session, options, part] {
      const auto reader = CaseReader::open(options->case_path);
      if (!reader) return session.fail(reader.error());
      return part(session, *reader, *options);
    };
  });
}

}  // namespace

void add_show(CLI::App& program, Session& session) {
  CLI::App* show = program.add_subcommand("show", "Show a part of a case: summary, coverage, findings, records and more.");
  show->require_subcommand(1);
  add_examples(*show, "Examples:\n  bridle show summary phone.bridle\n  bridle show records ios.tcc phone.bridle --json");
  add_part(*show, session, "summary", "Show the whole case on one page: coverage, findings, limits.", summary, false,
           "Examples:\n  bridle show summary phone.bridle");
  add_part(*show, session, "coverage", "Show, for every artifact, whether it was read and how far back it goes.", coverage, false,
           "Examples:\n  bridle show coverage phone.bridle");
  add_part(*show, session, "findings", "Show the findings, strongest first.", findings, true,
           "Examples:\n  bridle show findings phone.bridle --limit 10\n  bridle show findings phone.bridle --json");
  add_part(*show, session, "records", "Show the records of one artifact.", records, true,
           "Examples:\n  bridle show records ios.safari_history phone.bridle --grep example.org\n  bridle show records ios.tcc phone.bridle --json");
  add_part(*show, session, "problems", "Show what could not be read, and why.", problems, true, "Examples:\n  bridle show problems phone.bridle");
  add_part(*show, session, "sources", "Show where the case comes from.", sources, false, "Examples:\n  bridle show sources phone.bridle");
  add_part(*show, session, "sets", "Show the indicator sets that were used, and what of them could not be.", sets, false,
           "Examples:\n  bridle show sets phone.bridle --json");
}

}  // namespace bridle::cli
