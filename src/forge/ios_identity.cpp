// SPDX-License-Identifier: Apache-2.0
// The IDS status cache (who was looked up for iMessage and FaceTime) and the daily network baseline of osanalytics.
#include <array>
#include <string>
#include <utility>

#include "forge/ios_content.h"
#include "forge/plist_writer.h"
#include "forge/words.h"

namespace bridle::forge {
namespace {

using Entry = BinaryPlist::Entry;

constexpr std::string_view kLookups = "ios.id_status_cache";
constexpr std::string_view kDaily = "ios.os_analytics_daily";
constexpr std::array<std::string_view, 4> kServices{"com.apple.madrid", "com.apple.ess",
                                                    "com.apple.private.alloy.facetime.multi",
                                                    "com.apple.private.alloy.phonecontinuity"};

std::vector<std::byte> copy(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

}  // namespace

std::vector<std::byte> id_status_cache(const Content& content) {
  const std::uint32_t n = content.spec.id_lookups;
  Random random = content.random("idstatuscache.plist");
  BinaryPlist plist;
  std::array<std::vector<std::string>, kServices.size()> users;
  for (std::uint32_t i = 0; i < n; ++i)
    users[i % users.size()].push_back(i % 3 == 0 ? "mailto:" + words::email(i) : "tel:" + words::phone(i));
  content.ledger.count(kLookups, "lookups", n);
  if (content.spec.plant) {
    // An address that Amnesty published, and one with the two NUL bytes before it that were seen in such lookups.
    const std::string known = "mailto:bekkerfredi@gmail.com";
    const std::string odd = std::string(2, '\0') + "mailto:k.williams.enny74@gmail.com";
    const std::string near = "mailto:bekkerfredi@gmail.com.example.org";
    users[0].insert(users[0].end(), {known, odd, near});
    content.ledger.count(kLookups, "lookups", 3);
    content.ledger.plant({kLookups, place::kIdStatusCache, std::string(kServices[0]), 0, "user", known,
                          {"indicator email bekkerfredi@gmail.com"}});
    content.ledger.plant({kLookups, place::kIdStatusCache, std::string(kServices[0]), 0, "user", odd,
                          {"indicator email k.williams.enny74@gmail.com", "rule ios.id_lookup_nul_prefix"}});
    content.ledger.plant({kLookups, place::kIdStatusCache, std::string(kServices[0]), 0, "user", near});
  }
  std::vector<Entry> services;
  for (std::size_t s = 0; s < users.size(); ++s) {
    std::vector<Entry> entries;
    for (std::size_t i = 0; i < users[s].size(); ++i) {
      const double at = cocoa_seconds(content.timeline.at(i, users[s].size(), random));
      entries.push_back({users[s][i], plist.dict({{"IDStatus", plist.integer(random.one_in(4) ? 2 : 1)},
                                                  {"LookupDate", plist.real(at)}})});
    }
    services.push_back({kServices[s], plist.dict(entries)});
  }
  return copy(plist.finish(plist.dict(services)));
}

std::vector<std::byte> daily_analytics(const Content& content) {
  const std::uint32_t n = content.spec.daily_processes;
  Random random = content.random("addaily.plist");
  BinaryPlist plist;
  std::vector<std::string> names;
  const auto daemons = words::daemons();
  for (std::uint32_t i = 0; i < n; ++i)
    names.push_back(i < daemons.size() ? std::string(daemons[i]) : "Service" + std::to_string(i));
  if (content.spec.plant) {
    const std::vector<std::pair<std::string, std::vector<std::string>>> planted{
        {"BackupAgent", {"indicator process BackupAgent"}},
        {"msgacntd", {"indicator process msgacntd"}},
        {"com.apple.backup.BackupAgent2", {}},
        {"msgacntd-helper", {}},
    };
    for (const auto& [name, found_by] : planted) {
      names.push_back(name);
      content.ledger.plant({kDaily, place::kDailyAnalytics, "netUsageBaseline", 0, "package", name, found_by});
    }
  }
  content.ledger.count(kDaily, "netUsageBaseline", names.size());
  std::vector<Entry> entries;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto bytes = [&] { return plist.real(static_cast<double>(random.below(5'000'000))); };
    const auto at = plist.date(content.timeline.at(i, names.size(), random));
    entries.push_back({names[i], plist.array({at, bytes(), bytes(), bytes(), bytes()})});
  }
  const auto baseline = plist.dict(entries);
  return copy(plist.finish(plist.dict({{"netUsageBaseline", baseline}, {"version", plist.integer(1)}})));
}

}  // namespace bridle::forge
