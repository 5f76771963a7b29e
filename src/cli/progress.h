// SPDX-License-Identifier: Apache-2.0
// How a run goes, on standard error, for a person at a terminal.
#pragma once
#include <memory>

#include "cli/session.h"
#include "engine/check.h"

namespace bridle::cli {

/// A bar that counts bytes, and a line for each stage that took time. Silent with --quiet, in a pipe and on a dumb
/// terminal.
std::unique_ptr<Progress> make_progress(const Session& session);

}  // namespace bridle::cli
