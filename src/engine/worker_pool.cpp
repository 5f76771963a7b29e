// SPDX-License-Identifier: Apache-2.0
#include "engine/worker_pool.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "base/text.h"
#include "engine/worker_process.h"

namespace bridle {
namespace {

using std::chrono::milliseconds;
using SteadyTime = std::chrono::steady_clock::time_point;

constexpr int kPipeBytes = 1 << 20;       // the most an unprivileged process gets (/proc/sys/fs/pipe-max-size)
constexpr milliseconds kTick{100};        // how often timeouts and stop requests are looked at when nothing arrives
constexpr milliseconds kLongestStep{1000};  // a longer one means that we stood still, not the worker
constexpr milliseconds kStopGrace{2000};
constexpr milliseconds kExitGrace{1000};  // from the end of a worker's pipe to the end of the process

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() { reset(); }
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    reset();
    fd_ = std::exchange(other.fd_, -1);
    return *this;
  }
  int get() const { return fd_; }
  void reset() {
    if (fd_ >= 0) close(std::exchange(fd_, -1));
  }

 private:
  int fd_ = -1;
};

struct Pipe {
  Descriptor read, write;
  static std::optional<Pipe> make() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) return std::nullopt;
    return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
  }
};

/// What a signal does, for a scope.
class SignalAction {
 public:
  SignalAction(int number, void (*action)(int)) : number_(number) {
    struct sigaction wanted {};
    wanted.sa_handler = action;
    sigaction(number_, &wanted, &before_);
  }
  ~SignalAction() { sigaction(number_, &before_, nullptr); }
  SignalAction(const SignalAction&) = delete;
  SignalAction& operator=(const SignalAction&) = delete;

 private:
  int number_;
  struct sigaction before_ {};
};

/// How a job ended, as far as the worker's side shows it.
struct Verdict {
  JobEnd end = JobEnd::done;
  std::string detail{};
  int signal = 0;
};

/// A place for one worker at a time; the process in it may be replaced.
struct Slot {
  pid_t pid = -1;  ///< -1: empty
  Descriptor commands, data;
  FrameReader frames;
  std::size_t job = 0;
  bool greeted = false;
  milliseconds silent{0}, busy{0};
  std::uint64_t peak_bytes = 0;  ///< of all processes that were here

  bool occupied() const { return pid > 0; }
};

Verdict verdict_of(int status) {
  if (WIFEXITED(status))
    return {JobEnd::crashed, fmt::format("the worker exited with status {} in mid-job", WEXITSTATUS(status)), 0};
  const int number = WTERMSIG(status);
  std::string detail = fmt::format("the worker was ended by signal {} ({})", number, strsignal(number));
  if (number == SIGKILL)
    return {JobEnd::lost, detail + ", sent by a person or by the kernel for want of memory", number};
  if (number == SIGXCPU) return {JobEnd::timed_out, detail, number};
  if (number == SIGSYS) detail += ": it made a system call that the sandbox forbids";
  return {JobEnd::crashed, std::move(detail), number};
}

/// Reads the worker's own account of the end of its job.
Verdict verdict_of(Bytes message) {
  Reader in(message);
  const auto end = static_cast<JobEnd>(in.u8());
  if (!in.ok() || in.remaining() > limits::kWorkerDetailBytes) return {JobEnd::protocol_error, "a garbled end of job"};
  const std::string text = to_valid_utf8(in.text(in.remaining()));
  switch (end) {
    case JobEnd::done: return {};
    case JobEnd::memory: return {end, "the job needed more memory than it may have"};
    case JobEnd::crashed: return {end, "the job ended by an exception: " + text};
    default: return {JobEnd::protocol_error, "an end of job of unknown kind"};
  }
}

class Pool {
 public:
  Pool(std::size_t count, const PoolOptions& options, const Work& work, const OnMessage& on_message,
       const OnEnd& on_end)
      : count_(count), options_(options), work_(work), on_message_(on_message), on_end_(on_end),
        slots_(std::max(1U, options.workers)) {}

  Result<PoolStats> run() {
    last_ = std::chrono::steady_clock::now();
    while (true) {
      const Result<> filled = fill_slots();
      if (!std::ranges::any_of(slots_, &Slot::occupied)) {
        if (!filled) return fail(filled.error());
        return statistics();
      }
      serve_readable();
      pass_time();
    }
  }

 private:
  bool given_up() const { return options_.give_up && options_.give_up(); }
  bool more_jobs() const { return next_ < count_ && !stop_requested() && !given_up(); }

  Result<> fill_slots() {
    for (Slot& slot : slots_)
      if (!slot.occupied() && more_jobs())
        if (auto made = start_worker(slot); !made) return made;
    return {};
  }

  Result<> start_worker(Slot& slot) {
    auto commands = Pipe::make(), data = Pipe::make();
    if (!commands || !data) return fail(Errc::io, fmt::format("no pipe to a worker: {}", std::strerror(errno)));
    fcntl(data->write.get(), F_SETPIPE_SZ, kPipeBytes);  // refused beyond a user's quota: then it stays at 64 KiB
    slot.job = next_;
    if (!send_command(commands->write.get(), next_)) return fail(Errc::io, "no command could be sent to a worker");
    const pid_t parent = getpid();
    const pid_t pid = fork();
    if (pid < 0) return fail(Errc::io, fmt::format("no worker process: {}", std::strerror(errno)));
    if (pid == 0) {
      commands->write.reset();
      data->read.reset();
      for (Slot& other : slots_) other.commands.reset(), other.data.reset();
      run_worker(parent, commands->read.get(), data->write.get(), options_, work_);
    }
    slot.pid = pid;
    slot.commands = std::move(commands->write);
    slot.data = std::move(data->read);
    slot.frames = FrameReader();
    slot.greeted = false;
    slot.silent = slot.busy = milliseconds{0};
    ++next_;
    ++stats_.workers_made;
    return {};
  }

  static bool send_command(int fd, Command job) { return write(fd, &job, sizeof job) == sizeof job; }

  /// Gives the next job to a worker that has ended one. False if the worker has gone.
  bool give_next(Slot& slot) {
    renew_cpu_time(slot.pid);
    if (!send_command(slot.commands.get(), next_)) return false;
    slot.job = next_++;
    slot.silent = slot.busy = milliseconds{0};
    return true;
  }

  /// RLIMIT_CPU counts for the whole life of a process: the limit moves with each job.
  void renew_cpu_time(pid_t pid) const {
    clockid_t clock{};
    timespec used{};
    rlimit limit{};
    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0) return;
    if (prlimit(pid, RLIMIT_CPU, nullptr, &limit) != 0) return;
    const auto until = static_cast<rlim_t>(used.tv_sec) + 1 + options_.sandbox.cpu_seconds;
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, until);
    prlimit(pid, RLIMIT_CPU, &limit, nullptr);
  }

  void serve_readable() {
    std::vector<pollfd> polled;
    polled.reserve(slots_.size());
    for (const Slot& slot : slots_) polled.push_back({slot.data.get(), POLLIN, 0});  // poll() passes over -1
    if (poll(polled.data(), polled.size(), static_cast<int>(kTick.count())) <= 0) return;
    for (std::size_t i = 0; i < slots_.size(); ++i)
      if (polled[i].revents != 0) serve(slots_[i]);
  }

  void serve(Slot& slot) {
    const auto space = slot.frames.space();
    const ssize_t n = read(slot.data.get(), space.data(), space.size());
    if (n < 0 && errno == EINTR) return;
    if (n <= 0) return finish(slot, verdict_of_closed(slot));
    slot.frames.filled(static_cast<std::size_t>(n));
    slot.silent = milliseconds{0};
    auto verdict = take_frames(slot);
    if (!verdict) return;
    if (verdict->end == JobEnd::done && !slot.frames.empty())
      verdict = Verdict{JobEnd::protocol_error, "bytes after the end of the job"};
    finish(slot, *verdict);
  }

  /// Hands on all whole frames; a verdict if one of them ended the job.
  std::optional<Verdict> take_frames(Slot& slot) {
    while (true) {
      const auto frame = slot.frames.next();
      if (!frame) return Verdict{JobEnd::protocol_error, frame.error().what};
      if (!*frame) return std::nullopt;
      if (auto verdict = take(slot, **frame)) return verdict;
    }
  }

  std::optional<Verdict> take(Slot& slot, const Frame& frame) {
    if (!slot.greeted) {
      if (frame.type != kHelloType || frame.payload.size() > kHelloBytes)
        return Verdict{JobEnd::protocol_error, "a worker that did not begin with its sandbox"};
      slot.greeted = true;
      SandboxReport report = report_from_lines(as_text(frame.payload));
      if (std::ranges::find(stats_.sandboxes, report) == stats_.sandboxes.end())
        stats_.sandboxes.push_back(std::move(report));
      return std::nullopt;
    }
    if (frame.type == kEndType) return verdict_of(frame.payload);
    if (frame.type >= Channel::kFirstReservedType) return Verdict{JobEnd::protocol_error, "a message of unknown type"};
    if (on_message_(slot.job, frame.type, frame.payload)) return std::nullopt;
    return Verdict{JobEnd::protocol_error, "a message that makes no sense"};
  }

  /// Waits for a worker whose pipe has ended. One that only closed the pipe is not waited for.
  Verdict verdict_of_closed(Slot& slot) {
    for (milliseconds waited{0}; waited < kExitGrace; ++waited) {
      if (const auto status = wait_for(slot, WNOHANG)) return verdict_of(*status);
      poll(nullptr, 0, 1);
    }
    return {JobEnd::protocol_error, "the worker closed its pipe in mid-job"};
  }

  /// Ends the job of a slot; the worker gets the next one if it is sound.
  void finish(Slot& slot, const Verdict& verdict) {
    const JobOutcome outcome{slot.job, verdict.end, verdict.signal, verdict.detail};
    if (verdict.end != JobEnd::done || !more_jobs() || !give_next(slot)) dismiss(slot);
    on_end_(outcome);
  }

  /// Ends the process of a slot, if it has not ended yet.
  void dismiss(Slot& slot) {
    if (slot.occupied()) {
      kill(slot.pid, SIGKILL);
      wait_for(slot, 0);
    }
    slot.commands.reset();
    slot.data.reset();
  }

  /// Collects the process; its status, or nothing if it still runs (with WNOHANG).
  std::optional<int> wait_for(Slot& slot, int flags) {
    int status = 0;
    rusage usage{};
    pid_t pid = 0;
    do {
      pid = wait4(slot.pid, &status, flags, &usage);
    } while (pid < 0 && errno == EINTR);
    if (pid == 0) return std::nullopt;
    slot.peak_bytes = std::max(slot.peak_bytes, static_cast<std::uint64_t>(usage.ru_maxrss) * 1024);
    slot.pid = -1;
    return status;
  }

  void pass_time() {
    const auto now = std::chrono::steady_clock::now();
    const auto whole = std::chrono::duration_cast<milliseconds>(now - last_);
    last_ += whole;
    const milliseconds step = std::min(whole, kLongestStep);
    if (stop_requested()) stopping_ += step;
    const bool cancel = stopping_ > kStopGrace || given_up();
    for (Slot& slot : slots_) {
      if (!slot.occupied()) continue;
      slot.silent += step;
      slot.busy += step;
      if (cancel) {
        cut_off(slot, {JobEnd::cancelled, "the run was stopped"});
      } else if (slot.silent > options_.job_timeout) {
        cut_off(slot, {JobEnd::timed_out, fmt::format("no sign of life for {} ms", options_.job_timeout.count())});
      } else if (slot.busy > options_.job_deadline) {
        cut_off(slot, {JobEnd::timed_out, fmt::format("not done after {} ms", options_.job_deadline.count())});
      }
    }
  }

  /// Kills the worker of a slot and hands on what it had sent before; if its job was done by then, it counts as done.
  void cut_off(Slot& slot, Verdict verdict) {
    kill(slot.pid, SIGKILL);
    wait_for(slot, 0);
    fcntl(slot.data.get(), F_SETFL, O_NONBLOCK);
    while (true) {
      const auto space = slot.frames.space();
      const ssize_t n = read(slot.data.get(), space.data(), space.size());
      if (n <= 0) break;
      slot.frames.filled(static_cast<std::size_t>(n));
      const auto ended = take_frames(slot);
      if (!ended) continue;
      verdict = *ended;
      break;
    }
    dismiss(slot);
    if (verdict.end == JobEnd::cancelled) stats_.cancelled = true;
    on_end_({slot.job, verdict.end, verdict.signal, verdict.detail});
  }

  PoolStats statistics() {
    rusage own{};
    getrusage(RUSAGE_SELF, &own);
    stats_.peak_memory_bytes = static_cast<std::uint64_t>(own.ru_maxrss) * 1024;
    for (const Slot& slot : slots_) stats_.peak_memory_bytes += slot.peak_bytes;
    stats_.started = next_;
    stats_.cancelled = stats_.cancelled || next_ < count_;
    return stats_;
  }

  static constexpr std::size_t kHelloBytes = std::size_t{64} << 10;

  std::size_t count_;
  const PoolOptions& options_;
  const Work& work_;
  const OnMessage& on_message_;
  const OnEnd& on_end_;
  std::vector<Slot> slots_;
  std::size_t next_ = 0;  ///< first job not begun
  SteadyTime last_{};
  milliseconds stopping_{0};
  PoolStats stats_;
};

}  // namespace

std::string_view name(JobEnd end) {
  switch (end) {
    case JobEnd::done: return "done";
    case JobEnd::crashed: return "crashed";
    case JobEnd::timed_out: return "timed_out";
    case JobEnd::memory: return "memory";
    case JobEnd::protocol_error: return "protocol_error";
    case JobEnd::lost: return "lost";
    case JobEnd::cancelled: return "cancelled";
  }
  return "unknown";
}

Result<PoolStats> run_jobs(std::size_t count, const PoolOptions& options, const Work& work, const OnMessage& on_message,
                           const OnEnd& on_end) {
  const SignalAction ignore_pipe(SIGPIPE, SIG_IGN);    // a command to a worker that has just died fails instead
  const SignalAction keep_children(SIGCHLD, SIG_DFL);  // ignored, it would make the kernel forget how they ended
  return Pool(count, options, work, on_message, on_end).run();
}

}  // namespace bridle
