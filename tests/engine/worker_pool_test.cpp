// SPDX-License-Identifier: Apache-2.0
// Real faults of jobs: each test lets one go wrong in one way and looks at what became of all others.
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

}  // namespace
}  // namespace bridle
