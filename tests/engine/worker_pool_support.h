// SPDX-License-Identifier: Apache-2.0
// Runs of the worker pool in which one job goes wrong, for the tests of what becomes of the others.
#pragma once
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <functional>
#include <map>
#include <string>

#include "engine/worker_pool.h"

namespace bridle::pool_test {

inline constexpr std::size_t kJobs = 12;
inline constexpr std::size_t kBad = 5;  // the job that goes wrong

/// What became of a run, by job.
struct Report {
  std::map<std::size_t, JobOutcome> outcomes;
  std::map<std::size_t, std::string> messages;
  PoolStats stats;

  JobEnd end(std::size_t job) const { return outcomes.at(job).end; }
};

inline PoolOptions two_workers() {
  PoolOptions options;
  options.workers = 2;
  return options;
}

inline Report run(const PoolOptions& options, const Work& work, std::size_t jobs = kJobs) {
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

inline bool say(Channel& channel, std::string_view text) { return channel.send(1, as_bytes(text)); }
[[noreturn]] inline void wait_for_ever() {
  while (true) usleep(1'000'000);
}
inline std::string greeting(std::size_t job) { return "job " + std::to_string(job); }

/// A run in which job kBad says something, then does `bad`, while the others just say something.
inline Report run_with(const std::function<void(Channel&)>& bad, const PoolOptions& options = two_workers()) {
  return run(options, [&](std::size_t job, Channel& channel) {
    say(channel, greeting(job));
    if (job != kBad) return;
    channel.flush();
    bad(channel);
  });
}

inline void expect_all_others_done(const Report& report) {
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

/// Touches memory that is there and not to be touched.
inline void fault(Channel&) {
  signal(SIGSEGV, SIG_DFL);  // a sanitizer would write a report and exit
  void* page = mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  *static_cast<volatile char*>(page) = 1;
}

}  // namespace bridle::pool_test
