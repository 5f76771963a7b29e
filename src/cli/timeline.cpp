// SPDX-License-Identifier: Apache-2.0
// bridle timeline: the events of all artifacts in the order of their time, in UTC.
#include <charconv>
#include <memory>

#include "cli/verbs.h"
#include "report/text.h"

namespace bridle::cli {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kTenMinutes = 600 * kSecond;

struct Options {
  std::string case_path, from, to, around, artifact, grep;
  std::uint64_t limit = 0;
};

/// "90s", "10m", "2h", "1d" in nanoseconds; nothing if it is none.
std::optional<std::int64_t> duration(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end + 1 != text.data() + text.size() || number < 0) return std::nullopt;
  const std::int64_t unit = *end == 's' ? 1 : *end == 'm' ? 60 : *end == 'h' ? 3'600 : *end == 'd' ? 86'400 : 0;
  if (unit == 0 || number > 36'500 * 86'400LL / unit) return std::nullopt;
  return number * unit * kSecond;
}

Result<std::optional<Time>> time_option(const char* option, const std::string& text, bool end) {
  if (text.empty()) return std::nullopt;
  const auto time = from_iso(text);
  if (!time) return bridle::fail(Errc::usage, std::string(option) + " takes a time such as 2021-07-06 or 2021-07-06T05:10:11Z, not \"" + text + "\"");
  // A date alone means the whole day.
  return end && text.size() == 10 ? report::shifted(*time, 86'400 * kSecond - 1) : *time;
}

/// "f-0001", "f-0001:2h", "2021-07-06T05:10:11Z:30s".
Result<> narrow_around(const report::CaseReader& reader, const std::string& around, report::TimelineQuery& query) {
  std::string centre = around;
  std::int64_t span = kTenMinutes;
  if (const auto colon = around.rfind(':'); colon != std::string::npos)
    if (const auto given = duration(std::string_view(around).substr(colon + 1))) {
      span = *given;
      centre = around.substr(0, colon);
    }
  std::optional<Time> time = from_iso(centre);
  if (!time) {
    const auto finding = reader.finding(centre);
    if (!finding) return bridle::fail(finding.error());
    if (!finding->time) return bridle::fail(Errc::usage, "the records of finding " + centre + " have no time");
    time = finding->time;
  }
  query.from = report::shifted(*time, -span);
  query.to = report::shifted(*time, span);
  return {};
}

Result<report::TimelineQuery> query_of(const report::CaseReader& reader, const Options& options) {
  report::TimelineQuery query;
  if (!options.around.empty())
    if (auto ok = narrow_around(reader, options.around, query); !ok) return bridle::fail(ok.error());
  const auto from = time_option("--from", options.from, false);
  if (!from) return bridle::fail(from.error());
  const auto to = time_option("--to", options.to, true);
  if (!to) return bridle::fail(to.error());
  if (*from) query.from = *from;
  if (*to) query.to = *to;
  query.artifact = options.artifact;
  query.mentions = options.grep;
  if (options.limit > 0) query.limit = options.limit;
  return query;
}

int run(Session& session, const Options& options) {
  const auto reader = report::CaseReader::open(options.case_path);
  if (!reader) return session.fail(reader.error());
  const auto query = query_of(*reader, options);
  if (!query) return session.fail(query.error());
  auto records = report::CaseRecords::open(*reader);
  if (!records) return session.fail(records.error());
  const report::Style style = session.style();
  const auto read = report::read_timeline(*reader, *records, *query, [&](const report::Event& event) {
    if (session.options.json) session.write_json(report::to_json(event));
    else session.write(report::event_text(event, style));
    return true;
  });
  return read ? int{kDone} : session.fail(read.error());
}

}  // namespace

void add_timeline(CLI::App& program, Session& session) {
  CLI::App* verb = program.add_subcommand("timeline", "Print the events of a case in the order of their time, in UTC.");
  const auto options = std::make_shared<Options>();
  verb->add_option("CASE", options->case_path, "Case file.")->required();
  verb->add_option("--from", options->from, "First time, or first day.")->type_name("TIME");
  verb->add_option("--to", options->to, "Last time, or last day.")->type_name("TIME");
  verb->add_option("--around", options->around, "Only around a finding or a time: f-0001, f-0001:2h. Ten minutes if no span is given; s, m, h, d.")->type_name("ID[:SPAN]");
  verb->add_option("--artifact", options->artifact, "Only this artifact; * stands for any run of letters.")->type_name("ID");
  verb->add_option("--grep", options->grep, "Only sentences that hold this text, capital or small.")->type_name("TEXT");
  verb->add_option("--limit", options->limit, "Print at most so many.")->type_name("N");
  add_output_options(*verb, session);
  add_examples(*verb, R"(Lines are cut to the width of a terminal; a pipe gets them whole.

Examples:
  bridle timeline phone.bridle --from 2021-07-01 --to 2021-07-31
  bridle timeline phone.bridle --around f-0001:30m
  bridle timeline phone.bridle --artifact 'ios.whatsapp_*' --json)");
  verb->callback([&session, options] { session.job = [&session, options] { return run(session, *options); }; });
}

}  // namespace bridle::cli
