// SPDX-License-Identifier: Apache-2.0
// The two walls of the sandbox that the kernel checks by rule. Each is for good, and gives what SandboxReport tells.
#pragma once
#include <span>
#include <string>

namespace bridle {

/// Lets the process read below `paths` and nowhere else, and neither write nor connect nor signal outside.
/// Needs no_new_privs. With `sanitized`, /proc/self can be read as well.
std::string enter_landlock(std::span<const std::string> paths, bool sanitized);

/// Leaves the process the system calls of a reader, and writing only to `output_fd` (-1: none).
/// With `sanitized`, also what the sanitizer runtime needs to write a report to any descriptor.
std::string enter_seccomp(int output_fd, bool sanitized);

}  // namespace bridle
