// SPDX-License-Identifier: Apache-2.0
// bridle rules: the questions asked of every case.
#include "rules/rule.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>

#include "bridle/artifact.h"
#include "case/db.h"
#include "case/schema.h"
#include "cli/suggest.h"
#include "cli/verbs.h"
#include "report/page.h"
#include "rules/sql_functions.h"

namespace bridle::cli {
namespace {

struct Options {
  std::vector<std::string> directories, paths;
  std::string id;
};

Json rule_json(const Rule& r) {
  Json out = report::json_object("rule");
  out.update({{"id", r.id}, {"class", name(r.finding_class)}, {"level", name(r.level)}, {"status", r.status}, {"needs", r.needs},
              {"finding", r.finding}, {"why", r.why}, {"innocent", r.innocent}, {"confirm", r.confirm}, {"reference", r.reference},
              {"origin", report::json_text(r.origin)}, {"sha256", r.sha256}, {"sql", report::json_text(r.sql)}});
  return out;
}

std::string rule_text(const Rule& r, const report::Style& style) {
  report::Page page(style);
  page.heading("RULE", r.id);
  page.item("class", name(r.finding_class));
  page.item("level", name(r.level));
  page.item("status", r.status);
  std::string needs;
  for (const std::string& need : r.needs) needs += (needs.empty() ? "" : ", ") + need;
  page.item("needs", needs);
  page.item("finding", r.finding);
  page.item("why", r.why);
  page.item("innocent", r.innocent);
  page.item("confirm", r.confirm);
  page.value("reference", r.reference);
  page.value("origin", r.origin);
  page.value("sha-256", r.sha256);
  page.blank();
  page.heading("SQL");
  for (std::string_view rest = r.sql; !rest.empty();) {
    const auto end = rest.find('\n');
    page.line("  " + style.safe(rest.substr(0, end)));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  return page.take();
}

/// The rules of this build and of the folders. Those that cannot be read are said on standard error.
std::vector<Rule> load(const Session& session, const Options& options, int& code) {
  std::vector<Error> errors;
  std::vector<Rule> rules = load_rules(options.directories, errors);
  for (const Error& e : errors) code = session.fail(e);
  return rules;
}

int list(Session& session, const Options& options) {
  int code = kDone;
  const std::vector<Rule> rules = load(session, options, code);
  std::size_t column = 16;
  for (const Rule& r : rules) column = std::clamp(r.id.size() + 4, column, std::size_t{40});
  for (const Rule& r : rules) {
    if (session.options.json) {
      session.write_json(rule_json(r));
      continue;
    }
    report::Page page(session.style(), column);
    page.item(r.id, std::string(name(r.finding_class)) + ", " + std::string(name(r.level)) + ": " + r.why);
    session.write(page.take());
  }
  return code;
}

int show(Session& session, const Options& options) {
  int code = kDone;
  const std::vector<Rule> rules = load(session, options, code);
  const auto at = std::ranges::find(rules, options.id, &Rule::id);
  if (at == rules.end()) {
    std::vector<std::string> ids;
    ids.reserve(rules.size());
    for (const Rule& r : rules) ids.push_back(r.id);
    const std::string meant = nearest(options.id, ids);
    return session.fail_usage("there is no rule \"" + options.id + "\"; " + (meant.empty() ? "see: bridle rules" : "did you mean \"" + meant + "\"?"));
  }
  if (session.options.json) session.write_json(rule_json(*at));
  else session.write(rule_text(*at, session.style()));
  return code;
}

/// An empty case in memory with the tables of every artifact, for rules to be prepared against.
Result<CaseDb> empty_case() {
  auto db = CaseDb::open(":memory:", CaseDb::Mode::create);
  if (!db) return db;
  if (auto ok = db->exec(std::string(fixed_schema())); !ok) return fail(ok.error());
  for (const Artifact* a : all_artifacts())
    if (auto ok = db->exec(create_table(*a)); !ok) return fail(ok.error());
  if (auto ok = add_sql_functions(db->handle()); !ok) return fail(ok.error());
  return db;
}

/// What is wrong with a rule's text; empty if nothing is.
std::vector<std::string> faults(const CaseDb& db, std::string_view text, const std::string& origin) {
  const auto rule = parse_rule(text, origin);
  if (!rule) return {rule.error().what};
  std::vector<std::string> out;
  const std::pair<const char*, const std::string*> texts[] = {
      {"finding", &rule->finding}, {"why", &rule->why}, {"innocent", &rule->innocent}, {"confirm", &rule->confirm}};
  for (const auto& [key, value] : texts)
    for (const std::string& word : overclaims(*value)) out.push_back(std::string(key) + " claims more than a match can carry: " + word);
  bool known = true;
  for (const std::string& need : rule->needs) {
    const bool here = std::ranges::any_of(all_artifacts(), [&](const Artifact* a) { return a->id == need; });
    if (!here && !need.starts_with("user.")) out.push_back("needs names no artifact of this build: " + need);
    known = known && here;
  }
  if (!known) return out;  // the SQL asks for tables that are not here
  if (const auto statement = db.prepare(rule->sql); !statement) out.push_back("the SQL cannot be used: " + statement.error().what);
  return out;
}

struct LintFile {
  std::string origin, text;
};

Result<std::vector<LintFile>> files_to_lint(const std::vector<std::string>& paths) {
  std::vector<LintFile> out;
  if (paths.empty())
    for (const RuleText& rule : builtin_rule_texts()) out.push_back({std::string(rule.origin), std::string(rule.text)});
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code error;
    if (!std::filesystem::is_directory(path, error)) {
      files.push_back(path);
      continue;
    }
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path, error))
      if (entry.path().extension() == ".sql") found.push_back(entry.path());
    std::ranges::sort(found);
    files.insert(files.end(), found.begin(), found.end());
  }
  for (const std::string& file : files) {
    std::ifstream in(file, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    if (!in) return fail(Errc::not_found, "cannot read the rule", file);
    out.push_back({file, std::move(text)});
  }
  return out;
}

int lint(Session& session, const Options& options) {
  const auto files = files_to_lint(options.paths);
  if (!files) return session.fail(files.error());
  const auto db = empty_case();
  if (!db) return session.fail(db.error());
  int code = kDone;
  for (const LintFile& file : *files) {
    for (const std::string& fault : faults(*db, file.text, file.origin)) {
      code = kUsage;
      Json object = report::json_object("lint");
      object.update({{"origin", report::json_text(file.origin)}, {"fault", report::json_sentence(fault)}});
      if (session.options.json) session.write_json(object);
      else session.write_line(session.style().safe(file.origin + ": " + fault));
    }
  }
  if (code == kDone && !session.options.json) session.write_line(report::counted(static_cast<std::int64_t>(files->size()), "rule") + " read, nothing to remark");
  return code;
}

void add_directories(CLI::App& verb, Options& options) {
  verb.add_option("--rules", options.directories, "Folder with further rules (*.sql); may be repeated.")->type_name("DIR")->allow_extra_args(false);
}

}  // namespace

void add_rules(CLI::App& program, Session& session) {
  CLI::App* verb = program.add_subcommand("rules", "List the rules, show one, or look for faults in rule files.");
  const auto options = std::make_shared<Options>();
  verb->require_subcommand(0, 1);
  add_directories(*verb, *options);
  add_output_options(*verb, session);
  add_examples(*verb, "Examples:\n  bridle rules\n  bridle rules show ios.data_usage_deleted\n  bridle rules lint my_rules/");
  verb->callback([&session, options, verb] {
    if (verb->get_subcommands().empty()) session.job = [&session, options] { return list(session, *options); };
  });

  CLI::App* list_verb = verb->add_subcommand("list", "List the rules.");
  add_directories(*list_verb, *options);
  add_output_options(*list_verb, session);
  add_examples(*list_verb, "Examples:\n  bridle rules list --json");
  list_verb->callback([&session, options] { session.job = [&session, options] { return list(session, *options); }; });

  CLI::App* show_verb = verb->add_subcommand("show", "Show one rule with its reasons and its SQL.");
  show_verb->add_option("ID", options->id, "Rule, such as those that \"bridle rules\" lists.")->required();
  add_directories(*show_verb, *options);
  add_output_options(*show_verb, session);
  add_examples(*show_verb, "Examples:\n  bridle rules show ios.data_usage_deleted");
  show_verb->callback([&session, options] { session.job = [&session, options] { return show(session, *options); }; });

  CLI::App* lint_verb = verb->add_subcommand("lint", "Look for faults in rules: missing keys, words that claim too much, SQL that cannot run.");
  lint_verb->add_option("PATH", options->paths, "Rule files and folders; without one, the rules of this build.")->allow_extra_args(false);
  add_output_options(*lint_verb, session);
  add_examples(*lint_verb, "Examples:\n  bridle rules lint\n  bridle rules lint my_rules/ one.sql");
  lint_verb->callback([&session, options] { session.job = [&session, options] { return lint(session, *options); }; });
}

}  // namespace bridle::cli
