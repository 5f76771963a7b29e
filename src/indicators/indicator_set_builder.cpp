// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <vector>

#include "base/limits.h"
#include "indicators/compiled.h"
#include "indicators/indicator_set.h"
#include "indicators/load.h"
#include "indicators/read_padded.h"

namespace bridle {
namespace {

namespace fs = std::filesystem;

/// Lists the files below a folder in the order of their names. Hidden entries (a .git, an editor's backup) are left
/// out and links to folders are not followed; a folder that cannot be read is named.
void list_files(const fs::path& folder, std::size_t depth, std::vector<fs::path>& out, std::vector<Skipped>& skipped) {
  std::error_code error;
  if (depth > limits::kFolderDepth) error = std::make_error_code(std::errc::too_many_symbolic_link_levels);
  std::vector<fs::directory_entry> entries;
  if (!error)
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
      if (!it->path().filename().string().starts_with('.')) entries.push_back(*it);
  if (error) skipped.push_back({folder.string(), error.message(), {}});
  std::ranges::sort(entries, {}, [](const fs::directory_entry& e) { return e.path().filename().string(); });
  for (const fs::directory_entry& entry : entries) {
    const bool is_folder = entry.symlink_status(error).type() == fs::file_type::directory;
    if (is_folder)
      list_files(entry.path(), depth + 1, out, skipped);
    else
      out.push_back(entry.path());
  }
}

Result<> add_file(const fs::path& path, std::string name, CompiledIndicators& to, Time now) {
  auto bytes = read_padded(path, limits::kIndicatorFileBytes);
  if (!bytes) return fail(bytes.error());
  return load_file({std::move(name), path.string(), std::move(*bytes)}, to, now);
}

}  // namespace

IndicatorSetBuilder::IndicatorSetBuilder() : compiled_(std::make_unique<CompiledIndicators>()) {}
IndicatorSetBuilder::~IndicatorSetBuilder() = default;

Result<> IndicatorSetBuilder::add_path(const fs::path& path, Time now) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return add_file(path, path.filename().string(), *compiled_, now);
  std::vector<fs::path> files;
  list_files(path, 0, files, compiled_->skipped_files);
  if (files.size() > limits::kIndicatorFiles) return fail(Errc::limit, "folder holds too many files", path.string());
  for (const fs::path& file : files) {
    const std::string name = file.lexically_relative(path).string();
    if (const auto added = add_file(file, name, *compiled_, now); !added)
      compiled_->skipped_files.push_back({file.string(), added.error().what, {}});
  }
  return {};
}

IndicatorSet IndicatorSetBuilder::build() && {
  for (FlatTable& table : compiled_->equal) table.freeze();
  for (FlatTable* table : {&compiled_->cut_processes, &compiled_->path_ends, &compiled_->url_hosts}) table->freeze();
  // Longest prefix first: the most telling indicator of an address is reported first.
  std::ranges::sort(compiled_->ip_prefixes, std::greater{});
  return IndicatorSet(std::move(compiled_));
}

}  // namespace bridle
