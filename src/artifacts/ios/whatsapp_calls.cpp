// SPDX-License-Identifier: Apache-2.0
// WhatsApp calls: one record for each voice or video call, with everyone who took part.
//
// Found in  CallHistory.sqlite of WhatsApp and of WhatsApp Business.
// Times     ZDATE and ZFIRSTDATE are Cocoa seconds (real, UTC): the start of the call, or of the attempt.
// Limits    A call that the owner removed from the list leaves only a gap in Z_PK. A participant known by an @lid id
//           has no number here.
// Layout    ZWAAGGREGATECALLEVENT is a line of the call list, which can sum up several ZWACDCALLEVENT;
//           ZWACDCALLEVENTPARTICIPANT points to the latter.
#include "artifacts/joined_list.h"
#include "bridle/artifact.h"

namespace bridle::artifacts {
namespace {

constexpr std::array<Label, 2> kDirections{{{0, "outgoing"}, {1, "incoming"}}};
constexpr std::array<Label, 3> kOutcomes{{{0, "ended"}, {1, "missed"}, {4, "rejected"}}};

constexpr std::array kFields{
    text("kind", "call; list_entry for a line of the call list whose calls are gone."),
    time("called_at", "Start of the call.").from(Epoch::cocoa_seconds).at("whatsapp_call"),
    text("direction", "incoming or outgoing.").labelled(kDirections),
    text("outcome", "How the call ended.").labelled(kOutcomes),
    real("duration", "Seconds that the parties were connected."),
    list("participants", "WhatsApp ids of everyone who was called or called.").holds(Observable::phone),
    text("creator", "WhatsApp id of who began a group call.").holds(Observable::phone),
    text("group_chat", "WhatsApp id of the group that the call was made in."),
    integer("missed", "1 if the call list shows it as missed."),
    integer("video", "1 for a video call."),
    integer("bytes_received", "Bytes received during the call."),
    integer("bytes_sent", "Bytes sent during the call."),
    text("call_id", "Id of the call in WhatsApp's network."),
    text("link_token", "Token of the call link that was used to join."),
};

constexpr std::array kQueries{
    Query{"current", "ZWACDCALLEVENT", R"sql(
        SELECT e.Z_PK AS _rowid, 'call' AS kind, coalesce(e.ZDATE, a.ZFIRSTDATE) AS called_at,
               a.ZINCOMING AS direction, e.ZOUTCOME AS outcome, e.ZDURATION AS duration, p.people AS _participants,
               e.ZGROUPCALLCREATORUSERJIDSTRING AS creator, e.ZGROUPJIDSTRING AS group_chat, a.ZMISSED AS missed,
               a.ZVIDEO AS video, e.ZBYTESRECEIVED AS bytes_received, e.ZBYTESSENT AS bytes_sent,
               e.ZCALLIDSTRING AS call_id, a.ZLINKTOKEN AS link_token
          FROM ZWACDCALLEVENT AS e
          LEFT JOIN ZWAAGGREGATECALLEVENT AS a ON a.Z_PK = e.Z1CALLEVENTS
          LEFT JOIN (SELECT Z1PARTICIPANTS AS event, group_concat(ZJIDSTRING, char(31)) AS people
                       FROM ZWACDCALLEVENTPARTICIPANT GROUP BY Z1PARTICIPANTS) AS p ON p.event = e.Z_PK)sql", "calls"},
    Query{"without groups and links", "ZWACDCALLEVENT", R"sql(
        SELECT e.Z_PK AS _rowid, 'call' AS kind, e.ZDATE AS called_at, a.ZINCOMING AS direction,
               e.ZOUTCOME AS outcome, e.ZDURATION AS duration, p.people AS _participants, a.ZMISSED AS missed,
               a.ZVIDEO AS video, e.ZCALLIDSTRING AS call_id
          FROM ZWACDCALLEVENT AS e
          LEFT JOIN ZWAAGGREGATECALLEVENT AS a ON a.Z_PK = e.Z1CALLEVENTS
          LEFT JOIN (SELECT Z1PARTICIPANTS AS event, group_concat(ZJIDSTRING, char(31)) AS people
                       FROM ZWACDCALLEVENTPARTICIPANT GROUP BY Z1PARTICIPANTS) AS p ON p.event = e.Z_PK)sql", "calls"},
    Query{"calls alone", "ZWACDCALLEVENT", R"sql(
        SELECT Z_PK AS _rowid, 'call' AS kind, ZDATE AS called_at, ZDURATION AS duration
          FROM ZWACDCALLEVENT)sql", "calls"},

    Query{"current", "ZWAAGGREGATECALLEVENT", R"sql(
        SELECT Z_PK AS _rowid, 'list_entry' AS kind, ZFIRSTDATE AS called_at, ZINCOMING AS direction,
               ZMISSED AS missed, ZVIDEO AS video, ZLINKTOKEN AS link_token
          FROM ZWAAGGREGATECALLEVENT
         WHERE Z_PK NOT IN (SELECT Z1CALLEVENTS FROM ZWACDCALLEVENT WHERE Z1CALLEVENTS IS NOT NULL))sql", "list"},
    Query{"without links", "ZWAAGGREGATECALLEVENT", R"sql(
        SELECT Z_PK AS _rowid, 'list_entry' AS kind, ZFIRSTDATE AS called_at, ZINCOMING AS direction,
               ZMISSED AS missed, ZVIDEO AS video
          FROM ZWAAGGREGATECALLEVENT
         WHERE Z_PK NOT IN (SELECT Z1CALLEVENTS FROM ZWACDCALLEVENT WHERE Z1CALLEVENTS IS NOT NULL))sql", "list"},
};

bool complete(const SqlRow& columns, Row& row, RecordSink& sink) {
  ListItems participants;
  participants.add_joined(text_of(columns.value("_participants")));
  participants.set(row, "participants", sink);
  return true;
}

constexpr std::array<std::string_view, 1> kPaths{
    "/private/var/mobile/Containers/Shared/AppGroup/*/CallHistory.sqlite",
};

}  // namespace

extern constinit const Artifact ios_whatsapp_calls = declare({
    .id = "ios.whatsapp_calls",
    .summary = "WhatsApp voice and video calls, with their participants.",
    .finds = kPaths,
    .fields = kFields,
    .reference = "docs/formats/whatsapp_calls.md",
    .timeline = "WhatsApp call {direction} {outcome} {participants}",
    .written_by = "WhatsApp",
    .writable = Writable::by_anyone,
    .forgeable = "Anyone who has the number can call; a restored backup can carry edited rows.",
    .queries = kQueries,
    .row = complete,
});

}  // namespace bridle::artifacts
