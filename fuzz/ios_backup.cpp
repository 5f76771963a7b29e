// SPDX-License-Identifier: Apache-2.0
// The first byte picks the list: Manifest.plist, Info.plist, Status.plist or the archive of an entry.
#include "evidence/backup_plists.h"
#include "formats/ios_keybag.h"
#include "formats/mb_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace bridle;
  if (size == 0) return 0;
  const Bytes bytes = std::as_bytes(std::span(data, size)).subspan(1);
  DeviceInfo device;
  MbFileReader reader;
  switch (data[0]) {
    case 'M':
      if (const auto list = read_manifest_plist(bytes, device)) (void)ios_keybag::parse(list->keybag);
      break;
    case 'I':
      (void)read_info_plist(bytes, device);
      break;
    case 'S':
      (void)read_status_plist(bytes);
      break;
    default:
      (void)reader.read(bytes);
  }
  return 0;
}
