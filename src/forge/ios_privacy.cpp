// SPDX-License-Identifier: Apache-2.0
// TCC.db (privacy permissions) and locationd's clients.plist.
#include <array>
#include <string>
#include <utility>

#include "forge/ios_content.h"
#include "forge/ios_schemas.h"
#include "forge/plist_writer.h"
#include "forge/words.h"

namespace bridle::forge {
namespace {

using Ref = BinaryPlist::Ref;

constexpr std::string_view kTcc = "ios.tcc";
constexpr std::string_view kLocation = "ios.locationd_clients";
constexpr std::array<std::string_view, 8> kServices{
    "kTCCServiceMicrophone", "kTCCServiceCamera",   "kTCCServicePhotos",    "kTCCServiceAddressBook",
    "kTCCServiceUbiquity",   "kTCCServiceCalendar", "kTCCServiceBluetoothAlways", "kTCCServiceMotion"};

constexpr int kBundleId = 0;
constexpr int kAbsolutePath = 1;

struct Grant {
  std::string_view service;
  std::string client;
  int client_type;
  bool allowed;
  std::int64_t at;
};

class GrantWriter {
 public:
  GrantWriter(Database& db, TccGeneration generation) : generation_(generation), insert_(db.insert(sql(generation))) {}

  std::int64_t write(const Grant& g) {
    switch (generation_) {
      case TccGeneration::v1: return insert_(g.service, g.client, g.client_type, g.allowed);
      case TccGeneration::v2: return insert_(g.service, g.client, g.client_type, g.allowed, g.at);
      case TccGeneration::v3: break;
    }
    return insert_(g.service, g.client, g.client_type, g.allowed ? 2 : 0, g.at);
  }

 private:
  static std::string_view sql(TccGeneration generation) {
    switch (generation) {
      case TccGeneration::v1:
        return "INSERT INTO access (service, client, client_type, allowed, prompt_count) VALUES (?,?,?,?,1)";
      case TccGeneration::v2:
        return "INSERT INTO access (service, client, client_type, allowed, prompt_count, flags, last_modified) "
               "VALUES (?,?,?,?,1,0,?)";
      case TccGeneration::v3: break;
    }
    return "INSERT INTO access (service, client, client_type, auth_value, auth_reason, auth_version, flags, "
           "last_modified) VALUES (?,?,?,?,2,1,0,?)";
  }
  TccGeneration generation_;
  Insert insert_;
};

std::string_view tcc_schema(TccGeneration generation) {
  switch (generation) {
    case TccGeneration::v1: return schema::kTccV1;
    case TccGeneration::v2: return schema::kTccV2;
    case TccGeneration::v3: break;
  }
  return schema::kTccV3;
}

void plant_grants(const Content& content, GrantWriter& writer, Random& random) {
  const std::int64_t at = unix_seconds(content.timeline.at(88, 100, random));
  const auto plant = [&](Grant grant, std::vector<std::string> found_by) {
    const std::int64_t id = writer.write(grant);
    content.ledger.plant({kTcc, place::kTcc, "access", id, "client", grant.client, std::move(found_by)});
    content.ledger.count(kTcc, "access");
  };
  plant({"kTCCServiceMicrophone", "/private/var/tmp/UserEventAgent", kAbsolutePath, true, at},
        {"indicator file_path /private/var/tmp/UserEventAgent"});
  plant({"kTCCServiceLiverpool", "com.apple.rapports.events", kBundleId, true, at},
        {"indicator process com.apple.rapports.events"});
  plant({"kTCCServiceCamera", "com.example.bhnotes", kBundleId, true, at}, {});
}

/// One entry of clients.plist.
struct LocationClient {
  std::string key, bundle_id, bundle_path, executable;
};

LocationClient location_client(std::uint64_t i, Random& random) {
  const auto apps = words::system_apps();
  const auto daemons = words::daemons();
  if (i < apps.size()) {
    const std::string id(apps[i]);
    return {id, id, "/Applications/" + id + ".app", {}};
  }
  if (i < apps.size() + daemons.size()) {
    const std::string path = "/usr/libexec/" + std::string(daemons[i - apps.size()]);
    return {"com.apple.locationd.executable-" + path, {}, {}, path};
  }
  const std::string id = "com.example.app" + std::to_string(i);
  const std::string path = "/private/var/containers/Bundle/Application/" + random.uuid() + "/App.app";
  return {id, id, path, path + "/App"};
}

Ref client_dict(BinaryPlist& plist, const LocationClient& client, Time at, Random& random) {
  std::vector<BinaryPlist::Entry> entries;
  const auto text = [&](std::string_view key, const std::string& value) {
    if (!value.empty()) entries.push_back({key, plist.text(value)});
  };
  text("BundleId", client.bundle_id);
  text("BundlePath", client.bundle_path);
  text("Executable", client.executable);
  text("Registered", client.executable.empty() ? client.bundle_path : client.executable);
  entries.push_back({"Authorization", plist.integer(static_cast<std::int64_t>(1 + random.below(4)))});
  entries.push_back({"SupportedAuthorizationMask", plist.integer(7)});
  entries.push_back({"Whitelisted", plist.boolean(false)});
  entries.push_back({"LocationTimeStopped", plist.real(cocoa_seconds(at))});
  if (random.one_in(2))
    entries.push_back({"ReceivingLocationInformationTimeStopped", plist.real(cocoa_seconds(at) - 30.0)});
  return plist.dict(entries);
}

}  // namespace

Result<DatabaseFile> tcc_database(const Content& content) {
  const std::uint32_t n = content.spec.tcc_grants;
  Database db(tcc_schema(content.spec.tcc));
  db.run("INSERT INTO admin VALUES ('version', 20)");
  GrantWriter writer(db, content.spec.tcc);
  Random random = content.random("TCC.db");
  const auto apps = words::system_apps();
  for (std::uint32_t i = 0; i < n; ++i) {
    const std::uint64_t app = i / kServices.size();
    const std::string client =
        app < apps.size() ? std::string(apps[app]) : "com.example.app" + std::to_string(app);
    writer.write({kServices[i % kServices.size()], client, kBundleId, !random.one_in(4),
                  unix_seconds(content.timeline.at(i, n, random))});
  }
  content.ledger.count(kTcc, "access", n);
  if (content.spec.plant) plant_grants(content, writer, random);
  auto image = db.image();
  if (!image) return fail(image.error());
  return DatabaseFile{std::move(*image)};
}

std::vector<std::byte> location_clients(const Content& content) {
  const std::uint32_t n = content.spec.location_clients;
  Random random = content.random("clients.plist");
  BinaryPlist plist;
  std::vector<LocationClient> clients;
  for (std::uint32_t i = 0; i < n; ++i) clients.push_back(location_client(i, random));
  if (content.spec.plant) {
    const std::string path = "/private/var/tmp/hooker";
    const std::string key = "com.apple.locationd.executable-" + path;
    clients.push_back({key, {}, {}, path});
    content.ledger.plant({kLocation, place::kLocationClients, key, 0, "Executable", path,
                          {"indicator file_path /private/var/tmp/hooker"}});
    const std::string innocent = "/usr/libexec/hooker.d/keybagd";
    clients.push_back({"com.apple.locationd.executable-" + innocent, {}, {}, innocent});
    content.ledger.plant({kLocation, place::kLocationClients, clients.back().key, 0, "Executable", innocent});
  }
  std::vector<BinaryPlist::Entry> entries;
  for (std::size_t i = 0; i < clients.size(); ++i)
    entries.push_back(
        {clients[i].key, client_dict(plist, clients[i], content.timeline.at(i, clients.size(), random), random)});
  content.ledger.count(kLocation, "clients", clients.size());
  const Bytes raw = plist.finish(plist.dict(entries));
  return {raw.begin(), raw.end()};
}

}  // namespace bridle::forge
