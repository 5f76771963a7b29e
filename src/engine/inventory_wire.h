// SPDX-License-Identifier: Apache-2.0
// An inventory on its way from the worker that opened the source to the parent.
#pragma once
#include "engine/wire.h"
#include "evidence/source.h"

namespace bridle::wire {

/// Packs in parts of at most a few MiB, so that a source of any size passes; each part is one message.
class InventoryPacker {
 public:
  explicit InventoryPacker(const Inventory& inventory) : inventory_(inventory) {}
  /// The next part; false after the last.
  bool next(Packer& out);

 private:
  const Inventory& inventory_;
  bool head_sent_ = false;
  std::size_t file_ = 0, key_ = 0, problem_ = 0;
};

/// Adds one part to `inventory`. False if the part is not what InventoryPacker makes, or asks for more than
/// limits::kBackupEntries.
bool add_part(Bytes part, Inventory& inventory);
/// True if every file's key is one of the keys and no stored path leaves the root.
bool sound(const Inventory& inventory);

}  // namespace bridle::wire
