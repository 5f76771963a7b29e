// SPDX-License-Identifier: Apache-2.0
// Real faults on the pipe and from outside: garbage, kills, a dying parent, a request to stop.
#include "engine/worker_pool_support.h"

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
using namespace pool_test;
using testing::HasSubstr;

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
#ifdef BRIDLE_SANITIZED
  GTEST_SKIP() << "the sanitizer runtime needs descriptors of its own";
#endif
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
