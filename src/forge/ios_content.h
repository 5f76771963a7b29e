// SPDX-License-Identifier: Apache-2.0
// What fills a forged phone: one function a file that an app or a daemon keeps. Each draws from its own generator, so a
// change to one leaves the bytes of the others as they were. Errors of all: internal (SQLite, libplist).
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "bridle/result.h"
#include "forge/ios_backup_writer.h"
#include "forge/ledger.h"
#include "forge/random.h"
#include "forge/spec.h"
#include "forge/sqlite_image.h"

namespace bridle::forge {

/// Instants of a phone's life, in order, as the epochs that databases use.
class Timeline {
 public:
  explicit Timeline(const Spec& spec);
  /// The `i`-th of `n` instants spread evenly, moved by chance within its share.
  Time at(std::uint64_t i, std::uint64_t n, Random& random) const;

 private:
  std::int64_t begin_;
  std::int64_t length_;
};

double cocoa_seconds(Time time);             ///< since 2001-01-01 UTC
std::int64_t cocoa_nanoseconds(Time time);
std::int64_t unix_seconds(Time time);

/// What the functions below are given.
struct Content {
  const Spec& spec;
  Ledger& ledger;
  Timeline timeline;

  Content(const Spec& s, Ledger& l) : spec(s), ledger(l), timeline(s) {}
  /// The generator of one file.
  Random random(std::string_view file) const;
};

namespace place {
inline constexpr Place kMessages{"HomeDomain", "Library/SMS/sms.db"};
inline constexpr Place kCalls{"HomeDomain", "Library/CallHistoryDB/CallHistory.storedata"};
inline constexpr std::string_view kWhatsapp = "AppDomainGroup-group.net.whatsapp.WhatsApp.shared";
inline constexpr Place kWhatsappMessages{kWhatsapp, "ChatStorage.sqlite"};
inline constexpr Place kWhatsappCalls{kWhatsapp, "CallHistory.sqlite"};
inline constexpr Place kWhatsappContacts{kWhatsapp, "ContactsV2.sqlite"};
inline constexpr Place kSafariHistory{"HomeDomain", "Library/Safari/History.db"};
inline constexpr Place kSafariProfileHistory{
    "AppDomain-com.apple.mobilesafari", "Library/Safari/Profiles/6F1B2C3D-4E5F-4A6B-8C7D-9E0F1A2B3C4D/History.db"};
inline constexpr Place kSafariBrowserState{"HomeDomain", "Library/Safari/BrowserState.db"};
inline constexpr Place kSafariTabs{"AppDomain-com.apple.mobilesafari", "Library/Safari/SafariTabs.db"};
inline constexpr Place kDataUsage{"WirelessDomain", "Library/Databases/DataUsage.sqlite"};
inline constexpr Place kTcc{"HomeDomain", "Library/TCC/TCC.db"};
inline constexpr Place kLocationClients{"RootDomain", "Library/Caches/locationd/clients.plist"};
inline constexpr std::string_view kProfiles = "SysSharedContainerDomain-systemgroup.com.apple.configurationprofiles";
inline constexpr Place kIdStatusCache{"HomeDomain",
                                      "Library/Preferences/com.apple.identityservices.idstatuscache.plist"};
inline constexpr Place kDailyAnalytics{"HomeDomain", "Library/Preferences/com.apple.osanalytics.addaily.plist"};
inline constexpr Place kInteractions{"HomeDomain", "Library/CoreDuet/People/interactionC.db"};
}  // namespace place

/// A small file with its path in its domain.
struct NamedFile {
  std::string relative_path;
  std::vector<std::byte> content;
};

Result<DatabaseFile> messages_database(const Content& content);
Result<DatabaseFile> calls_database(const Content& content);
Result<DatabaseFile> whatsapp_database(const Content& content);
Result<DatabaseFile> whatsapp_calls_database(const Content& content);
Result<DatabaseFile> whatsapp_contacts_database(const Content& content);
Result<DatabaseFile> safari_history_database(const Content& content);
Result<DatabaseFile> safari_profile_history_database(const Content& content);
Result<DatabaseFile> browser_state_database(const Content& content);
Result<DatabaseFile> safari_tabs_database(const Content& content);
Result<DatabaseFile> data_usage_database(const Content& content);
Result<DatabaseFile> tcc_database(const Content& content);
Result<DatabaseFile> interactions_database(const Content& content);
std::vector<std::byte> location_clients(const Content& content);
std::vector<std::byte> id_status_cache(const Content& content);
std::vector<std::byte> daily_analytics(const Content& content);
/// The files of the configuration-profile store, in the domain place::kProfiles.
Result<std::vector<NamedFile>> configuration_profiles(const Content& content);
std::vector<App> installed_apps(const Content& content);

}  // namespace bridle::forge
