// SPDX-License-Identifier: Apache-2.0
// What the tests of this layer share: a folder that removes itself, sets made of a few values, and a sink.
#pragma once
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "indicators/indicator_set.h"

namespace bridle::testing {

/// 2026-11-21T00:00:00Z: what the tests call today.
inline constexpr Time kToday{1'795'219'200LL * 1'000'000'000LL};

class TempFolder {
 public:
  TempFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "bridle-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

  std::filesystem::path write(const std::string& name, const std::string& bytes) const {
    const auto file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << bytes;
    return file;
  }

 private:
  std::filesystem::path path_;
};

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

using Pattern = std::pair<std::string, std::string>;  // object path, value

inline std::string quoted(const std::string& value) {
  std::string out = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

inline nlohmann::json indicator(const std::string& pattern, const std::string& id = "indicator--1") {
  return {{"type", "indicator"}, {"id", id}, {"pattern", pattern}, {"pattern_type", "stix"}};
}

/// A set read from a STIX bundle of these patterns.
inline IndicatorSet set_of_patterns(const std::vector<std::string>& patterns) {
  nlohmann::json bundle{{"type", "bundle"}, {"objects", nlohmann::json::array()}};
  for (std::size_t i = 0; i < patterns.size(); ++i)
    bundle["objects"].push_back(indicator(patterns[i], "indicator--" + std::to_string(i)));
  const TempFolder folder;
  IndicatorSetBuilder builder;
  const auto added = builder.add_path(folder.write("set.stix2", bundle.dump()), kToday);
  EXPECT_TRUE(added) << (added ? "" : to_string(added.error()));
  return std::move(builder).build();
}

inline IndicatorSet set_of(const std::vector<Pattern>& values) {
  std::vector<std::string> patterns;
  for (const auto& [path, value] : values) patterns.push_back("[" + path + " = " + quoted(value) + "]");
  return set_of_patterns(patterns);
}

/// Keeps what matched.
class Matches final : public MatchSink {
 public:
  explicit Matches(const IndicatorSet& set) : set_(set) {}
  void match(const Match& match) override {
    values.emplace_back(set_.indicator(match.indicator).value);
    texts.emplace_back(match.text);
    truncated.push_back(match.truncated);
  }
  std::vector<std::string> values, texts;
  std::vector<bool> truncated;

 private:
  const IndicatorSet& set_;
};

/// Values of the indicators that an observed value meets, in the order of the report.
inline std::vector<std::string> met(const IndicatorSet& set, Observable observable, std::string_view value) {
  Matches matches(set);
  set.match(observable, value, matches);
  return matches.values;
}

}  // namespace bridle::testing
