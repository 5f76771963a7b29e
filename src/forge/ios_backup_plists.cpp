// SPDX-License-Identifier: Apache-2.0
// Keys as Finder and iTunes 12 write them; docs/formats/ios_backup.md.
#include "forge/ios_backup_plists.h"

#include "base/text.h"

namespace bridle::forge {
namespace {

using Ref = BinaryPlist::Ref;
using Entry = BinaryPlist::Entry;

std::vector<std::byte> copy(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

// iTunesMetadata: what the store said of an app when it was bought.
std::vector<std::byte> store_metadata(const App& app, std::size_t number) {
  BinaryPlist plist;
  const Ref account = plist.dict({{"AppleID", plist.text("owner@example.com")},
                                  {"DSPersonID", plist.integer(1'000'000)},
                                  {"FamilyID", plist.integer(0)}});
  const Time bought{app.purchased_at.ns - app.purchased_at.ns % 1'000'000'000};  // whole seconds
  const Ref download = plist.dict({{"accountInfo", account}, {"purchaseDate", plist.text(to_iso(bought))}});
  std::vector<Entry> entries{
      {"artistName", plist.text(app.artist)},
      {"bundleDisplayName", plist.text(app.name)},
      {"bundleShortVersionString", plist.text(app.version)},
      {"bundleVersion", plist.text(app.version)},
      {"com.apple.iTunesStore.downloadInfo", download},
      {"genre", plist.text("Utilities")},
      {"isFactoryInstall", plist.boolean(false)},
      {"itemId", plist.integer(static_cast<std::int64_t>(300'000'000 + number))},
      {"itemName", plist.text(app.name)},
      {"kind", plist.text("software")},
      {"softwareVersionBundleId", plist.text(app.bundle_id)},
  };
  if (!app.source_app.empty()) entries.push_back({"sourceApp", plist.text(app.source_app)});
  return copy(plist.finish(plist.dict(entries)));
}

Ref applications(BinaryPlist& plist, std::span<const App> apps) {
  std::vector<Entry> entries;
  for (const App& app : apps) {
    const Ref metadata = plist.data(app.metadata ? store_metadata(app, entries.size()) : std::vector<std::byte>{});
    const Ref icon = plist.data(as_bytes("\x89PNG\r\n\x1a\n"));
    const Ref entry = app.metadata ? plist.dict({{"iTunesMetadata", metadata}, {"PlaceholderIcon", icon}})
                                   : plist.dict({{"PlaceholderIcon", icon}});
    entries.push_back({app.bundle_id, entry});
  }
  return plist.dict(entries);
}

std::string capitals(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return text;
}

}  // namespace

Result<std::string> info_plist(const BackupOptions& options, std::span<const App> apps, Random& random) {
  const Device& device = options.device;
  BinaryPlist plist;
  std::vector<Ref> installed;
  for (const App& app : apps) installed.push_back(plist.text(app.bundle_id));
  const Ref root = plist.dict({
      {"Applications", applications(plist, apps)},
      {"Build Version", plist.text(device.build_version)},
      {"Device Name", plist.text(device.name)},
      {"Display Name", plist.text(device.name)},
      {"GUID", plist.text(capitals(random.hex(32)))},
      {"ICCID", plist.text(device.iccid)},
      {"IMEI", plist.text(device.imei)},
      {"Installed Applications", plist.array(installed)},
      {"Last Backup Date", plist.date(options.made_at)},
      {"Phone Number", plist.text(device.phone_number)},
      {"Product Name", plist.text(device.product_name)},
      {"Product Type", plist.text(device.product_type)},
      {"Product Version", plist.text(device.product_version)},
      {"Serial Number", plist.text(device.serial_number)},
      {"Target Identifier", plist.text(device.udid)},
      {"Target Type", plist.text("Device")},
      {"Unique Identifier", plist.text(capitals(device.udid))},
      {"iTunes Files", plist.dict({})},
      {"iTunes Settings", plist.dict({})},
      {"iTunes Version", plist.text("12.13.2.3")},
  });
  return to_xml_plist(plist.finish(root));
}

std::vector<std::byte> manifest_plist(const BackupOptions& options, std::span<const App> apps, Bytes keybag,
                                      Bytes manifest_key) {
  const Device& device = options.device;
  BinaryPlist plist;
  std::vector<Entry> containers;
  for (const App& app : apps)
    containers.push_back({app.bundle_id, plist.dict({{"CFBundleIdentifier", plist.text(app.bundle_id)},
                                                     {"CFBundleVersion", plist.text(app.version)},
                                                     {"ContainerContentClass", plist.text("Data/Application")}})});
  const Ref lockdown = plist.dict({
      {"BuildVersion", plist.text(device.build_version)},
      {"DeviceName", plist.text(device.name)},
      {"ProductType", plist.text(device.product_type)},
      {"ProductVersion", plist.text(device.product_version)},
      {"SerialNumber", plist.text(device.serial_number)},
      {"UniqueDeviceID", plist.text(device.udid)},
      {"com.apple.MobileDeviceCrashCopy", plist.dict({})},
      {"com.apple.TerminalFlashr", plist.dict({})},
      {"com.apple.mobile.data_sync", plist.dict({})},
      {"com.apple.mobile.iTunes.accessories", plist.dict({})},
      {"com.apple.mobile.wireless_lockdown", plist.dict({})},
  });
  std::vector<Entry> entries{
      {"Version", plist.text("10.0")},
      {"Date", plist.date(options.made_at)},
      {"SystemDomainsVersion", plist.text("24.0")},
      {"WasPasscodeSet", plist.boolean(true)},
      {"Lockdown", lockdown},
      {"Applications", plist.dict(containers)},
      {"IsEncrypted", plist.boolean(!keybag.empty())},
  };
  if (!keybag.empty()) entries.push_back({"BackupKeyBag", plist.data(keybag)});
  if (!manifest_key.empty()) entries.push_back({"ManifestKey", plist.data(manifest_key)});
  return copy(plist.finish(plist.dict(entries)));
}

std::vector<std::byte> status_plist(const BackupOptions& options, Random& random) {
  BinaryPlist plist;
  return copy(plist.finish(plist.dict({
      {"UUID", plist.text(random.uuid())},
      {"IsFullBackup", plist.boolean(true)},
      {"Version", plist.text("3.3")},
      {"BackupState", plist.text("new")},
      {"Date", plist.date(options.made_at)},
      {"SnapshotState", plist.text("finished")},
  })));
}

}  // namespace bridle::forge
