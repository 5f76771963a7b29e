// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "engine/sandbox.h"

namespace bridle {
namespace {

/// A folder with one file that stands for evidence, and a descriptor to it that was opened for writing.
class Scratch {
 public:
  Scratch() {
    std::error_code error;
    folder_ = (std::filesystem::temp_directory_path(error) / "bridle-probe-XXXXXX").string();
    if (mkdtemp(folder_.data()) == nullptr) return;
    fd_ = open(evidence().c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  }
  ~Scratch() {
    if (fd_ >= 0) close(fd_);
    std::error_code error;
    std::filesystem::remove_all(folder_, error);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  bool ready() const { return fd_ >= 0; }
  int writable_fd() const { return fd_; }
  const std::string& folder() const { return folder_; }
  std::string evidence() const { return folder_ + "/evidence"; }
  std::string beside() const { return folder_ + "/beside"; }

 private:
  std::string folder_;
  int fd_ = -1;
};

/// 0 if the call went through, errno if not.
int outcome(long result) { return result < 0 ? errno : 0; }

struct Trial {
  const char* what;
  bool should_pass;
  int (*attempt)(const Scratch& scratch);
};

constexpr auto kTrials = std::to_array<Trial>({
    {"read the evidence", true, [](const Scratch& s) { return outcome(open(s.evidence().c_str(), O_RDONLY)); }},
    {"list the folder of the evidence", true,
     [](const Scratch& s) { return outcome(open(s.folder().c_str(), O_RDONLY | O_DIRECTORY)); }},
    {"read a file that is not evidence", false, [](const Scratch&) { return outcome(open("/etc/passwd", O_RDONLY)); }},
    {"open the evidence for writing", false,
     [](const Scratch& s) { return outcome(open(s.evidence().c_str(), O_WRONLY)); }},
    {"write to a file that was open before", false,
     [](const Scratch& s) { return outcome(write(s.writable_fd(), "x", 1)); }},
    {"create a file beside the evidence", false,
     [](const Scratch& s) { return outcome(open(s.beside().c_str(), O_WRONLY | O_CREAT, 0600)); }},
    {"change the mode of the evidence", false,
     [](const Scratch& s) { return outcome(chmod(s.evidence().c_str(), 0)); }},
    {"change the times of the evidence", false,
     [](const Scratch& s) { return outcome(utimensat(AT_FDCWD, s.evidence().c_str(), nullptr, 0)); }},
    {"open a socket", false, [](const Scratch&) { return outcome(socket(AF_INET, SOCK_STREAM, 0)); }},
    {"start a process", false,
     [](const Scratch&) {
       const pid_t pid = fork();
       if (pid == 0) _exit(0);
       return outcome(pid);
     }},
    {"start a program", false,
     [](const Scratch&) {
       // A failing execve() gives the same answer inside and outside; success ends this process with status 0.
       std::array<char*, 2> arguments{const_cast<char*>("/bin/true"), nullptr};
       return outcome(execv(arguments[0], arguments.data()));
     }},
    {"trace a process", false, [](const Scratch&) { return outcome(ptrace(PTRACE_TRACEME, 0, nullptr, nullptr)); }},
    {"signal the parent process", false, [](const Scratch&) { return outcome(kill(getppid(), 0)); }},
    {"map memory as code", false,
     [](const Scratch&) {
       void* page = mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
       return page == MAP_FAILED ? errno : 0;
     }},
    {"set up io_uring", false,
     [](const Scratch&) {
       std::array<std::byte, 120> parameters{};  // struct io_uring_params
       return outcome(syscall(SYS_io_uring_setup, 1, parameters.data()));
     }},
#ifdef __x86_64__
    {"call the kernel as an x32 program", false,
     [](const Scratch&) { return outcome(syscall(0x40000000L | SYS_getpid)); }},
#endif
    {"delete the evidence", false, [](const Scratch& s) { return outcome(unlink(s.evidence().c_str())); }},
});

SandboxPolicy policy_for(const Scratch& scratch) {
  SandboxPolicy policy;
  policy.read_only_paths = {scratch.folder()};
  return policy;
}

int wait_for(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
  return status;
}

SandboxTrial run(const Trial& trial, const Scratch& scratch) {
  SandboxTrial out{trial.what, trial.should_pass, false, {}};
  const pid_t pid = fork();
  if (pid < 0) {
    out.passed = !trial.should_pass;  // not tried is not kept in
    out.how = fmt::format("not tried: {}", std::strerror(errno));
    return out;
  }
  if (pid == 0) {
    enter_sandbox(policy_for(scratch));
    _exit(trial.attempt(scratch));
  }
  const int status = wait_for(pid);
  if (WIFSIGNALED(status)) {
    out.how = fmt::format("process ended by signal {} ({})", WTERMSIG(status), strsignal(WTERMSIG(status)));
  } else if (WEXITSTATUS(status) != 0) {
    out.how = std::strerror(WEXITSTATUS(status));
  } else {
    out.passed = true;
    out.how = "done";
  }
  return out;
}

/// What a child says of its own sandbox.
SandboxReport ask(const Scratch& scratch) {
  std::array<int, 2> pipe{};
  if (pipe2(pipe.data(), O_CLOEXEC) != 0) return {};
  const pid_t pid = fork();
  if (pid == 0) {
    SandboxPolicy policy = policy_for(scratch);
    policy.output_fd = pipe[1];
    const std::string text = to_lines(enter_sandbox(policy));
    _exit(write(pipe[1], text.data(), text.size()) < 0);
  }
  close(pipe[1]);
  std::array<char, 4096> text{};  // one write of less than PIPE_BUF comes in one piece
  const ssize_t n = read(pipe[0], text.data(), text.size());
  close(pipe[0]);
  if (pid > 0) wait_for(pid);
  return report_from_lines({text.data(), n > 0 ? static_cast<std::size_t>(n) : 0});
}

}  // namespace

SandboxReport probe_sandbox() {
  const Scratch scratch;
  if (!scratch.ready()) {
    const std::string why = fmt::format("not tried: {} can't be made", scratch.folder());
    return {false, why, why, why, why, {}};
  }
  SandboxReport report = ask(scratch);
  for (const Trial& trial : kTrials) report.trials.push_back(run(trial, scratch));
  return report;
}

}  // namespace bridle
