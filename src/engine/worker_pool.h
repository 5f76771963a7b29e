// SPDX-License-Identifier: Apache-2.0
// Worker processes: jobs that read hostile bytes run in sandboxed children of a single-threaded parent, and whatever
// happens to one of them costs one job.
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "bridle/bytes.h"
#include "bridle/result.h"
#include "engine/frames.h"
#include "engine/sandbox.h"

namespace bridle {

struct PoolOptions {
  unsigned workers = 1;
  SandboxPolicy sandbox;  ///< output_fd is set by the pool; cpu_seconds count for each job
  /// Longest time between two signs of life of a job, and longest time of a job. Time in which this process or the
  /// whole machine stood still does not count.
  std::chrono::milliseconds job_timeout{std::chrono::seconds{limits::kJobSilentSeconds}};
  std::chrono::milliseconds job_deadline{std::chrono::seconds{limits::kJobSeconds}};
  /// Address space in bytes a worker may take beyond what it was born with; 0: only sandbox.address_space_bytes holds.
  std::uint64_t job_memory = limits::kJobMemory;
  /// Asked in the parent, often: true ends the run at once, as when the case can't be written any more. Running jobs
  /// end as cancelled. Empty: only a stop request ends a run early.
  std::function<bool()> give_up{};
};

enum class JobEnd : std::uint8_t {
  done,
  crashed,         ///< a signal of its own making, an exit, or an exception that left the work function
  timed_out,
  memory,          ///< an allocation failed
  protocol_error,  ///< bytes that are no message, or a message that on_message refused
  lost,            ///< the worker was killed from outside: a person, or the kernel for want of memory
  cancelled,       ///< still running when the run was given up or the grace time after a stop request ended
};

/// "done", "crashed", ...
std::string_view name(JobEnd end);

struct JobOutcome {
  std::size_t job = 0;
  JobEnd end = JobEnd::done;
  int signal = 0;      ///< that ended the worker; 0 if none did
  std::string detail;  ///< one sentence for the problem in the case; empty for done; may hold text from the worker,
                       ///< valid UTF-8 and at most limits::kWorkerDetailBytes of it
};

struct PoolStats {
  std::size_t started = 0;  ///< jobs 0..started-1 were begun and each has an outcome; later ones were never begun
  bool cancelled = false;   ///< stop_requested() or give_up() ended the run
  std::size_t workers_made = 0;
  /// Upper bound of the resident memory in bytes of the parent and the workers alive at one time. Pages that a worker
  /// shares with its parent count in both.
  std::uint64_t peak_memory_bytes = 0;
  std::vector<SandboxReport> sandboxes;  ///< what was enforced in the workers, without repeats; normally one
};

using Work = std::function<void(std::size_t job, Channel& channel)>;
using OnMessage = std::function<bool(std::size_t job, std::uint8_t type, Bytes payload)>;
using OnEnd = std::function<void(const JobOutcome& outcome)>;

/// Runs jobs 0..count-1, begun in this order, each once, in up to `options.workers` worker processes.
///
/// `work` runs in a worker, after enter_sandbox(); what it needs from the parent it has by the fork. `on_message` and
/// `on_end` run in the parent: the messages of a job arrive in order, then one outcome. Messages that a job sent before
/// it failed are delivered too: until on_end says done, what they told is incomplete. `payload` is valid during the
/// call only. on_message returns false to refuse a message: the worker is killed.
///
/// After stop_requested() no job is begun; those running have two seconds to end. Workers die with the parent. SIGPIPE
/// is ignored during the call. The caller must be single-threaded and must not wait for unknown children in callbacks.
/// Errors: io if a process or a pipe can't be made and no worker is left; what was begun has its outcome by then.
Result<PoolStats> run_jobs(std::size_t count, const PoolOptions& options, const Work& work, const OnMessage& on_message,
                           const OnEnd& on_end);

/// From now on SIGINT, SIGTERM and SIGHUP set a flag instead of ending the process; a second one ends it at once.
void install_stop_handlers();
/// True once one of these signals came.
bool stop_requested();
/// The number of the last of them; 0 if none came.
int stop_signal();

}  // namespace bridle
