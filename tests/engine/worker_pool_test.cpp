// SPDX-License-Identifier: Apache-2.0
// Real faults: each test lets a worker go wrong in one way and looks at what became of the jobs of all others.
#include "engine/worker_pool.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <map>
#include <stdexcept>
#include <string>

namespace bridle {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr std::size_t kJobs = 12;
constexpr std::size_t kBad = 5;  // the job that goes wrong

/// What became of a run, by job.
struct Report {
  std::map<std::size_t, JobOutcome> outcomes;
  std::map<std::size_t, std::string> messages;
  PoolStats stats;

  JobEnd end(std::size_t job) const { return outcomes.at(job).end; }
};

PoolOptions two_workers() {
  PoolOptions options;
  options.workers = 2;
  return options;
}

Report run(const PoolOptions& options, const Work& work, std::size_t jobs = kJobs) {
  Report out;
  const auto stats = run_jobs(
      jobs, options, work,
      [&](std::size_t job, std::uint8_t type, Bytes payload) {
        out.messages[job] += as_text(payload);
        return type == 1;
      },
      [&](const JobOutcome& outcome) {
        EXPECT_TRUE(out.outcomes.emplace(outcome.job, outcome).second) << "a second end of job " << outcome.job;
      });
  EXPECT_TRUE(stats) << to_string(stats.error());
  if (stats) out.stats = *stats;
  return out;
}

bool say(Channel& channel, std::string_view text) { return channel.send(1, as_bytes(text)); }
[[noreturn]] void wait_for_ever() {
  while (true) usleep(1'000'000);
}
std::string greeting(std::size_t job) { return "job " + std::to_string(job); }

/// A run in which job kBad says something, then does `bad`, while the others just say something.
Report run_with(const std::function<void(Channel&)>& bad, const PoolOptions& options = two_workers()) {
  return run(options, [&](std::size_t job, Channel& channel) {
    say(channel, greeting(job));
    if (job != kBad) return;
    channel.flush();
    bad(channel);
  });
}

void expect_all_others_done(const Report& report) {
  EXPECT_EQ(report.outcomes.size(), kJobs);
  EXPECT_EQ(report.stats.started, kJobs);
  EXPECT_FALSE(report.stats.cancelled);
  for (const auto& [job, outcome] : report.outcomes) {
    EXPECT_EQ(report.messages.at(job), greeting(job)) << "sent before the fault, so it arrives";
    if (job == kBad) continue;
    EXPECT_EQ(outcome.end, JobEnd::done) << job << ": " << outcome.detail;
    EXPECT_EQ(outcome.detail, "");
  }
}

TEST(WorkerPool, RunsAllJobs) {
  const Report r = run(two_workers(), [](std::size_t job, Channel& channel) { say(channel, greeting(job)); }, 1000);
  ASSERT_EQ(r.outcomes.size(), 1000U);
  for (const auto& [job, outcome] : r.outcomes) {
    EXPECT_EQ(outcome.end, JobEnd::done);
    EXPECT_EQ(r.messages.at(job), greeting(job));
  }
  EXPECT_EQ(r.stats.workers_made, 2U) << "a sound worker takes job after job";
  EXPECT_GT(r.stats.peak_memory_bytes, limits::kMiB);
}

TEST(WorkerPool, BeginsJobsInOrder) {
  PoolOptions one = two_workers();
  one.workers = 1;
  std::vector<std::size_t> ended;
  ASSERT_TRUE(run_jobs(50, one, [](std::size_t, Channel&) {}, [](std::size_t, std::uint8_t, Bytes) { return true; },
                       [&](const JobOutcome& outcome) { ended.push_back(outcome.job); }));
  ASSERT_EQ(ended.size(), 50U);
  EXPECT_TRUE(std::ranges::is_sorted(ended));
}

TEST(WorkerPool, HasNothingToDo) {
  const Report r = run(two_workers(), [](std::size_t, Channel&) {}, 0);
  EXPECT_TRUE(r.outcomes.empty());
  EXPECT_EQ(r.stats.workers_made, 0U);
  EXPECT_FALSE(r.stats.cancelled);
}

TEST(WorkerPool, CarriesLargeMessagesInOrder) {
  const std::string large(3 * limits::kMiB, 'x');
  const Report r = run(
      two_workers(),
      [&](std::size_t, Channel& channel) {
        say(channel, "begin ");
        say(channel, large);
        say(channel, " end");
      },
      4);
  for (std::size_t job = 0; job < 4; ++job) EXPECT_TRUE(r.messages.at(job) == "begin " + large + " end") << job;
}

TEST(WorkerPool, ReportsTheSandbox) {
  const Report r = run(two_workers(), [](std::size_t, Channel& channel) {
    say(channel, socket(AF_INET, SOCK_STREAM, 0) < 0 ? "denied" : "allowed");
  });
  ASSERT_EQ(r.stats.sandboxes.size(), 1U) << "both workers are locked in alike";
  EXPECT_TRUE(r.stats.sandboxes[0].no_new_privs);
  EXPECT_THAT(r.stats.sandboxes[0].seccomp, HasSubstr("enforced"));
  EXPECT_EQ(r.messages.at(0), "denied");
}

/// Touches memory that is there and not to be touched.
void fault(Channel&) {
  signal(SIGSEGV, SIG_DFL);  // a sanitizer would write a report and exit
  void* page = mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  *static_cast<volatile char*>(page) = 1;
}

TEST(WorkerPool, SurvivesASegmentationFault) {
  const Report r = run_with(fault);
  expect_all_others_done(r);
  EXPECT_EQ(r.end(kBad), JobEnd::crashed);
  EXPECT_GE(r.stats.workers_made, 2U);
  EXPECT_EQ(r.outcomes.at(kBad).signal, SIGSEGV);
  EXPECT_EQ(r.outcomes.at(kBad).detail, "the worker was ended by signal 11 (Segmentation fault)");
}

TEST(WorkerPool, SurvivesAnExit) {
  const Report r = run_with([](Channel&) { _exit(3); });
  expect_all_others_done(r);
  EXPECT_EQ(r.end(kBad), JobEnd::crashed);
  EXPECT_EQ(r.outcomes.at(kBad).detail, "the worker exited with status 3 in mid-job");
}

TEST(WorkerPool, SurvivesAForbiddenCall) {
  const Report r = run_with([](Channel&) { execl("/bin/true", "true", nullptr); });
  expect_all_others_done(r);
  EXPECT_EQ(r.end(kBad), JobEnd::crashed);
  EXPECT_EQ(r.outcomes.at(kBad).signal, SIGSYS);
  EXPECT_THAT(r.outcomes.at(kBad).detail, HasSubstr("the sandbox forbids"));
}

TEST(WorkerPool, SurvivesAnException) {
  const Report r = run_with([](Channel&) { throw std::runtime_error("a text \xFF of " + std::string(1000, 'x')); });
  expect_all_others_done(r);
  EXPECT_EQ(r.end(kBad), JobEnd::crashed);
  EXPECT_THAT(r.outcomes.at(kBad).detail, HasSubstr("exception: a text \xEF\xBF\xBD of xxx")) << "valid UTF-8";
  EXPECT_LT(r.outcomes.at(kBad).detail.size(), 300U);
}

TEST(WorkerPool, SurvivesAThrownNumber) {
  const Report r = run_with([](Channel&) { throw 7; });
  expect_all_others_done(r);
  EXPECT_EQ(r.end(kBad), JobEnd::crashed);
}

TEST(WorkerPool, EndsAnEndlessLoop) {
  PoolOptions options = two_workers();
  options.job_timeout = 300ms;
  const Report r = run_with(
      [](Channel&) {
        for (volatile unsigned n = 0;;) n = n + 1;
      },
      options);
  expect_all_others_done(r);
  EXPECT_EQ(r.end(kBad), JobEnd::timed_out);
  EXPECT_EQ(r.outcomes.at(kBad).detail, "no sign of life for 300 ms");
}

TEST(WorkerPool, EndsATalkativeEndlessLoop) {
  PoolOptions options = two_workers();
  options.job_timeout = 5000ms;
  options.job_deadline = 500ms;
  const Report r = run(options, [](std::size_t job, Channel& channel) {
    while (job == kBad && say(channel, ".") && channel.flush()) usleep(1000);
  });
  EXPECT_EQ(r.end(kBad), JobEnd::timed_out);
  EXPECT_EQ(r.outcomes.at(kBad).detail, "not done after 500 ms");
  EXPECT_EQ(r.outcomes.size(), kJobs);
}

TEST(WorkerPool, WaitsForASlowJobThatMakesProgress) {
  PoolOptions options = two_workers();
  options.job_timeout = 2000ms;
  const Report r = run(
      options,
      [](std::size_t, Channel& channel) {
        for (int i = 0; i < 10; ++i) {
          usleep(250'000);
          say(channel, ".");
          channel.flush();
        }
      },
      2);
  EXPECT_EQ(r.end(0), JobEnd::done);
  EXPECT_EQ(r.messages.at(1), "..........");
}

TEST(WorkerPool, DoesNotBlameWorkersForASlowParent) {
  PoolOptions options = two_workers();
  options.job_timeout = 2500ms;
  std::size_t done = 0;
  ASSERT_TRUE(run_jobs(
      2, options,
      [](std::size_t job, Channel& channel) {
        if (job == 1) return;
        say(channel, "x");
        channel.flush();
        usleep(4'200'000);  // while the parent sleeps longer than the timeout
      },
      [](std::size_t, std::uint8_t, Bytes) {
        usleep(4'000'000);
        return true;
      },
      [&](const JobOutcome& outcome) { done += outcome.end == JobEnd::done; }));
  EXPECT_EQ(done, 2U);
}

TEST(WorkerPool, LimitsProcessorTimeOfEachJob) {
  PoolOptions options = two_workers();
  options.workers = 1;
  options.sandbox.cpu_seconds = 1;
  const auto spend = [](std::clock_t clocks) {
    const std::clock_t until = std::clock() + clocks;
    for (volatile unsigned n = 0; std::clock() < until;) n = n + 1;
  };
  const Report r = run(
      options,
      [&](std::size_t job, Channel&) { spend(job == 2 ? CLOCKS_PER_SEC * 10 : CLOCKS_PER_SEC * 7 / 10); }, 4);
  EXPECT_EQ(r.end(0), JobEnd::done);
  EXPECT_EQ(r.end(1), JobEnd::done) << "the second job has its own second";
  EXPECT_EQ(r.end(2), JobEnd::timed_out);
  EXPECT_EQ(r.outcomes.at(2).signal, SIGXCPU);
  EXPECT_EQ(r.end(3), JobEnd::done);
}

TEST(WorkerPool, SurvivesExhaustedMemory) {
#ifdef BRIDLE_SANITIZED
  GTEST_SKIP() << "address space is not limited in a build with sanitizers";
#endif
  PoolOptions options = two_workers();
  options.job_memory = 256 * limits::kMiB;
  const Report r = run_with(
      [](Channel&) {
        std::vector<std::vector<char>> hoard;
        while (true) hoard.emplace_back(limits::kMiB, 'x');
      },
      options);
  expect_all_others_done(r);
  EXPECT_EQ(r.end(kBad), JobEnd::memory);
  EXPECT_EQ(r.outcomes.at(kBad).detail, "the job needed more memory than it may have");
  EXPECT_GT(r.stats.peak_memory_bytes, 200 * limits::kMiB) << "the hoard counts";
}

/// The pipe to the parent, found as an attacker would.
int output_descriptor() {
  for (int fd = 3; fd < 1024; ++fd)
    if (const int flags = fcntl(fd, F_GETFL); flags >= 0 && (flags & O_ACCMODE) == O_WRONLY) return fd;
  return -1;
}

TEST(WorkerPool, SurvivesGarbageOnThePipe) {
  const Report r = run_with([](Channel&) {
    const std::string garbage(100'000, '\xA5');
    const int fd = output_descriptor();
    while (write(fd, garbage.data(), garbage.size()) > 0) continue;
  });
  expect_all_others_done(r);
  EXPECT_EQ(r.end(kBad), JobEnd::protocol_error);
  EXPECT_EQ(r.outcomes.at(kBad).detail, "bytes that are no message");
}

TEST(WorkerPool, SurvivesALyingLength) {
  const Report r = run_with([](Channel&) {
    const std::array<std::uint32_t, 3> header{0x42524631, 0xFFFFFFFF, 1};
    if (write(output_descriptor(), header.data(), sizeof header) != 12) return;
    wait_for_ever();
  });
  expect_all_others_done(r);
  EXPECT_EQ(r.end(kBad), JobEnd::protocol_error);
  EXPECT_THAT(r.outcomes.at(kBad).detail, HasSubstr("4294967295 bytes"));
}

TEST(WorkerPool, SurvivesAHalfMessage) {
  const Report r = run_with([](Channel&) {
    const std::array<std::uint32_t, 3> header{0x42524631, 1000, 1};
    if (write(output_descriptor(), header.data(), sizeof header) != 12) return;
    _exit(0);
  });
  expect_all_others_done(r);
  EXPECT_EQ(r.end(kBad), JobEnd::crashed);
}

TEST(WorkerPool, SurvivesAForgedEnd) {
  for (const std::uint8_t end : {std::uint8_t{0}, std::uint8_t{2}, std::uint8_t{99}}) {
    const Report r = run_with([&](Channel& channel) {
      const std::array message{static_cast<std::byte>(end)};
      channel.send_reserved(Channel::kFirstReservedType + 1, message);
      say(channel, "more");  // either after an end of kind `done`, which is no better
      channel.flush();
    });
    EXPECT_EQ(r.outcomes.size(), kJobs);
    if (end != 0) {
      EXPECT_EQ(r.end(kBad), JobEnd::protocol_error) << int{end};
    }
  }
  const Report hello = run_with([](Channel& channel) { channel.send_reserved(Channel::kFirstReservedType, {}); });
  EXPECT_EQ(hello.end(kBad), JobEnd::protocol_error);
  EXPECT_EQ(hello.stats.sandboxes.size(), 1U) << "a worker can't rewrite what is said of its sandbox";
}

TEST(WorkerPool, SurvivesAClosedPipe) {
  const Report r = run_with([](Channel&) {
    close(output_descriptor());
    wait_for_ever();
  });
  expect_all_others_done(r);
  EXPECT_EQ(r.end(kBad), JobEnd::protocol_error);
  EXPECT_EQ(r.outcomes.at(kBad).detail, "the worker closed its pipe in mid-job");
}

TEST(WorkerPool, KillsTheWorkerOfARefusedMessage) {
  const Report r = run_with([](Channel& channel) {
    channel.send(2, {});  // run() refuses all types but 1
    channel.flush();
    wait_for_ever();
  });
  expect_all_others_done(r);
  EXPECT_EQ(r.end(kBad), JobEnd::protocol_error);
}

TEST(WorkerPool, SurvivesAWorkerKilledFromOutside) {
  Report r;
  ASSERT_TRUE(run_jobs(
      kJobs, two_workers(),
      [](std::size_t job, Channel& channel) {
        if (job != kBad) return;
        const pid_t self = getpid();
        channel.send(1, std::as_bytes(std::span(&self, 1)));
        channel.flush();
        wait_for_ever();
      },
      [](std::size_t, std::uint8_t, Bytes payload) {
        pid_t worker = 0;
        std::memcpy(&worker, payload.data(), sizeof worker);
        return kill(worker, SIGTERM) == 0 && kill(worker, SIGKILL) == 0;
      },
      [&](const JobOutcome& outcome) { r.outcomes[outcome.job] = outcome; }));
  ASSERT_EQ(r.outcomes.size(), kJobs);
  for (const auto& [job, outcome] : r.outcomes) EXPECT_EQ(outcome.end, job == kBad ? JobEnd::lost : JobEnd::done);
  EXPECT_EQ(r.outcomes.at(kBad).signal, SIGKILL);
}

TEST(WorkerPool, SurvivesWorkersThatAllCrash) {
  const Report r = run(two_workers(), [](std::size_t, Channel&) { _exit(1); });
  ASSERT_EQ(r.outcomes.size(), kJobs);
  for (const auto& [job, outcome] : r.outcomes) EXPECT_EQ(outcome.end, JobEnd::crashed) << job;
  EXPECT_EQ(r.stats.workers_made, kJobs);
}

TEST(WorkerPool, LeavesNoProcessAndNoDescriptor) {
  const auto open_descriptors = [] {
    int n = 0;
    for (int fd = 0; fd < 1024; ++fd) n += fcntl(fd, F_GETFD) >= 0;
    return n;
  };
  const int before = open_descriptors();
  run_with(fault);
  EXPECT_EQ(open_descriptors(), before);
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST(WorkerPool, WorkersSeeNoPipeOfOthers) {
  const Report r = run(two_workers(), [](std::size_t, Channel& channel) {
    int n = 0;
    for (int fd = 3; fd < 1024; ++fd) n += fcntl(fd, F_GETFL) >= 0;
    say(channel, std::to_string(n));
  });
  int inherited = 0;  // what this test program itself has open, for reading only
  for (int fd = 3; fd < 1024; ++fd)
    if (const int flags = fcntl(fd, F_GETFL); flags >= 0) inherited += (flags & O_ACCMODE) == O_RDONLY;
  for (const auto& [job, text] : r.messages) EXPECT_EQ(text, std::to_string(inherited + 2)) << "commands and data";
}

TEST(WorkerPool, FailsIfNoProcessCanBeMade) {
  const pid_t pid = fork();
  if (pid == 0) {
    rlimit none{0, 0};
    setrlimit(RLIMIT_NOFILE, &none);
    const auto stats = run_jobs(3, two_workers(), [](std::size_t, Channel&) {},
                                [](std::size_t, std::uint8_t, Bytes) { return true; }, [](const JobOutcome&) {});
    _exit(!stats && stats.error().code == Errc::io ? 0 : 1);
  }
  int status = -1;
  waitpid(pid, &status, 0);
  EXPECT_EQ(status, 0);
}

/// Runs `parent` in a process of its own that tells the pids of its two workers on a pipe; gives it, and them.
struct Family {
  pid_t parent = -1;
  std::array<pid_t, 2> workers{};
};
Family start_family(const std::function<int(const OnMessage& tell)>& parent) {
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);  // orphaned workers come to us
  std::array<int, 2> pipe{};
  EXPECT_EQ(pipe2(pipe.data(), O_CLOEXEC), 0);
  Family family;
  family.parent = fork();
  if (family.parent == 0) {
    _exit(parent([&](std::size_t, std::uint8_t, Bytes payload) {
      return write(pipe[1], payload.data(), payload.size()) == static_cast<ssize_t>(payload.size());
    }));
  }
  close(pipe[1]);
  for (pid_t& worker : family.workers) EXPECT_EQ(read(pipe[0], &worker, sizeof worker), ssize_t{sizeof worker});
  close(pipe[0]);
  return family;
}

void tell_pid_and_wait(std::size_t, Channel& channel) {
  const pid_t self = getpid();
  channel.send(1, std::as_bytes(std::span(&self, 1)));
  channel.flush();
  wait_for_ever();
}

TEST(WorkerPool, WorkersDieWithTheParent) {
  const Family family = start_family([](const OnMessage& tell) {
    const auto stats = run_jobs(kJobs, two_workers(), tell_pid_and_wait, tell, [](const JobOutcome&) {});
    return stats ? 0 : 1;
  });
  ASSERT_EQ(kill(family.parent, SIGKILL), 0);
  ASSERT_EQ(waitpid(family.parent, nullptr, 0), family.parent);
  for (const pid_t worker : family.workers) {
    int status = 0;
    EXPECT_EQ(waitpid(worker, &status, 0), worker);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  }
}

TEST(WorkerPool, StopsOnRequest) {
  const Family family = start_family([](const OnMessage& tell) {
    install_stop_handlers();
    std::size_t cancelled = 0;
    const auto stats = run_jobs(kJobs, two_workers(), tell_pid_and_wait, tell,
                                [&](const JobOutcome& outcome) { cancelled += outcome.end == JobEnd::cancelled; });
    const bool told = stop_requested() && stats && stats->cancelled;
    return told && stats->started == 2 && cancelled == 2 ? 0 : 1;
  });
  for (const pid_t worker : family.workers) ASSERT_EQ(kill(worker, SIGINT), 0) << "as a terminal does, to all";
  ASSERT_EQ(kill(family.parent, SIGINT), 0);
  int status = -1;
  ASSERT_EQ(waitpid(family.parent, &status, 0), family.parent);
  EXPECT_EQ(status, 0);
}

TEST(WorkerPool, LetsRunningJobsEndAfterAStopRequest) {
  const Family family = start_family([](const OnMessage& tell) {
    install_stop_handlers();
    std::size_t done = 0;
    const auto work = [](std::size_t, Channel& channel) {
      const pid_t self = getpid();
      channel.send(1, std::as_bytes(std::span(&self, 1)));
      channel.flush();
      usleep(500'000);
    };
    const auto stats = run_jobs(kJobs, two_workers(), work, tell,
                                [&](const JobOutcome& outcome) { done += outcome.end == JobEnd::done; });
    return stats && stats->cancelled && stats->started == 2 && done == 2 ? 0 : 1;
  });
  ASSERT_EQ(kill(family.parent, SIGTERM), 0);
  int status = -1;
  ASSERT_EQ(waitpid(family.parent, &status, 0), family.parent);
  EXPECT_EQ(status, 0);
}

TEST(WorkerPool, GivesUpWhenTold) {
  PoolOptions options = two_workers();
  bool disk_full = false;
  options.give_up = [&] { return disk_full; };
  std::map<std::size_t, JobEnd> ends;
  const auto stats = run_jobs(
      kJobs, options,
      [](std::size_t job, Channel& channel) {
        if (job != 0) wait_for_ever();
        say(channel, "a row too many");
      },
      [&](std::size_t, std::uint8_t, Bytes) {
        disk_full = true;
        return true;
      },
      [&](const JobOutcome& outcome) { ends[outcome.job] = outcome.end; });
  ASSERT_TRUE(stats);
  EXPECT_TRUE(stats->cancelled);
  EXPECT_EQ(stats->started, ends.size());
  EXPECT_LE(stats->started, 2U);
  EXPECT_EQ(ends.at(0), JobEnd::done);
  EXPECT_EQ(ends.at(1), JobEnd::cancelled);
}

TEST(WorkerPool, NamesEachEnd) {
  EXPECT_EQ(name(JobEnd::done), "done");
  EXPECT_EQ(name(JobEnd::protocol_error), "protocol_error");
  EXPECT_EQ(name(JobEnd::cancelled), "cancelled");
}

}  // namespace
}  // namespace bridle
