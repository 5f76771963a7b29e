// SPDX-License-Identifier: Apache-2.0
#include "engine/plan.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace bridle {

Wanted::Wanted(std::span<const Artifact* const> artifacts) {
  for (std::size_t i = 0; i < artifacts.size(); ++i)
    for (const std::string_view glob : artifacts[i]->finds) matcher_.add(glob, i);
}

bool Wanted::operator()(std::string_view path) const {
  if (matcher_.matches(path)) return true;
  return path.ends_with("-wal") && matcher_.matches(path.substr(0, path.size() - 4));
}

std::vector<Job> plan(std::span<const Artifact* const> artifacts, const Inventory& inventory) {
  std::vector<std::size_t> order(inventory.files.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return std::string_view(inventory.files[i].path); });
  std::map<std::string_view, std::size_t> by_path;
  for (const std::size_t i : order) by_path.emplace(inventory.files[i].path, i);

  const Wanted wanted(artifacts);
  std::vector<Job> jobs(artifacts.size());
  for (const std::size_t i : order) {
    const EvidenceFile& file = inventory.files[i];
    std::vector<std::size_t> owners;
    wanted.matcher().match(file.path, [&](std::size_t owner) { owners.push_back(owner); });
    std::ranges::sort(owners);
    owners.erase(std::unique(owners.begin(), owners.end()), owners.end());
    const auto wal = by_path.find(std::string(file.path) + "-wal");
    for (const std::size_t owner : owners) {
      jobs[owner].files.push_back({i, wal == by_path.end() ? kNoFile : wal->second});
      jobs[owner].bytes += file.size;
    }
  }
  for (std::size_t i = 0; i < artifacts.size(); ++i) jobs[i].artifact = artifacts[i];
  std::erase_if(jobs, [](const Job& job) { return job.files.empty(); });
  std::ranges::stable_sort(jobs, std::ranges::greater{}, &Job::bytes);
  return jobs;
}

}  // namespace bridle
