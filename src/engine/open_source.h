// SPDX-License-Identifier: Apache-2.0
// Opening a source, in a worker.
#pragma once
#include <string>
#include <vector>

#include "engine/check.h"
#include "engine/plan.h"
#include "evidence/source.h"

namespace bridle {

/// An opened source and the walls around the worker that opened it.
struct OpenedSource {
  Inventory inventory;
  std::vector<SandboxReport> sandboxes;
  std::uint64_t peak_memory_bytes = 0;
};

/// Opens `path` and lists what `wanted` asks for; asks for the password as often as the source needs and the user has
/// one. Errors: not_found, unsupported (no source Bridle knows), password, and those of reading it.
Result<OpenedSource> open_source(const std::string& path, const Wanted& wanted, const PasswordSource& password,
                                 std::chrono::milliseconds timeout);

}  // namespace bridle
