// SPDX-License-Identifier: Apache-2.0
// Matching URLs and text, and loading STIX, each beside a floor measured on the same bytes in the same run.
// Times are CPU seconds: all of this runs on one thread, and a busy machine should not change the figure.
#include <fmt/format.h>
#include <simdjson.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "indicators/indicator_set.h"

namespace {

using namespace bridle;

constexpr int kRuns = 5;
constexpr Time kNow{1'795'219'200LL * 1'000'000'000LL};

double cpu_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

/// Seconds of the fastest of several runs.
template <class Work>
double fastest(Work work) {
  double best = 1e9;
  for (int i = 0; i < kRuns; ++i) {
    const double begin = cpu_seconds();
    work();
    best = std::min(best, cpu_seconds() - begin);
  }
  return best;
}

void print(std::string_view name, double value, std::string_view unit, double floor) {
  fmt::print("{}\t{:.3f}\t{}\t{:.3f}\t{:.2f}\n", name, value, unit, floor, value / floor);
}

class Count final : public MatchSink {
 public:
  void match(const Match&) override { ++matches; }
  std::size_t matches = 0;
};

class Words {
 public:
  std::string next(std::size_t least, std::size_t most) {
    std::string out(least + random_() % (most - least + 1), ' ');
    for (char& c : out) c = static_cast<char>('a' + random_() % 26);
    return out;
  }
  std::size_t below(std::size_t n) { return random_() % n; }

 private:
  std::mt19937 random_{7};
};

/// A list file of 50,000 domains, and URLs as a browsing history holds them: 1 in 1,000 meets an indicator.
struct Browsing {
  std::vector<std::string> domains, urls;
};

Browsing browsing() {
  Words words;
  Browsing out;
  for (int i = 0; i < 50'000; ++i) out.domains.push_back(words.next(6, 18) + (i % 3 == 0 ? ".net" : ".com"));
  std::vector<std::string> hosts;
  for (int i = 0; i < 5'000; ++i)
    hosts.push_back((i % 2 == 0 ? "www." : words.next(2, 8) + ".") + words.next(5, 14) + ".com");
  for (int i = 0; i < 500'000; ++i) {
    const std::string& host =
        i % 1'000 == 0 ? out.domains[words.below(out.domains.size())] : hosts[words.below(hosts.size())];
    out.urls.push_back("https://" + host + "/" + words.next(4, 12) + "/" + words.next(8, 30) +
                       "?q=" + words.next(3, 20));
  }
  return out;
}

/// The least that matching could do: hash the bytes of the URL, look once into a table of that size.
std::size_t hash_and_probe(const std::vector<std::string>& urls, const std::vector<std::uint32_t>& table) {
  std::size_t sum = 0;
  for (const std::string& url : urls) {
    std::uint64_t h = 0xCBF29CE484222325U;
    for (const char c : url) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
    sum += table[h >> 47];
  }
  return sum;
}

IndicatorSet load(const std::filesystem::path& file) {
  IndicatorSetBuilder builder;
  if (const auto added = builder.add_path(file, kNow); !added) {
    fmt::print(stderr, "{}\n", to_string(added.error()));
    std::exit(1);
  }
  return std::move(builder).build();
}

std::string stix_bundle(std::size_t indicators) {
  Words words;
  std::string out =
      R"({"type": "bundle", "id": "bundle--1", "objects": [{"type": "malware", "spec_version": "2.1", "id": "malware--1", "name": "M", "is_family": false})";
  for (std::size_t i = 0; i < indicators; ++i) {
    const std::string id = fmt::format("{:08x}-0000-4000-8000-{:012x}", i, i * 7919);
    out += fmt::format(
        R"(, {{"type": "indicator", "spec_version": "2.1", "id": "indicator--{0}", "created": "2024-01-26T21:28:21.013288Z", "modified": "2024-01-26T21:28:21.013288Z", "indicator_types": ["malicious-activity"], "pattern": "[domain-name:value='{1}.com']", "pattern_type": "stix", "pattern_version": "2.1", "valid_from": "2024-01-26T21:28:21.013288Z"}}, {{"type": "relationship", "spec_version": "2.1", "id": "relationship--{0}", "created": "2024-01-26T21:28:21.013288Z", "modified": "2024-01-26T21:28:21.013288Z", "relationship_type": "indicates", "source_ref": "indicator--{0}", "target_ref": "malware--1"}})",
        id, words.next(8, 20));
  }
  return out + "]}";
}

void bench_matching(const std::filesystem::path& folder) {
  const Browsing data = browsing();
  const auto file = folder / "domains.txt";
  {
    std::ofstream out(file);
    for (const std::string& domain : data.domains) out << domain << '\n';
  }
  const IndicatorSet set = load(file);
  const std::vector<std::uint32_t> table(1 << 17, 1);
  std::size_t checksum = 0;
  Count count;
  const double floor = fastest([&] { checksum += hash_and_probe(data.urls, table); });
  const double urls = fastest([&] {
    for (const std::string& url : data.urls) set.match(Observable::url, url, count);
  });
  const auto millions = [&](double seconds) { return static_cast<double>(data.urls.size()) / seconds / 1e6; };
  print("match_urls_50000_domains", millions(urls), "M URLs/s", millions(floor));

  std::string plain, prose;
  Words words;
  while (plain.size() < (1 << 20)) plain += words.next(1, 9) + " ";
  while (prose.size() < (1 << 20)) {
    for (std::size_t i = words.below(12) + 3; i > 0; --i) prose += words.next(1, 9) + " ";
    prose += words.next(3, 9) + ". " + (words.below(20) == 0 ? data.urls[words.below(data.urls.size())] + " " : "");
  }
  for (const auto& [name, text] :
       {std::pair("match_text_without_addresses", &plain), std::pair("match_text_with_urls", &prose)}) {
    // The least a scanner could do: look at each byte once.
    const double scan_floor = fastest([&] { checksum += text->find('\x01') == std::string::npos ? 1U : 0U; });
    const double seconds = fastest([&] { set.match(Observable::text, *text, count); });
    const auto megabytes = [&](double s) { return static_cast<double>(text->size()) / s / 1e6; };
    print(name, megabytes(seconds), "MB/s", megabytes(scan_floor));
  }
  fmt::print(stderr, "{} matches, checksum {}\n", count.matches, checksum);
}

void bench_loading(const std::filesystem::path& folder) {
  const auto file = folder / "bundle.stix2";
  const std::string bytes = stix_bundle(20'000);
  std::ofstream(file) << bytes;
  const double floor = fastest([&] {
    simdjson::dom::parser parser;
    auto padded = simdjson::padded_string::load(file.string());
    if (parser.parse(padded.value()).error() != simdjson::SUCCESS) std::exit(1);
  });
  std::size_t loaded = 0;
  const double seconds = fastest([&] { loaded = load(file).size(); });
  if (loaded != 20'000) std::exit(1);
  print("load_stix_20000_indicators", seconds, "s", floor);
}

}  // namespace

int main() {
  std::string name = (std::filesystem::temp_directory_path() / "bridle-bench-XXXXXX").string();
  const std::filesystem::path folder = ::mkdtemp(name.data());
  bench_matching(folder);
  bench_loading(folder);
  std::filesystem::remove_all(folder);
}
