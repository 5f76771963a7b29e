// SPDX-License-Identifier: Apache-2.0
#include "indicators/update.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>

#include "base/text.h"
#include "indicators/fetch.h"
#include "indicators/read_padded.h"

namespace bridle {
namespace {

/// The text of a scalar child; empty if there is none.
std::string text_at(const YAML::Node& node, const char* key) {
  const YAML::Node child = node.IsMap() ? node[key] : YAML::Node(YAML::NodeType::Undefined);
  return child.IsDefined() && child.IsScalar() ? child.Scalar() : std::string();
}

/// True if the text can stand in a URL's path as it is and does not climb out of it.
bool is_plain_path(std::string_view path) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_./").find(c) != std::string_view::npos;
  };
  return !path.empty() && std::ranges::all_of(path, plain) && path.find("..") == std::string_view::npos;
}

IndexEntry read_entry(const YAML::Node& node, std::string_view github_base) {
  IndexEntry entry{to_valid_utf8(text_at(node, "name")), {}, {}};
  if (text_at(node, "type") != "github") {
    entry.url = text_at(node, "download_url");
    if (entry.url.empty()) entry.why = "entry has neither github nor download_url";
    return entry;
  }
  entry.url = github_base;
  const YAML::Node github = node["github"];
  for (const char* part : {"owner", "repo", "branch", "path"}) {
    const std::string text = github.IsDefined() ? text_at(github, part) : std::string();
    if (!is_plain_path(text)) {
      entry.why = std::string("github entry has no usable ") + part;
      entry.url.clear();
      return entry;
    }
    entry.url += "/" + text;
  }
  return entry;
}

bool is_url(std::string_view text) {
  return text.starts_with("http://") || text.starts_with("https://");
}

Result<std::string> read_index(const UpdateOptions& options) {
  if (is_url(options.index)) {
    const bool http = options.index.starts_with("http://");
    return fetch(options.index,
                 {.allow_http = http, .max_bytes = limits::kIndexBytes, .timeout_seconds = options.timeout_seconds});
  }
  const auto bytes = read_padded(options.index, limits::kIndexBytes);
  if (!bytes) return fail(bytes.error());
  return std::string(std::string_view(*bytes));
}

}  // namespace

Result<std::vector<IndexEntry>> parse_index(std::string_view yaml, std::string_view github_base) {
  std::vector<IndexEntry> out;
  try {
    const YAML::Node root = YAML::Load(std::string(yaml));
    const YAML::Node list = root.IsMap() ? root["indicators"] : root;
    if (!list.IsDefined() || !list.IsSequence()) return fail(Errc::malformed, "index has no list of indicators");
    if (list.size() > limits::kIndexEntries) return fail(Errc::limit, "index has too many entries");
    for (const YAML::Node& node : list) out.push_back(read_entry(node, github_base));
  } catch (const YAML::Exception& error) {
    return fail(Errc::malformed, std::string("index is not YAML: ") + error.what());
  }
  return out;
}

Result<UpdateReport> update_indicators(IndicatorStore& store, const UpdateOptions& options, Time now) {
  const auto index = read_index(options);
  if (!index) return fail(index.error());
  auto entries = parse_index(*index, options.github_base);
  if (!entries) return fail(entries.error().code, entries.error().what, options.index);

  UpdateReport report;
  const FetchOptions how{options.index.starts_with("http://"), options.max_bytes, options.timeout_seconds};
  for (const IndexEntry& entry : *entries) {
    if (!entry.why.empty()) {
      report.failed.push_back({Errc::malformed, entry.why, entry.name});
      continue;
    }
    const auto bytes = fetch(entry.url, how);
    auto stored =
        bytes ? store.put(*bytes, entry.url.substr(0, entry.url.find_first_of("?#")), entry.name, entry.url, now)
              : Result<IndicatorFile>(fail(bytes.error()));
    if (stored)
      report.stored.push_back(std::move(*stored));
    else
      report.failed.push_back({stored.error().code, entry.name + ": " + stored.error().what, entry.url});
  }
  return report;
}

}  // namespace bridle
