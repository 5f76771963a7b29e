// SPDX-License-Identifier: Apache-2.0
// The schemas of iOS databases as SQL, table for table as phones have them (docs/formats).
#pragma once
#include <string_view>

namespace bridle::forge::schema {

extern const std::string_view kManifest;         ///< Manifest.db, tables only
extern const std::string_view kManifestIndexes;  ///< its indexes, quicker made after the rows

extern const std::string_view kMessages;          ///< sms.db of iOS 16 and later
extern const std::string_view kCalls;             ///< CallHistory.storedata
extern const std::string_view kWhatsappMessages;  ///< ChatStorage.sqlite
extern const std::string_view kWhatsappCalls;     ///< CallHistory.sqlite of WhatsApp
extern const std::string_view kWhatsappContacts;  ///< ContactsV2.sqlite
extern const std::string_view kSafariHistory;     ///< History.db
extern const std::string_view kSafariBrowserState;  ///< BrowserState.db, up to iOS 14
extern const std::string_view kSafariTabs;          ///< SafariTabs.db, from iOS 15
extern const std::string_view kDataUsage;           ///< DataUsage.sqlite
extern const std::string_view kInteractions;        ///< interactionC.db

extern const std::string_view kTccV1;  ///< TCC.db before iOS 12
extern const std::string_view kTccV2;  ///< iOS 12 and 13
extern const std::string_view kTccV3;  ///< iOS 14 and later

}  // namespace bridle::forge::schema
