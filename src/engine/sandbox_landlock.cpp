// SPDX-License-Identifier: Apache-2.0
// Landlock by raw system calls. Debian 12's <linux/landlock.h> describes ABI 1 and 2; the kernel may offer more.
// Layouts and values: include/uapi/linux/landlock.h of Linux 6.12, Documentation/userspace-api/landlock.rst.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

#include "engine/sandbox_walls.h"

namespace bridle {
namespace {

// The same numbers on every architecture (linux/include/uapi/asm-generic/unistd.h).
constexpr long kCreateRuleset = 444, kAddRule = 445, kRestrictSelf = 446;
constexpr unsigned kQueryVersion = 1;
constexpr int kRulePathBeneath = 1;

constexpr std::uint64_t kReadFile = 1U << 2, kReadDir = 1U << 3;
constexpr std::uint64_t kFilesAbi1 = (1U << 13) - 1;  // execute, write, read, remove and make of every kind
constexpr std::uint64_t kRefer = 1U << 13;            // since ABI 2
constexpr std::uint64_t kTruncate = 1U << 14;         // since ABI 3
constexpr std::uint64_t kIoctlDevice = 1U << 15;      // since ABI 5
constexpr std::uint64_t kBindTcp = 1, kConnectTcp = 2;            // since ABI 4
constexpr std::uint64_t kScopeAbstractSocket = 1, kScopeSignal = 2;  // since ABI 6

struct RulesetAttributes {
  std::uint64_t handled_files, handled_net, scoped;
};

struct __attribute__((packed)) PathBeneath {
  std::uint64_t allowed;
  std::int32_t parent_fd;
};

struct Handled {
  RulesetAttributes attributes{};
  std::size_t size = 0;  ///< an older kernel refuses a longer structure
};

Handled all_rights(long abi) {
  Handled h{{kFilesAbi1, 0, 0}, 8};
  if (abi >= 2) h.attributes.handled_files |= kRefer;
  if (abi >= 3) h.attributes.handled_files |= kTruncate;
  if (abi >= 4) h.attributes.handled_net = kBindTcp | kConnectTcp, h.size = 16;
  if (abi >= 5) h.attributes.handled_files |= kIoctlDevice;
  if (abi >= 6) h.attributes.scoped = kScopeAbstractSocket | kScopeSignal, h.size = 24;
  return h;
}

bool allow_reading(int ruleset, const std::string& path) {
  const int fd = open(path.c_str(), O_PATH | O_CLOEXEC);
  if (fd < 0) return false;
  struct stat info {};
  bool done = fstat(fd, &info) == 0;
  const PathBeneath rule{S_ISDIR(info.st_mode) ? kReadFile | kReadDir : kReadFile, fd};
  done = done && syscall(kAddRule, ruleset, kRulePathBeneath, &rule, 0) == 0;
  const int error = errno;
  close(fd);
  errno = error;
  return done;
}

std::string not_enforced() { return fmt::format("not enforced: {}", std::strerror(errno)); }

}  // namespace

std::string enter_landlock(std::span<const std::string> paths, bool sanitized) {
  const long abi = syscall(kCreateRuleset, nullptr, 0, kQueryVersion);
  if (abi < 1) return not_enforced();
  const Handled handled = all_rights(abi);
  const int ruleset = static_cast<int>(syscall(kCreateRuleset, &handled.attributes, handled.size, 0));
  if (ruleset < 0) return not_enforced();

  std::string report = fmt::format("abi {}", abi);
  for (const std::string& path : paths)
    if (!allow_reading(ruleset, path)) report += fmt::format("; can't be read: {} ({})", path, std::strerror(errno));
  if (sanitized && allow_reading(ruleset, "/proc/self")) report += "; /proc/self for the sanitizers";

  if (syscall(kRestrictSelf, ruleset, 0) != 0) report = not_enforced();
  close(ruleset);
  return report;
}

}  // namespace bridle
