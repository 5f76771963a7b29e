// SPDX-License-Identifier: Apache-2.0
// bridle doctor: what this machine gives Bridle to work with, above all which walls of the sandbox stand.
#include <CLI/Version.hpp>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <sqlite3.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cstdlib>
#include <thread>

#include "base/version.h"
#include "cli/verbs.h"
#include "engine/sandbox.h"
#include "indicators/store.h"
#include "report/page.h"

namespace bridle::cli {
namespace {

struct Machine {
  std::string kernel, compiler, locale, store;
  unsigned cores = 0;
  std::uint64_t memory_bytes = 0, free_disk_bytes = 0;
};

Machine machine() {
  Machine m;
  utsname host{};
  if (::uname(&host) == 0) m.kernel = std::string(host.sysname) + " " + host.release + " " + host.machine;
#ifdef __clang__
  m.compiler = "clang " __clang_version__;
#else
  m.compiler = "g++ " __VERSION__;
#endif
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (m.locale.empty() && value != nullptr) m.locale = value;
  }
  m.store = IndicatorStore::default_folder().string();
  m.cores = std::thread::hardware_concurrency();
  m.memory_bytes = static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  struct statvfs disk{};
  if (::statvfs(".", &disk) == 0) m.free_disk_bytes = static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize;
  return m;
}

std::vector<std::pair<std::string, std::string>> libraries() {
  return {{"SQLite", sqlite3_libversion()},
          {"OpenSSL", OpenSSL_version(OPENSSL_VERSION)},
          {"fmt", fmt::format("{}.{}.{}", FMT_VERSION / 10'000, FMT_VERSION / 100 % 100, FMT_VERSION % 100)},
          {"nlohmann-json", fmt::format("{}.{}.{}", NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR, NLOHMANN_JSON_VERSION_PATCH)},
          {"CLI11", CLI11_VERSION}};
}

bool walls_stand(const SandboxReport& report) {
  for (const SandboxTrial& trial : report.trials)
    if (!trial.as_wanted()) return false;
  return !report.trials.empty();
}

Json doctor_json(const Machine& m, const SandboxReport& walls) {
  Json trials = Json::array();
  for (const SandboxTrial& t : walls.trials)
    trials.push_back({{"what", t.what}, {"should_pass", t.should_pass}, {"passed", t.passed}, {"how", t.how}, {"as_wanted", t.as_wanted()}});
  Json out = report::json_object("doctor");
  out.update({{"version", kVersion}, {"compiler", m.compiler}, {"kernel", m.kernel}, {"cores", m.cores}, {"memory_bytes", m.memory_bytes},
              {"free_disk_bytes", m.free_disk_bytes}, {"locale", m.locale}, {"indicator_store", report::json_or_null(m.store)}});
  out["libraries"] = Json::object();
  for (const auto& [name, version] : libraries()) out["libraries"][name] = version;
  out["sandbox"] = {{"as_wanted", walls_stand(walls)}, {"no_new_privs", walls.no_new_privs}, {"seccomp", walls.seccomp}, {"landlock", walls.landlock},
                    {"rlimits", walls.rlimits}, {"descriptors", walls.descriptors}, {"trials", std::move(trials)}};
  return out;
}

std::string doctor_text(const Machine& m, const SandboxReport& walls, const report::Style& style) {
  report::Page page(style, 18);
  page.heading("BRIDLE", kVersion);
  page.item("compiler", m.compiler);
  for (const auto& [name, version] : libraries()) page.item(name, version);
  page.blank();
  page.heading("MACHINE", m.kernel);
  page.item("cores", std::to_string(m.cores));
  page.item("memory", report::byte_size(m.memory_bytes));
  page.item("free disk here", report::byte_size(m.free_disk_bytes));
  page.item("locale", m.locale.empty() ? "none: text is written in ASCII" : m.locale);
  page.item("indicators in", m.store.empty() ? "nowhere: neither HOME nor XDG_DATA_HOME is set" : m.store);
  page.blank();
  page.heading("SANDBOX", walls_stand(walls) ? "every attempt to leave it was refused" : "NOT whole: see what passed below");
  page.item("no_new_privs", walls.no_new_privs ? "enforced" : "NOT enforced");
  page.item("seccomp", walls.seccomp);
  page.item("landlock", walls.landlock);
  page.item("rlimits", walls.rlimits);
  page.item("descriptors", walls.descriptors);
  for (const SandboxTrial& t : walls.trials)
    page.item(t.as_wanted() ? (t.passed ? "allowed" : "refused") : (t.passed ? "NOT refused" : "NOT allowed"), t.what + " (" + t.how + ")");
  return page.take();
}

}  // namespace

void add_doctor(CLI::App& program, Session& session) {
  CLI::App* verb = program.add_subcommand("doctor", "Say what this machine enforces and offers: sandbox, libraries, disk.");
  add_output_options(*verb, session);
  add_examples(*verb, "Examples:\n  bridle doctor\n  bridle doctor --json");
  verb->callback([&session] {
    session.job = [&session] {
      const Machine m = machine();
      const SandboxReport walls = probe_sandbox();
      if (session.options.json) session.write_json(doctor_json(m, walls));
      else session.write(doctor_text(m, walls, session.style()));
      return kDone;
    };
  });
}

}  // namespace bridle::cli
