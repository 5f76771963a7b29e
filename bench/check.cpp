// SPDX-License-Identifier: Apache-2.0
// The main job on a whole phone: bench_check BRIDLE [DIR]. Forges the 933 MiB backup of the speed table plain and
// encrypted, runs the program itself, and prints wall time beside the floor: hashing what it reads twice, for the
// encrypted one also the key derivation. Memory is sampled as the proportional set size of all its processes.
#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "base/hash.h"
#include "bench.h"
#include "case/db.h"
#include "forge/forge.h"

namespace bridle::bench {
namespace {

namespace fs = std::filesystem;

/// 5,713 indicators, as many as the peer was measured with.
void write_indicators(const fs::path& path) {
  std::ofstream out(path);
  out << R"({"type":"bundle","id":"bundle--1","objects":[)";
  for (int i = 0; i < 5713; ++i) {
    const std::string id = fmt::format("00000000-0000-4000-8000-{:012}", i);
    const std::string pattern = i % 70 == 0 ? fmt::format("[process:name='implant{}']", i)
                                            : fmt::format("[domain-name:value='host{}.listed-domain{}.example{}']", i % 3, i, i % 9);
    out << (i > 0 ? "," : "") << R"({"type":"indicator","spec_version":"2.1","id":"indicator--)" << id
        << R"(","created":"2024-01-01T00:00:00Z","modified":"2024-01-01T00:00:00Z","valid_from":"2024-01-01T00:00:00Z","pattern_type":"stix","pattern":")"
        << pattern << "\"}";
  }
  out << "]}";
}

pid_t start(const std::vector<std::string>& command) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  const int null = ::open("/dev/null", O_WRONLY);
  ::dup2(null, 1);
  std::vector<char*> argv;
  for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  ::execv(argv[0], argv.data());
  ::_exit(127);
}

int finish(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

/// Proportional set size in KiB of a process and all below it.
long pss_of(pid_t pid) {
  long sum = 0;
  std::ifstream rollup(fmt::format("/proc/{}/smaps_rollup", pid));
  for (std::string line; std::getline(rollup, line);)
    if (line.starts_with("Pss:")) sum += std::stol(line.substr(4));
  std::ifstream children(fmt::format("/proc/{}/task/{}/children", pid, pid));
  for (pid_t child = 0; children >> child;) sum += pss_of(child);
  return sum;
}

double peak_mib(const std::vector<std::string>& command) {
  const pid_t child = start(command);
  long peak = 0;
  int status = 0;
  while (::waitpid(child, &status, WNOHANG) == 0) {
    peak = std::max(peak, pss_of(child));
    std::this_thread::sleep_for(std::chrono::milliseconds(15));
  }
  return static_cast<double>(peak) / 1024;
}

void hash_file(const fs::path& path) {
  Sha256 hash;
  std::vector<std::byte> buffer(1 << 20);
  std::ifstream in(path, std::ios::binary);
  while (in.read(reinterpret_cast<char*>(buffer.data()), static_cast<std::streamsize>(buffer.size())) || in.gcount() > 0)
    hash.update(Bytes(buffer).first(static_cast<std::size_t>(in.gcount())));
  hash.finish();
}

/// SHA-256 of the stored files that the case says were read, twice over, on as many threads as there are cores.
void hash_read_files(const fs::path& backup, const fs::path& case_file) {
  auto db = CaseDb::open(case_file, CaseDb::Mode::read);
  auto rows = db->prepare("SELECT stored_as FROM file WHERE stored_as IS NOT NULL AND sha256 IS NOT NULL");
  std::vector<fs::path> files;
  for (auto row = rows->step(); row && *row; row = rows->step()) files.push_back(backup / rows->text(0));
  for (int pass = 0; pass < 2; ++pass) {
    std::vector<std::thread> threads;
    for (unsigned t = 0; t < std::thread::hardware_concurrency(); ++t)
      threads.emplace_back([&, t] {
        for (std::size_t i = t; i < files.size(); i += std::thread::hardware_concurrency())
          hash_file(files[i]);
      });
    for (std::thread& t : threads) t.join();
  }
}

void derive_key() {
  unsigned char key[32], salt[20] = {};
  PKCS5_PBKDF2_HMAC("correct horse", 13, salt, sizeof salt, 10'000'000, EVP_sha256(), sizeof key, key);
}

std::int64_t number(const fs::path& case_file, std::string_view sql) {
  const auto db = CaseDb::open(case_file, CaseDb::Mode::read);
  auto row = db->prepare(sql);
  static_cast<void>(row->step());
  return row->integer(0);
}

void run(const std::string& bridle, const fs::path& dir, bool encrypted) {
  auto spec = forge::Spec::benchmark();
  const fs::path to = dir / (encrypted ? "encrypted" : "plain"), list = dir / "indicators.stix2", case_file = dir / "c.bridle";
  if (encrypted) spec.password = "correct horse", spec.dpic = 10'000'000, spec.iterations = 10'000;
  const auto forged = forge::forge_backup(to, spec);
  if (!forged) {
    std::fprintf(stderr, "bench: %s\n", to_string(forged.error()).c_str());
    std::exit(1);
  }
  std::ofstream(dir / "password") << "correct horse\n";
  write_indicators(list);
  std::vector<std::string> command{bridle, "check", forged->backup, "--case", case_file, "-i", list, "-q"};
  if (encrypted) command.insert(command.end(), {"--password-file", dir / "password"});
  int code = 0;
  const double wall = median_seconds(5, [&] {
    fs::remove(case_file);
    code = finish(start(command));
  });
  if (code != 0 && code != 3) {
    std::fprintf(stderr, "bench: bridle check ended with %d\n", code);
    std::exit(1);
  }
  const std::int64_t records = number(case_file, "SELECT sum(records) FROM coverage");
  std::printf("# %s backup: %llu entries, %llu files, %.0f MiB; %lld records in the case of %.0f MiB\n", encrypted ? "encrypted" : "plain",
              static_cast<unsigned long long>(forged->entries), static_cast<unsigned long long>(forged->files),
              static_cast<double>(forged->bytes) / 1048576, static_cast<long long>(records),
              static_cast<double>(fs::file_size(case_file)) / 1048576);
  const double hashing = median_seconds(3, [&] { hash_read_files(forged->backup, case_file); });
  if (!encrypted) {
    report("check, plain 933 MiB backup", wall, hashing, "s", "<= 2.0 s; floor: hashing what is read, twice");
    std::vector<std::string> again{bridle, "check", case_file, "-i", list, "-q"};
    const double rechecking = median_seconds(5, [&] { finish(start(again)); });
    const double millions = static_cast<double>(records) / 1e6;
    const double scan = median_seconds(3, [&] { number(case_file, "SELECT count(text) FROM ios_messages"); });
    report(fmt::format("check CASE again ({:.2f} M records)", millions), rechecking, scan, "s", "< 1 s for a million; floor: one scan of the messages");
  } else {
    const double pbkdf2 = seconds(derive_key);
    report("check, encrypted, DPIC 10,000,000", wall, pbkdf2 + hashing, "s", fmt::format("<= PBKDF2 {:.2f} + 2.5 s", pbkdf2));
  }
  fs::remove(case_file);
  report(encrypted ? "peak memory, all processes, encrypted" : "peak memory, all processes", peak_mib(command), 0, "MiB", "<= 300 MiB");
  fs::remove_all(to);
}

}  // namespace
}  // namespace bridle::bench

int main(int argc, char** argv) {
  using namespace bridle::bench;
  if (argc < 2) return std::fputs("usage: bench_check BRIDLE [DIR]\n", stderr), 2;
  std::string name = (fs::path(argc > 2 ? argv[2] : fs::temp_directory_path().c_str()) / "bridle-bench-XXXXXX").string();
  const fs::path dir = ::mkdtemp(name.data());
  run(argv[1], dir, false);
  run(argv[1], dir, true);
  fs::remove_all(dir);
}
