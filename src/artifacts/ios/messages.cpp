// SPDX-License-Identifier: Apache-2.0
// Messages: one record for each iMessage, SMS and RCS message, and one for each deletion that is still remembered.
//
// Found in  sms.db.
// Times     Cocoa nanoseconds (UTC), seconds up to iOS 10; zero is no time. Dates of SMS come from the network.
// Limits    A message that was deleted for good leaves a gap in ROWID, sometimes its guid in deleted_messages. With
//           iCloud, messages of the owner's other devices are here too.
// Layout    message, with handle for the other party (handle_id = 0 for none) and chat through chat_message_join, or
//           through chat_recoverable_message_join for 30 days after a deletion. The text is in `text`, in the
//           typedstream attributedBody, or in both; links are also in payload_data, earlier wordings in
//           message_summary_info.
#include <string>

#include "artifacts/joined_list.h"
#include "bridle/artifact.h"
#include "formats/message_payload.h"
#include "formats/plist.h"
#include "formats/typedstream.h"

namespace bridle::artifacts {
namespace {

constexpr std::array<Label, 2> kDirections{{{0, "received"}, {1, "sent"}}};
constexpr std::array<Label, 7> kItems{{{0, "message"}, {1, "members_changed"}, {2, "group_renamed"}, {3, "member_left"},
                                       {4, "location_shared"}, {5, "audio_kept"}, {6, "call_invitation"}}};

constexpr Epoch kEpoch = Epoch::cocoa_seconds_or_nanoseconds;
constexpr std::initializer_list<Observable> kParty{Observable::phone, Observable::email};

constexpr std::array kFields{
    text("kind", "message; deletion if only the guid of a deleted message is left."),
    integer("message_id", "Row of the message."),
    text("guid", "Id of the message, the same on all devices."),
    time("sent_at", "When the message was sent, or received if it is an SMS.").from(kEpoch).at("message"),
    time("read_at", "When it was read.").from(kEpoch).at("message_read"),
    time("delivered_at", "When it was delivered.").from(kEpoch),
    time("edited_at", "When it was last edited.").from(kEpoch).at("message_edited"),
    time("retracted_at", "When the sender took it back.").from(kEpoch).at("message_retracted"),
    time("deleted_at", "When the owner deleted it; it can be recovered.").from(kEpoch).at("message_deleted"),
    text("direction", "sent or received.").labelled(kDirections),
    text("service", "iMessage, SMS or RCS."),
    text("item", "message, or an event of a group chat.").labelled(kItems),
    text("sender", "Number or e-mail address that a received message came from.").holds(kParty),
    text("recipient", "Number or e-mail address that a sent message went to; empty in group chats.").holds(kParty),
    text("own_address", "The owner's number or e-mail address that was used."),
    text("chat", "Identifier of the conversation: the other party, or the id of a group."),
    text("chat_name", "Name of the group."),
    integer("chats", "Number of conversations that show the message, if it is not one; chat is the oldest."),
    list("participants", "Members of a group chat, without the owner.").holds(kParty),
    text("subject", "Subject line.").holds(Observable::text),
    text("text", "Text of the message.").holds(Observable::text),
    text("text_from", "Column that the text was read from: text or attributed_body."),
    list("links", "Addresses behind the text and of link previews.").holds(Observable::url),
    text("preview", "Title and summary of a link preview or of an app's message.").holds(Observable::text),
    list("earlier_texts", "Wordings before it was edited.").holds(Observable::text),
    text("group_title", "Name that a group was given.").holds(Observable::text),
    text("app", "App extension that made the message.").holds(Observable::app_id),
    integer("attachments", "Number of attachments."),
};

// A message that several conversations show is one row: d holds those few, and the join keeps the oldest conversation.
// That is quicker than to group all messages, and as linear where the join tables have no index.
constexpr std::array kQueries{
    Query{"iOS 16 and later", "message", R"sql(
        SELECT m.ROWID AS _rowid, 'message' AS kind, m.ROWID AS message_id, m.guid AS guid,
               nullif(m.date, 0) AS sent_at, nullif(m.date_read, 0) AS read_at,
               nullif(m.date_delivered, 0) AS delivered_at, nullif(m.date_edited, 0) AS edited_at,
               nullif(m.date_retracted, 0) AS retracted_at, nullif(r.delete_date, 0) AS deleted_at,
               m.is_from_me AS direction, m.service AS service, m.item_type AS item,
               iif(m.is_from_me = 1, NULL, h.id) AS sender, iif(m.is_from_me = 1, h.id, NULL) AS recipient,
               m.destination_caller_id AS own_address, c.chat_identifier AS chat, c.display_name AS chat_name,
               d.chats AS chats, p.handles AS _participants, m.subject AS subject, m.text AS text,
               m.attributedBody AS _body, m.payload_data AS _payload, m.message_summary_info AS _summary,
               m.group_title AS group_title, m.balloon_bundle_id AS app, a.files AS attachments
          FROM message AS m
          LEFT JOIN handle AS h ON h.ROWID = m.handle_id
          LEFT JOIN (SELECT message_id, min(chat_id) AS chat_id, max(delete_date) AS delete_date
                       FROM chat_recoverable_message_join GROUP BY message_id) AS r ON r.message_id = m.ROWID
          LEFT JOIN chat_message_join AS j ON j.message_id = m.ROWID
          LEFT JOIN (SELECT message_id, min(chat_id) AS first, count(*) AS chats FROM chat_message_join
                      GROUP BY message_id HAVING count(*) > 1) AS d ON d.message_id = m.ROWID
          LEFT JOIN chat AS c ON c.ROWID = coalesce(j.chat_id, r.chat_id)
          LEFT JOIN (SELECT x.chat_id AS chat_id, group_concat(y.id, char(31)) AS handles
                       FROM chat_handle_join AS x JOIN handle AS y ON y.ROWID = x.handle_id
                      WHERE x.chat_id IN (SELECT ROWID FROM chat WHERE style = 43)
                      GROUP BY x.chat_id) AS p ON p.chat_id = c.ROWID
          LEFT JOIN (SELECT message_id, count(*) AS files FROM message_attachment_join GROUP BY message_id) AS a
                 ON a.message_id = m.ROWID
         WHERE d.message_id IS NULL OR j.chat_id IS d.first)sql", "messages"},
    Query{"with edits, without recoverable messages", "message", R"sql(
        SELECT m.ROWID AS _rowid, 'message' AS kind, m.ROWID AS message_id, m.guid AS guid,
               nullif(m.date, 0) AS sent_at, nullif(m.date_read, 0) AS read_at,
               nullif(m.date_delivered, 0) AS delivered_at, nullif(m.date_edited, 0) AS edited_at,
               nullif(m.date_retracted, 0) AS retracted_at, m.is_from_me AS direction, m.service AS service,
               m.item_type AS item, iif(m.is_from_me = 1, NULL, h.id) AS sender,
               iif(m.is_from_me = 1, h.id, NULL) AS recipient, m.destination_caller_id AS own_address,
               c.chat_identifier AS chat, c.display_name AS chat_name, d.chats AS chats, p.handles AS _participants,
               m.subject AS subject, m.text AS text, m.attributedBody AS _body, m.payload_data AS _payload,
               m.message_summary_info AS _summary, m.group_title AS group_title, m.balloon_bundle_id AS app,
               a.files AS attachments
          FROM message AS m
          LEFT JOIN handle AS h ON h.ROWID = m.handle_id
          LEFT JOIN chat_message_join AS j ON j.message_id = m.ROWID
          LEFT JOIN (SELECT message_id, min(chat_id) AS first, count(*) AS chats FROM chat_message_join
                      GROUP BY message_id HAVING count(*) > 1) AS d ON d.message_id = m.ROWID
          LEFT JOIN chat AS c ON c.ROWID = j.chat_id
          LEFT JOIN (SELECT x.chat_id AS chat_id, group_concat(y.id, char(31)) AS handles
                       FROM chat_handle_join AS x JOIN handle AS y ON y.ROWID = x.handle_id
                      WHERE x.chat_id IN (SELECT ROWID FROM chat WHERE style = 43)
                      GROUP BY x.chat_id) AS p ON p.chat_id = c.ROWID
          LEFT JOIN (SELECT message_id, count(*) AS files FROM message_attachment_join GROUP BY message_id) AS a
                 ON a.message_id = m.ROWID
         WHERE d.message_id IS NULL OR j.chat_id IS d.first)sql", "messages"},
    Query{"iOS 11 to 15", "message", R"sql(
        SELECT m.ROWID AS _rowid, 'message' AS kind, m.ROWID AS message_id, m.guid AS guid,
               nullif(m.date, 0) AS sent_at, nullif(m.date_read, 0) AS read_at,
               nullif(m.date_delivered, 0) AS delivered_at, m.is_from_me AS direction, m.service AS service,
               m.item_type AS item, iif(m.is_from_me = 1, NULL, h.id) AS sender,
               iif(m.is_from_me = 1, h.id, NULL) AS recipient, m.destination_caller_id AS own_address,
               c.chat_identifier AS chat, c.display_name AS chat_name, d.chats AS chats, p.handles AS _participants,
               m.subject AS subject, m.text AS text, m.attributedBody AS _body, m.payload_data AS _payload,
               m.group_title AS group_title, m.balloon_bundle_id AS app, a.files AS attachments
          FROM message AS m
          LEFT JOIN handle AS h ON h.ROWID = m.handle_id
          LEFT JOIN chat_message_join AS j ON j.message_id = m.ROWID
          LEFT JOIN (SELECT message_id, min(chat_id) AS first, count(*) AS chats FROM chat_message_join
                      GROUP BY message_id HAVING count(*) > 1) AS d ON d.message_id = m.ROWID
          LEFT JOIN chat AS c ON c.ROWID = j.chat_id
          LEFT JOIN (SELECT x.chat_id AS chat_id, group_concat(y.id, char(31)) AS handles
                       FROM chat_handle_join AS x JOIN handle AS y ON y.ROWID = x.handle_id
                      WHERE x.chat_id IN (SELECT ROWID FROM chat WHERE style = 43)
                      GROUP BY x.chat_id) AS p ON p.chat_id = c.ROWID
          LEFT JOIN (SELECT message_id, count(*) AS files FROM message_attachment_join GROUP BY message_id) AS a
                 ON a.message_id = m.ROWID
         WHERE d.message_id IS NULL OR j.chat_id IS d.first)sql", "messages"},
    Query{"messages and handles alone", "message", R"sql(
        SELECT m.ROWID AS _rowid, 'message' AS kind, m.ROWID AS message_id, m.guid AS guid,
               nullif(m.date, 0) AS sent_at, nullif(m.date_read, 0) AS read_at,
               nullif(m.date_delivered, 0) AS delivered_at, m.is_from_me AS direction, m.service AS service,
               m.item_type AS item, iif(m.is_from_me = 1, NULL, h.id) AS sender,
               iif(m.is_from_me = 1, h.id, NULL) AS recipient, m.subject AS subject, m.text AS text,
               m.attributedBody AS _body, m.payload_data AS _payload, m.group_title AS group_title,
               m.balloon_bundle_id AS app
          FROM message AS m LEFT JOIN handle AS h ON h.ROWID = m.handle_id)sql", "messages"},
    Query{"what every version has", "message", R"sql(
        SELECT ROWID AS _rowid, 'message' AS kind, ROWID AS message_id, guid AS guid, nullif(date, 0) AS sent_at,
               is_from_me AS direction, text AS text
          FROM message)sql", "messages"},

    Query{"deletions", "deleted_messages", R"sql(
        SELECT ROWID AS _rowid, 'deletion' AS kind, guid AS guid FROM deleted_messages)sql", "deletions"},
    Query{"deletions that iCloud was told of", "sync_deleted_messages", R"sql(
        SELECT ROWID AS _rowid, 'deletion' AS kind, guid AS guid FROM sync_deleted_messages)sql", "synced deletions"},
};

/// Says what part of a message could not be read; the message itself is kept.
void lost(const Row& row, std::string_view column, Error error, RecordSink& sink) {
  error.where = std::string(column) + " of row " + std::to_string(row.locator.number);
  sink.problem({std::move(error)});
}

/// True if the stream can hold links: the names it would need are stored as they are. Most bodies hold none.
bool may_hold_links(std::string_view body) {
  for (const std::string_view name : {"NSURL", "LinkAttribute", "NSLink", "bplist00"})
    if (body.find(name) != std::string_view::npos) return true;
  return false;
}

void read_body(const SqlRow& columns, Row& row, ListItems& links, RecordSink& sink) {
  const std::string_view plain = text_of(columns.value("text"));
  const std::string_view body = text_of(columns.value("_body"));
  if (!plain.empty()) row.set("text_from", std::string_view("text"));
  if (body.empty() || (!plain.empty() && !may_hold_links(body))) return;
  auto read = typedstream::read_attributed_text(as_bytes(body));
  if (!read) return lost(row, "attributedBody", std::move(read.error()), sink);
  if (read->error) lost(row, "attributedBody", std::move(*read->error), sink);
  for (const std::string& link : read->links) links.add(link);
  if (!plain.empty() || read->text.empty()) return;
  row.set("text", std::string_view(read->text));
  row.set("text_from", std::string_view("attributed_body"));
}

/// Drawings are no property lists and hold no address.
bool is_drawing(std::string_view app) {
  return app == "com.apple.DigitalTouchBalloonProvider" || app == "com.apple.Handwriting.HandwritingProvider";
}

void read_payload(const SqlRow& columns, Row& row, ListItems& links, RecordSink& sink) {
  const std::string_view payload = text_of(columns.value("_payload"));
  if (payload.empty() || is_drawing(text_of(columns.value("app")))) return;
  auto read = message_payload::read_payload(as_bytes(payload));
  if (!read) return lost(row, "payload_data", std::move(read.error()), sink);
  if (read->error) lost(row, "payload_data", std::move(*read->error), sink);
  for (const std::string& link : read->links) links.add(link);
  std::string& preview = read->title;
  if (!preview.empty() && !read->summary.empty()) preview += '\n';
  preview += read->summary;
  if (!preview.empty()) row.set("preview", std::string_view(preview));
}

/// The wordings of an edited message: under `ec`, for each part of it, a list of bodies from the first to the last.
void read_edits(const SqlRow& columns, Row& row, ListItems& links, RecordSink& sink) {
  const std::string_view summary = text_of(columns.value("_summary"));
  if (summary.empty() || std::holds_alternative<std::monostate>(columns.value("edited_at"))) return;
  auto document = plist::parse(as_bytes(summary));
  if (!document) return lost(row, "message_summary_info", std::move(document.error()), sink);
  ListItems texts;
  const plist::Value* parts = plist::at(document->root(), "ec");
  for (const plist::Value& part : parts == nullptr ? std::span<const plist::Value>{} : parts->items())
    for (const plist::Value& edit : part.items()) {
      const plist::Value* body = edit.find("t");
      if (body == nullptr || !body->data()) continue;
      auto read = typedstream::read_attributed_text(*body->data());
      if (!read) {
        lost(row, "message_summary_info", std::move(read.error()), sink);
        continue;
      }
      for (const std::string& link : read->links) links.add(link);
      if (read->text != text_of(row.cells()[row.find("text")])) texts.add(read->text);
    }
  texts.set(row, "earlier_texts", sink);
}

bool complete(const SqlRow& columns, Row& row, RecordSink& sink) {
  ListItems links, participants;
  read_body(columns, row, links, sink);
  read_payload(columns, row, links, sink);
  read_edits(columns, row, links, sink);
  links.set(row, "links", sink);
  participants.add_joined(text_of(columns.value("_participants")));
  participants.set(row, "participants", sink);
  return true;
}

constexpr std::array<std::string_view, 1> kPaths{"/private/var/mobile/Library/SMS/sms.db"};

}  // namespace

extern constinit const Artifact ios_messages = declare({
    .id = "ios.messages",
    .summary = "Messages sent and received, with the addresses in and behind their text.",
    .finds = kPaths,
    .fields = kFields,
    .reference = "docs/formats/messages.md",
    .timeline = "{service} {direction} {sender} {recipient} {text}",
    .written_by = "imagent",
    .writable = Writable::by_anyone,
    .forgeable = "Anyone who knows the number or address can send a message, senders of SMS can be forged, and a "
                 "restored backup can carry edited rows.",
    .queries = kQueries,
    .row = complete,
});

}  // namespace bridle::artifacts
