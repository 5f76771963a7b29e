// SPDX-License-Identifier: Apache-2.0
#include "bridle/record.h"

#include <gtest/gtest.h>

#include <array>

namespace bridle {
namespace {

constexpr std::array<Label, 1> kLabels{{{2, "allowed"}}};
constexpr std::array kFields{
    text("name", "A text."), integer("count", "A number."), time("seen_at", "A time.").from(Epoch::cocoa_seconds),
    list("links", "A list."), text("decision", "A word.").labelled(kLabels), bytes("blob", "Bytes."), real("ratio", "A real.")};

TEST(Row, KeepsCopiesOfWhatItIsGiven) {
  Row row(kFields);
  {
    std::string gone = "will be gone";
    const std::vector<std::string> items{"one", std::string(200'000, 'x')};
    EXPECT_TRUE(row.set("name", std::string_view(gone)));
    EXPECT_TRUE(row.set("links", std::span<const std::string>(items)));
    gone.assign(gone.size(), '?');
  }
  EXPECT_EQ(std::get<std::string_view>(row.cells()[0]), "will be gone");
  const auto links = std::get<List>(row.cells()[3]);
  ASSERT_EQ(links.size(), 2U);
  EXPECT_EQ(links[0], "one");
  EXPECT_EQ(links[1].size(), 200'000U);
}

TEST(Row, TimesKeepTheirRawValue) {
  Row row(kFields);
  EXPECT_TRUE(row.set("seen_at", 585600000.25));
  const auto value = std::get<TimeValue>(row.cells()[2]);
  EXPECT_EQ(to_iso(value.time), "2019-07-23T18:40:00.25Z");
  EXPECT_EQ(std::get<double>(value.raw), 585600000.25);
}

TEST(Row, WhatDoesNotFitIsRefusedAndLeftEmpty) {
  Row row(kFields);
  EXPECT_FALSE(row.set("seen_at", 1e300));
  EXPECT_FALSE(row.set("count", std::string_view("seven")));
  EXPECT_FALSE(row.set("count", 1.5));
  EXPECT_TRUE(row.set("count", 2.0));
  EXPECT_FALSE(row.set("blob", std::int64_t{1}));
  EXPECT_TRUE(std::holds_alternative<std::monostate>(row.cells()[2]));
  EXPECT_EQ(std::get<std::int64_t>(row.cells()[1]), 2);
}

TEST(Row, LabelsStandForCodesAndUnknownCodesAreNamed) {
  Row row(kFields);
  EXPECT_TRUE(row.set("decision", std::int64_t{2}));
  EXPECT_EQ(std::get<std::string_view>(row.cells()[4]), "allowed");
  EXPECT_FALSE(row.set("decision", std::int64_t{9}));
  EXPECT_EQ(std::get<std::string_view>(row.cells()[4]), "unknown(9)");
}

TEST(Row, ClearForgetsEverything) {
  Row row(kFields);
  row.set("name", std::string_view("x"));
  row.locator = {"t", 7, true};
  row.clear();
  for (const Cell& cell : row.cells()) EXPECT_TRUE(std::holds_alternative<std::monostate>(cell));
  EXPECT_EQ(row.locator.number, 0);
}

}  // namespace
}  // namespace bridle
