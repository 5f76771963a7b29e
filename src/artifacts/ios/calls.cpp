// SPDX-License-Identifier: Apache-2.0
// Calls: one record for each telephone, FaceTime or app call that the system lists.
//
// Found in  CallHistory.storedata; CallHistoryTemp.storedata holds calls of the time before the first unlock.
// Times     ZDATE is Cocoa seconds (real, UTC): the start of the call, or of the attempt.
// Limits    The system keeps about 1,000 calls; with iCloud, calls of the owner's other devices are among them. A call
//           that the user removed leaves no row, only a gap in Z_PK.
// Layout    ZCALLRECORD, a row a call. Z_2REMOTEPARTICIPANTHANDLES joins it to ZHANDLE, which names every party.
#include "artifacts/joined_list.h"
#include "bridle/artifact.h"

namespace bridle::artifacts {
namespace {

constexpr std::array<Label, 2> kDirections{{{0, "incoming"}, {1, "outgoing"}}};
constexpr std::array<Label, 4> kTypes{{{0, "app"}, {1, "telephone"}, {8, "facetime_video"}, {16, "facetime_audio"}}};
constexpr std::array<Label, 2> kCategories{{{1, "audio"}, {2, "video"}}};

constexpr std::array kFields{
    time("called_at", "Start of the call.").from(Epoch::cocoa_seconds).at("call"),
    text("direction", "incoming or outgoing.").labelled(kDirections),
    integer("answered", "1 if the call was answered."),
    real("duration", "Seconds that the parties were connected."),
    text("number", "Number or e-mail address of the other party.").holds({Observable::phone, Observable::email}),
    text("name", "Name of the other party at that time."),
    list("participants", "Numbers and e-mail addresses of all other parties.")
        .holds({Observable::phone, Observable::email}),
    text("type", "Kind of call.").labelled(kTypes),
    text("category", "audio or video.").labelled(kCategories),
    text("provider", "Service or app that carried the call.").holds(Observable::app_id),
    text("country", "Country of the number, ISO 3166 code."),
    text("location", "Place that the system shows for the number."),
    integer("disconnected_cause", "Code of why the call ended."),
    real("data_bytes", "Bytes that FaceTime moved."),
    integer("filtered_reason", "Code of why the call was silenced or blocked; 0 if it was not."),
    integer("junk_confidence", "How sure the system was that the call is junk; 0 if it was not asked."),
    integer("verification", "Result of the network's check of the caller's number."),
    text("call_id", "UUID of the call, as in logs."),
};

// Entity numbers are part of the join table's names, so that a version can rename it: calls are then read without it.
constexpr std::array kQueries{
    Query{"iOS 14 and later", "ZCALLRECORD", R"sql(
        SELECT c.Z_PK AS _rowid, c.ZDATE AS called_at, c.ZORIGINATED AS direction, c.ZANSWERED AS answered,
               c.ZDURATION AS duration, c.ZADDRESS AS number, c.ZNAME AS name, p.handles AS _participants,
               c.ZCALLTYPE AS type, c.ZCALL_CATEGORY AS category, c.ZSERVICE_PROVIDER AS provider,
               c.ZISO_COUNTRY_CODE AS country, c.ZLOCATION AS location, c.ZDISCONNECTED_CAUSE AS disconnected_cause,
               c.ZFACE_TIME_DATA AS data_bytes, c.ZFILTERED_OUT_REASON AS filtered_reason,
               c.ZJUNKCONFIDENCE AS junk_confidence, c.ZVERIFICATIONSTATUS AS verification, c.ZUNIQUE_ID AS call_id
          FROM ZCALLRECORD AS c
          LEFT JOIN (SELECT j.Z_2REMOTEPARTICIPANTCALLS AS call,
                            group_concat(coalesce(h.ZVALUE, h.ZNORMALIZEDVALUE), char(31)) AS handles
                       FROM Z_2REMOTEPARTICIPANTHANDLES AS j
                       JOIN ZHANDLE AS h ON h.Z_PK = j.Z_4REMOTEPARTICIPANTHANDLES
                      GROUP BY j.Z_2REMOTEPARTICIPANTCALLS) AS p ON p.call = c.Z_PK)sql"},
    Query{"iOS 14 and later, without participants", "ZCALLRECORD", R"sql(
        SELECT Z_PK AS _rowid, ZDATE AS called_at, ZORIGINATED AS direction, ZANSWERED AS answered,
               ZDURATION AS duration, ZADDRESS AS number, ZNAME AS name, ZCALLTYPE AS type,
               ZCALL_CATEGORY AS category, ZSERVICE_PROVIDER AS provider, ZISO_COUNTRY_CODE AS country,
               ZLOCATION AS location, ZDISCONNECTED_CAUSE AS disconnected_cause, ZFACE_TIME_DATA AS data_bytes,
               ZFILTERED_OUT_REASON AS filtered_reason, ZJUNKCONFIDENCE AS junk_confidence,
               ZVERIFICATIONSTATUS AS verification, ZUNIQUE_ID AS call_id
          FROM ZCALLRECORD)sql"},
    Query{"iOS 8 to 13", "ZCALLRECORD", R"sql(
        SELECT Z_PK AS _rowid, ZDATE AS called_at, ZORIGINATED AS direction, ZANSWERED AS answered,
               ZDURATION AS duration, ZADDRESS AS number, ZNAME AS name, ZCALLTYPE AS type,
               ZSERVICE_PROVIDER AS provider, ZISO_COUNTRY_CODE AS country, ZLOCATION AS location,
               ZDISCONNECTED_CAUSE AS disconnected_cause, ZFACE_TIME_DATA AS data_bytes, ZUNIQUE_ID AS call_id
          FROM ZCALLRECORD)sql"},
    Query{"what every version has", "ZCALLRECORD", R"sql(
        SELECT Z_PK AS _rowid, ZDATE AS called_at, ZORIGINATED AS direction, ZANSWERED AS answered,
               ZDURATION AS duration, ZADDRESS AS number
          FROM ZCALLRECORD)sql"},
};

bool complete(const SqlRow& columns, Row& row, RecordSink& sink) {
  ListItems participants;
  participants.add_joined(text_of(columns.value("_participants")));
  participants.set(row, "participants", sink);
  return true;
}

constexpr std::array<std::string_view, 2> kPaths{
    "/private/var/mobile/Library/CallHistoryDB/CallHistory.storedata",
    "/private/var/mobile/Library/CallHistoryDB/CallHistoryTemp.storedata",
};

}  // namespace

extern constinit const Artifact ios_calls = declare({
    .id = "ios.calls",
    .summary = "Telephone, FaceTime and app calls, with direction and outcome.",
    .finds = kPaths,
    .fields = kFields,
    .reference = "docs/formats/calls.md",
    .timeline = "Call {direction} {number} by {provider}",
    .written_by = "callservicesd",
    .writable = Writable::by_anyone,
    .forgeable = "Anyone can call, and caller numbers can be forged; a restored backup can carry edited rows.",
    .queries = kQueries,
    .row = complete,
});

}  // namespace bridle::artifacts
