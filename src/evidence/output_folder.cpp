// SPDX-License-Identifier: Apache-2.0
#include "evidence/output_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/text.h"

namespace bridle {
namespace {

using Failure = OutputFolder::Failure;

std::unexpected<Failure> failure(int error, std::string_view what, std::uint64_t written = 0) {
  const bool fatal = error == ENOSPC || error == EDQUOT || error == EROFS || error == EIO || error == EFBIG;
  return std::unexpected(Failure{{Errc::io, fmt::format("{}: {}", what, std::strerror(error))}, fatal, written});
}

std::unexpected<Failure> bad_name() {
  return std::unexpected(Failure{{Errc::usage, "the name leads out of the folder or is none"}});
}

/// Makes a folder if it is not there and opens it. A link in its place is not followed.
Descriptor enter(int parent, const std::string& name) {
  if (::mkdirat(parent, name.c_str(), 0700) != 0 && errno != EEXIST) return {};
  return Descriptor(::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

bool is_name(std::string_view component) {
  return component != ".." && !component.contains('\0');
}

}  // namespace

Result<OutputFolder> OutputFolder::create(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return fail(Errc::io, fmt::format("the folder cannot be made: {}", error.message()), path);
  const bool empty = std::filesystem::is_empty(path, error);
  if (error) return fail(Errc::io, error.message(), path);
  if (!empty) return fail(Errc::usage, "the folder is not empty", path);
  auto root = open_folder(path);
  if (!root) return fail(root.error());
  return OutputFolder(*std::move(root));
}

/// The folder that a file goes into, made if need be.
std::expected<int, Failure> OutputFolder::parent_of(std::string_view relative) {
  if (relative == parent_path_ && parent_.valid()) return parent_.get();
  Descriptor at;
  int current = root_.get();
  for (const std::string_view component : split(relative, '/')) {
    if (component.empty() || component == ".") continue;
    if (!is_name(component)) return bad_name();
    Descriptor next = enter(current, std::string(component));
    if (!next.valid()) return failure(errno, "a folder cannot be made");
    at = std::move(next);
    current = at.get();
  }
  if (!at.valid()) return root_.get();
  parent_ = std::move(at);
  parent_path_ = relative;
  return parent_.get();
}

std::expected<std::uint64_t, Failure> OutputFolder::write(std::string_view relative, const Blob& content) {
  const std::string_view name = base_name(relative);
  if (name.empty() || name == "." || !is_name(name)) return bad_name();
  const auto parent = parent_of(relative.substr(0, relative.size() - name.size()));
  if (!parent) return std::unexpected(parent.error());
  const Descriptor file(
      ::openat(*parent, std::string(name).c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file.valid()) return failure(errno, "the file cannot be made");
  std::uint64_t done = 0;
  while (done < content.size()) {
    const auto got = content.read_at(done, buffer_);
    if (!got) {
      if (done == 0) ::unlinkat(*parent, std::string(name).c_str(), 0);  // an empty file would look like a whole one
      return std::unexpected(Failure{got.error(), false, done});
    }
    if (*got == 0)
      return std::unexpected(Failure{{Errc::truncated, "the stored file ended early", {}, done}, false, done});
    for (std::size_t at = 0; at < *got;) {
      const ssize_t n = ::write(file.get(), buffer_.data() + at, *got - at);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return failure(errno, "the file cannot be written", done + at);
      at += static_cast<std::size_t>(n);
    }
    done += *got;
  }
  return done;
}

}  // namespace bridle
