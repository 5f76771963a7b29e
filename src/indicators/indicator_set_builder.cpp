// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "base/limits.h"
#include "indicators/compiled.h"
#include "indicators/indicator_set.h"
#include "indicators/load.h"

namespace bridle {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> io_error(const fs::path& path) {
  const int error = errno;
  return fail(error == ENOENT ? Errc::not_found : Errc::io, std::strerror(error), path.string());
}

/// A file descriptor that closes itself.
class File {
 public:
  explicit File(const fs::path& path) : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  ~File() { if (fd_ >= 0) ::close(fd_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

/// The file with the padding that the JSON parser asks for. Only regular files: a pipe may never end.
Result<simdjson::padded_string> read_padded(const fs::path& path) {
  const File file(path);
  struct stat status {};
  if (file.fd() < 0 || ::fstat(file.fd(), &status) != 0) return io_error(path);
  if (!S_ISREG(status.st_mode)) return fail(Errc::unsupported, "not a regular file", path.string());
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (size > limits::kIndicatorFileBytes) return fail(Errc::limit, "indicator file is too large", path.string());
  simdjson::padded_string bytes(size);
  for (std::size_t at = 0; at < size;) {
    const ::ssize_t n = ::read(file.fd(), bytes.data() + at, size - at);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return io_error(path);
    if (n == 0) return fail(Errc::truncated, "file ended early", path.string(), at);
    at += static_cast<std::size_t>(n);
  }
  return bytes;
}

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
    if (is_folder) list_files(entry.path(), depth + 1, out, skipped);
    else out.push_back(entry.path());
  }
}

Result<> add_file(const fs::path& path, std::string name, CompiledIndicators& to, Time now) {
  auto bytes = read_padded(path);
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
