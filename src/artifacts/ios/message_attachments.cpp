// SPDX-License-Identifier: Apache-2.0
// Message attachments: one record for each attachment and message that it belongs to, also for those of no message.
//
// Found in  sms.db.
// Times     created_date is Cocoa seconds, message.date Cocoa nanoseconds (seconds up to iOS 10), both UTC.
// Limits    The row says where the file was; it may be gone from the phone, and is not part of a backup when messages
//           are kept in iCloud. Name and type are those the sender stated, not what the bytes are.
// Layout    message_attachment_join joins attachment to message.
#include <string>

#include "artifacts/joined_list.h"
#include "bridle/artifact.h"
#include "bridle/backup_domain.h"

namespace bridle::artifacts {
namespace {

constexpr std::array<Label, 2> kDirections{{{0, "received"}, {1, "sent"}}};

constexpr Epoch kEpoch = Epoch::cocoa_seconds_or_nanoseconds;

constexpr std::array kFields{
    integer("message_id", "Row of the message that it belongs to, which may be gone."),
    text("guid", "Id of the attachment."),
    text("path", "Where the file was kept on the phone.").holds(Observable::file_path),
    text("name", "File name that the sender gave.").holds(Observable::file_path),
    text("mime_type", "MIME type that the sender gave."),
    text("uti", "Apple's type identifier."),
    integer("bytes", "Size of the file."),
    time("created_at", "When the row was made: on sending or receiving.").from(kEpoch).at("attachment"),
    time("sent_at", "Time of the message.").from(kEpoch),
    text("direction", "sent or received.").labelled(kDirections),
    text("sender", "Number or e-mail address that a received attachment came from.")
        .holds({Observable::phone, Observable::email}),
    text("service", "iMessage, SMS or RCS."),
    integer("transfer_state", "State of the transfer; 5 is complete."),
    integer("sticker", "1 for a sticker."),
    integer("hidden", "1 if the conversation does not show it."),
};

constexpr std::array kQueries{
    Query{"iOS 10 and later", "attachment", R"sql(
        SELECT a.ROWID AS _rowid, j.message_id AS message_id, a.guid AS guid, a.filename AS _path,
               a.transfer_name AS name, a.mime_type AS mime_type, a.uti AS uti, a.total_bytes AS bytes,
               nullif(a.created_date, 0) AS created_at, nullif(m.date, 0) AS sent_at,
               coalesce(m.is_from_me, a.is_outgoing) AS direction, iif(m.is_from_me = 1, NULL, h.id) AS sender,
               m.service AS service, a.transfer_state AS transfer_state, a.is_sticker AS sticker,
               a.hide_attachment AS hidden
          FROM attachment AS a
          LEFT JOIN message_attachment_join AS j ON j.attachment_id = a.ROWID
          LEFT JOIN message AS m ON m.ROWID = j.message_id
          LEFT JOIN handle AS h ON h.ROWID = m.handle_id)sql"},
    Query{"without stickers", "attachment", R"sql(
        SELECT a.ROWID AS _rowid, j.message_id AS message_id, a.guid AS guid, a.filename AS _path,
               a.transfer_name AS name, a.mime_type AS mime_type, a.uti AS uti, a.total_bytes AS bytes,
               nullif(a.created_date, 0) AS created_at, nullif(m.date, 0) AS sent_at,
               coalesce(m.is_from_me, a.is_outgoing) AS direction, iif(m.is_from_me = 1, NULL, h.id) AS sender,
               m.service AS service, a.transfer_state AS transfer_state
          FROM attachment AS a
          LEFT JOIN message_attachment_join AS j ON j.attachment_id = a.ROWID
          LEFT JOIN message AS m ON m.ROWID = j.message_id
          LEFT JOIN handle AS h ON h.ROWID = m.handle_id)sql"},
    Query{"attachments alone", "attachment", R"sql(
        SELECT ROWID AS _rowid, guid AS guid, filename AS _path, transfer_name AS name, mime_type AS mime_type,
               uti AS uti, total_bytes AS bytes, nullif(created_date, 0) AS created_at, is_outgoing AS direction
          FROM attachment)sql"},
    Query{"what every version has", "attachment", R"sql(
        SELECT ROWID AS _rowid, filename AS _path FROM attachment)sql"},
};

/// "~" stands for the home of the user mobile.
bool complete(const SqlRow& columns, Row& row, RecordSink&) {
  const std::string_view stored = text_of(columns.value("_path"));
  if (stored.empty()) return true;
  std::string path(stored);
  if (path.starts_with("~/")) path.replace(0, 1, "/private/var/mobile");
  row.set("path", std::string_view(canonical_device_path(path)));
  return true;
}

constexpr std::array<std::string_view, 1> kPaths{"/private/var/mobile/Library/SMS/sms.db"};

}  // namespace

extern constinit const Artifact ios_message_attachments = declare({
    .id = "ios.message_attachments",
    .summary = "Files that came or went with messages.",
    .finds = kPaths,
    .fields = kFields,
    .reference = "docs/formats/message_attachments.md",
    .timeline = "Attachment {direction} {name} {sender}",
    .written_by = "imagent",
    .writable = Writable::by_anyone,
    .forgeable = "Anyone who knows the number or address can send a file; a restored backup can carry edited rows.",
    .queries = kQueries,
    .row = complete,
});

}  // namespace bridle::artifacts
