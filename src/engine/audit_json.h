// SPDX-License-Identifier: Apache-2.0
// Small JSON texts for the audit chain and the record of a run.
#pragma once
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/sandbox.h"

namespace bridle {

/// An object of texts, keys in the order given. Invalid UTF-8 becomes U+FFFD.
std::string audit_json(std::initializer_list<std::pair<std::string_view, std::string_view>> pairs);
/// What was enforced in the workers; the first report speaks for all, further ones are listed.
std::string sandbox_json(const std::vector<SandboxReport>& reports);
/// "Linux 6.1.0 x86_64".
std::string host_line();

}  // namespace bridle
