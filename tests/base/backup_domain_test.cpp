// SPDX-License-Identifier: Apache-2.0
#include "bridle/backup_domain.h"

#include <gtest/gtest.h>

namespace bridle {
namespace {

TEST(CanonicalPath, MapsEveryKindOfDomain) {
  EXPECT_EQ(canonical_path("HomeDomain", "Library/SMS/sms.db"), "/private/var/mobile/Library/SMS/sms.db");
  EXPECT_EQ(canonical_path("CameraRollDomain", "Media/DCIM"), "/private/var/mobile/Media/DCIM");
  EXPECT_EQ(canonical_path("HealthDomain", "Health/healthdb.sqlite"),
            "/private/var/mobile/Library/Health/healthdb.sqlite");
  EXPECT_EQ(canonical_path("ManagedPreferencesDomain", "mobile/a.plist"),
            "/private/var/Managed Preferences/mobile/a.plist");
  EXPECT_EQ(canonical_path("WirelessDomain", "Library/Databases/DataUsage.sqlite"),
            "/private/var/wireless/Library/Databases/DataUsage.sqlite");
  EXPECT_EQ(canonical_path("AppDomain-net.whatsapp.WhatsApp", "Documents/a"),
            "/private/var/mobile/Containers/Data/Application/net.whatsapp.WhatsApp/Documents/a");
  EXPECT_EQ(canonical_path("AppDomainGroup-group.net.whatsapp.WhatsApp.shared", "ChatStorage.sqlite"),
            "/private/var/mobile/Containers/Shared/AppGroup/group.net.whatsapp.WhatsApp.shared/ChatStorage.sqlite");
  EXPECT_EQ(canonical_path("AppDomainPlugin-a.b", "c"), "/private/var/mobile/Containers/Data/PluginKitPlugin/a.b/c");
  EXPECT_EQ(canonical_path("SysContainerDomain-com.apple.geod", "tmp"),
            "/private/var/containers/Data/System/com.apple.geod/tmp");
  EXPECT_EQ(canonical_path("SysSharedContainerDomain-systemgroup.com.apple.configurationprofiles", "Library"),
            "/private/var/containers/Shared/SystemGroup/systemgroup.com.apple.configurationprofiles/Library");
}

TEST(CanonicalPath, KeepsWhatItDoesNotKnowApart) {
  EXPECT_EQ(canonical_path("NewDomain", "a/b"), "/unknown/NewDomain/a/b");
  EXPECT_EQ(canonical_path("AppDomain-", "a"), "/unknown/AppDomain-/a");
  EXPECT_EQ(canonical_path("homedomain", "a"), "/unknown/homedomain/a");
  EXPECT_EQ(canonical_path("", ""), "/unknown");
}

TEST(CanonicalPath, TidiesAndRefuses) {
  EXPECT_EQ(canonical_path("HomeDomain", ""), "/private/var/mobile");
  EXPECT_EQ(canonical_path("HomeDomain", "/Library//SMS/./x/"), "/private/var/mobile/Library/SMS/x");
  EXPECT_EQ(canonical_path("HomeDomain", "..a/b.."), "/private/var/mobile/..a/b..");
  EXPECT_EQ(canonical_path("HomeDomain", "../root/x"), "");
  EXPECT_EQ(canonical_path("HomeDomain", "Library/.."), "");
  EXPECT_EQ(canonical_path("AppDomain-../../x", "a"), "");
}

TEST(CanonicalDevicePath, FollowsTheLinksOfTheSystem) {
  EXPECT_EQ(canonical_device_path("/var/mobile/x"), "/private/var/mobile/x");
  EXPECT_EQ(canonical_device_path("/var"), "/private/var");
  EXPECT_EQ(canonical_device_path("/various/x"), "/various/x");
  EXPECT_EQ(canonical_device_path("/tmp/hooker"), "/private/var/tmp/hooker");
  EXPECT_EQ(canonical_device_path("/etc/hosts"), "/private/etc/hosts");
  EXPECT_EQ(canonical_device_path("/private/var/tmp/x"), "/private/var/tmp/x");
  EXPECT_EQ(canonical_device_path("//var///mobile/./x/"), "/private/var/mobile/x");
  EXPECT_EQ(canonical_device_path("/var/mobile/../tmp/x"), "/private/var/tmp/x");
  EXPECT_EQ(canonical_device_path("/../../x"), "/x");
  EXPECT_EQ(canonical_device_path("/"), "/");
  EXPECT_EQ(canonical_device_path("kernel"), "kernel");
  EXPECT_EQ(canonical_device_path(""), "");
}

}  // namespace
}  // namespace bridle
