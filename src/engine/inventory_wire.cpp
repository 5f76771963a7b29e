// SPDX-License-Identifier: Apache-2.0
#include "engine/inventory_wire.h"

#include "base/limits.h"
#include "base/text.h"

namespace bridle::wire {
namespace {

constexpr std::size_t kPartBytes = 1 * limits::kMiB;

enum class Part : std::uint8_t { head = 1, file, key, problem };

void pack(Packer& out, const DeviceInfo& d) {
  for (const std::string* s : {&d.udid, &d.serial, &d.product_type, &d.product_version, &d.build_version, &d.device_name, &d.last_backup})
    out.text(*s);
  out.u8(d.encrypted);
}

DeviceInfo unpack_device(Unpacker& in) {
  DeviceInfo d;
  for (std::string* s : {&d.udid, &d.serial, &d.product_type, &d.product_version, &d.build_version, &d.device_name, &d.last_backup})
    *s = in.text().substr(0, 1'000);
  d.encrypted = in.u8() != 0;
  return d;
}

}  // namespace

bool InventoryPacker::next(Packer& out) {
  out.clear();
  const auto part = [&](Part p) { out.u8(static_cast<std::uint8_t>(p)); };
  if (!head_sent_) {
    head_sent_ = true;
    part(Part::head), out.text(inventory_.type), out.text(inventory_.root), out.u64(inventory_.entries);
    pack(out, inventory_.device);
  }
  for (; file_ < inventory_.files.size() && out.size() < kPartBytes; ++file_) {
    const EvidenceFile& f = inventory_.files[file_];
    part(Part::file), out.text(f.path), out.text(f.locator), out.u64(f.size), out.u32(f.key), out.u8(f.generated);
  }
  for (; key_ < inventory_.keys.size() && out.size() < kPartBytes; ++key_) part(Part::key), out.bytes(inventory_.keys[key_]);
  for (; problem_ < inventory_.problems.size() && out.size() < kPartBytes; ++problem_) {
    const Problem& p = inventory_.problems[problem_];
    part(Part::problem), out.error(p.error), out.u64(p.rows_lost), out.u64(p.bytes_lost);
  }
  return out.size() > 0;
}

bool add_part(Bytes bytes, Inventory& inventory) {
  Unpacker in(bytes);
  while (in.ok() && !in.at_end()) {
    switch (static_cast<Part>(in.u8())) {
      case Part::head:
        inventory.type = in.text(), inventory.root = in.text(), inventory.entries = in.u64();
        inventory.device = unpack_device(in);
        break;
      case Part::file: {
        EvidenceFile f;
        f.path = in.text(), f.locator = in.text(), f.size = in.u64(), f.key = in.u32(), f.generated = in.u8() != 0;
        if (inventory.files.size() >= limits::kBackupEntries) return false;
        inventory.files.push_back(std::move(f));
        break;
      }
      case Part::key: {
        const Bytes key = in.bytes();
        if (key.size() != sizeof(FileKey) || inventory.keys.size() >= limits::kBackupEntries) return false;
        std::memcpy(inventory.keys.emplace_back().data(), key.data(), key.size());
        break;
      }
      case Part::problem: {
        Problem p{in.error(), in.u64(), in.u64()};
        if (inventory.problems.size() >= 10 * limits::kProblemsPerFile) return false;
        inventory.problems.push_back(std::move(p));
        break;
      }
      default: return false;
    }
  }
  return in.ok();
}

bool sound(const Inventory& inventory) {
  for (const EvidenceFile& f : inventory.files) {
    if (f.key != kNoKey && f.key >= inventory.keys.size()) return false;
    if (f.locator.starts_with('/')) return false;
    for (const std::string_view component : split(f.locator, '/'))
      if (component == "..") return false;
  }
  return true;
}

}  // namespace bridle::wire
