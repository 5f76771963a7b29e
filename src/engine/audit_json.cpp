// SPDX-License-Identifier: Apache-2.0
#include "engine/audit_json.h"

#include <sys/utsname.h>

#include <nlohmann/json.hpp>

#include "base/text.h"

namespace bridle {

using Json = nlohmann::ordered_json;

std::string audit_json(std::initializer_list<std::pair<std::string_view, std::string_view>> pairs) {
  Json out = Json::object();
  for (const auto& [key, value] : pairs) out[std::string(key)] = to_valid_utf8(value);
  return out.dump();
}

std::string sandbox_json(const std::vector<SandboxReport>& reports) {
  Json out = Json::array();
  for (const SandboxReport& r : reports) {
    Json one = {{"no_new_privs", r.no_new_privs}, {"seccomp", r.seccomp}, {"landlock", r.landlock},
                {"rlimits", r.rlimits}, {"descriptors", r.descriptors}};
    if (std::find(out.begin(), out.end(), one) == out.end()) out.push_back(std::move(one));
  }
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string host_line() {
  utsname host{};
  ::uname(&host);
  return std::string(host.sysname) + " " + host.release + " " + host.machine;
}

}  // namespace bridle
