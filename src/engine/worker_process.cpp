// SPDX-License-Identifier: Apache-2.0
#include "engine/worker_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <exception>
#include <new>

namespace bridle {
namespace {

enum ExitStatus { kOrderly = 0, kOrphan = 10, kParentGone = 11, kNoMemoryToStart = 12, kJobFailed = 13 };

void settle_signals() {
  // A terminal or a supervisor sends these to all processes of the run; the parent decides for the worker.
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) signal(number, SIG_IGN);
  signal(SIGPIPE, SIG_IGN);  // a write to a parent that has gone fails instead
  signal(SIGXFSZ, SIG_IGN);  // so does a write past RLIMIT_FSIZE
}

/// Address space of this process in bytes; 0 if the kernel does not tell.
std::uint64_t address_space() {
  const int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  std::array<char, 256> text{};
  const ssize_t n = read(fd, text.data(), text.size());
  close(fd);
  std::uint64_t pages = 0;
  if (n > 0) std::from_chars(text.data(), text.data() + n, pages);
  return pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

SandboxPolicy policy_of(const PoolOptions& options, int data) {
  SandboxPolicy policy = options.sandbox;
  policy.output_fd = data;
  const std::uint64_t born_with = address_space();
  if (options.job_memory > 0 && born_with > 0)
    policy.address_space_bytes = std::min(policy.address_space_bytes, born_with + options.job_memory);
  return policy;
}

/// Tells the end of a job. Does not allocate: memory may be what ran out.
bool send_end(Channel& channel, JobEnd end, std::string_view detail) {
  std::array<std::byte, 1 + limits::kWorkerDetailBytes> message{};
  const Bytes text = as_bytes(detail.substr(0, limits::kWorkerDetailBytes));
  message[0] = static_cast<std::byte>(end);
  std::copy(text.begin(), text.end(), message.begin() + 1);
  return channel.send_reserved(kEndType, Bytes(message).first(1 + text.size()));
}

/// True if the worker may take another job.
bool run_job(std::size_t job, Channel& channel, const Work& work) {
  try {
    work(job, channel);
    return send_end(channel, JobEnd::done, {});
  } catch (const std::bad_alloc&) {
    send_end(channel, JobEnd::memory, {});
  } catch (const std::exception& e) {
    send_end(channel, JobEnd::crashed, e.what());
  } catch (...) {
    send_end(channel, JobEnd::crashed, "of unknown type");
  }
  return false;
}

bool read_command(int commands, Command& job) {
  ssize_t n = 0;
  do {
    n = read(commands, &job, sizeof job);  // shorter than PIPE_BUF, so it comes whole
  } while (n < 0 && errno == EINTR);
  return n == sizeof job;
}

}  // namespace

void run_worker(int parent, int commands, int data, const PoolOptions& options, const Work& work) {
  settle_signals();
  prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (getppid() != parent) _exit(kOrphan);  // it died before the line above
  try {
    Channel channel(data);
    const SandboxReport report = enter_sandbox(policy_of(options, data));
    if (!channel.send_reserved(kHelloType, as_bytes(to_lines(report)))) _exit(kParentGone);
    Command job = 0;
    while (read_command(commands, job))
      if (!run_job(static_cast<std::size_t>(job), channel, work)) _exit(kJobFailed);
    _exit(kOrderly);
  } catch (const std::bad_alloc&) {
    _exit(kNoMemoryToStart);
  }
}

}  // namespace bridle
