// SPDX-License-Identifier: Apache-2.0
// bridle artifacts: what Bridle reads, from the declarations themselves.
#include <algorithm>
#include <memory>

#include "artifacts/user_artifact.h"
#include "cli/suggest.h"
#include "cli/verbs.h"
#include "report/page.h"

namespace bridle::cli {
namespace {

struct Options {
  std::string id;
  std::vector<std::string> files;
};

std::string_view who_writes(Writable writable) {
  switch (writable) {
    case Writable::by_anyone: return "content may come from outside or from any app";
    case Writable::by_user: return "the owner can plant content, for instance by restoring an edited backup";
    case Writable::protected_store: return "neither an app nor a restore can write it";
  }
  return {};
}

std::string observables(const Field& field) {
  std::string out;
  for (std::size_t o = 0; o < kObservables; ++o)
    if (field.observables.has(static_cast<Observable>(o))) out += (out.empty() ? "" : " or ") + std::string(name(static_cast<Observable>(o)));
  return out;
}

std::string field_line(const Field& field) {
  std::string out = std::string(name(field.type)) + ". " + std::string(field.doc);
  if (const std::string held = observables(field); !held.empty()) out += " Met by indicators as " + held + ".";
  if (field.type == Type::time) out += " Read as " + std::string(name(field.epoch)) + ", clock " + std::string(name(field.clock)) + ".";
  if (!field.event.empty()) out += " In the timeline as \"" + std::string(field.event) + "\".";
  return out;
}

std::string artifact_text(const Artifact& a, const report::Style& style) {
  std::size_t column = 16;
  for (const Field& f : a.fields) column = std::clamp(f.name.size() + 4, column, std::size_t{28});
  report::Page page(style, column);
  page.heading("ARTIFACT", a.id);
  page.item("summary", a.summary);
  for (const std::string_view path : a.finds) page.value("found in", path);
  page.item("written by", a.written_by);
  page.item("writable", who_writes(a.writable));
  page.item("forgeable", a.forgeable);
  if (!a.timeline.empty()) page.value("timeline", a.timeline);
  page.value("reference", a.reference);
  page.blank();
  page.heading("FIELDS");
  for (const Field& f : a.fields) page.item(f.name, field_line(f));
  return page.take();
}

int list(Session& session, const std::vector<const Artifact*>& artifacts) {
  std::size_t column = 16;
  for (const Artifact* a : artifacts) column = std::clamp(a->id.size() + 4, column, std::size_t{34});
  const report::Style style = session.style();
  for (const Artifact* a : artifacts) {
    if (session.options.json) {
      session.write_json(report::to_json(*a));
      continue;
    }
    report::Page page(style, column);
    page.item(a->id, a->summary);
    session.write(page.take());
  }
  return kDone;
}

int run(Session& session, const Options& options) {
  const auto user = load_user_artifacts(options.files);
  if (!user) return session.fail(user.error());
  std::vector<const Artifact*> artifacts(all_artifacts().begin(), all_artifacts().end());
  for (const auto& a : *user) artifacts.push_back(&a->artifact());
  if (options.id.empty()) return list(session, artifacts);
  const auto at = std::ranges::find(artifacts, options.id, &Artifact::id);
  if (at == artifacts.end()) {
    std::vector<std::string> ids;
    ids.reserve(artifacts.size());
    for (const Artifact* a : artifacts) ids.emplace_back(a->id);
    const std::string meant = nearest(options.id, ids);
    return session.fail_usage("there is no artifact \"" + options.id + "\"; " + (meant.empty() ? "see: bridle artifacts" : "did you mean \"" + meant + "\"?"));
  }
  if (session.options.json) session.write_json(report::to_json(**at));
  else session.write(artifact_text(**at, session.style()));
  return kDone;
}

}  // namespace

void add_artifacts(CLI::App& program, Session& session) {
  CLI::App* verb = program.add_subcommand("artifacts", "List what Bridle reads, or describe one artifact and its fields.");
  const auto options = std::make_shared<Options>();
  verb->add_option("ID", options->id, "Artifact to describe, such as ios.tcc.");
  verb->add_option("--artifact", options->files, "Also read a user artifact from this .sql file; may be repeated.")->type_name("FILE")->allow_extra_args(false);
  add_output_options(*verb, session);
  add_examples(*verb, R"(Examples:
  bridle artifacts
  bridle artifacts ios.safari_history
      where it is found, what its fields mean, how it could be forged
  bridle artifacts --artifact mine.sql user.mine)");
  verb->callback([&session, options] { session.job = [&session, options] { return run(session, *options); }; });
}

}  // namespace bridle::cli
