// SPDX-License-Identifier: Apache-2.0
// The folder in which fetched and imported indicator files are kept, with a record of where each came from.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "bridle/result.h"
#include "bridle/time.h"

namespace bridle {

struct IndicatorFile {
  std::string file;    ///< name in the store
  std::string name;    ///< what the publisher or the index calls it
  std::string source;  ///< URL, or path of the file that was imported
  std::string date;    ///< when it was fetched or imported, "2026-11-21T20:05:00Z"
  std::string sha256;
  std::uint64_t bytes = 0;
};

/// A folder of indicator files that IndicatorSetBuilder::add_path() reads. One process at a time writes.
class IndicatorStore {
 public:
  explicit IndicatorStore(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// $XDG_DATA_HOME/bridle/indicators, or ~/.local/share/bridle/indicators. Empty if neither variable is set.
  static std::filesystem::path default_folder();

  const std::filesystem::path& folder() const { return folder_; }

  /// The record of each file, by name. Empty if there is no store yet. Errors: io, malformed.
  Result<std::vector<IndicatorFile>> files() const;

  /// Puts a file in the store, in the place of the one that came from the same source. The old one stays until the
  /// new one is whole on disk. The bytes must be an indicator file that holds at least one indicator.
  /// `suggested_name` gives the name and extension. Errors: malformed, unsupported, io.
  Result<IndicatorFile> put(std::string_view bytes, std::string_view suggested_name, std::string_view title,
                            std::string_view source, Time now);

  /// Copies a file of this machine into the store. Errors: as put(), not_found, limit.
  Result<IndicatorFile> import_file(const std::filesystem::path& file, Time now);

 private:
  Result<> record(const IndicatorFile& file);
  std::filesystem::path folder_;
};

}  // namespace bridle
