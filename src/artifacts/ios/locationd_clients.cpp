// SPDX-License-Identifier: Apache-2.0
// Location clients: apps, bundles and executables that asked locationd for the position, and when they last had it.
//
// Found in  clients.plist of locationd.
// Times     Cocoa seconds (real, UTC). Most say when a kind of use ended; the last end is kept, not each use.
// Limits    A client stays in the list when its app is removed; how long is not documented. A time of 0 stands for never
//           and is shown as 2001-01-01.
// Layout    A dictionary of clients; the key is a bundle id or path, on later versions with a letter before and a colon
//           behind it.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "artifacts/plist_reader.h"
#include "base/limits.h"
#include "bridle/artifact.h"

namespace bridle::artifacts {
namespace {

using plist::Kind;
using plist::Value;

constexpr std::array kFields{
    text("client", "Key of the client.").holds({Observable::app_id, Observable::process}),
    text("bundle_id", "Bundle identifier.").holds(Observable::app_id),
    text("bundle_path", "Path of the bundle.").holds({Observable::file_path, Observable::process}),
    text("executable", "Path of the executable.").holds({Observable::file_path, Observable::process}),
    text("registered", "Path the client registered with.").holds({Observable::file_path, Observable::process}),
    integer("authorization", "Authorization as stored; 0 if nobody was asked."),
    time("location_stopped_at", "End of the last use of the position.").from(Epoch::cocoa_seconds).at("location_stopped"),
    time("background_stopped_at", "End of the last use in the background.").from(Epoch::cocoa_seconds).at("background_location_stopped"),
    time("receiving_stopped_at", "When the client last stopped to receive positions.").from(Epoch::cocoa_seconds).at("receiving_location_stopped"),
    time("consumption_began_at", "Begin of the period in which use is counted.").from(Epoch::cocoa_seconds).at("location_consumption_began"),
    time("significant_stopped_at", "End of watching for significant changes.").from(Epoch::cocoa_seconds).at("significant_location_stopped"),
    time("nonpersistent_significant_stopped_at", "The same, for a watch that does not outlive the app.")
        .from(Epoch::cocoa_seconds).at("nonpersistent_significant_location_stopped"),
    time("visit_stopped_at", "End of watching for visits.").from(Epoch::cocoa_seconds).at("visit_stopped"),
    time("fence_stopped_at", "End of watching a region.").from(Epoch::cocoa_seconds).at("fence_stopped"),
    time("beacon_stopped_at", "End of watching for beacons.").from(Epoch::cocoa_seconds).at("beacon_region_stopped"),
    list("other_times", "Further keys that hold a time, each as key=time."),
};

constexpr std::array<Key, 14> kKeys{{
    {"bundle_id", "BundleId"},
    {"bundle_path", "BundlePath"},
    {"executable", "Executable"},
    {"registered", "Registered"},
    {"authorization", "Authorization"},
    {"location_stopped_at", "LocationTimeStopped"},
    {"background_stopped_at", "BackgroundLocationTimeStopped"},
    {"receiving_stopped_at", "ReceivingLocationInformationTimeStopped"},
    {"consumption_began_at", "ConsumptionPeriodBegin"},
    {"significant_stopped_at", "SignificantTimeStopped"},
    {"nonpersistent_significant_stopped_at", "NonPersistentSignificantTimeStopped"},
    {"visit_stopped_at", "VisitTimeStopped"},
    {"fence_stopped_at", "FenceTimeStopped"},
    {"beacon_stopped_at", "BeaconRegionTimeStopped"},
}};

bool names_a_time(std::string_view key) {
  return key.ends_with("TimeStarted") || key.ends_with("TimeStopped") || key.ends_with("Date");
}

std::optional<Time> time_of(const Value& value) {
  if (value.kind() == Kind::date) return value.time();
  const auto seconds = value.real();
  return seconds ? to_time(*seconds, Epoch::cocoa_seconds) : std::nullopt;
}

void read_client(Row& row, std::string_view client, const Value& entry, RecordSink& sink) {
  std::vector<std::string> others;
  for (std::size_t i = 0; i < entry.keys().size(); ++i) {
    const std::string_view key = entry.keys()[i].string().value_or("");
    if (const auto known = std::ranges::find(kKeys, key, &Key::key); known != kKeys.end())
      set_or_report(row, known->field, &entry.items()[i], client, sink);
    else if (const auto t = time_of(entry.items()[i]); t && names_a_time(key) && others.size() < limits::kListItems)
      others.push_back(std::string(key.substr(0, 200)) + "=" + to_iso(*t));
  }
  if (!others.empty()) row.set("other_times", std::span<const std::string>(others));
}

Result<> read_clients(std::span<const InputFile> files, std::span<const Field> fields, RecordSink& sink) {
  for (const InputFile& file : files) {
    const auto document = load_dictionary(file);
    if (!document) return fail(document.error());
    const Value& root = document->root();
    Row row(fields);
    std::uint64_t no_clients = 0;
    for (std::size_t i = 0; i < root.items().size(); ++i) {
      if (root.items()[i].kind() != Kind::dictionary) {
        ++no_clients;
        continue;
      }
      row.clear();
      row.locator = {"client", static_cast<std::int64_t>(i)};
      set_or_report(row, "client", &root.keys()[i], "client", sink);
      read_client(row, root.keys()[i].string().value_or(""), root.items()[i], sink);
      sink.add(row);
    }
    if (no_clients > 0)
      sink.problem({{Errc::malformed, std::to_string(no_clients) + " entries are no dictionaries and were not read", "", {}}, no_clients});
  }
  return {};
}

constexpr std::array<std::string_view, 2> kPaths{
    "/private/var/root/Library/Caches/locationd/clients.plist",
    "/private/var/mobile/Library/Caches/locationd/clients.plist",
};

}  // namespace

extern constinit const Artifact ios_locationd_clients = declare({
    .id = "ios.locationd_clients",
    .summary = "Apps and executables that asked for the position, and when they last had it.",
    .finds = kPaths,
    .fields = kFields,
    .reference = "docs/formats/locationd_clients.md",
    .timeline = "Location client {client}",
    .written_by = "locationd",
    .writable = Writable::by_user,
    .forgeable = "Only locationd writes it on the phone, but a bundle id is chosen by the app's author and a restored backup can carry an edited file.",
    .read = read_clients,
});

}  // namespace bridle::artifacts
