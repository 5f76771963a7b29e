// SPDX-License-Identifier: Apache-2.0
#include "cli/password.h"

#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "engine/worker_pool.h"

namespace bridle::cli {
namespace {

constexpr std::size_t kLongest = 4'096;
constexpr int kAttempts = 3;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

/// Turns the echo of a terminal off while it lives.
class NoEcho {
 public:
  explicit NoEcho(int fd) : fd_(fd) {
    if (::tcgetattr(fd, &before_) != 0) return;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = ::tcsetattr(fd, TCSAFLUSH, &quiet) == 0;
  }
  ~NoEcho() {
    if (changed_) ::tcsetattr(fd_, TCSAFLUSH, &before_);
  }
  NoEcho(const NoEcho&) = delete;
  NoEcho& operator=(const NoEcho&) = delete;
  bool works() const { return changed_; }

 private:
  int fd_;
  termios before_{};
  bool changed_ = false;
};

void say(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(fd, text.data(), text.size());
    if (n <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
}

/// Reads up to a line end or the end. Errors: io, limit.
Result<std::string> read_line(int fd) {
  std::string out;
  for (char c = 0;;) {
    const ssize_t n = ::read(fd, &c, 1);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return bridle::fail(Errc::io, std::string("cannot read the password: ") + std::strerror(errno));
    if (n == 0 || c == '\n') break;
    if (out.size() == kLongest) return bridle::fail(Errc::limit, "the password is longer than " + std::to_string(kLongest) + " bytes");
    out += c;
  }
  if (out.ends_with('\r')) out.pop_back();
  return out;
}

/// Waits for a line; false once the run was asked to stop.
bool wait_for_line(int fd) {
  while (!stop_requested()) {
    pollfd ready{fd, POLLIN, 0};
    if (::poll(&ready, 1, 200) > 0) return true;
  }
  return false;
}

std::optional<std::string> ask(int attempt) {
  if (attempt >= kAttempts || ::isatty(STDIN_FILENO) != 1 || ::isatty(STDERR_FILENO) != 1) return std::nullopt;
  const Descriptor terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
  if (terminal.get() < 0) return std::nullopt;
  std::optional<std::string> out;
  {
    const NoEcho quiet(terminal.get());
    if (!quiet.works()) return std::nullopt;
    say(terminal.get(), attempt == 0 ? "Password of the backup: " : "That was not the password. Once more: ");
    if (wait_for_line(terminal.get()))
      if (auto line = read_line(terminal.get())) out = std::move(*line);
  }
  say(terminal.get(), "\n");
  return out;
}

PasswordSource once(std::string password) {
  return [password = std::move(password)](int attempt) { return attempt == 0 ? std::optional(password) : std::nullopt; };
}

}  // namespace

void add_password_options(CLI::App& verb, PasswordOptions& options) {
  verb.add_option("--password-file", options.file, "Read the password of an encrypted backup from the first line of this file.")->type_name("FILE");
  verb.add_option("--password-fd", options.fd, "Read it from this open descriptor. Without either it is asked for at a terminal.")->type_name("N");
}

Result<PasswordSource> password_source(const PasswordOptions& options) {
  if (!options.file.empty() && options.fd >= 0) return bridle::fail(Errc::usage, "give --password-file or --password-fd, not both");
  if (options.file.empty() && options.fd < 0) return PasswordSource(ask);
  const Descriptor file(options.file.empty() ? -1 : ::open(options.file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!options.file.empty() && file.get() < 0)
    return bridle::fail(errno == ENOENT ? Errc::not_found : Errc::io, std::string("cannot open the password file: ") + std::strerror(errno), options.file);
  auto password = read_line(options.file.empty() ? options.fd : file.get());
  if (!password) return bridle::fail(password.error());
  return once(std::move(*password));
}

}  // namespace bridle::cli
