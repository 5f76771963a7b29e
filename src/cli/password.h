// SPDX-License-Identifier: Apache-2.0
// Where a backup's password comes from: a prompt, a file or a descriptor. Never an option's value, never the
// environment: both can be read by others and end in histories and logs.
#pragma once
#include <CLI/App.hpp>
#include <string>

#include "cli/session.h"
#include "engine/check.h"

namespace bridle::cli {

struct PasswordOptions {
  std::string file;
  int fd = -1;
};

void add_password_options(CLI::App& verb, PasswordOptions& options);

/// A file or descriptor gives one password; the prompt asks three times, and only if a person sits at a terminal.
/// Errors: io, not_found, usage (both given), limit (longer than any password).
Result<PasswordSource> password_source(const PasswordOptions& options);

}  // namespace bridle::cli
