// SPDX-License-Identifier: Apache-2.0
#include <signal.h>

#include <atomic>

#include "engine/worker_pool.h"

namespace bridle {
namespace {

// A signal handler can reach nothing but what has static storage.
std::atomic<int> stop_number = 0;
static_assert(std::atomic<int>::is_always_lock_free);

}  // namespace

void install_stop_handlers() {
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction action {};
    if (sigaction(number, nullptr, &action) == 0 && action.sa_handler == SIG_IGN) continue;  // by nohup
    action = {};
    action.sa_handler = [](int received) { stop_number = received; };
    action.sa_flags = SA_RESTART | static_cast<int>(SA_RESETHAND);
    sigaction(number, &action, nullptr);
  }
}

bool stop_requested() { return stop_number != 0; }
int stop_signal() { return stop_number; }

}  // namespace bridle
