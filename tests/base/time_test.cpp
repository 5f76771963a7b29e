// SPDX-License-Identifier: Apache-2.0
#include "bridle/time.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace bridle {
namespace {

TEST(Time, CocoaSecondsKeepTheirFraction) {
  EXPECT_EQ(to_iso(*to_time(585600000.25, Epoch::cocoa_seconds)), "2019-07-23T18:40:00.25Z");
  EXPECT_EQ(to_iso(*to_time(std::int64_t{0}, Epoch::cocoa_seconds)), "2001-01-01T00:00:00Z");
}

TEST(Time, MessagesTellSecondsFromNanosecondsBySize) {
  const auto seconds = to_time(std::int64_t{588813210}, Epoch::cocoa_seconds_or_nanoseconds);
  const auto nanoseconds = to_time(std::int64_t{588813210539788032}, Epoch::cocoa_seconds_or_nanoseconds);
  EXPECT_EQ(to_iso(*seconds), "2019-08-29T23:13:30Z");
  EXPECT_EQ(to_iso(*nanoseconds), "2019-08-29T23:13:30.539788032Z");
  // Nineteen digits, as from September 2032 on.
  EXPECT_EQ(to_iso(*to_time(std::int64_t{1'000'000'000'000'000'001}, Epoch::cocoa_seconds_or_nanoseconds)),
            "2032-09-09T01:46:40.000000001Z");
}

TEST(Time, WebkitAndUnixUnits) {
  EXPECT_EQ(to_iso(*to_time(std::int64_t{13'300'000'000'000'001}, Epoch::webkit_microseconds)), "2022-06-18T04:26:40.000001Z");
  EXPECT_EQ(to_time(std::int64_t{1'600'000'000'123}, Epoch::unix_milliseconds)->ns, 1'600'000'000'123'000'000);
  EXPECT_EQ(to_time(-0.5, Epoch::unix_seconds)->ns, -500'000'000);
}

TEST(Time, WhatIsNoTimeGivesNothing) {
  EXPECT_FALSE(to_time(std::nan(""), Epoch::cocoa_seconds));
  EXPECT_FALSE(to_time(1e300, Epoch::cocoa_seconds));
  EXPECT_FALSE(to_time(std::numeric_limits<std::int64_t>::max(), Epoch::unix_seconds));
  EXPECT_TRUE(to_time(std::numeric_limits<std::int64_t>::max(), Epoch::unix_nanoseconds));
}

TEST(Time, IsoRoundTrips) {
  for (const std::int64_t ns : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1'625'548'211'123'456'789}, std::numeric_limits<std::int64_t>::min(),
                                std::numeric_limits<std::int64_t>::max()})
    EXPECT_EQ(from_iso(to_iso({ns}))->ns, ns) << to_iso({ns});
}

TEST(Time, IsoReadsOffsetsAndDates) {
  EXPECT_EQ(to_iso(*from_iso("2021-07-06T07:10:11+02:00")), "2021-07-06T05:10:11Z");
  EXPECT_EQ(to_iso(*from_iso("2021-07-06 05:10:11 +0000")), "2021-07-06T05:10:11Z");
  EXPECT_EQ(to_iso(*from_iso("2021-07-06")), "2021-07-06T00:00:00Z");
  for (const char* bad : {"", "2021", "2021-13-01", "2021-02-30", "2021-07-06T25:00:00Z", "2021-07-06T05:10:11Q", "x021-07-06", "2021-07-06T05"})
    EXPECT_FALSE(from_iso(bad)) << bad;
}

}  // namespace
}  // namespace bridle
