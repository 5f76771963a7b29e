// SPDX-License-Identifier: Apache-2.0
// WhatsApp messages: one record for each message with its media and link preview, and one for each media item or link
// preview whose message is gone.
//
// Found in  ChatStorage.sqlite of WhatsApp and of WhatsApp Business.
// Times     ZMESSAGEDATE is Cocoa seconds (real, UTC): when the phone sent or received the message.
// Limits    A message that was deleted for all keeps its row without text; one that the owner deleted leaves a gap in
//           Z_PK. View-once media is not kept. A chat or sender known by an @lid id has no number here.
// Layout    ZWAMESSAGE points to ZWACHATSESSION and, in groups, to ZWAGROUPMEMBER; ZWAMEDIAITEM (at most one a message)
//           and ZWAMESSAGEDATAITEM (link previews, any number) point to ZWAMESSAGE.
#include "artifacts/joined_list.h"
#include "base/text.h"
#include "bridle/artifact.h"

namespace bridle::artifacts {
namespace {

constexpr std::array<Label, 2> kDirections{{{0, "received"}, {1, "sent"}}};
constexpr std::array<Label, 12> kTypes{{
    {0, "text"}, {1, "image"}, {2, "video"}, {3, "voice"}, {4, "contact"}, {5, "location"}, {6, "group_event"},
    {7, "link"}, {8, "document"}, {11, "gif"}, {14, "deleted"}, {15, "sticker"}}};

constexpr std::array kFields{
    text("kind", "message; media or link_preview for a row whose message is gone."),
    integer("message_id", "Row of ZWAMESSAGE."),
    text("stanza_id", "Id of the message in WhatsApp's network."),
    time("sent_at", "When the phone sent or received the message.").from(Epoch::cocoa_seconds).at("whatsapp_message"),
    text("direction", "sent or received.").labelled(kDirections),
    text("type", "What the message holds.").labelled(kTypes),
    text("chat", "WhatsApp id of the person or group of the chat.").holds(Observable::phone),
    text("chat_name", "Name that the chat list shows."),
    text("sender", "WhatsApp id of the sender of a received message.").holds(Observable::phone),
    text("sender_name", "Name of the sender, of a group member or as the sender set it."),
    text("recipient", "WhatsApp id that a sent message went to.").holds(Observable::phone),
    text("text", "Text of the message.").holds(Observable::text),
    list("links", "Addresses that link previews were made for.").holds(Observable::url),
    text("preview", "Titles and summaries of link previews.").holds(Observable::text),
    text("media_path", "File of the media below WhatsApp's Message folder.").holds(Observable::file_path),
    text("media_url", "Address that the media was loaded from.").holds(Observable::url),
    text("media_title", "Caption or file name of the media.").holds(Observable::text),
    text("media_author", "Author of the media, as stored.").holds(Observable::text),
    text("media_type", "MIME type of the media."),
    integer("media_bytes", "Size of the media."),
    text("media_sha256", "Hash of the media as the sender stated it.").holds(Observable::hash),
    text("vcard", "Contact card that was sent.").holds(Observable::text),
};

constexpr std::array kQueries{
    Query{"current", "ZWAMESSAGE", R"sql(
        SELECT m.Z_PK AS _rowid, 'message' AS kind, m.Z_PK AS message_id, m.ZSTANZAID AS stanza_id,
               m.ZMESSAGEDATE AS sent_at, m.ZISFROMME AS direction, m.ZMESSAGETYPE AS type, s.ZCONTACTJID AS chat,
               s.ZPARTNERNAME AS chat_name, iif(m.ZISFROMME = 1, NULL, coalesce(g.ZMEMBERJID, m.ZFROMJID)) AS sender,
               coalesce(g.ZCONTACTNAME, m.ZPUSHNAME) AS sender_name, m.ZTOJID AS recipient, m.ZTEXT AS text,
               d.links AS _links, d.preview AS preview, i.ZMEDIALOCALPATH AS media_path, i.ZMEDIAURL AS media_url,
               i.ZTITLE AS media_title, i.ZAUTHORNAME AS media_author, i.ZFILESIZE AS media_bytes,
               i.ZVCARDNAME AS _vcard_name, i.ZVCARDSTRING AS _vcard
          FROM ZWAMESSAGE AS m
          LEFT JOIN ZWACHATSESSION AS s ON s.Z_PK = m.ZCHATSESSION
          LEFT JOIN ZWAGROUPMEMBER AS g ON g.Z_PK = m.ZGROUPMEMBER
          LEFT JOIN ZWAMEDIAITEM AS i ON i.ZMESSAGE = m.Z_PK
          LEFT JOIN (SELECT ZMESSAGE AS message,
                            group_concat(ifnull(ZCONTENT1, '') || char(31) || ifnull(ZMATCHEDTEXT, ''), char(31))
                              AS links,
                            group_concat(shown, char(10)) AS preview
                       FROM (SELECT ZMESSAGE, ZCONTENT1, ZMATCHEDTEXT,
                                    nullif(trim(ifnull(ZTITLE, '') || char(10) || ifnull(ZSUMMARY, '') || char(10) ||
                                                ifnull(ZCONTENT2, ''), char(10)), '') AS shown
                               FROM ZWAMESSAGEDATAITEM)
                      GROUP BY ZMESSAGE) AS d ON d.message = m.Z_PK)sql", "messages"},
    Query{"without group members and media files", "ZWAMESSAGE", R"sql(
        SELECT m.Z_PK AS _rowid, 'message' AS kind, m.Z_PK AS message_id, m.ZMESSAGEDATE AS sent_at,
               m.ZISFROMME AS direction, m.ZMESSAGETYPE AS type, s.ZCONTACTJID AS chat, s.ZPARTNERNAME AS chat_name,
               iif(m.ZISFROMME = 1, NULL, m.ZFROMJID) AS sender, m.ZTOJID AS recipient, m.ZTEXT AS text,
               d.links AS _links, d.preview AS preview, i.ZMEDIAURL AS media_url, i.ZAUTHORNAME AS media_author
          FROM ZWAMESSAGE AS m
          LEFT JOIN ZWACHATSESSION AS s ON s.Z_PK = m.ZCHATSESSION
          LEFT JOIN ZWAMEDIAITEM AS i ON i.ZMESSAGE = m.Z_PK
          LEFT JOIN (SELECT ZMESSAGE AS message,
                            group_concat(ifnull(ZCONTENT1, '') || char(31) || ifnull(ZMATCHEDTEXT, ''), char(31))
                              AS links,
                            group_concat(shown, char(10)) AS preview
                       FROM (SELECT ZMESSAGE, ZCONTENT1, ZMATCHEDTEXT,
                                    nullif(trim(ifnull(ZTITLE, '') || char(10) || ifnull(ZSUMMARY, '') || char(10) ||
                                                ifnull(ZCONTENT2, ''), char(10)), '') AS shown
                               FROM ZWAMESSAGEDATAITEM)
                      GROUP BY ZMESSAGE) AS d ON d.message = m.Z_PK)sql", "messages"},
    Query{"messages and chats alone", "ZWAMESSAGE", R"sql(
        SELECT m.Z_PK AS _rowid, 'message' AS kind, m.Z_PK AS message_id, m.ZMESSAGEDATE AS sent_at,
               m.ZISFROMME AS direction, m.ZMESSAGETYPE AS type, s.ZCONTACTJID AS chat, s.ZPARTNERNAME AS chat_name,
               iif(m.ZISFROMME = 1, NULL, m.ZFROMJID) AS sender, m.ZTOJID AS recipient, m.ZTEXT AS text
          FROM ZWAMESSAGE AS m LEFT JOIN ZWACHATSESSION AS s ON s.Z_PK = m.ZCHATSESSION)sql", "messages"},
    Query{"messages alone", "ZWAMESSAGE", R"sql(
        SELECT Z_PK AS _rowid, 'message' AS kind, Z_PK AS message_id, ZMESSAGEDATE AS sent_at,
               ZISFROMME AS direction, iif(ZISFROMME = 1, NULL, ZFROMJID) AS sender, ZTOJID AS recipient, ZTEXT AS text
          FROM ZWAMESSAGE)sql", "messages"},

    Query{"current", "ZWAMESSAGEDATAITEM", R"sql(
        SELECT Z_PK AS _rowid, 'link_preview' AS kind, ZMESSAGE AS message_id, ZDATE AS sent_at, ZSENDERJID AS sender,
               ifnull(ZCONTENT1, '') || char(31) || ifnull(ZMATCHEDTEXT, '') AS _links,
               nullif(trim(ifnull(ZTITLE, '') || char(10) || ifnull(ZSUMMARY, '') || char(10) ||
                           ifnull(ZCONTENT2, ''), char(10)), '') AS preview
          FROM ZWAMESSAGEDATAITEM
         WHERE ZMESSAGE IS NULL OR ZMESSAGE NOT IN (SELECT Z_PK FROM ZWAMESSAGE))sql", "link previews"},
    Query{"without date and sender", "ZWAMESSAGEDATAITEM", R"sql(
        SELECT Z_PK AS _rowid, 'link_preview' AS kind, ZMESSAGE AS message_id,
               ifnull(ZCONTENT1, '') || char(31) || ifnull(ZMATCHEDTEXT, '') AS _links,
               nullif(trim(ifnull(ZTITLE, '') || char(10) || ifnull(ZSUMMARY, '') || char(10) ||
                           ifnull(ZCONTENT2, ''), char(10)), '') AS preview
          FROM ZWAMESSAGEDATAITEM
         WHERE ZMESSAGE IS NULL OR ZMESSAGE NOT IN (SELECT Z_PK FROM ZWAMESSAGE))sql", "link previews"},

    Query{"current", "ZWAMEDIAITEM", R"sql(
        SELECT Z_PK AS _rowid, 'media' AS kind, ZMESSAGE AS message_id, ZMEDIALOCALPATH AS media_path,
               ZMEDIAURL AS media_url, ZTITLE AS media_title, ZAUTHORNAME AS media_author, ZFILESIZE AS media_bytes,
               ZVCARDNAME AS _vcard_name, ZVCARDSTRING AS _vcard
          FROM ZWAMEDIAITEM
         WHERE ZMESSAGE IS NULL OR ZMESSAGE NOT IN (SELECT Z_PK FROM ZWAMESSAGE))sql", "media"},
    Query{"without media files", "ZWAMEDIAITEM", R"sql(
        SELECT Z_PK AS _rowid, 'media' AS kind, ZMESSAGE AS message_id, ZMEDIAURL AS media_url,
               ZAUTHORNAME AS media_author
          FROM ZWAMEDIAITEM
         WHERE ZMESSAGE IS NULL OR ZMESSAGE NOT IN (SELECT Z_PK FROM ZWAMESSAGE))sql", "media"},
};

/// ZVCARDSTRING is a contact card or a MIME type; ZVCARDNAME is a contact's name or the base64 of a SHA-256.
void set_media(const SqlRow& columns, Row& row) {
  constexpr std::size_t kSha256Bytes = 32, kBase64Bytes = 44;
  if (const std::string_view card = text_of(columns.value("_vcard")); !card.empty())
    row.set(card.starts_with("BEGIN:VCARD") ? "vcard" : "media_type", card);
  const std::string_view name = text_of(columns.value("_vcard_name"));
  if (name.size() != kBase64Bytes) return;
  const auto hash = from_base64(name);
  if (hash && hash->size() == kSha256Bytes) row.set("media_sha256", std::string_view(to_hex(as_bytes(*hash))));
}

bool complete(const SqlRow& columns, Row& row, RecordSink& sink) {
  ListItems links;
  links.add_joined(text_of(columns.value("_links")));
  links.set(row, "links", sink);
  set_media(columns, row);
  return true;
}

constexpr std::array<std::string_view, 1> kPaths{
    "/private/var/mobile/Containers/Shared/AppGroup/*/ChatStorage.sqlite",
};

}  // namespace

extern constinit const Artifact ios_whatsapp_messages = declare({
    .id = "ios.whatsapp_messages",
    .summary = "WhatsApp messages, with the media and link previews that belong to them or outlived them.",
    .finds = kPaths,
    .fields = kFields,
    .reference = "docs/formats/whatsapp_messages.md",
    .timeline = "WhatsApp {kind} {direction} {chat_name} {text}",
    .written_by = "WhatsApp",
    .writable = Writable::by_anyone,
    .forgeable = "Anyone who has the number can send a message; a restored backup can carry edited rows.",
    .queries = kQueries,
    .row = complete,
});

}  // namespace bridle::artifacts
