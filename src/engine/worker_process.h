// SPDX-License-Identifier: Apache-2.0
// The child's side of the worker pool, and what both sides must agree on.
#pragma once
#include <cstdint>

#include "engine/worker_pool.h"

namespace bridle {

/// Types of the pool's own frames.
constexpr std::uint8_t kHelloType = Channel::kFirstReservedType;    ///< to_lines() of the sandbox; first of all frames
constexpr std::uint8_t kEndType = Channel::kFirstReservedType + 1;  ///< end of a job: JobEnd (u8), then the detail

/// What travels to a worker: the number of its next job. The end of the pipe tells it to go.
using Command = std::uint64_t;

/// Life of a worker, in a process just forked: enters the sandbox, runs the jobs named on `commands` and sends frames
/// to `data`, until the pipe ends or a job leaves the process in doubt. Ends with the process `parent`.
[[noreturn]] void run_worker(int parent, int commands, int data, const PoolOptions& options, const Work& work);

}  // namespace bridle
