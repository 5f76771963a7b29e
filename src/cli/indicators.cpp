// SPDX-License-Identifier: Apache-2.0
// bridle indicators: what is looked for, and where it came from.
#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>

#include "cli/verbs.h"
#include "indicators/indicator_set.h"
#include "indicators/update.h"
#include "report/page.h"
#include "report/text.h"

namespace bridle::cli {
namespace {

struct Options {
  std::vector<std::string> paths, files;
  std::string value, index{kPublicIndex};
  bool no_builtin = false, no_store = false;
};

Time now() {
  using namespace std::chrono;
  return {duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count()};
}

Result<IndicatorStore> store() {
  const std::filesystem::path folder = IndicatorStore::default_folder();
  if (folder.empty()) return fail(Errc::usage, "there is no place for indicators: set HOME or XDG_DATA_HOME");
  return IndicatorStore(folder);
}

Result<IndicatorSet> load(const Options& options) {
  IndicatorSetBuilder builder;
  if (!options.no_builtin) builder.add_builtin();
  std::error_code ignored;
  const std::filesystem::path folder = IndicatorStore::default_folder();
  if (!options.no_store && !folder.empty() && std::filesystem::is_directory(folder, ignored))
    if (auto ok = builder.add_path(folder, now()); !ok) return fail(ok.error());
  for (const std::string& path : options.paths)
    if (auto ok = builder.add_path(path, now()); !ok) return fail(ok.error());
  return std::move(builder).build();
}

report::IndicatorSetRow row_of(const IndicatorSetInfo& set) {
  Json why = Json::object();
  for (const auto& [reason, count] : set.skipped_by_reason) why[reason] = count;
  return {0, static_cast<std::int64_t>(set.loaded), static_cast<std::int64_t>(set.skipped), set.name, set.path, set.sha256, set.format,
          set.skipped > 0 ? why.dump(-1, ' ', false, Json::error_handler_t::replace) : ""};
}

int list(Session& session, const Options& options) {
  const auto set = load(options);
  if (!set) return session.fail(set.error());
  std::uint64_t loaded = 0;
  for (const IndicatorSetInfo& info : set->sets()) {
    loaded += info.loaded;
    if (session.options.json) session.write_json(report::to_json(row_of(info)));
    else session.write(report::indicator_set_text(row_of(info), session.style()));
  }
  for (const Skipped& file : set->skipped_files()) session.note(file.where + " is not used: " + file.why);
  if (!session.options.json)
    session.write_line(fmt::format("\n{} in {} to look for.", report::counted(static_cast<std::int64_t>(loaded), "indicator"),
                                   report::counted(static_cast<std::int64_t>(set->sets().size()), "set")));
  return kDone;
}

/// Which indicators a value meets, and as what.
class Met final : public MatchSink {
 public:
  void match(const Match& m) override { found.emplace(m.indicator, as); }
  std::map<std::uint32_t, Observable> found;
  Observable as = Observable::url;
};

int test(Session& session, const Options& options) {
  const auto set = load(options);
  if (!set) return session.fail(set.error());
  Met met;
  for (std::size_t o = 0; o < kObservables; ++o) {
    met.as = static_cast<Observable>(o);
    set->match(met.as, options.value, met);
  }
  for (const auto& [index, as] : met.found) {
    const Indicator& i = set->indicator(index);
    const IndicatorSetInfo& from = set->sets()[i.set];
    if (session.options.json) {
      Json out = report::json_object("indicator");
      out.update({{"kind", name(i.kind)}, {"value", report::json_text(i.original)}, {"malware", report::json_or_null(i.malware)},
                  {"set", report::json_text(from.name)}, {"id", report::json_or_null(i.id)}, {"reference", report::json_or_null(i.reference)},
                  {"met_as", name(as)}});
      session.write_json(out);
      continue;
    }
    report::Page page(session.style());
    page.heading("INDICATOR", std::string(name(i.kind)) + " " + std::string(i.original));
    page.item("met as", name(as));
    page.item("published", i.malware.empty() ? "without naming a malware" : "as belonging to " + std::string(i.malware));
    page.value("set", from.name);
    if (!i.reference.empty()) page.value("reference", i.reference);
    page.item("about", i.description);
    session.write(page.take());
  }
  if (met.found.empty() && !session.options.json) session.write_line("No indicator is met by this value.");
  return kDone;
}

void write_stored(Session& session, const IndicatorFile& file) {
  if (session.options.json) {
    Json out = report::json_object("stored_file");
    out.update({{"file", report::json_text(file.file)}, {"name", report::json_text(file.name)}, {"source", report::json_text(file.source)},
                {"date", file.date}, {"sha256", file.sha256}, {"bytes", file.bytes}});
    return session.write_json(out);
  }
  report::Page page(session.style());
  page.heading("STORED", file.file);
  page.item("name", file.name);
  page.value("source", file.source);
  page.item("size", report::byte_size(file.bytes));
  page.value("sha-256", file.sha256);
  session.write(page.take());
}

int update(Session& session, const Options& options) {
  auto to = store();
  if (!to) return session.fail(to.error());
  const auto report = update_indicators(*to, {.index = options.index}, now());
  if (!report) return session.fail(report.error());
  for (const IndicatorFile& file : report->stored) write_stored(session, file);
  for (const Error& error : report->failed) session.fail(error);
  return report->failed.empty() ? kDone : report->stored.empty() ? kInputOutput : kPartial;
}

int import(Session& session, const Options& options) {
  auto to = store();
  if (!to) return session.fail(to.error());
  int code = kDone;
  for (const std::string& file : options.files) {
    const auto stored = to->import_file(file, now());
    if (stored) write_stored(session, *stored);
    else code = session.fail(stored.error());
  }
  return code;
}

void add_sets(CLI::App& verb, Options& options) {
  verb.add_option("-i,--indicators", options.paths, "Also this file or folder; may be repeated.")->type_name("PATH")->allow_extra_args(false);
  verb.add_flag("--no-builtin", options.no_builtin, "Leave out the indicators that are part of Bridle.");
  verb.add_flag("--no-store", options.no_store, "Leave out those that were stored.");
}

}  // namespace

void add_indicators(CLI::App& program, Session& session) {
  CLI::App* verb = program.add_subcommand("indicators", "List, try, fetch and store the indicators that are looked for.");
  const auto options = std::make_shared<Options>();
  verb->require_subcommand(1);
  add_examples(*verb, "Examples:\n  bridle indicators list\n  bridle indicators test https://example.org/x\n  bridle indicators update");
  const auto add = [&](const char* name, const char* text, auto function, const char* examples) {
    CLI::App* sub = verb->add_subcommand(name, text);
    add_output_options(*sub, session);
    add_examples(*sub, examples);
    sub->callback([&session, options, function] { session.job = [&session, options, function] { return function(session, *options); }; });
    return sub;
  };
  add_sets(*add("list", "List the indicator sets that a check uses.", list, "Examples:\n  bridle indicators list\n  bridle indicators list -i new.stix2 --json"), *options);
  CLI::App* test_verb = add("test", "Say which indicators a value meets, whatever it is: an address, a path, a name.", test,
                            "Examples:\n  bridle indicators test https://login.example.org/a\n  bridle indicators test /private/var/db/x -i new.stix2");
  test_verb->add_option("VALUE", options->value, "Value to try.")->required();
  add_sets(*test_verb, *options);
  add("update", "Fetch public indicators into the store. The only command that uses the network.", update,
      "Examples:\n  bridle indicators update\n  bridle indicators update --index my_index.yaml")
      ->add_option("--index", options->index, "Index of indicator files, in the form of mvt-indicators; without it the public one.")->type_name("URL|FILE");
  add("import", "Copy indicator files into the store.", import, "Examples:\n  bridle indicators import amnesty.stix2 own_list.csv")
      ->add_option("FILE", options->files, "Indicator files.")->required()->allow_extra_args(false);
}

}  // namespace bridle::cli
