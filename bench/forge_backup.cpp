// SPDX-License-Identifier: Apache-2.0
// bench_forge_backup DIR: forges the backups that the benchmarks read.
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <fstream>
#include <string>

#include "forge/forge.h"

namespace {

constexpr std::uint32_t kRealDpic = 10'000'000;
constexpr std::uint32_t kRealIterations = 10'000;

std::string first_line(const std::string& path) {
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);
  return line;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Forges a synthetic iPhone backup and a file that says what was planted in it"};
  std::string folder;
  std::string preset = "demo";
  std::uint64_t size = 0;
  std::string password_file;
  std::uint32_t dpic = kRealDpic;
  std::uint64_t seed = 1;
  bool no_plants = false;
  app.add_option("DIR", folder, "folder to make; the backup lies below it")->required();
  app.add_option("--preset", preset, "demo or benchmark")->check(CLI::IsMember({"demo", "benchmark"}));
  app.add_option("--size", size, "bytes, instead of a preset; K, M and G are understood")
      ->transform(CLI::AsSizeValue(false));
  app.add_option("--password-file", password_file, "encrypt; the first line is the password");
  app.add_option("--dpic", dpic, "rounds of the first PBKDF2");
  app.add_option("--seed", seed, "another seed, another phone");
  app.add_flag("--no-plants", no_plants, "leave out the planted traces");
  CLI11_PARSE(app, argc, argv);

  using bridle::forge::Spec;
  Spec spec = size != 0 ? Spec::of_size(size) : preset == "benchmark" ? Spec::benchmark() : Spec::demo();
  spec.seed = seed;
  spec.plant = !no_plants;
  if (!password_file.empty()) {
    spec.password = first_line(password_file);
    spec.dpic = dpic;
    spec.iterations = kRealIterations;
  }
  const auto start = std::chrono::steady_clock::now();
  const auto forged = bridle::forge::forge_backup(folder, spec);
  if (!forged) {
    fmt::print(stderr, "bench_forge_backup: {}\n", bridle::to_string(forged.error()));
    return 1;
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  fmt::print("backup   {}\ntruth    {}\nentries  {}\nfiles    {}\nMiB      {:.1f}\nseconds  {:.2f}\n",
             forged->backup.string(), forged->truth.string(), forged->entries, forged->files,
             static_cast<double>(forged->bytes) / (1 << 20), took.count());
  std::uint64_t all = 0;
  for (const auto& [table, rows] : forged->rows) {
    fmt::print("rows     {:>8}  {}\n", rows, table);
    all += rows;
  }
  fmt::print("rows     {:>8}  in all\n", all);
  return 0;
}
