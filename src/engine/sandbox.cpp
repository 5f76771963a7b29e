// SPDX-License-Identifier: Apache-2.0
#include "engine/sandbox.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "base/text.h"
#include "engine/sandbox_walls.h"

namespace bridle {
namespace {

#ifdef BRIDLE_SANITIZED
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

/// Takes standard input, output and error away: a worker has nobody to talk to, and a terminal obeys escape sequences.
bool silence_standard_streams() {
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null < 0) return false;
  bool done = dup2(null, STDIN_FILENO) >= 0 && dup2(null, STDOUT_FILENO) >= 0;
  if (!kSanitized) done = dup2(null, STDERR_FILENO) >= 0 && done;
  if (null > STDERR_FILENO) close(null);
  return done;
}

/// Closes what is open for writing: the case, the pipes to other workers, a socket of whoever started us.
bool close_writable(int keep) {
  DIR* folder = opendir("/proc/self/fd");
  if (folder == nullptr) return false;
  std::vector<int> writable;
  while (const dirent* entry = readdir(folder)) {
    const std::string_view name = entry->d_name;
    int fd = -1;
    std::from_chars(name.data(), name.data() + name.size(), fd);
    if (fd <= STDERR_FILENO || fd == keep) continue;
    const int flags = fcntl(fd, F_GETFL);
    if (flags >= 0 && (flags & O_ACCMODE) != O_RDONLY) writable.push_back(fd);
  }
  closedir(folder);
  for (const int fd : writable) close(fd);
  return true;
}

std::string restrict_descriptors(int keep) {
  const bool silent = silence_standard_streams();
  const bool closed = close_writable(keep);
  std::string text = closed ? "read-only" : "not checked: /proc can't be read";
  if (!silent) text += "; standard streams left open: /dev/null can't be opened";
  return text;
}

/// Sets limits one by one and keeps the sentence that tells about them.
class Limits {
 public:
  /// Lowers the soft limit, and the hard one too unless `soft_only`.
  bool lower(std::string_view what, int resource, std::uint64_t value, bool soft_only = false) {
    const auto id = static_cast<__rlimit_resource_t>(resource);
    rlimit limit{};
    if (getrlimit(id, &limit) != 0) return missing(what);
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, value);
    if (!soft_only) limit.rlim_max = limit.rlim_cur;
    if (setrlimit(id, &limit) != 0) return missing(what);
    set_ += fmt::format("{}{}", set_.empty() ? "" : ", ", what);
    return true;
  }
  void note(std::string_view text) { missing_ += fmt::format("; {}", text); }
  std::string text() const { return set_ + missing_; }

 private:
  bool missing(std::string_view what) {
    missing_ += fmt::format("; not set: {} ({})", what, std::strerror(errno));
    return false;
  }
  std::string set_, missing_;
};

std::string restrict_resources(const SandboxPolicy& policy) {
  Limits limits;
  // Only the soft limit: the parent grants each job of a worker its own time, and can't raise a hard limit.
  limits.lower(fmt::format("cpu {} s", policy.cpu_seconds), RLIMIT_CPU, policy.cpu_seconds, true);
  limits.lower(fmt::format("open files {}", limits::kWorkerOpenFiles), RLIMIT_NOFILE, limits::kWorkerOpenFiles);
  limits.lower("processes 0", RLIMIT_NPROC, 0);
  if (kSanitized) {
    limits.note("a build with sanitizers: address space, file size and core dumps not limited");
    return limits.text();
  }
  const std::uint64_t mebibytes = policy.address_space_bytes / limits::kMiB;
  if (!limits.lower(fmt::format("address space {} MiB", mebibytes), RLIMIT_AS, policy.address_space_bytes))
    limits.lower(fmt::format("data {} MiB", mebibytes), RLIMIT_DATA, policy.address_space_bytes);
  limits.lower("file size 0", RLIMIT_FSIZE, 0);
  limits.lower("core 0", RLIMIT_CORE, 0);
  // RLIMIT_CORE alone does not bind a handler that core_pattern names with "|".
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) limits.note("core dumps by a handler not turned off");
  return limits.text();
}

std::string one_line(std::string_view text) {
  std::string out = to_valid_utf8(text);
  for (char& c : out)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  return out;
}

}  // namespace

SandboxReport enter_sandbox(const SandboxPolicy& policy) {
  SandboxReport report;
  report.descriptors = restrict_descriptors(policy.output_fd);
  report.no_new_privs = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
  report.landlock = enter_landlock(policy.read_only_paths, kSanitized);
  report.rlimits = restrict_resources(policy);
  report.seccomp = enter_seccomp(policy.output_fd, kSanitized);  // last: it denies what the others need
  return report;
}

std::string to_lines(const SandboxReport& report) {
  return fmt::format("{}\n{}\n{}\n{}\n{}", report.no_new_privs ? "no_new_privs" : "", one_line(report.seccomp),
                     one_line(report.landlock), one_line(report.rlimits), one_line(report.descriptors));
}

SandboxReport report_from_lines(std::string_view text) {
  std::array<std::string, 5> field;
  Lines lines(text);
  for (std::string& f : field)
    if (const auto line = lines.next()) f = one_line(*line);
  return {field[0] == "no_new_privs", field[1], field[2], field[3], field[4], {}};
}

}  // namespace bridle
