// SPDX-License-Identifier: Apache-2.0
#include "forge/forge.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <set>
#include <utility>

#include "forge/ios_backup_writer.h"
#include "forge/ios_content.h"
#include "forge/ledger.h"

namespace bridle::forge {
namespace {

constexpr std::string_view kManifestArtifact = "ios.manifest";

/// Bytes that look random, made as fast as memory: one random block, differently aligned and stamped in each file.
class Filler {
 public:
  explicit Filler(Random random) : block_(kBlock) { random.fill(block_); }

  /// The bytes live until the next call.
  Bytes make(std::uint64_t number, std::uint64_t size) {
    buffer_.resize(static_cast<std::size_t>(size));
    std::size_t from = static_cast<std::size_t>(number * 4'099 % kBlock);
    for (std::size_t at = 0; at < buffer_.size();) {
      const std::size_t n = std::min(kBlock - from, buffer_.size() - at);
      std::memcpy(buffer_.data() + at, block_.data() + from, n);
      at += n;
      from = 0;
    }
    for (std::size_t at = 0; at + sizeof number <= buffer_.size(); at += kStamp) {
      const std::uint64_t stamp = (number << 24) ^ at;
      std::memcpy(buffer_.data() + at, &stamp, sizeof stamp);
    }
    return buffer_;
  }

 private:
  static constexpr std::size_t kBlock = std::size_t{1} << 20;
  static constexpr std::size_t kStamp = 65'536;
  std::vector<std::byte> block_;
  std::vector<std::byte> buffer_;
};

class Phone {
 public:
  Phone(const Spec& spec, BackupWriter writer)
      : spec_(spec), content_(spec_, ledger_), random_(content_.random("phone")), writer_(std::move(writer)) {}

  Result<> fill();
  Ledger& ledger() { return ledger_; }
  const BackupWriter& writer() const { return writer_; }

 private:
  using Maker = Result<DatabaseFile> (*)(const Content&);

  FileMeta meta();
  Result<> add_folder(std::string_view domain, const std::string& path);
  Result<> add_folders(std::string_view domain, std::string_view path);
  Result<> add(Place place, Bytes content);
  Result<> add_database(Place place, bool wanted, Maker make);
  Result<> add_databases();
  Result<> add_property_lists();
  Result<> plant_entry(Place place, std::vector<std::string> found_by);
  Result<> plant_entries();
  Result<> add_filler_files();
  Result<> add_filler_folders();

  const Spec& spec_;
  Ledger ledger_;
  Content content_;
  Random random_;
  BackupWriter writer_;
  std::set<std::string, std::less<>> folders_;
};

FileMeta Phone::meta() {
  constexpr std::array<std::uint32_t, 8> kClasses{3, 3, 3, 3, 3, 4, 2, 1};
  FileMeta m;
  m.protection_class = random_.pick(kClasses);
  m.birth = content_.timeline.at(0, 2, random_);
  m.modified = content_.timeline.at(1, 2, random_);
  m.status_changed = m.modified;
  return m;
}

Result<> Phone::add_folder(std::string_view domain, const std::string& path) {
  std::string key = std::string(domain) + "-" + path;
  if (!folders_.insert(std::move(key)).second) return {};
  return writer_.add_directory(domain, path, meta());
}

/// The domain's root and all folders above a path.
Result<> Phone::add_folders(std::string_view domain, std::string_view path) {
  if (auto r = add_folder(domain, ""); !r) return r;
  for (std::size_t slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/', slash + 1))
    if (auto r = add_folder(domain, std::string(path.substr(0, slash))); !r) return r;
  return {};
}

Result<> Phone::add(Place place, Bytes content) {
  if (auto r = add_folders(place.domain, place.relative_path); !r) return r;
  return writer_.add_file(place.domain, place.relative_path, content, meta());
}

Result<> Phone::add_database(Place place, bool wanted, Maker make) {
  if (!wanted) return {};
  const auto file = make(content_);
  if (!file) return fail(file.error());
  if (auto r = add(place, file->main); !r) return r;
  if (file->wal.empty()) return {};
  const std::string wal = std::string(place.relative_path) + "-wal";
  return add({place.domain, wal}, file->wal);
}

Result<> Phone::add_databases() {
  struct Item {
    Place place;
    bool wanted;
    Maker make;
  };
  const Spec& s = spec_;
  const std::array<Item, 12> items{{
      {place::kMessages, s.messages != 0, messages_database},
      {place::kCalls, s.calls != 0, calls_database},
      {place::kWhatsappMessages, s.wa_messages != 0, whatsapp_database},
      {place::kWhatsappCalls, s.wa_calls != 0, whatsapp_calls_database},
      {place::kWhatsappContacts, s.wa_contacts != 0, whatsapp_contacts_database},
      {place::kSafariHistory, s.safari_visits != 0, safari_history_database},
      {place::kSafariProfileHistory, s.safari_profile_visits != 0, safari_profile_history_database},
      {place::kSafariBrowserState, s.safari_tabs != 0, browser_state_database},
      {place::kSafariTabs, s.safari_tabs != 0, safari_tabs_database},
      {place::kDataUsage, s.processes != 0, data_usage_database},
      {place::kTcc, s.tcc_grants != 0, tcc_database},
      {place::kInteractions, s.interactions != 0, interactions_database},
  }};
  for (const Item& item : items)
    if (auto r = add_database(item.place, item.wanted, item.make); !r) return r;
  return {};
}

Result<> Phone::add_property_lists() {
  if (spec_.location_clients != 0)
    if (auto r = add(place::kLocationClients, location_clients(content_)); !r) return r;
  if (spec_.id_lookups != 0)
    if (auto r = add(place::kIdStatusCache, id_status_cache(content_)); !r) return r;
  if (spec_.daily_processes != 0)
    if (auto r = add(place::kDailyAnalytics, daily_analytics(content_)); !r) return r;
  if (spec_.profiles != 0) {
    const auto files = configuration_profiles(content_);
    if (!files) return fail(files.error());
    for (const NamedFile& file : *files)
      if (auto r = add({place::kProfiles, file.relative_path}, file.content); !r) return r;
  }
  if (spec_.apps != 0) writer_.set_applications(installed_apps(content_));
  return {};
}

Result<> Phone::plant_entry(Place place, std::vector<std::string> found_by) {
  ledger_.plant({kManifestArtifact, place, "Files", 0, "relativePath", std::string(place.relative_path),
                 std::move(found_by)});
  return add(place, as_bytes("Forged for a test.\n"));
}

Result<> Phone::plant_entries() {
  struct Entry {
    Place place;
    std::vector<std::string> found_by;
  };
  const std::vector<Entry> entries{
      {{"RootDomain", "Library/Preferences/roleaccountd.plist"}, {"indicator file_name roleaccountd.plist"}},
      // No domain of a backup covers /private/var/tmp; DatabaseDomain covers /private/var/db.
      {{"DatabaseDomain", "com.apple.xpc.roleaccountd.staging/subridged"},
       {"indicator file_path /private/var/db/com.apple.xpc.roleaccountd.staging/subridged"}},
      {{"HomeDomain", "Library/Logs/keybagd.log.0"}, {}},
      {{"AppDomain-com.example.bhnotes", "Documents/bh/notes.txt"}, {}},
      {{"HomeDomain", "Library/Preferences/UserEventAgent.plist"}, {}},
  };
  for (const Entry& e : entries)
    if (auto r = plant_entry(e.place, e.found_by); !r) return r;
  return writer_.add_symlink("DatabaseDomain", "timezone/localtime", "/var/db/timezone/zoneinfo/Europe/London", meta());
}

/// Photos, attachments and caches, until the backup has as many files and bytes as asked for.
Result<> Phone::add_filler_files() {
  Filler filler(content_.random("filler"));
  constexpr std::uint64_t kPerFolder = 1'000;
  const std::uint64_t from = writer_.files();
  for (std::uint64_t i = from; i < spec_.files; ++i) {
    const std::uint64_t left = spec_.bytes > writer_.payload_bytes() ? spec_.bytes - writer_.payload_bytes() : 0;
    const std::uint64_t share = left / (spec_.files - i);
    const std::uint64_t size = 1 + (i + 1 == spec_.files ? left : share / 4 + random_.below(share * 3 / 2));
    const std::uint64_t number = i - from;
    const std::string folder = std::to_string(100 + number / kPerFolder);
    const std::string name = std::to_string(number);
    const std::string shard = random_.hex(1);
    Result<> r;
    switch (number % 4) {
      case 0:
      case 1:
        r = add({"CameraRollDomain", "Media/DCIM/" + folder + "APPLE/IMG_" + name + ".HEIC"}, filler.make(i, size));
        break;
      case 2:
        r = add({"MediaDomain", "Library/SMS/Attachments/" + shard + "/IMG_" + name + ".JPG"}, filler.make(i, size));
        break;
      default:
        r = add({"AppDomain-com.example.app" + std::to_string(number % 13), "Library/Caches/" + shard + "/" + name},
                filler.make(i, size));
    }
    if (!r) return r;
  }
  return {};
}

Result<> Phone::add_filler_folders() {
  constexpr std::array<std::string_view, 6> kFolders{"",        "Documents",         "Library", "Library/Preferences",
                                                     "Library/Application Support", "tmp"};
  for (std::uint64_t app = 0; writer_.entries() < spec_.entries; ++app) {
    const std::string domain = "AppDomainPlugin-com.example.plugin" + std::to_string(app);
    for (const std::string_view folder : kFolders)
      if (writer_.entries() < spec_.entries)
        if (auto r = add_folder(domain, std::string(folder)); !r) return r;
  }
  return {};
}

Result<> Phone::fill() {
  if (auto r = add_databases(); !r) return r;
  if (auto r = add_property_lists(); !r) return r;
  if (spec_.plant)
    if (auto r = plant_entries(); !r) return r;
  if (auto r = add_filler_files(); !r) return r;
  if (auto r = add_filler_folders(); !r) return r;
  ledger_.count(kManifestArtifact, "Files", writer_.entries());
  return writer_.finish();
}

}  // namespace

Result<Forged> forge_backup(const std::filesystem::path& folder, const Spec& spec) {
  BackupOptions options{.password = spec.password,
                        .dpic = spec.dpic,
                        .iterations = spec.iterations,
                        .seed = spec.seed,
                        .made_at = spec.made_at};
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return fail(Errc::io, "cannot make a folder: " + error.message(), folder.string());
  if (!std::filesystem::is_empty(folder, error)) return fail(Errc::usage, "the folder is not empty", folder.string());

  Forged forged;
  forged.backup = folder / options.device.udid;
  forged.truth = folder / "truth.jsonl";
  auto writer = BackupWriter::create(forged.backup, options);
  if (!writer) return fail(writer.error());
  Phone phone(spec, std::move(*writer));
  if (auto r = phone.fill(); !r) return fail(r.error());

  std::ofstream truth(forged.truth, std::ios::binary);
  truth << phone.ledger().truth();
  if (!truth.flush()) return fail(Errc::io, "cannot write the truth file", forged.truth.string());
  forged.entries = phone.writer().entries();
  forged.files = phone.writer().files();
  forged.bytes = phone.writer().payload_bytes();
  forged.rows = phone.ledger().rows();
  return forged;
}

}  // namespace bridle::forge
