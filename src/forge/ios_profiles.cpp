// SPDX-License-Identifier: Apache-2.0
// The configuration-profile store: profile-<hash>.stub, PayloadManifest.plist, MCProfileEvents.plist.
#include <string>
#include <utility>

#include "base/hash.h"
#include "forge/ios_content.h"
#include "forge/plist_writer.h"
#include "forge/words.h"

namespace bridle::forge {
namespace {

constexpr std::string_view kArtifact = "ios.configuration_profiles";
constexpr std::string_view kFolder = "Library/ConfigurationProfiles/";
/// Published by Amnesty and Citizen Lab with the Predator indicators of December 2021.
constexpr std::string_view kPredatorProfile = "76DAB334-7E17-475D-A5D6-0794EB5818A5";

struct Profile {
  std::string uuid, identifier, name, organization, payload_type;
  Time installed{};
};

std::string stub_name(const Profile& profile) {
  return std::string(kFolder) + "profile-" + sha256_hex(as_bytes(profile.identifier)) + ".stub";
}

std::vector<std::byte> copy(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

std::vector<std::byte> stub(const Profile& profile, Random& random) {
  BinaryPlist plist;
  const auto payload = plist.dict({{"PayloadDisplayName", plist.text(profile.name)},
                                   {"PayloadIdentifier", plist.text(profile.identifier + ".1")},
                                   {"PayloadType", plist.text(profile.payload_type)},
                                   {"PayloadUUID", plist.text(random.uuid())},
                                   {"PayloadVersion", plist.integer(1)}});
  return copy(plist.finish(plist.dict({
      {"InstallDate", plist.date(profile.installed)},
      {"InstallOptions", plist.dict({{"isInstalledByMDM", plist.boolean(false)}})},
      {"PayloadContent", plist.array({payload})},
      {"PayloadDisplayName", plist.text(profile.name)},
      {"PayloadIdentifier", plist.text(profile.identifier)},
      {"PayloadOrganization", plist.text(profile.organization)},
      {"PayloadType", plist.text("Configuration")},
      {"PayloadUUID", plist.text(profile.uuid)},
      {"PayloadVersion", plist.integer(1)},
      {"ProfileWasEncrypted", plist.boolean(false)},
  })));
}

std::vector<Profile> profiles(const Content& content, Random& random) {
  std::vector<Profile> out;
  const std::uint32_t n = content.spec.profiles;
  for (std::uint32_t i = 0; i < n; ++i)
    out.push_back({random.uuid(), "com.example.profile" + std::to_string(i), words::sentence(random, 2, 3),
                   "Example Mobile Operator", "com.apple.wifi.managed", content.timeline.at(i, n, random)});
  if (!content.spec.plant) return out;
  const auto plant = [&](Profile profile, std::string_view field, std::string value,
                         std::vector<std::string> found_by) {
    out.push_back(std::move(profile));
    const std::string path = stub_name(out.back());
    content.ledger.plant(
        {kArtifact, Place{place::kProfiles, path}, {}, 0, field, std::move(value), std::move(found_by)});
  };
  plant({std::string(kPredatorProfile), "com.example.settings", "Settings", "Example", "com.apple.notificationsettings",
         content.timeline.at(87, 100, random)},
        "PayloadUUID", std::string(kPredatorProfile),
        {"indicator profile_id " + std::string(kPredatorProfile), "rule ios.profile_hides_notifications"});
  plant({"7", "com.example.seven", "Seven", "Example", "com.apple.vpn.managed", content.timeline.at(50, 100, random)},
        "PayloadUUID", "7", {});
  return out;
}

}  // namespace

Result<std::vector<NamedFile>> configuration_profiles(const Content& content) {
  Random random = content.random("ConfigurationProfiles");
  const std::vector<Profile> all = profiles(content, random);
  std::vector<NamedFile> out;
  BinaryPlist manifest;
  std::vector<BinaryPlist::Ref> order;
  BinaryPlist events;
  std::vector<BinaryPlist::Ref> log;
  for (const Profile& profile : all) {
    out.push_back({stub_name(profile), stub(profile, random)});
    order.push_back(manifest.text(profile.identifier));
    const auto event = events.dict({{"Operation", events.text("install")},
                                    {"Process", events.text("Preferences")},
                                    {"timestamp", events.date(profile.installed)}});
    log.push_back(events.dict({{profile.identifier, event}}));
  }
  for (const std::string_view table : {"profile", "OrderedProfiles", "ProfileEvents"})
    content.ledger.count(kArtifact, table, all.size());
  const auto visible = manifest.array(order);
  out.push_back({std::string(kFolder) + "PayloadManifest.plist",
                 copy(manifest.finish(manifest.dict({{"HiddenProfiles", manifest.array({})},
                                                     {"OrderedProfiles", visible}})))});
  const auto list = events.array(log);
  const auto all_events = events.dict({{"ProfileEvents", list}});
  out.push_back({std::string(kFolder) + "MCProfileEvents.plist", copy(events.finish(all_events))});
  return out;
}

}  // namespace bridle::forge
