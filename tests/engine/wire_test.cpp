// SPDX-License-Identifier: Apache-2.0
#include "engine/wire.h"

#include <gtest/gtest.h>

#include <array>

#include "base/limits.h"
#include "engine/inventory_wire.h"

namespace bridle {
namespace {

constexpr std::array kFields{text("a", "."), integer("b", "."), time("c", "."), list("d", "."), bytes("e", "."), real("f", ".")};

std::vector<std::string_view> room() {
  std::vector<std::string_view> items;
  items.reserve(limits::kListItems);
  return items;
}

TEST(Wire, CellsComeBackAsTheyWere) {
  const std::array<std::string_view, 2> list{"one", ""};
  const std::array<Cell, 6> cells{Cell{std::string_view("x\0y", 3)}, Cell{std::int64_t{-1}}, Cell{TimeValue{{5}, std::string_view("raw")}},
                                  Cell{List(list)}, Cell{as_bytes("\xFF")}, Cell{1.5}};
  wire::Packer out;
  for (const Cell& cell : cells) out.cell(cell);
  wire::Unpacker in(out.view());
  auto items = room();
  EXPECT_EQ(std::get<std::string_view>(in.cell(kFields[0], items)), std::string_view("x\0y", 3));
  EXPECT_EQ(std::get<std::int64_t>(in.cell(kFields[1], items)), -1);
  const auto time = std::get<TimeValue>(in.cell(kFields[2], items));
  EXPECT_EQ(time.time.ns, 5);
  EXPECT_EQ(std::get<std::string_view>(time.raw), "raw");
  EXPECT_EQ(std::get<List>(in.cell(kFields[3], items))[0], "one");
  EXPECT_EQ(as_text(std::get<Bytes>(in.cell(kFields[4], items))), "\xFF");
  EXPECT_EQ(std::get<double>(in.cell(kFields[5], items)), 1.5);
  EXPECT_TRUE(in.ok() && in.at_end());
}

TEST(Wire, ACellOfAnotherTypeIsRefused) {
  wire::Packer out;
  out.cell(std::int64_t{1});
  wire::Unpacker in(out.view());
  auto items = room();
  static_cast<void>(in.cell(kFields[0], items));
  EXPECT_FALSE(in.ok());
}

TEST(Wire, AListLongerThanTheLimitIsRefusedBeforeItIsRead) {
  wire::Packer out;
  out.u8(6);
  out.u32(0xFFFFFFFF);
  wire::Unpacker in(out.view());
  auto items = room();
  static_cast<void>(in.cell(kFields[3], items));
  EXPECT_FALSE(in.ok());
}

Inventory sample() {
  Inventory out;
  out.type = "ios_backup", out.root = "/b", out.entries = 7;
  out.device.udid = "U", out.device.encrypted = true;
  for (int i = 0; i < 30'000; ++i) out.files.push_back({"/private/var/mobile/file" + std::to_string(i), "ab/" + std::to_string(i), 5, i % 2 == 0 ? 0 : kNoKey, false});
  out.keys.push_back({});
  out.problems.push_back({{Errc::truncated, "short", "x", 9}, 1, 2});
  return out;
}

TEST(Wire, AnInventoryComesBackInParts) {
  const Inventory sent = sample();
  Inventory got;
  wire::Packer part;
  int parts = 0;
  for (wire::InventoryPacker packer(sent); packer.next(part); ++parts) ASSERT_TRUE(wire::add_part(part.view(), got));
  EXPECT_GT(parts, 1);
  EXPECT_EQ(got.files.size(), sent.files.size());
  EXPECT_EQ(got.files.back().path, sent.files.back().path);
  EXPECT_EQ(got.device.udid, "U");
  EXPECT_TRUE(got.device.encrypted);
  EXPECT_EQ(got.problems.front().error.offset, 9U);
  EXPECT_TRUE(wire::sound(got));
}

TEST(Wire, AnInventoryThatLeavesItsRootIsNotSound) {
  for (const char* locator : {"/etc/passwd", "../x", "ab/../../x"}) {
    Inventory bad = sample();
    bad.files.back().locator = locator;
    EXPECT_FALSE(wire::sound(bad)) << locator;
  }
  Inventory bad = sample();
  bad.files.back().key = 1;
  EXPECT_FALSE(wire::sound(bad));
}

}  // namespace
}  // namespace bridle
