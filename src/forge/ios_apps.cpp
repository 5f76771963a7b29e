// SPDX-License-Identifier: Apache-2.0
// Installed apps (Info.plist) and interactionC.db (which app was used to reach whom).
#include <string>
#include <utility>

#include "forge/ios_content.h"
#include "forge/ios_schemas.h"
#include "forge/words.h"

namespace bridle::forge {
namespace {

constexpr std::string_view kApps = "ios.installed_apps";
constexpr Place kInfo{"", "Info.plist"};

}  // namespace

std::vector<App> installed_apps(const Content& content) {
  const std::uint32_t n = content.spec.apps;
  Random random = content.random("Info.plist");
  std::vector<App> out;
  if (content.spec.wa_messages != 0)
    out.push_back({"net.whatsapp.WhatsApp", "WhatsApp Messenger", "24.7.75", "WhatsApp Inc.", "com.apple.AppStore",
                   content.timeline.at(0, 100, random)});
  for (auto i = static_cast<std::uint32_t>(out.size()); i < n; ++i)
    out.push_back({"com.example.app" + std::to_string(i), words::sentence(random, 1, 3),
                   std::to_string(1 + random.below(20)) + ".0", words::person(random.below(400)), "com.apple.AppStore",
                   content.timeline.at(i, n, random)});
  if (content.spec.plant) {
    // Look-alikes of indicators, and an app that no store delivered, which has no metadata.
    out.push_back({"com.example.bhnotes", "BH Notes", "1.2", "Example", "com.apple.AppStore",
                   content.timeline.at(40, 100, random)});
    out.push_back({"com.example.sideloaded", "Sideloaded", "0.1", "", "", {}, false});
    content.ledger.plant({kApps, kInfo, "Applications", 0, "bundle_id", "com.example.bhnotes"});
    content.ledger.plant({kApps, kInfo, "Applications", 0, "bundle_id", "com.example.sideloaded"});
  }
  content.ledger.count(kApps, "Applications", out.size());
  return out;
}

Result<DatabaseFile> interactions_database(const Content& content) {
  const std::uint32_t n = content.spec.interactions;
  Database db(schema::kInteractions);
  Random random = content.random("interactionC.db");
  auto contact = db.insert("INSERT INTO ZCONTACTS (Z_PK, ZDISPLAYNAME, ZIDENTIFIER, ZPERSONID, ZINCOMINGSENDERCOUNT, "
                           "ZCREATIONDATE) VALUES (?,?,?,?,?,?)");
  auto interaction = db.insert(
      "INSERT INTO ZINTERACTIONS (ZSENDER, ZSTARTDATE, ZENDDATE, ZCREATIONDATE, ZBUNDLEID, ZACCOUNT, ZDIRECTION, "
      "ZRECIPIENTCOUNT, ZDOMAINIDENTIFIER, ZISRESPONSE, ZMECHANISM) VALUES (?,?,?,?,?,?,?,1,?,0,?)");
  auto recipient = db.insert("INSERT INTO Z_2INTERACTIONRECIPIENT VALUES (?,?)");
  const std::uint64_t people = n / 50 + 2;
  const double first = cocoa_seconds(content.timeline.at(0, 100, random));
  for (std::uint64_t i = 0; i < people; ++i)
    contact(i + 1, words::person(i), words::phone(i), random.uuid(), i % 500, first);
  for (std::uint32_t i = 0; i < n; ++i) {
    const double at = cocoa_seconds(content.timeline.at(i, n, random));
    const bool whatsapp = random.one_in(2);
    const std::uint64_t person = random.below(people);
    const bool outgoing = random.one_in(2);
    const std::int64_t id =
        interaction(1 + person, at, at, at, whatsapp ? "net.whatsapp.WhatsApp" : "com.apple.MobileSMS",
                    words::phone(person), outgoing, random.uuid(), whatsapp ? 14 : 4);
    recipient(1 + random.below(people), id);
  }
  content.ledger.count("ios.interactions", "ZINTERACTIONS", n);
  auto image = db.image();
  if (!image) return fail(image.error());
  return DatabaseFile{std::move(*image)};
}

}  // namespace bridle::forge
