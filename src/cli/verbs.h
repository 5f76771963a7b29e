// SPDX-License-Identifier: Apache-2.0
// The verbs, one file each. Every function adds its verb to the tree.
#pragma once
#include "cli/session.h"

namespace bridle::cli {

void add_check(CLI::App& program, Session& session);
void add_demo(CLI::App& program, Session& session);
void add_show(CLI::App& program, Session& session);
void add_timeline(CLI::App& program, Session& session);
void add_explain(CLI::App& program, Session& session);
void add_artifacts(CLI::App& program, Session& session);
void add_rules(CLI::App& program, Session& session);
void add_indicators(CLI::App& program, Session& session);
void add_decrypt(CLI::App& program, Session& session);
void add_doctor(CLI::App& program, Session& session);
void add_completions(CLI::App& program, Session& session);
void add_version(CLI::App& program, Session& session);

/// The whole tree.
void add_tree(CLI::App& program, Session& session);

/// "bridle 0.1.0".
std::string version_line();

}  // namespace bridle::cli
