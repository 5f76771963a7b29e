// SPDX-License-Identifier: Apache-2.0
// CallHistory.storedata: telephone and FaceTime calls.
#include <algorithm>
#include <string>
#include <utility>

#include "forge/ios_content.h"
#include "forge/ios_schemas.h"
#include "forge/words.h"

namespace bridle::forge {
namespace {

constexpr int kTelephone = 1;
constexpr int kFaceTimeVideo = 8;
constexpr int kFaceTimeAudio = 16;

}  // namespace

Result<DatabaseFile> calls_database(const Content& content) {
  const std::uint32_t calls = content.spec.calls;
  Database db(schema::kCalls);
  db.run("INSERT INTO Z_PRIMARYKEY VALUES (1,'CallDBProperties',0,1), (2,'CallRecord',0,0), (4,'Handle',0,0)");
  Random random = content.random("CallHistory.storedata");
  auto record = db.insert(
      "INSERT INTO ZCALLRECORD (Z_ENT, Z_OPT, ZANSWERED, ZCALL_CATEGORY, ZCALLTYPE, ZDISCONNECTED_CAUSE, ZHANDLE_TYPE, "
      "ZORIGINATED, ZREAD, ZDATE, ZDURATION, ZADDRESS, ZISO_COUNTRY_CODE, ZLOCATION, ZSERVICE_PROVIDER, ZUNIQUE_ID) "
      "VALUES (2,1,?,?,?,?,?,?,1,?,?,?,'us',?,?,?)");
  auto handle = db.insert("INSERT INTO ZHANDLE VALUES (?,4,1,2,?,?)");
  auto remote = db.insert("INSERT INTO Z_2REMOTEPARTICIPANTHANDLES VALUES (?,?)");
  const std::uint64_t people = std::clamp<std::uint64_t>(calls / 20, 4, 1'000);
  for (std::uint64_t i = 0; i < people; ++i) handle(i + 1, words::phone(i), words::phone(i));

  for (std::uint32_t i = 0; i < calls; ++i) {
    const std::uint64_t person = random.below(people);
    const bool originated = random.one_in(2);
    const bool answered = !originated && !random.one_in(4);
    const std::uint64_t kind = random.below(10);
    const int type = kind < 7 ? kTelephone : kind < 9 ? kFaceTimeAudio : kFaceTimeVideo;
    const double duration = originated || answered ? static_cast<double>(random.below(1'800'000)) / 1e3 : 0.0;
    const double at = cocoa_seconds(content.timeline.at(i, calls, random));
    const std::int64_t id = record(
        answered, type == kFaceTimeVideo ? 2 : 1, type, duration == 0.0 ? 6 : 0, 2, originated, at, duration,
        words::phone(person), "Washington, DC", type == kTelephone ? "com.apple.Telephony" : "com.apple.FaceTime",
        random.uuid());
    remote(id, person + 1);
  }
  content.ledger.count("ios.calls", "ZCALLRECORD", calls);
  auto image = db.image();
  if (!image) return fail(image.error());
  return DatabaseFile{std::move(*image)};
}

}  // namespace bridle::forge
