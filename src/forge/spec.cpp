// SPDX-License-Identifier: Apache-2.0
#include "forge/spec.h"

#include <algorithm>

namespace bridle::forge {
namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
constexpr std::uint64_t kBenchmarkBytes = 933 * kMiB;
constexpr std::uint64_t kBenchmarkFiles = 45'027;
constexpr std::uint64_t kMostFiles = 2 * kBenchmarkFiles;
constexpr std::uint64_t kLeastFiles = 60;

}  // namespace

Spec Spec::demo() {
  Spec s;
  s.entries = 480;
  s.files = 300;
  s.bytes = 2 * kMiB;
  s.messages = 400;
  s.messages_in_wal = 12;
  s.attachments = 40;
  s.calls = 80;
  s.wa_messages = 250;
  s.wa_messages_in_wal = 6;
  s.wa_calls = 20;
  s.wa_contacts = 60;
  s.safari_visits = 300;
  s.safari_redirects = 20;
  s.safari_tombstones = 5;
  s.safari_tabs = 10;
  s.safari_profile_visits = 20;
  s.processes = 90;
  s.tcc_grants = 40;
  s.location_clients = 40;
  s.profiles = 2;
  s.id_lookups = 60;
  s.daily_processes = 60;
  s.interactions = 60;
  s.apps = 20;
  return s;
}

Spec Spec::benchmark() {
  Spec s;
  s.entries = 60'120;
  s.files = kBenchmarkFiles;
  s.bytes = kBenchmarkBytes;
  s.messages = 149'900;
  s.messages_in_wal = 100;
  s.attachments = 20'000;
  s.calls = 10'000;
  s.wa_messages = 119'950;
  s.wa_messages_in_wal = 50;
  s.wa_calls = 15'000;
  s.wa_contacts = 20'000;
  s.safari_visits = 120'000;
  s.safari_redirects = 10'000;
  s.safari_tombstones = 5'000;
  s.safari_tabs = 1'000;
  s.safari_profile_visits = 2'000;
  s.processes = 3'000;
  s.tcc_grants = 1'000;
  s.location_clients = 1'000;
  s.profiles = 20;
  s.id_lookups = 15'000;
  s.daily_processes = 3'000;
  s.interactions = 20'000;
  s.apps = 300;
  return s;
}

Spec Spec::of_size(std::uint64_t bytes) {
  Spec s = benchmark();
  const double share = std::min(1.0, static_cast<double>(bytes) / static_cast<double>(kBenchmarkBytes));
  const auto scale = [share](std::uint32_t& count) {
    count = std::max<std::uint32_t>(1, static_cast<std::uint32_t>(static_cast<double>(count) * share));
  };
  for (std::uint32_t* count :
       {&s.messages, &s.messages_in_wal, &s.attachments, &s.calls, &s.wa_messages, &s.wa_messages_in_wal, &s.wa_calls,
        &s.wa_contacts, &s.safari_visits, &s.safari_redirects, &s.safari_tombstones, &s.safari_tabs,
        &s.safari_profile_visits, &s.processes, &s.tcc_grants, &s.location_clients, &s.profiles, &s.id_lookups,
        &s.daily_processes, &s.interactions, &s.apps})
    scale(*count);
  s.bytes = bytes;
  s.files = std::clamp(kBenchmarkFiles * (bytes / kMiB) / 933, kLeastFiles, kMostFiles);
  s.entries = s.files * 4 / 3 + 60;  // directories of the databases' domains included
  return s;
}

}  // namespace bridle::forge
