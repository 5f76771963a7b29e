// SPDX-License-Identifier: Apache-2.0
// bridle demo: an invented phone, checked and explained.
#include <filesystem>
#include <memory>

#include "cli/check_output.h"
#include "cli/progress.h"
#include "cli/verbs.h"
#include "forge/forge.h"
#include "report/page.h"
#include "report/text.h"

namespace bridle::cli {
namespace {

namespace fs = std::filesystem;

std::string fresh_folder() {
  std::error_code error;
  std::string out = "bridle-demo";
  for (int n = 2; fs::exists(out, error); ++n) out = "bridle-demo-" + std::to_string(n);
  return out;
}

/// Explains the strongest finding. Nothing if there is none.
int explain_strongest(Session& session, const std::string& case_path) {
  const auto reader = report::CaseReader::open(case_path);
  if (!reader) return session.fail(reader.error());
  auto records = report::CaseRecords::open(*reader);
  if (!records) return session.fail(records.error());
  std::optional<report::FindingRow> strongest;
  const auto read = reader->findings([&](const report::FindingRow& f) {
    strongest = f;
    return false;
  });
  if (!read) return session.fail(read.error());
  if (!strongest) return kDone;
  session.write_line("\n$ bridle explain " + session.style().safe(report::shell_word(case_path)) + " " + strongest->id);
  const auto text = report::explain_text(*reader, *records, *strongest, session.style());
  if (!text) return session.fail(text.error());
  session.write(*text);
  return kDone;
}

int run(Session& session, const std::string& wanted) {
  const fs::path folder = wanted.empty() ? fresh_folder() : wanted;
  const auto forged = forge::forge_backup(folder, forge::Spec::demo());
  if (!forged) return session.fail(forged.error());
  const std::string case_path = (folder / "demo.bridle").string();
  if (!session.options.json) {
    const report::Style style = session.style();
    report::Page page(style);
    page.heading("DEMO", "Everything below is invented: a synthetic phone with planted traces among ordinary records. No such person, phone or message exists.");
    page.value("backup", forged->backup.string());
    page.value("planted", forged->truth.string());
    session.write(page.take());
    session.write_line("\n$ bridle check " + style.safe(report::shell_word(forged->backup.string())) + " --case " + style.safe(report::shell_word(case_path)));
  }
  install_stop_handlers();
  auto progress = make_progress(session);
  const auto result = check({.sources = {forged->backup.string()}, .case_path = case_path, .command = session.command}, *progress);
  progress.reset();
  if (!result) return fail_run(session, result.error());
  const int code = finish_check(session, *result, std::nullopt);
  if (session.options.json || (code != kDone && code != kPartial)) return code;
  const int explained = explain_strongest(session, case_path);
  return explained == kDone ? code : explained;
}

}  // namespace

void add_demo(CLI::App& program, Session& session) {
  CLI::App* verb = program.add_subcommand("demo", "Invent a phone, check its backup and explain one finding. Needs no evidence.");
  const auto folder = std::make_shared<std::string>();
  verb->add_option("DIR", *folder, "Folder for the backup and the case; without it a new one, bridle-demo.");
  add_output_options(*verb, session);
  add_examples(*verb, R"(Examples:
  bridle demo
  bridle demo /tmp/demo
      then look around: bridle timeline /tmp/demo/demo.bridle)");
  verb->callback([&session, folder] { session.job = [&session, folder] { return run(session, *folder); }; });
}

}  // namespace bridle::cli
