// SPDX-License-Identifier: Apache-2.0
// The command line: one file a verb, joined here.
#pragma once

namespace bridle::cli {

/// Runs the program and returns its exit code (docs/cli.md lists them).
int run(int argc, char** argv);

}  // namespace bridle::cli
