// SPDX-License-Identifier: Apache-2.0
#include "indicators/read_padded.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

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
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

}  // namespace

Result<simdjson::padded_string> read_padded(const fs::path& path, std::uint64_t limit) {
  const File file(path);
  struct stat status {};
  if (file.fd() < 0 || ::fstat(file.fd(), &status) != 0) return io_error(path);
  if (!S_ISREG(status.st_mode)) return fail(Errc::unsupported, "not a regular file", path.string());
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (size > limit) return fail(Errc::limit, "indicator file is too large", path.string());
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

}  // namespace bridle
