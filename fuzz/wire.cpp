// SPDX-License-Identifier: Apache-2.0
// What a taken-over worker could send: the parent's decoding of rows, errors and inventories.
#include <array>
#include <vector>

#include "base/limits.h"
#include "engine/inventory_wire.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace bridle;
  static constexpr std::array kFields{text("a", "."), integer("b", "."), time("c", "."), list("d", "."), bytes("e", "."), real("f", ".")};
  const Bytes input = std::as_bytes(std::span(data, size));
  std::vector<std::string_view> items;
  items.reserve(limits::kListItems);
  wire::Unpacker rows(input);
  while (rows.ok() && !rows.at_end()) {
    items.clear();
    for (const Field& field : kFields) static_cast<void>(rows.cell(field, items));
  }
  wire::Unpacker errors(input);
  while (errors.ok() && !errors.at_end()) static_cast<void>(errors.error());
  Inventory inventory;
  if (wire::add_part(input, inventory)) static_cast<void>(wire::sound(inventory));
  return 0;
}
