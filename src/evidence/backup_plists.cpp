// SPDX-License-Identifier: Apache-2.0
#include "evidence/backup_plists.h"

#include "bridle/time.h"
#include "formats/plist.h"

namespace bridle {
namespace {

Result<plist::Document> parse_dictionary(Bytes bytes) {
  auto list = plist::parse(bytes);
  if (list && list->root().kind() != plist::Kind::dictionary)
    return fail(Errc::malformed, "the property list is no dictionary");
  return list;
}

/// Sets `to` to a string of the dictionary if it has none yet.
void take(const plist::Value* from, std::string_view key, std::string& to) {
  const plist::Value* value = from == nullptr ? nullptr : from->find(key);
  if (to.empty() && value != nullptr) to = value->string().value_or("");
}

std::vector<std::byte> data(const plist::Value& from, std::string_view key) {
  const plist::Value* value = from.find(key);
  const Bytes bytes = value == nullptr ? Bytes{} : value->data().value_or(Bytes{});
  return {bytes.begin(), bytes.end()};
}

}  // namespace

Result<ManifestPlist> read_manifest_plist(Bytes bytes, DeviceInfo& device) {
  const auto list = parse_dictionary(bytes);
  if (!list) return fail(list.error());
  const plist::Value& root = list->root();
  const plist::Value* lockdown = root.find("Lockdown");
  take(lockdown, "UniqueDeviceID", device.udid);
  take(lockdown, "SerialNumber", device.serial);
  take(lockdown, "ProductType", device.product_type);
  take(lockdown, "ProductVersion", device.product_version);
  take(lockdown, "BuildVersion", device.build_version);
  take(lockdown, "DeviceName", device.device_name);
  ManifestPlist out;
  const plist::Value* encrypted = root.find("IsEncrypted");
  out.encrypted = encrypted != nullptr && encrypted->boolean().value_or(false);
  out.keybag = data(root, "BackupKeyBag");
  out.manifest_key = data(root, "ManifestKey");
  if (out.encrypted && out.keybag.empty())
    return fail(Errc::malformed, "the backup is encrypted and its keybag is missing");
  device.encrypted = out.encrypted;
  return out;
}

Result<> read_info_plist(Bytes bytes, DeviceInfo& device) {
  const auto list = parse_dictionary(bytes);
  if (!list) return fail(list.error());
  const plist::Value& root = list->root();
  take(&root, "Target Identifier", device.udid);
  take(&root, "Unique Identifier", device.udid);
  take(&root, "Serial Number", device.serial);
  take(&root, "Product Type", device.product_type);
  take(&root, "Product Version", device.product_version);
  take(&root, "Build Version", device.build_version);
  take(&root, "Device Name", device.device_name);
  const plist::Value* date = root.find("Last Backup Date");
  if (const auto time = date == nullptr ? std::nullopt : date->time()) device.last_backup = to_iso(*time);
  return {};
}

Result<std::optional<std::string>> read_status_plist(Bytes bytes) {
  const auto list = parse_dictionary(bytes);
  if (!list) return fail(list.error());
  const plist::Value* state = list->root().find("SnapshotState");
  const auto text = state == nullptr ? std::nullopt : state->string();
  if (!text) return fail(Errc::malformed, "the status of the backup is not stated");
  if (*text == "finished") return std::nullopt;
  return std::string(*text);
}

}  // namespace bridle
