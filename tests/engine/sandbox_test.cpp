// SPDX-License-Identifier: Apache-2.0
#include "engine/sandbox.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>

#include "base/hash.h"

namespace bridle {
namespace {

/// How a child process ended: 0..255 an exit status, 1000 + n signal n.
constexpr int kSignal = 1000;
int run_child(const std::function<int()>& body) {
  const pid_t pid = fork();
  if (pid == 0) _exit(body());
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFSIGNALED(status) ? kSignal + WTERMSIG(status) : WEXITSTATUS(status);
}

int outcome(long result) { return result < 0 ? errno : 0; }

class Sandbox : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = testing::TempDir() + "/bridle-sandbox-XXXXXX";
    ASSERT_NE(mkdtemp(folder_.data()), nullptr);
    std::filesystem::create_directory(readable());
    std::ofstream(evidence()) << "evidence";
    std::ofstream(other()) << "other";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string readable() const { return folder_ + "/readable"; }
  std::string evidence() const { return readable() + "/evidence"; }
  std::string other() const { return folder_ + "/other"; }

  /// What `body` gives inside the sandbox.
  int inside(const std::function<int()>& body) const { return inside(policy(), body); }
  static int inside(const SandboxPolicy& policy, const std::function<int()>& body) {
    return run_child([&] {
      enter_sandbox(policy);
      return body();
    });
  }
  SandboxPolicy policy() const {
    SandboxPolicy policy;
    policy.read_only_paths = {readable()};
    return policy;
  }
  /// The report of a child; `before` runs in it first.
  SandboxReport report(const std::function<void()>& before = [] {}) const {
    std::array<int, 2> pipe{};
    EXPECT_EQ(pipe2(pipe.data(), O_CLOEXEC), 0);
    SandboxPolicy with_output = policy();
    with_output.output_fd = pipe[1];
    EXPECT_EQ(run_child([&] {
                before();
                const std::string text = to_lines(enter_sandbox(with_output));
                return outcome(write(pipe[1], text.data(), text.size()));
              }),
              0);
    std::array<char, 4096> text{};
    const ssize_t n = read(pipe[0], text.data(), text.size());
    close(pipe[0]);
    close(pipe[1]);
    return report_from_lines({text.data(), static_cast<std::size_t>(n)});
  }
  bool landlock() const { return report().landlock.starts_with("abi "); }

  std::string folder_;
};

TEST_F(Sandbox, SaysWhatItEnforced) {
  const SandboxReport r = report();
  EXPECT_TRUE(r.no_new_privs);
  EXPECT_TRUE(r.seccomp.starts_with("enforced")) << r.seccomp;
  EXPECT_TRUE(r.landlock.starts_with("abi ") || r.landlock.starts_with("not enforced: ")) << r.landlock;
  EXPECT_TRUE(r.rlimits.starts_with("cpu 1800 s, open files 1024, processes 0")) << r.rlimits;
  EXPECT_EQ(r.descriptors, "read-only");
#ifndef BRIDLE_SANITIZED
  EXPECT_NE(r.rlimits.find("address space 4096 MiB, file size 0, core 0"), std::string::npos) << r.rlimits;
#endif
}

TEST_F(Sandbox, ReadsTheEvidence) {
  const std::string path = evidence();
  EXPECT_EQ(inside([&] {
              std::ifstream in(path);
              const std::string text{std::istreambuf_iterator<char>(in), {}};
              return text == "evidence" ? 0 : 1;
            }),
            0);
  EXPECT_EQ(inside([&] {
              std::size_t entries = 0;
              for (const auto& entry : std::filesystem::recursive_directory_iterator(readable()))
                entries += entry.file_size() > 0;
              return entries == 1 ? 0 : 1;
            }),
            0);
}

TEST_F(Sandbox, ReadsOneFileThatIsNamed) {
  SandboxPolicy one;
  one.read_only_paths = {other()};
  EXPECT_EQ(inside(one, [&] { return outcome(open(other().c_str(), O_RDONLY)); }), 0);
  if (landlock()) {
    EXPECT_EQ(inside(one, [&] { return outcome(open(evidence().c_str(), O_RDONLY)); }), EACCES);
  }
}

TEST_F(Sandbox, ReadsNothingElse) {
  if (!landlock()) GTEST_SKIP() << "this kernel has no Landlock: " << report().landlock;
  EXPECT_EQ(inside([&] { return outcome(open(other().c_str(), O_RDONLY)); }), EACCES);
  EXPECT_EQ(inside([] { return outcome(open("/etc/passwd", O_RDONLY)); }), EACCES);
  EXPECT_EQ(inside([] { return outcome(open("/", O_RDONLY | O_DIRECTORY)); }), EACCES);
  const std::string link = readable() + "/link";  // a backup may hold links that lead out of it
  ASSERT_EQ(symlink("/etc/passwd", link.c_str()), 0);
  EXPECT_EQ(inside([&] { return outcome(open(link.c_str(), O_RDONLY)); }), EACCES);
}

TEST_F(Sandbox, WritesToNoFile) {
  const std::string path = evidence(), beside = readable() + "/beside";
  EXPECT_NE(inside([&] { return outcome(open(path.c_str(), O_WRONLY)); }), 0);
  EXPECT_NE(inside([&] { return outcome(open(path.c_str(), O_RDWR)); }), 0);
  EXPECT_NE(inside([&] { return outcome(open(path.c_str(), O_RDONLY | O_TRUNC)); }), 0);
  EXPECT_NE(inside([&] { return outcome(open(beside.c_str(), O_WRONLY | O_CREAT, 0600)); }), 0);
  EXPECT_NE(inside([&] { return outcome(open(beside.c_str(), O_RDONLY | O_CREAT, 0600)); }), 0);
  EXPECT_NE(inside([&] { return outcome(open(readable().c_str(), O_TMPFILE | O_RDWR, 0600)); }), 0);
  EXPECT_NE(inside([&] { return outcome(mkdir(beside.c_str(), 0700)); }), 0);
  EXPECT_NE(inside([&] { return outcome(truncate(path.c_str(), 0)); }), 0);
  EXPECT_NE(inside([&] { return outcome(rename(path.c_str(), beside.c_str())); }), 0);
  EXPECT_NE(inside([&] { return outcome(link(path.c_str(), beside.c_str())); }), 0);
  EXPECT_NE(inside([&] { return outcome(symlink(path.c_str(), beside.c_str())); }), 0);
  EXPECT_NE(inside([&] { return outcome(unlink(path.c_str())); }), 0);
  EXPECT_NE(inside([&] { return outcome(memfd_create("x", 0)); }), 0);
  EXPECT_EQ(std::filesystem::file_size(path), 8U);
  EXPECT_FALSE(std::filesystem::exists(beside));
}

TEST_F(Sandbox, ChangesNoAttribute) {
  const std::string path = evidence();
  EXPECT_EQ(inside([&] { return outcome(chmod(path.c_str(), 0)); }), EPERM);
  EXPECT_EQ(inside([&] { return outcome(chown(path.c_str(), getuid(), getgid())); }), EPERM);
  EXPECT_EQ(inside([&] { return outcome(utimensat(AT_FDCWD, path.c_str(), nullptr, 0)); }), EPERM);
  EXPECT_EQ(inside([&] { return outcome(setxattr(path.c_str(), "user.x", "y", 1, 0)); }), EPERM);
  const int fd = open(path.c_str(), O_RDONLY);
  EXPECT_EQ(inside([&] { return outcome(fchmod(fd, 0)); }), EPERM);
  close(fd);
}

TEST_F(Sandbox, HasNoWayThroughDescriptorsOpenedBefore) {
  const int fd = open(evidence().c_str(), O_RDWR);
  EXPECT_EQ(inside([&] { return outcome(fcntl(fd, F_GETFD)); }), EBADF) << "open for writing: closed";
  SandboxPolicy output = policy();
  output.output_fd = fd;  // kept open, so that the filter has to refuse
  EXPECT_EQ(inside(output, [&] { return outcome(pwrite(fd, "x", 1, 0)); }), EPERM);
  EXPECT_EQ(inside(output, [&] { return outcome(ftruncate(fd, 0)); }), EPERM);
  EXPECT_EQ(inside(output, [&] {
              return mmap(nullptr, 8, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED ? errno : 0;
            }),
            EPERM);
#ifndef BRIDLE_SANITIZED
  EXPECT_EQ(inside(output, [&] {
              signal(SIGXFSZ, SIG_IGN);
              return outcome(write(fd, "x", 1));
            }),
            EFBIG);
#endif
  close(fd);
  EXPECT_EQ(std::filesystem::file_size(evidence()), 8U);
}

TEST_F(Sandbox, ReadsDescriptorsOpenedBefore) {
  const int fd = open(other().c_str(), O_RDONLY);
  std::array<char, 8> text{};
  EXPECT_EQ(inside([&] { return pread(fd, text.data(), text.size(), 0) == 5 ? 0 : 1; }), 0);
  close(fd);
}

TEST_F(Sandbox, HasNoNetworkAndNoProcesses) {
  EXPECT_EQ(inside([] { return outcome(socket(AF_INET, SOCK_STREAM, 0)); }), EPERM);
  EXPECT_EQ(inside([] { return outcome(socket(AF_UNIX, SOCK_STREAM, 0)); }), EPERM);
  EXPECT_EQ(inside([] {
              const pid_t pid = fork();
              if (pid == 0) _exit(0);
              return outcome(pid);
            }),
            EPERM);
  EXPECT_EQ(inside([] { return outcome(kill(getppid(), 0)); }), EPERM);
  EXPECT_EQ(inside([] { return outcome(syscall(SYS_tgkill, getppid(), getppid(), 0)); }), EPERM);
}

TEST_F(Sandbox, EndsWhatOnlyAnAttackerTries) {
  EXPECT_EQ(inside([] {
              std::array<char*, 2> arguments{const_cast<char*>("/bin/true"), nullptr};
              return outcome(execv(arguments[0], arguments.data()));
            }),
            kSignal + SIGSYS);
  EXPECT_EQ(inside([] { return outcome(ptrace(PTRACE_TRACEME, 0, nullptr, nullptr)); }), kSignal + SIGSYS);
  EXPECT_EQ(inside([] { return outcome(syscall(SYS_io_uring_setup, 1, nullptr)); }), kSignal + SIGSYS);
#ifdef __x86_64__
  EXPECT_EQ(inside([] { return outcome(syscall(0x40000000L | SYS_getpid)); }), kSignal + SIGSYS);
  const int as_i386 = inside([] {  // SIGSYS by the filter, SIGSEGV where the kernel has no such entry
    long result = 20;              // getpid
    asm volatile("int $0x80" : "+a"(result) : : "memory");
    return result < 0 ? 1 : 0;
  });
  EXPECT_GT(as_i386, kSignal);
#endif
}

TEST_F(Sandbox, MapsNoCode) {
  EXPECT_EQ(inside([] {
              void* page = mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
              return page == MAP_FAILED ? errno : 0;
            }),
            EPERM);
  EXPECT_EQ(inside([] {
              void* page = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
              return outcome(mprotect(page, 4096, PROT_READ | PROT_EXEC));
            }),
            EPERM);
}

TEST_F(Sandbox, LeavesWhatReadersNeed) {
  EXPECT_EQ(inside([] {
              std::vector<std::vector<char>> blocks(64);  // malloc by brk and by mmap, and their return
              for (std::size_t i = 0; i < blocks.size(); ++i) blocks[i].assign(std::size_t{1} << (i % 22), 'x');
              blocks.clear();
              const std::string digest = sha256_hex(as_bytes("abc"));
              try {
                throw std::runtime_error(digest);
              } catch (const std::runtime_error& e) {
                return std::string_view(e.what()).starts_with("ba7816bf8f01cfea") ? 0 : 1;
              }
            }),
            0);
#ifndef BRIDLE_SANITIZED
  EXPECT_EQ(inside([]() -> int { abort(); }), kSignal + SIGABRT) << "abort() needs tgkill";
#endif
}

TEST_F(Sandbox, LimitsCanBeReadAndNotRaised) {
  EXPECT_EQ(inside([] {
              rlimit limit{};
              if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1;
              return limit.rlim_cur <= limits::kWorkerOpenFiles ? outcome(setrlimit(RLIMIT_NOFILE, &limit)) : 2;
            }),
            EPERM);
}

TEST_F(Sandbox, EndsAtItsProcessorTime) {
  SandboxPolicy brief = policy();
  brief.cpu_seconds = 1;
  EXPECT_EQ(inside(brief, []() -> int {
              for (volatile unsigned n = 0;;) n = n + 1;
            }),
            kSignal + SIGXCPU);
}

#ifndef BRIDLE_SANITIZED
TEST_F(Sandbox, LimitsMemory) {
  SandboxPolicy small = policy();
  small.address_space_bytes = 512 * limits::kMiB;
  EXPECT_EQ(inside(small, [] {
              try {
                const std::vector<char> large(1024 * limits::kMiB);
                return large.empty() ? 1 : 2;
              } catch (const std::bad_alloc&) {
                return 42;
              }
            }),
            42);
}

TEST_F(Sandbox, LeavesNoCoreDump) {
  const pid_t pid = fork();
  if (pid == 0) {
    rlimit core{};
    getrlimit(RLIMIT_CORE, &core);
    core.rlim_cur = core.rlim_max;
    setrlimit(RLIMIT_CORE, &core);
    enter_sandbox(policy());
    raise(SIGSEGV);
  }
  int status = 0;
  ASSERT_EQ(waitpid(pid, &status, 0), pid);
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_FALSE(WCOREDUMP(status));
}

TEST_F(Sandbox, TakesTheTerminalAway) {
  EXPECT_EQ(inside([] { return outcome(write(STDERR_FILENO, "x", 1)); }), EPERM);
  EXPECT_EQ(inside([] { return outcome(write(STDOUT_FILENO, "x", 1)); }), EPERM);
}
#endif

/// Makes one system call fail as on a kernel that lacks it.
void lack(long call, std::uint32_t first_argument, bool any_argument) {
  const auto number = static_cast<std::uint32_t>(call);
  std::array program{
      sock_filter{BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(seccomp_data, nr)},
      sock_filter{BPF_JMP | BPF_JEQ | BPF_K, 0, 3, number},
      sock_filter{BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(seccomp_data, args)},
      sock_filter{BPF_JMP | BPF_JEQ | BPF_K, 0, static_cast<std::uint8_t>(any_argument ? 0 : 1), first_argument},
      sock_filter{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | ENOSYS},
      sock_filter{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW},
  };
  const sock_fprog filter{program.size(), program.data()};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0);
}

TEST_F(Sandbox, GoesOnWithoutLandlock) {
  const SandboxReport r = report([] { lack(444, 0, true); });  // landlock_create_ruleset
  EXPECT_EQ(r.landlock, "not enforced: Function not implemented");
  EXPECT_TRUE(r.seccomp.starts_with("enforced")) << r.seccomp;
  EXPECT_TRUE(r.no_new_privs);
}

TEST_F(Sandbox, GoesOnWithoutSeccomp) {
  const auto without = [] {
    lack(SYS_seccomp, SECCOMP_SET_MODE_FILTER, false);
    lack(SYS_prctl, PR_SET_SECCOMP, false);
  };
  const SandboxReport r = report(without);
  EXPECT_TRUE(r.seccomp.starts_with("not enforced: ")) << r.seccomp;
  EXPECT_TRUE(r.landlock.starts_with("abi ") || r.landlock.starts_with("not enforced: "));
}

TEST_F(Sandbox, NamesPathsThatAreNotThere) {
  if (!landlock()) GTEST_SKIP() << "this kernel has no Landlock: " << report().landlock;
  std::filesystem::remove_all(readable());
  const std::string text = report().landlock;
  EXPECT_NE(text.find("can't be read: " + readable() + " (No such file or directory)"), std::string::npos) << text;
}

TEST(SandboxReport, TravelsAsLines) {
  const SandboxReport report{true, "enforced", "abi 7; can't be read: /a\nb", "cpu 1 s", "read-only", {}};
  const SandboxReport back = report_from_lines(to_lines(report));
  EXPECT_EQ(back.landlock, "abi 7; can't be read: /a?b");
  EXPECT_EQ(back.rlimits, report.rlimits);
  EXPECT_EQ(back.descriptors, report.descriptors);
  EXPECT_TRUE(back.no_new_privs);
  EXPECT_FALSE(report_from_lines("").no_new_privs);
  EXPECT_EQ(report_from_lines("no_new_privs\nx\x1b[31m").seccomp, "x?[31m");
}

TEST(SandboxProbe, TriesAndTells) {
  const SandboxReport report = probe_sandbox();
  EXPECT_TRUE(report.no_new_privs);
  ASSERT_GE(report.trials.size(), 15U);
  const bool landlock = report.landlock.starts_with("abi ");
  for (const SandboxTrial& trial : report.trials) {
    if (!landlock && trial.what == "read a file that is not evidence") continue;
    EXPECT_TRUE(trial.as_wanted()) << trial.what << ": " << trial.how;
    EXPECT_FALSE(trial.how.empty());
  }
}

}  // namespace
}  // namespace bridle
