// SPDX-License-Identifier: Apache-2.0
// sms.db: one-to-one and group chats, plain and attributed texts, link previews, attachments.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "forge/ios_content.h"
#include "forge/ios_schemas.h"
#include "forge/plist_writer.h"
#include "forge/typedstream_writer.h"
#include "forge/words.h"

namespace bridle::forge {
namespace {

constexpr std::string_view kArtifact = "ios.messages";
constexpr std::string_view kLinkBalloon = "com.apple.messages.URLBalloonProvider";
constexpr std::int64_t kSecond = 1'000'000'000;
constexpr int kGroupStyle = 43;
constexpr int kDirectStyle = 45;
constexpr std::string_view kAttachmentMark = "\xef\xbf\xbc";  // U+FFFC stands for an attachment in a text

/// payload_data of a message with a link preview.
std::vector<std::byte> link_preview(std::string_view url, std::string_view title) {
  KeyedArchive archive;
  BinaryPlist& plist = archive.plist();
  const std::uint32_t root = archive.slot();
  const auto address = archive.url(url);
  const auto shown = archive.text(title);
  const auto type = archive.class_of({"LPLinkMetadata", "NSObject"});
  const auto metadata = archive.add(plist.dict({{"$class", type},
                                                {"version", plist.integer(1)},
                                                {"URL", address},
                                                {"originalURL", address},
                                                {"title", shown}}));
  const auto wrapper = archive.class_of({"LPSharingMetadataWrapper", "NSObject"});
  const auto done = plist.boolean(true);
  archive.set(root, plist.dict({{"$class", wrapper}, {"hasCompletedFetch", done}, {"metadata", metadata}}));
  return archive.finish(root);
}

/// Where a message's link is stored. Phones write all combinations.
enum class LinkIn : std::uint8_t { none, text, body, payload };

struct Message {
  std::string text;  ///< without the link
  std::string url{};
  LinkIn link = LinkIn::none;
  bool plain = true;  ///< the text column is filled
  bool body = true;   ///< attributedBody is filled
  bool preview = false;
  bool from_me = false;
  bool no_handle = false;  ///< handle_id = 0
  bool edited = false;
  bool retracted = false;
  std::string attachment{};  ///< path on the device
  Time at{};
};

class MessageWriter {
 public:
  MessageWriter(const Content& content, Database& db);
  /// Row ids of a message and of its attachment, if it has one.
  struct Written {
    std::int64_t message, attachment;
  };
  /// Writes one message to a chat drawn by chance.
  Written write(const Message& message);
  Message draw(Time at, bool attach);

 private:
  struct Chat {
    std::int64_t rowid;
    std::vector<std::int64_t> handles;
    std::string room;  ///< empty unless it is a group
    bool imessage;
  };
  void make_chats();
  std::int64_t attach(std::int64_t message_id, const Message& message);

  const Content& content_;
  Random random_;
  std::vector<Chat> chats_;
  Insert handle_, chat_, member_, message_, in_chat_, attachment_, attached_;
};

MessageWriter::MessageWriter(const Content& content, Database& db)
    : content_(content),
      random_(content.random("sms.db")),
      handle_(db.insert("INSERT INTO handle (id, country, service, uncanonicalized_id) VALUES (?,?,?,?)")),
      chat_(db.insert("INSERT INTO chat (guid, style, state, account_id, chat_identifier, service_name, room_name, "
                      "account_login, display_name, group_id) VALUES (?,?,3,?,?,?,?,?,?,?)")),
      member_(db.insert("INSERT INTO chat_handle_join VALUES (?,?)")),
      message_(db.insert(
          "INSERT INTO message (guid, text, handle_id, attributedBody, version, service, account, account_guid, date, "
          "date_read, date_delivered, is_delivered, is_finished, is_from_me, is_read, is_sent, cache_has_attachments, "
          "cache_roomnames, balloon_bundle_id, payload_data, message_summary_info, destination_caller_id, "
          "date_retracted, date_edited, part_count) "
          "VALUES (?,?,?,?,10,?,?,?,?,?,?,1,1,?,1,?,?,?,?,?,?,?,?,?,1)")),
      in_chat_(db.insert("INSERT INTO chat_message_join VALUES (?,?,?)")),
      attachment_(db.insert("INSERT INTO attachment (guid, created_date, start_date, filename, uti, mime_type, "
                            "transfer_state, is_outgoing, transfer_name, total_bytes, original_guid) "
                            "VALUES (?,?,?,?,?,?,5,?,?,?,?)")),
      attached_(db.insert("INSERT INTO message_attachment_join VALUES (?,?)")) {
  db.run("INSERT INTO _SqliteDatabaseProperties VALUES ('_ClientVersion', '17022')");
  make_chats();
}

void MessageWriter::make_chats() {
  const std::uint64_t handles = std::clamp<std::uint64_t>(content_.spec.messages / 40, 8, 2'000);
  const std::string account = random_.uuid();
  const auto service = [](bool imessage) { return imessage ? "iMessage" : "SMS"; };
  for (std::uint64_t i = 0; i < handles; ++i) {
    const bool imessage = i % 4 != 3;
    const std::string id = imessage && i % 8 == 2 ? words::email(i) : words::phone(i);
    const std::int64_t rowid = handle_(id, "us", service(imessage), id);
    const std::int64_t chat = chat_(std::string(service(imessage)) + ";-;" + id, kDirectStyle, account, id,
                                    service(imessage), std::nullopt, "P:+12025550100", "", random_.uuid());
    member_(chat, rowid);
    chats_.push_back({chat, {rowid}, "", imessage});
  }
  for (std::uint64_t i = 0; i < handles / 8; ++i) {
    const std::string room = "chat" + std::to_string(100'000'000 + random_.below(900'000'000));
    const std::string title = words::sentence(random_, 1, 3);
    const std::int64_t chat = chat_("iMessage;+;" + room, kGroupStyle, account, room, "iMessage", room,
                                    "P:+12025550100", title, random_.uuid());
    Chat group{chat, {}, room, true};
    for (std::uint64_t k = 0; k < 3; ++k) {
      const std::uint64_t member = (i * 8 + k * 3) % handles;
      group.handles.push_back(static_cast<std::int64_t>(member + 1));
      member_(chat, group.handles.back());
    }
    chats_.push_back(std::move(group));
  }
}

Message MessageWriter::draw(Time at, bool attach) {
  Message m{.text = words::sentence(random_, 2, 14), .at = at};
  m.from_me = random_.below(100) < 45;
  const std::uint64_t shape = random_.below(100);
  m.plain = shape < 55;
  m.body = shape >= 15;
  if (random_.below(100) < 8) {
    m.url = words::url(random_);
    m.link = m.plain ? LinkIn::text : LinkIn::body;
    m.preview = random_.one_in(3);
  }
  m.no_handle = random_.one_in(200);
  m.edited = random_.one_in(80);
  m.retracted = !m.edited && random_.one_in(120);
  if (attach) {
    constexpr std::array<std::string_view, 5> kNames{"IMG_1.HEIC", "IMG_2.JPG", "clip.MOV", "note.pdf", "voice.caf"};
    const std::string folder = random_.hex(2);
    m.attachment = "~/Library/SMS/Attachments/" + folder + "/0" + folder.substr(1) + "/" + random_.uuid() + "/";
    m.attachment.append(random_.pick(kNames));
  }
  return m;
}

std::int64_t MessageWriter::attach(std::int64_t message_id, const Message& m) {
  const std::string guid = "at_0_" + random_.uuid();
  const std::string name = m.attachment.substr(m.attachment.rfind('/') + 1);
  const bool photo = name.starts_with("IMG");
  const std::int64_t created = cocoa_nanoseconds(m.at) / kSecond;
  const std::int64_t id =
      attachment_(guid, created, created, m.attachment, photo ? "public.heic" : "public.data",
                  photo ? "image/heic" : "application/octet-stream", m.from_me, name, 1'000 + random_.below(4'000'000),
                  guid);
  attached_(message_id, id);
  return id;
}

MessageWriter::Written MessageWriter::write(const Message& m) {
  const Chat& chat = chats_[static_cast<std::size_t>(random_.below(chats_.size()))];
  const std::int64_t sender = chat.handles[static_cast<std::size_t>(random_.below(chat.handles.size()))];
  const std::int64_t handle = m.no_handle || (!chat.room.empty() && m.from_me) ? 0 : sender;
  std::string shown = m.text;
  if (m.link == LinkIn::text) shown += " " + m.url;
  if (!m.attachment.empty()) shown.insert(0, kAttachmentMark);

  std::vector<std::byte> body;
  if (m.body && !m.retracted) {
    if (m.link == LinkIn::body || m.link == LinkIn::text)
      body = attributed_body({{m.text + " "}, {m.url, m.url}});
    else
      body = attributed_body({{shown}});
  }
  std::vector<std::byte> payload;
  if (m.preview || m.link == LinkIn::payload) payload = link_preview(m.url, m.text);
  std::vector<std::byte> summary;
  if (m.edited || m.retracted) {
    BinaryPlist plist;
    const auto parts = plist.array({plist.integer(0)});
    const Bytes raw = plist.finish(plist.dict({{m.edited ? "ep" : "rp", parts}, {"ust", plist.boolean(true)}}));
    summary.assign(raw.begin(), raw.end());
  }

  const auto blob = [](const std::vector<std::byte>& b) { return b.empty() ? std::optional<Bytes>{} : Bytes(b); };
  const auto when = [](bool set, std::int64_t t) { return set ? t : 0; };
  const std::int64_t date = cocoa_nanoseconds(m.at);
  const std::int64_t read = date + static_cast<std::int64_t>(random_.below(3'600)) * kSecond;
  const std::int64_t id = message_(
      random_.uuid(), m.plain && !m.retracted ? std::optional(std::string_view(shown)) : std::nullopt, handle,
      blob(body), chat.imessage ? "iMessage" : "SMS", "P:+12025550100", "8B4C0C1E-5A52-4B7E-9A35-6F0E3C1D2B4A", date,
      when(!m.from_me, read), when(m.from_me, date + kSecond), m.from_me, m.from_me, !m.attachment.empty(),
      chat.room.empty() ? std::nullopt : std::optional(chat.room),
      payload.empty() ? std::nullopt : std::optional(kLinkBalloon), blob(payload), blob(summary), "+12025550100",
      when(m.retracted, read + kSecond), when(m.edited, read + 2 * kSecond));
  in_chat_(chat.rowid, id, date);
  return {id, m.attachment.empty() ? 0 : attach(id, m)};
}

/// A planted message and what the truth says of it.
struct PlantedMessage {
  Message message;
  std::string_view field;
  std::string value;
  std::vector<std::string> found_by;
};

std::vector<PlantedMessage> planted_messages() {
  constexpr std::string_view kDomain = "indicator domain free247downloads.com";
  std::vector<PlantedMessage> out;
  const auto add = [&out](Message m, std::string_view field, std::string value, std::vector<std::string> found_by) {
    out.push_back({std::move(m), field, std::move(value), std::move(found_by)});
  };
  const std::string in_text = "https://news.free247downloads.com/a1";
  const std::string in_body = "https://k7.get1tn0w.free247downloads.com:30495/b2";
  const std::string in_payload = "https://user@free247downloads.com/c3";
  add({.text = "Your parcel is waiting", .url = in_text, .link = LinkIn::text, .body = false}, "text", in_text,
      {std::string(kDomain)});
  add({.text = "Please look at this", .url = in_body, .link = LinkIn::body, .plain = false}, "attributedBody", in_body,
      {std::string(kDomain)});
  add({.text = "Worth reading", .url = in_payload, .link = LinkIn::payload}, "payload_data", in_payload,
      {std::string(kDomain)});
  add({.text = "have you seen FREE247downloads.com. It is free", .body = false, .no_handle = true}, "text",
      "FREE247downloads.com", {std::string(kDomain)});
  add({.text = "ALERT: State-sponsored attackers may be targeting your iPhone. Forged for a test."}, "text",
      "ALERT: State-sponsored", {"rule ios.apple_threat_notification"});
  add({.text = "ALERT: Apple detected a targeted mercenary spyware attack against your iPhone. Forged for a test.",
       .plain = false},
      "attributedBody", "ALERT: Apple detected a targeted mercenary", {"rule ios.apple_threat_notification"});

  // Look-alikes.
  const std::string other = "https://notfree247downloads.com.example.org/a1";
  const std::string path = "https://www.example.org/free247downloads.community/";
  const std::string shortened = "https://bit.ly/3bhbhbh";
  add({.text = "Careful", .url = other, .link = LinkIn::text}, "text", other, {});
  add({.text = "An article", .url = path, .link = LinkIn::text}, "text", path, {});
  add({.text = "Short", .url = shortened, .link = LinkIn::body, .plain = false}, "attributedBody", shortened, {});
  return out;
}

void plant_messages(const Content& content, MessageWriter& writer, Random& random) {
  for (PlantedMessage& p : planted_messages()) {
    p.message.at = content.timeline.at(90, 100, random);
    const std::int64_t id = writer.write(p.message).message;
    content.ledger.count(kArtifact, "message");
    content.ledger.plant({kArtifact, place::kMessages, "message", id, p.field, p.value, p.found_by});
  }
}

/// Received attachments: one below a temporary path, one whose name only looks like it.
void plant_attachments(const Content& content, MessageWriter& writer, Random& random) {
  constexpr std::string_view kAttachments = "ios.message_attachments";
  constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kPaths{
      {{"/var/tmp/3F1C7A52-9D0E-4B61-8A44-2E5D6C7B8A90-1", "rule ios.attachment_temporary_path"},
       {"~/Library/SMS/Attachments/va/0a/var/tmp/IMG_1.HEIC", ""}}};
  for (const auto& [path, rule] : kPaths) {
    const auto written =
        writer.write({.text = "", .attachment = std::string(path), .at = content.timeline.at(91, 100, random)});
    content.ledger.count(kArtifact, "message");
    content.ledger.count(kAttachments, "attachment");
    content.ledger.plant({kAttachments, place::kMessages, "attachment", written.attachment, "filename",
                          std::string(path),
                          rule.empty() ? std::vector<std::string>{} : std::vector{std::string(rule)}});
  }
}

void write_wal_messages(const Content& content, MessageWriter& writer, Random& random) {
  for (std::uint32_t i = 0; i < content.spec.messages_in_wal; ++i)
    writer.write(writer.draw(content.timeline.at(999, 1'000, random), false));
  content.ledger.count(kArtifact, "message", content.spec.messages_in_wal);
  if (!content.spec.plant) return;
  const std::string url = "https://wal.free247downloads.com/d4";
  const Message message{
      .text = "Last chance", .url = url, .link = LinkIn::text, .at = content.timeline.at(999, 1'000, random)};
  const std::int64_t id = writer.write(message).message;
  content.ledger.count(kArtifact, "message");
  content.ledger.plant({kArtifact, place::kMessages, "message", id, "text", url,
                        {"indicator domain free247downloads.com"}, true});
}

}  // namespace

Result<DatabaseFile> messages_database(const Content& content) {
  const Spec& spec = content.spec;
  Database db(schema::kMessages);
  MessageWriter writer(content, db);
  Random random = content.random("sms.db times");
  const std::uint32_t attachments = std::min(spec.attachments, spec.messages);
  for (std::uint32_t i = 0; i < spec.messages; ++i) {
    const auto due = [&](std::uint64_t n) { return n * attachments / spec.messages; };
    const bool attach = due(std::uint64_t{i} + 1) > due(i);  // spread evenly over the messages
    writer.write(writer.draw(content.timeline.at(i, spec.messages, random), attach));
  }
  content.ledger.count(kArtifact, "message", spec.messages);
  content.ledger.count("ios.message_attachments", "attachment", attachments);
  if (spec.plant) {
    plant_messages(content, writer, random);
    plant_attachments(content, writer, random);
  }
  auto before = db.image();
  if (!before) return fail(before.error());
  if (spec.messages_in_wal == 0 && !spec.plant) return DatabaseFile{std::move(*before)};
  write_wal_messages(content, writer, random);
  auto after = db.image();
  if (!after) return fail(after.error());
  return with_wal(std::move(*before), std::move(*after), random.next());
}

}  // namespace bridle::forge
