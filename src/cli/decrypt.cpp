// SPDX-License-Identifier: Apache-2.0
// bridle decrypt: the files of a backup as files, for those who need them. check reads an encrypted backup in place.
#include "evidence/decrypt_backup.h"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <memory>

#include "cli/check_output.h"
#include "cli/password.h"
#include "cli/progress.h"
#include "cli/verbs.h"
#include "evidence/ios_backup.h"
#include "report/page.h"

namespace bridle::cli {
namespace {

struct Options {
  std::string backup, folder;
  PasswordOptions password;
};

/// One attempt with one password.
class Attempt {
 public:
  Attempt(Session& session, const Options& options, Progress& progress) : session_(session), options_(options), progress_(progress) {}

  Result<DecryptReport> run(const std::string& root, const std::optional<std::string>& password) {
    const DecryptEvents events{.problem = [this](const Error& error) { tell(error); },
                               .progress = [this](std::uint64_t done, std::uint64_t total) { return advance(done, total); }};
    return decrypt_backup(root, password, options_.folder, events);
  }

 private:
  void tell(const Error& error) {
    if (!session_.options.json) {
      session_.fail(error);
      return;
    }
    Json out = report::json_object("undecrypted");
    out.update({{"path", report::json_text(error.where)}, {"code", name(error.code)}, {"what", report::json_sentence(error.what)},
                {"offset", error.offset ? Json(*error.offset) : Json()}});
    session_.write_json(out);
  }

  bool advance(std::uint64_t done, std::uint64_t total) {
    if (!staged_) progress_.stage("Decrypting", total);
    staged_ = true;
    progress_.advance(done - done_);
    done_ = done;
    return !stop_requested();
  }

  Session& session_;
  const Options& options_;
  Progress& progress_;
  std::uint64_t done_ = 0;
  bool staged_ = false;
};

/// Tries without a password, then with those that the source gives.
Result<DecryptReport> decrypt(const std::string& root, const PasswordSource& password, Attempt& attempt) {
  auto report = attempt.run(root, std::nullopt);
  for (int i = 0; !report && report.error().code == Errc::password; ++i) {
    std::optional<std::string> given = password(i);
    if (!given) return report;
    report = attempt.run(root, given);
    OPENSSL_cleanse(given->data(), given->size());
  }
  return report;
}

int finish(Session& session, const Options& options, const DecryptReport& report) {
  if (session.options.json) {
    Json out = report::json_object("decrypted");
    out.update({{"folder", report::json_text(options.folder)}, {"files", report.files}, {"bytes", report.bytes}, {"links", report.links},
                {"problems", report.problems}, {"stopped", report.stopped}});
    session.write_json(out);
  } else {
    const auto count = [](std::uint64_t n, const char* noun) { return report::counted(static_cast<std::int64_t>(n), noun); };
    report::Page page(session.style());
    page.heading("DECRYPTED", count(report.files, "file") + ", " + report::byte_size(report.bytes));
    page.value("folder", options.folder);
    if (report.links > 0) page.item("links", count(report.links, "symbolic link") + " of the backup not made");
    page.item("problems", report.problems == 0 ? "none" : count(report.problems, "problem") + "; each was named above");
    page.item("care", "This folder holds the owner's private files in the clear. Delete it when you are done.");
    session.write(page.take());
  }
  if (report.stopped) return kSignal + stop_signal();
  return report.problems > 0 ? kPartial : kDone;
}

int run(Session& session, const Options& options) {
  const auto root = find_ios_backup(options.backup);
  if (!root) return session.fail(root.error());
  const auto password = password_source(options.password);
  if (!password) return session.fail(password.error());
  install_stop_handlers();
  auto progress = make_progress(session);
  Attempt attempt(session, options, *progress);
  const auto report = decrypt(*root, *password, attempt);
  progress.reset();
  return report ? finish(session, options, *report) : fail_run(session, report.error());
}

}  // namespace

void add_decrypt(CLI::App& program, Session& session) {
  CLI::App* verb = program.add_subcommand("decrypt", "Write the files of a backup as files, decrypted. \"check\" does not need this.");
  const auto options = std::make_shared<Options>();
  verb->add_option("BACKUP", options->backup, "Backup folder, or a folder that holds one.")->required();
  verb->add_option("-d,--destination", options->folder, "Folder to write into; it must be empty or not exist.")->type_name("DIR")->required();
  add_password_options(*verb, options->password);
  verb->add_flag("-q,--quiet", session.options.quiet, "No progress.");
  add_output_options(*verb, session);
  add_examples(*verb, R"(Every file that could not be written is named, and the exit code is 3 then.

Examples:
  bridle decrypt ~/Backups/00008110-001A2B3C4D5E6F70 -d clear
  bridle decrypt backup -d clear --password-file secret.txt)");
  verb->callback([&session, options] { session.job = [&session, options] { return run(session, *options); }; });
}

}  // namespace bridle::cli
