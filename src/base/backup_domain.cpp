// SPDX-License-Identifier: Apache-2.0
#include "bridle/backup_domain.h"

#include <algorithm>
#include <array>

namespace bridle {
namespace {

struct Root {
  std::string_view domain, path;
};

constexpr std::array<Root, 16> kDomains{{
    {"CameraRollDomain", "/private/var/mobile"},
    {"DatabaseDomain", "/private/var/db"},
    {"HealthDomain", "/private/var/mobile/Library"},
    {"HomeDomain", "/private/var/mobile"},
    {"HomeKitDomain", "/private/var/mobile"},
    {"InstallDomain", "/private/var/installd"},
    {"KeyboardDomain", "/private/var/mobile"},
    {"KeychainDomain", "/private/var/Keychains"},
    {"ManagedPreferencesDomain", "/private/var/Managed Preferences"},
    {"MediaDomain", "/private/var/mobile"},
    {"MobileDeviceDomain", "/private/var/MobileDevice"},
    {"ProtectedDomain", "/private/var/protected"},
    {"RootDomain", "/private/var/root"},
    {"SystemPreferencesDomain", "/private/var/preferences"},
    {"TonesDomain", "/private/var/mobile"},
    {"WirelessDomain", "/private/var/wireless"},
}};

// Domains of which each app, plug-in or group has one: the name follows the prefix.
constexpr std::array<Root, 5> kContainers{{
    {"AppDomain-", "/private/var/mobile/Containers/Data/Application/"},
    {"AppDomainGroup-", "/private/var/mobile/Containers/Shared/AppGroup/"},
    {"AppDomainPlugin-", "/private/var/mobile/Containers/Data/PluginKitPlugin/"},
    {"SysContainerDomain-", "/private/var/containers/Data/System/"},
    {"SysSharedContainerDomain-", "/private/var/containers/Shared/SystemGroup/"},
}};

/// Folder that a domain stands for.
std::string root_of(std::string_view domain) {
  if (const auto known = std::ranges::find(kDomains, domain, &Root::domain); known != kDomains.end())
    return std::string(known->path);
  for (const Root& c : kContainers)
    if (domain.starts_with(c.domain) && domain.size() > c.domain.size())
      return std::string(c.path).append(domain.substr(c.domain.size()));
  return std::string("/unknown/").append(domain);
}

/// Adds the components of `path` to `out`. False at a "..", unless `resolve` says that it takes a component away.
bool add_components(std::string_view path, bool resolve, std::string& out) {
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string_view component = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    if (component.empty() || component == ".") continue;
    if (component != "..")
      out.append("/").append(component);
    else if (resolve)
      out.resize(std::min(out.rfind('/'), out.size()));
    else
      return false;
  }
  return true;
}

bool is_below(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

}  // namespace

std::string canonical_path(std::string_view domain, std::string_view relative) {
  std::string out;
  if (!add_components(root_of(domain), false, out) || !add_components(relative, false, out)) return {};
  return out;
}

std::string canonical_device_path(std::string_view path) {
  if (!path.starts_with('/')) return std::string(path);
  std::string out;
  add_components(path, true, out);
  if (is_below(out, "/var") || is_below(out, "/etc")) out.insert(0, "/private");
  if (is_below(out, "/tmp")) out.replace(0, 4, "/private/var/tmp");
  return out.empty() ? "/" : out;
}

}  // namespace bridle
