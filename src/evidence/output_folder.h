// SPDX-License-Identifier: Apache-2.0
// A folder that files with names from evidence are written into.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bridle/blob.h"
#include "bridle/result.h"
#include "evidence/blob.h"

namespace bridle {

/// Creates files below one folder and nowhere else. One thread at a time.
class OutputFolder {
 public:
  /// Makes `path`, or takes it if it is empty. Errors: usage (it is not empty), io.
  static Result<OutputFolder> create(const std::string& path);

  /// A failure to write: of this file, or of every file that would follow.
  struct Failure {
    Error error;
    bool fatal = false;         ///< no space, no permission, a broken disk
    std::uint64_t written = 0;  ///< bytes of the file written before
  };

  /// Copies a blob into a new file. Errors: usage (a name that leads out of the folder), io, the blob's.
  std::expected<std::uint64_t, Failure> write(std::string_view relative, const Blob& content);

 private:
  explicit OutputFolder(Descriptor root) : root_(std::move(root)), buffer_(std::size_t{1} << 20) {}
  std::expected<int, Failure> parent_of(std::string_view relative);

  Descriptor root_;
  std::string parent_path_;  // the folder that `parent_` is, so that files of one folder open it once
  Descriptor parent_;
  std::vector<std::byte> buffer_;
};

}  // namespace bridle
