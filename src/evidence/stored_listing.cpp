// SPDX-License-Identifier: Apache-2.0
#include "evidence/stored_listing.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <memory>
#include <vector>

#include "base/limits.h"
#include "evidence/blob.h"
#include "evidence/ios_manifest.h"

namespace bridle {
namespace {

struct CloseFolder {
  void operator()(DIR* d) const { ::closedir(d); }
};

/// Names in a folder, sorted. A folder that is a link is not entered.
Result<std::vector<std::string>> names_in(int parent, const std::string& name) {
  const int fd = ::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  const std::unique_ptr<DIR, CloseFolder> folder(fd < 0 ? nullptr : ::fdopendir(fd));
  if (!folder) return fail(Errc::io, fmt::format("folder {}: {}", name, std::strerror(errno)));
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(folder.get())) {
    const std::string_view text(entry->d_name);
    if (text == "." || text == "..") continue;
    if (names.size() == limits::kBackupEntries)
      return fail(Errc::limit, fmt::format("folder {} has more than {} files", name, limits::kBackupEntries));
    names.emplace_back(text);
  }
  std::ranges::sort(names);
  return names;
}

std::string escaped(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f || c == '\\')
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", byte);
    else
      out.push_back(c);
  }
  return out;
}

void add_line(const Descriptor& root, const std::string& path, std::string& out) {
  struct stat status {};
  const bool regular =
      ::fstatat(root.get(), path.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(status.st_mode);
  out += escaped(path);
  if (regular)
    fmt::format_to(std::back_inserter(out), "\t{}\n", status.st_size);
  else
    out += "\t-\n";
}

bool is_folder(const Descriptor& root, const std::string& name) {
  struct stat status {};
  return ::fstatat(root.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(status.st_mode);
}

bool is_hash_folder(std::string_view name) {
  return name.size() == 2 && name.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

Result<std::string> list_stored_files(const std::string& root) {
  const auto folder = open_folder(root);
  if (!folder) return fail(folder.error());
  const auto names = names_in(folder->get(), ".");
  if (!names) return fail(names.error());
  std::string out;
  std::size_t entries = 0;
  for (const std::string& name : *names) {
    if (std::ranges::find(kBackupFiles, name) != kBackupFiles.end()) continue;
    if (!is_hash_folder(name) || !is_folder(*folder, name)) {
      add_line(*folder, name, out);
      continue;
    }
    const auto files = names_in(folder->get(), name);
    if (!files) return fail(files.error());
    entries += files->size();
    if (entries > limits::kBackupEntries)
      return fail(Errc::limit, fmt::format("the backup has more than {} files", limits::kBackupEntries));
    for (const std::string& file : *files) add_line(*folder, fmt::format("{}/{}", name, file), out);
  }
  return out;
}

}  // namespace bridle
