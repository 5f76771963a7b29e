// SPDX-License-Identifier: Apache-2.0
// The system calls of a worker, as an allow-list.
//
// What is not listed gives EPERM: libraries look for sockets, processor counts or terminals, and go on without them;
// ending the process there would cost the user a readable file for nothing. What no library tries in passing ends the
// process: starting a program, reaching into another process, io_uring (which makes system calls that no filter sees),
// and system calls of another architecture or of x32, where the numbers mean other calls. Seeing one of these, the
// process has been taken over. Landlock does not cover mode, owner, times and attributes of files: only this list does.
#include <fcntl.h>
#include <fmt/format.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <initializer_list>
#include <vector>

#include "engine/sandbox_walls.h"

namespace bridle {
namespace {

using Comparisons = std::vector<scmp_arg_cmp>;

scmp_arg_cmp equals(unsigned argument, std::uint64_t value) { return {argument, SCMP_CMP_EQ, value, 0}; }
scmp_arg_cmp masked(unsigned argument, std::uint64_t mask, std::uint64_t value) {
  return {argument, SCMP_CMP_MASKED_EQ, mask, value};
}

/// A filter being built. Remembers the first failure; load() gives it.
class Filter {
 public:
  Filter() : context_(seccomp_init(SCMP_ACT_ERRNO(EPERM))) {
    if (context_ == nullptr) {
      error_ = ENOMEM;
      return;
    }
    keep(seccomp_attr_set(context_, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS));
  }
  ~Filter() { seccomp_release(context_); }
  Filter(const Filter&) = delete;
  Filter& operator=(const Filter&) = delete;

  void allow(std::initializer_list<int> calls) {
    for (const int call : calls) rule(SCMP_ACT_ALLOW, call, {});
  }
  /// Allows a call if all comparisons hold. Several rules for one call: any of them suffices.
  void allow_if(int call, const Comparisons& comparisons) { rule(SCMP_ACT_ALLOW, call, comparisons); }
  void kill(std::initializer_list<int> calls) {
    for (const int call : calls) rule(SCMP_ACT_KILL_PROCESS, call, {});
  }
  int load() {
    if (error_ == 0) keep(seccomp_load(context_));
    return error_;
  }

 private:
  void rule(std::uint32_t action, int call, const Comparisons& comparisons) {
    const auto count = static_cast<unsigned>(comparisons.size());
    if (error_ == 0) keep(seccomp_rule_add_array(context_, action, call, count, comparisons.data()));
  }
  void keep(int result) {
    if (error_ == 0 && result < 0) error_ = -result;
  }

  scmp_filter_ctx context_;
  int error_ = 0;
};

void allow_reading(Filter& filter) {
  filter.allow({SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(pread64), SCMP_SYS(preadv), SCMP_SYS(close), SCMP_SYS(lseek),
                SCMP_SYS(fstat), SCMP_SYS(newfstatat), SCMP_SYS(statx), SCMP_SYS(getdents64), SCMP_SYS(readlink),
                SCMP_SYS(readlinkat), SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(fadvise64)});
  // O_TMPFILE is O_DIRECTORY and one bit more; that bit is what glibc calls __O_TMPFILE.
  constexpr std::uint64_t kWriting = O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND | (O_TMPFILE & ~O_DIRECTORY);
  filter.allow_if(SCMP_SYS(open), {masked(1, kWriting, 0)});
  filter.allow_if(SCMP_SYS(openat), {masked(2, kWriting, 0)});
  for (const int command : {F_GETFD, F_SETFD, F_GETFL})
    filter.allow_if(SCMP_SYS(fcntl), {equals(1, static_cast<std::uint64_t>(command))});
}

void allow_memory(Filter& filter) {
  filter.allow({SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(brk), SCMP_SYS(madvise)});
  // Private only: a shared mapping of a descriptor that was open for writing before would be a way to write to it.
  constexpr std::uint64_t kSharing = 0x0F;  // MAP_TYPE, which <sys/mman.h> names only with extensions
  filter.allow_if(SCMP_SYS(mmap), {masked(2, PROT_EXEC, 0), masked(3, kSharing, MAP_PRIVATE)});
  filter.allow_if(SCMP_SYS(mprotect), {masked(2, PROT_EXEC, 0)});
}

void allow_process(Filter& filter) {
  filter.allow({SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(futex), SCMP_SYS(sched_yield), SCMP_SYS(getpid),
                SCMP_SYS(gettid), SCMP_SYS(rseq), SCMP_SYS(set_robust_list), SCMP_SYS(uname), SCMP_SYS(sysinfo),
                SCMP_SYS(getrandom), SCMP_SYS(gettimeofday), SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres),
                SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep), SCMP_SYS(sigaltstack), SCMP_SYS(rt_sigaction),
                SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn),
                SCMP_SYS(restart_syscall)});  // the kernel's own, after a stop and continue in a sleep
  filter.allow_if(SCMP_SYS(tgkill), {equals(0, static_cast<std::uint64_t>(getpid()))});  // abort()
  filter.allow_if(SCMP_SYS(prlimit64), {equals(2, 0)});                                  // asking, not setting
}

void allow_sanitizers(Filter& filter) {
  // A report is written to standard error or to a file opened before; whether memory can be read is tried on a pipe.
  filter.allow({SCMP_SYS(write), SCMP_SYS(pipe), SCMP_SYS(pipe2), SCMP_SYS(prctl), SCMP_SYS(sched_getaffinity),
                SCMP_SYS(getrusage)});
}

}  // namespace

std::string enter_seccomp(int output_fd, bool sanitized) {
  Filter filter;
  allow_reading(filter);
  allow_memory(filter);
  allow_process(filter);
  if (output_fd >= 0)
    for (const int call : {SCMP_SYS(write), SCMP_SYS(writev)})
      filter.allow_if(call, {equals(0, static_cast<std::uint64_t>(output_fd))});
  if (sanitized) allow_sanitizers(filter);
  filter.kill({SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv),
               SCMP_SYS(process_vm_writev), SCMP_SYS(io_uring_setup), SCMP_SYS(io_uring_enter),
               SCMP_SYS(io_uring_register)});
  if (const int error = filter.load(); error != 0) return fmt::format("not enforced: {}", std::strerror(error));
  return sanitized ? "enforced, with what the sanitizers need" : "enforced";
}

}  // namespace bridle
