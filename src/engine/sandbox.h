// SPDX-License-Identifier: Apache-2.0
// The sandbox of worker processes: what a process that reads hostile bytes may still ask of the kernel.
//
// Four walls, each of which stands without the others, because kernels and containers differ in what they offer:
// no_new_privs, Landlock (which files), seccomp (which system calls), rlimits (how much). What a kernel lacks is
// reported and the rest is still built. docs/threat_model.md says what each is for.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"

namespace bridle {

struct SandboxPolicy {
  std::vector<std::string> read_only_paths;  ///< files, or folders with all below them; nothing else can be opened
  std::uint64_t address_space_bytes = limits::kWorkerAddressSpace;
  std::uint32_t cpu_seconds = limits::kJobCpuSeconds;
  int output_fd = -1;  ///< the only descriptor that may be written to; -1 for none
};

/// What one attempt to leave the sandbox came to.
struct SandboxTrial {
  std::string what;          ///< "open the evidence for writing"
  bool should_pass = false;  ///< true for what a worker needs
  bool passed = false;
  std::string how;           ///< "Operation not permitted", "process ended by signal 31 (Bad system call)", "done"

  bool as_wanted() const { return passed == should_pass; }
};

/// What was really enforced; each text is for the case and for `bridle doctor`.
struct SandboxReport {
  bool no_new_privs = false;
  std::string seccomp;      ///< "enforced", or why not
  std::string landlock;     ///< "abi 7", with what could not be added after it, or why not
  std::string rlimits;      ///< "address space 4096 MiB, ...", with what could not be set
  std::string descriptors;  ///< "read-only", or why some that can be written may be open
  std::vector<SandboxTrial> trials;  ///< only from probe_sandbox()

  bool operator==(const SandboxReport& other) const {
    return no_new_privs == other.no_new_privs && seccomp == other.seccomp && landlock == other.landlock &&
           rlimits == other.rlimits && descriptors == other.descriptors;
  }
};

/// Locks this process in, for good. For a single-threaded process made by fork(). Never fails: what could not be
/// enforced is in the report.
///
/// Standard input, output and error become /dev/null, and every other descriptor that is open for writing is closed,
/// except `output_fd`; so a scratch file that workers read must be opened again read-only before the fork. The process
/// leaves no core dump, so that no plaintext of an encrypted backup reaches a disk by that way.
/// In a build with sanitizers standard error stays open and address space, file size and core dumps are not limited.
SandboxReport enter_sandbox(const SandboxPolicy& policy);

/// Enters the sandbox in child processes and tries to get out of it: what each attempt came to is in `trials`.
/// Makes and removes a scratch folder below the system's temporary folder. For a single-threaded process.
SandboxReport probe_sandbox();

/// The report as lines of text without control characters, and back; for the way from a worker to its parent.
std::string to_lines(const SandboxReport& report);
SandboxReport report_from_lines(std::string_view lines);

}  // namespace bridle
