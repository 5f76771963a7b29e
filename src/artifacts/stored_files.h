// SPDX-License-Identifier: Apache-2.0
// The files that really lie in a backup, from the listing that the evidence layer serves as /backup/files.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bridle {

/// Name of a stored file: SHA-1 of domain and path.
using FileId = std::array<std::byte, 20>;

/// The id written as 40 hexadecimal digits of either case, and nothing else.
std::optional<FileId> parse_file_id(std::string_view text);

struct ListedFile {
  FileId id{};                       ///< zero if the path is not that of a stored file
  bool has_id = false;               ///< the path is "3d/3d0d...", as iOS names stored files
  bool named = false;                ///< an entry of the manifest names it; set by the reader of the manifest
  std::optional<std::uint64_t> size;  ///< bytes; nothing if it is no regular file
  std::int64_t line = 0;             ///< in the listing, from 1
  std::string_view path;             ///< as listed; lives as long as the set
};

/// Not to be copied: the files point into the listing.
class StoredFiles {
 public:
  /// One file a line: path, tab, size or "-". A line without a tab is a path whose size is not known.
  explicit StoredFiles(std::string listing);
  StoredFiles(const StoredFiles&) = delete;
  StoredFiles& operator=(const StoredFiles&) = delete;

  /// The stored file of this name, or null.
  ListedFile* find(const FileId& id);
  /// All files, those that iOS would not name so included.
  std::span<const ListedFile> files() const { return files_; }

 private:
  std::string listing_;
  std::vector<ListedFile> files_;  // sorted: first those with an id, by id
  std::size_t with_id_ = 0;
};

}  // namespace bridle
