// SPDX-License-Identifier: Apache-2.0
#include "rules/rule.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "base/hash.h"
#include "base/text.h"

namespace bridle {
namespace {

constexpr std::array<std::string_view, 6> kClasses{"context", "contact", "attempt", "execution", "tamper", "anomaly"};
constexpr std::array<std::string_view, 5> kLevels{"info", "low", "medium", "high", "critical"};

template <class Enum, std::size_t n>
std::optional<Enum> find(const std::array<std::string_view, n>& names, std::string_view wanted) {
  const auto at = std::ranges::find(names, wanted);
  if (at == names.end()) return std::nullopt;
  return static_cast<Enum>(at - names.begin());
}

/// Header lines of a rule file: `-- key: value`, continued by `--     more`.
std::map<std::string, std::string> header(std::string_view text) {
  std::map<std::string, std::string> out;
  std::string key;
  Lines lines(text);
  while (const auto line = lines.next()) {
    if (!line->starts_with("--")) break;
    const std::string_view body = line->substr(2);
    const auto colon = body.find(':');
    if (body.starts_with("    ") && !key.empty()) {
      out[key] += " " + std::string(trim(body));
    } else if (colon != std::string_view::npos) {
      key = trim(body.substr(0, colon));
      out[key] = trim(body.substr(colon + 1));
    }
  }
  return out;
}

}  // namespace

std::string_view name(FindingClass c) { return kClasses[static_cast<std::size_t>(c)]; }
std::optional<FindingClass> finding_class_named(std::string_view n) { return find<FindingClass>(kClasses, n); }
std::string_view name(Level level) { return kLevels[static_cast<std::size_t>(level)]; }
std::optional<Level> level_named(std::string_view n) { return find<Level>(kLevels, n); }

Result<Rule> parse_rule(std::string_view text, std::string origin) {
  const auto keys = header(text);
  for (const char* key : {"rule", "level", "class", "needs", "finding", "why", "innocent", "confirm", "reference"})
    if (const auto at = keys.find(key); at == keys.end() || at->second.empty())
      return fail(Errc::malformed, std::string("the rule has no \"-- ") + key + ":\" line", origin);
  const auto level = level_named(keys.at("level"));
  const auto finding_class = finding_class_named(keys.at("class"));
  if (!level) return fail(Errc::malformed, "level is one of info, low, medium, high, critical", origin);
  if (!finding_class)
    return fail(Errc::malformed, "class is one of context, contact, attempt, execution, tamper, anomaly", origin);

  Rule rule{.id = keys.at("rule"), .finding = keys.at("finding"), .why = keys.at("why"),
            .innocent = keys.at("innocent"), .confirm = keys.at("confirm"), .reference = keys.at("reference"),
            .status = keys.contains("status") ? keys.at("status") : "stable", .level = *level,
            .finding_class = *finding_class, .needs = {}, .sql = std::string(text),
            .sha256 = sha256_hex(as_bytes(text)), .origin = std::move(origin)};
  for (const std::string_view need : split(keys.at("needs"), ',')) rule.needs.emplace_back(trim(need));
  return rule;
}

std::vector<Rule> load_rules(std::span<const std::string> directories, std::vector<Error>& errors) {
  std::vector<Rule> out;
  const auto add = [&](std::string_view text, std::string origin) {
    if (auto rule = parse_rule(text, std::move(origin))) out.push_back(std::move(*rule));
    else errors.push_back(rule.error());
  };
  for (const RuleText& builtin : builtin_rule_texts()) add(builtin.text, std::string(builtin.origin));
  for (const std::string& directory : directories) {
    std::error_code error;
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(directory, error))
      if (entry.path().extension() == ".sql") files.push_back(entry.path());
    if (error) errors.push_back({Errc::io, "cannot read the rules: " + error.message(), directory, {}});
    std::ranges::sort(files);
    for (const std::string& file : files) {
      std::ifstream in(file, std::ios::binary);
      add(std::string{std::istreambuf_iterator<char>(in), {}}, file);
    }
  }
  return out;
}

std::vector<std::string> overclaims(std::string_view text) {
  constexpr std::array<std::string_view, 11> kWords{"proves",   "proof that", "clean",     "safe",       "infected", "infection",
                                                    "always",   "definitely", "no spyware", "guaranteed", "hacked"};
  // The one fixed sentence that may use the word (docs/findings.md).
  std::string rest = ascii_lower(text);
  constexpr std::string_view kFixed = "this does not mean that the phone is clean";
  for (std::size_t at = 0; (at = rest.find(kFixed, at)) != std::string::npos;) rest.erase(at, kFixed.size());
  const auto letter = [&](std::size_t i) { return i < rest.size() && ((rest[i] >= 'a' && rest[i] <= 'z') || rest[i] == '_'); };
  std::vector<std::string> out;
  for (const std::string_view word : kWords)
    for (std::size_t at = 0; (at = rest.find(word, at)) != std::string::npos; at += word.size())
      if (!(at > 0 && letter(at - 1)) && !letter(at + word.size())) out.emplace_back(word);
  for (std::size_t i = 1; i < rest.size(); ++i)
    if (rest[i] == '%' && rest[i - 1] >= '0' && rest[i - 1] <= '9') out.emplace_back("a percentage");
  return out;
}

}  // namespace bridle
