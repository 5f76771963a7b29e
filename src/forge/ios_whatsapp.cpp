// SPDX-License-Identifier: Apache-2.0
// WhatsApp: ChatStorage.sqlite (chats, messages, media, link previews), CallHistory.sqlite and ContactsV2.sqlite.
#include <algorithm>
#include <string>
#include <utility>

#include "forge/ios_content.h"
#include "forge/ios_schemas.h"
#include "forge/words.h"

namespace bridle::forge {
namespace {

constexpr std::string_view kArtifact = "ios.whatsapp_messages";

constexpr std::uint64_t kGroupMembers = 4;

/// Row of ZWAGROUPMEMBER of the `k`-th member of a chat.
std::int64_t group_member(std::int64_t chat, std::uint64_t k) {
  return chat * static_cast<std::int64_t>(kGroupMembers) + static_cast<std::int64_t>(k);
}

enum MessageType : int { kText = 0, kImage = 1, kVideo = 2, kVoice = 3, kLink = 7 };

std::string user_jid(std::uint64_t person) { return words::phone(person).substr(1) + "@s.whatsapp.net"; }

struct WhatsappMessage {
  std::string text{};
  std::string preview{};  ///< address of a link preview, in ZWAMESSAGEDATAITEM
  int type = kText;
  bool from_me = false;
  Time at{};
};

class WhatsappWriter {
 public:
  WhatsappWriter(const Content& content, Database& db);
  struct Written {
    std::int64_t message, data_item;
  };
  Written write(const WhatsappMessage& message);
  WhatsappMessage draw(Time at);
  void finish();

 private:
  struct Chat {
    std::int64_t id;
    std::string jid;
    bool group;
    std::vector<std::uint64_t> members{};  ///< of a group: people
    std::uint64_t messages = 0;
    double last = 0;
  };
  void make_chats(Database& db);
  std::int64_t write_media(std::int64_t message, const WhatsappMessage& m);

  Random random_;
  std::vector<Chat> chats_;
  std::uint64_t people_;
  Database& db_;
  Insert message_, media_, data_, set_media_;
};

WhatsappWriter::WhatsappWriter(const Content& content, Database& db)
    : random_(content.random("ChatStorage.sqlite")),
      people_(std::clamp<std::uint64_t>(content.spec.wa_messages / 60, 6, 1'500)),
      db_(db),
      message_(db.insert("INSERT INTO ZWAMESSAGE (Z_ENT, Z_OPT, ZISFROMME, ZMESSAGESTATUS, ZMESSAGETYPE, ZSORT, "
                         "ZSTARRED, ZCHATSESSION, ZGROUPMEMBER, ZMESSAGEDATE, ZSENTDATE, ZFROMJID, ZPUSHNAME, "
                         "ZSTANZAID, ZTEXT, ZTOJID) VALUES (9,1,?,?,?,?,0,?,?,?,?,?,?,?,?,?)")),
      media_(db.insert("INSERT INTO ZWAMEDIAITEM (Z_ENT, Z_OPT, ZFILESIZE, ZMESSAGE, ZMEDIAURLDATE, ZAUTHORNAME, "
                       "ZMEDIALOCALPATH, ZMEDIAURL, ZTITLE, ZVCARDSTRING) VALUES (8,1,?,?,?,?,?,?,?,?)")),
      data_(db.insert("INSERT INTO ZWAMESSAGEDATAITEM (Z_ENT, Z_OPT, ZINDEX, ZTYPE, ZMESSAGE, ZDATE, ZCONTENT1, "
                      "ZCONTENT2, ZMATCHEDTEXT, ZSENDERJID, ZSUMMARY, ZTITLE) VALUES (10,1,0,1,?,?,?,?,?,?,?,?)")),
      set_media_(db.insert("UPDATE ZWAMESSAGE SET ZMEDIAITEM = ?1 WHERE Z_PK = ?2")) {
  db.run("INSERT INTO Z_PRIMARYKEY VALUES (4,'WAChatSession',0,0), (5,'WAGroupInfo',0,0), (6,'WAGroupMember',0,0), "
         "(8,'WAMediaItem',0,0), (9,'WAMessage',0,0), (10,'WAMessageDataItem',0,0)");
  make_chats(db);
}

void WhatsappWriter::make_chats(Database& db) {
  auto member = db.insert("INSERT INTO ZWAGROUPMEMBER (Z_PK, Z_ENT, Z_OPT, ZISACTIVE, ZISADMIN, ZCHATSESSION, "
                          "ZCONTACTNAME, ZMEMBERJID) VALUES (?,6,1,1,0,?,?,?)");
  for (std::uint64_t i = 0; i < people_ + people_ / 6; ++i) {
    const bool group = i >= people_;
    const std::string jid = group ? words::phone(i).substr(1) + "-" + std::to_string(1'600'000'000 + i) + "@g.us"
                                  : user_jid(i);
    Chat chat{static_cast<std::int64_t>(i + 1), jid, group};
    for (std::uint64_t k = 0; group && k < kGroupMembers; ++k) {
      const std::uint64_t person = (i * 7 + k) % people_;
      chat.members.push_back(person);
      member(group_member(chat.id, k), chat.id, words::person(person), user_jid(person));
    }
    chats_.push_back(std::move(chat));
  }
}

WhatsappMessage WhatsappWriter::draw(Time at) {
  WhatsappMessage m{.text = words::sentence(random_, 1, 12), .at = at};
  m.from_me = random_.below(100) < 45;
  const std::uint64_t kind = random_.below(100);
  if (kind < 12) {
    m.type = kind < 8 ? kImage : kind < 10 ? kVideo : kVoice;
    if (kind % 3 != 0) m.text.clear();
  } else if (kind < 20) {
    m.preview = words::url(random_);
    m.type = kLink;
    m.text += " " + m.preview;
  }
  return m;
}

std::int64_t WhatsappWriter::write_media(std::int64_t message, const WhatsappMessage& m) {
  const std::string name = random_.uuid();
  const std::string_view extension = m.type == kImage ? ".jpg" : m.type == kVideo ? ".mp4" : ".opus";
  const std::string local = "Media/" + name.substr(0, 1) + "/" + name + std::string(extension);
  const std::string url = "https://mmg.whatsapp.net/d/f/" + random_.hex(24) + ".enc";
  const std::int64_t id = media_(2'000 + random_.below(3'000'000), message, cocoa_seconds(m.at), std::nullopt, local,
                                 url, m.text, std::nullopt);
  set_media_(id, message);
  return id;
}

WhatsappWriter::Written WhatsappWriter::write(const WhatsappMessage& m) {
  Chat& chat = chats_[static_cast<std::size_t>(random_.below(chats_.size()))];
  const std::uint64_t k = random_.below(kGroupMembers);
  const std::uint64_t sender = chat.group ? chat.members[k] : static_cast<std::uint64_t>(chat.id - 1);
  const double at = cocoa_seconds(m.at);
  ++chat.messages;
  chat.last = std::max(chat.last, at);
  const auto jid = [](bool here, const std::string& value) { return here ? std::optional(value) : std::nullopt; };
  const std::int64_t id =
      message_(m.from_me, m.from_me ? 8 : 0, m.type, chat.messages, chat.id,
               chat.group && !m.from_me ? std::optional(group_member(chat.id, k)) : std::nullopt, at, at,
               jid(!m.from_me, chat.jid), jid(!m.from_me, words::person(sender)), random_.hex(20),
               jid(!m.text.empty(), m.text), jid(m.from_me, chat.jid));
  if (m.type == kImage || m.type == kVideo || m.type == kVoice) write_media(id, m);
  std::int64_t data = 0;
  if (!m.preview.empty()) {
    const std::string title = words::sentence(random_, 2, 6);
    const std::string summary = words::sentence(random_, 4, 12);
    data = data_(id, at, m.preview, m.preview, m.preview, user_jid(sender), summary, title);
  }
  return {id, data};
}

/// The chats, with what they hold.
void WhatsappWriter::finish() {
  auto chat = db_.insert("INSERT OR REPLACE INTO ZWACHATSESSION (Z_PK, Z_ENT, Z_OPT, ZARCHIVED, ZHIDDEN, "
                         "ZMESSAGECOUNTER, ZREMOVED, ZSESSIONTYPE, ZGROUPINFO, ZLASTMESSAGEDATE, ZCONTACTJID, "
                         "ZPARTNERNAME) VALUES (?,4,1,0,0,?,0,?,?,?,?,?)");
  auto info = db_.insert("INSERT OR REPLACE INTO ZWAGROUPINFO (Z_PK, Z_ENT, Z_OPT, ZCHATSESSION, ZCREATIONDATE, "
                         "ZOWNERJID) VALUES (?,5,1,?,?,?)");
  std::int64_t groups = 0;
  for (const Chat& c : chats_) {
    const auto number = static_cast<std::uint64_t>(c.id - 1);
    if (c.group) info(++groups, c.id, c.last - 86'400.0, user_jid(number % people_));
    chat(c.id, c.messages, c.group ? 1 : 0, c.group ? std::optional(groups) : std::nullopt, c.last, c.jid,
         words::person(number));
  }
}

void plant_whatsapp(const Content& content, WhatsappWriter& writer, Random& random) {
  const std::vector<std::string> found_by{"indicator domain free247downloads.com"};
  const auto at = [&] { return content.timeline.at(92, 100, random); };
  const std::string in_text = "http://wa.free247downloads.com/e5";
  const auto text = writer.write({.text = "Photos from yesterday " + in_text, .at = at()});
  content.ledger.plant({kArtifact, place::kWhatsappMessages, "ZWAMESSAGE", text.message, "ZTEXT", in_text, found_by});

  const std::string in_preview = "https://wa.free247downloads.com/f6";
  const auto preview = writer.write({.text = "Look", .preview = in_preview, .type = kLink, .at = at()});
  content.ledger.plant({kArtifact, place::kWhatsappMessages, "ZWAMESSAGEDATAITEM", preview.data_item, "ZMATCHEDTEXT",
                        in_preview, found_by});

  const std::string clean = "https://free247downloads.com.example.org/";
  const auto noise = writer.write({.text = clean, .at = at()});
  content.ledger.plant({kArtifact, place::kWhatsappMessages, "ZWAMESSAGE", noise.message, "ZTEXT", clean});
  content.ledger.count(kArtifact, "ZWAMESSAGE", 3);
}

void write_wal_whatsapp(const Content& content, WhatsappWriter& writer, Random& random) {
  for (std::uint32_t i = 0; i < content.spec.wa_messages_in_wal; ++i)
    writer.write(writer.draw(content.timeline.at(999, 1'000, random)));
  content.ledger.count(kArtifact, "ZWAMESSAGE", content.spec.wa_messages_in_wal);
  if (!content.spec.plant) return;
  const std::string url = "https://wal.free247downloads.com/g7";
  const auto written = writer.write({.text = "Now " + url, .at = content.timeline.at(999, 1'000, random)});
  content.ledger.count(kArtifact, "ZWAMESSAGE");
  content.ledger.plant({kArtifact, place::kWhatsappMessages, "ZWAMESSAGE", written.message, "ZTEXT", url,
                        {"indicator domain free247downloads.com"}, true});
}

}  // namespace

Result<DatabaseFile> whatsapp_database(const Content& content) {
  const std::uint32_t messages = content.spec.wa_messages;
  Database db(schema::kWhatsappMessages);
  WhatsappWriter writer(content, db);
  Random random = content.random("ChatStorage.sqlite times");
  for (std::uint32_t i = 0; i < messages; ++i) writer.write(writer.draw(content.timeline.at(i, messages, random)));
  content.ledger.count(kArtifact, "ZWAMESSAGE", messages);
  if (content.spec.plant) plant_whatsapp(content, writer, random);
  writer.finish();
  auto before = db.image();
  if (!before) return fail(before.error());
  if (content.spec.wa_messages_in_wal == 0 && !content.spec.plant) return DatabaseFile{std::move(*before)};
  write_wal_whatsapp(content, writer, random);
  writer.finish();
  auto after = db.image();
  if (!after) return fail(after.error());
  return with_wal(std::move(*before), std::move(*after), random.next());
}

Result<DatabaseFile> whatsapp_calls_database(const Content& content) {
  const std::uint32_t calls = content.spec.wa_calls;
  Database db(schema::kWhatsappCalls);
  Random random = content.random("WhatsApp CallHistory.sqlite");
  auto whole = db.insert("INSERT INTO ZWAAGGREGATECALLEVENT (Z_PK, Z_ENT, Z_OPT, ZINCOMING, ZMISSED, ZVIDEO, "
                         "ZFIRSTDATE) VALUES (?,1,1,?,?,?,?)");
  auto event = db.insert("INSERT INTO ZWACDCALLEVENT (Z_PK, Z_ENT, Z_OPT, ZBYTESRECEIVED, ZBYTESSENT, ZOUTCOME, "
                         "Z1CALLEVENTS, ZDATE, ZDURATION, ZCALLIDSTRING, ZGROUPCALLCREATORUSERJIDSTRING) "
                         "VALUES (?,2,1,?,?,?,?,?,?,?,?)");
  auto party = db.insert("INSERT INTO ZWACDCALLEVENTPARTICIPANT VALUES (?,3,1,?,?,?)");
  for (std::uint32_t i = 0; i < calls; ++i) {
    const std::int64_t id = std::int64_t{i} + 1;
    const bool missed = random.one_in(5);
    const double at = cocoa_seconds(content.timeline.at(i, calls, random));
    const std::string jid = user_jid(random.below(1'000));
    const bool incoming = random.one_in(2);
    const std::uint64_t received = random.below(9'000'000);
    const std::uint64_t sent = random.below(9'000'000);
    const double duration = missed ? 0.0 : static_cast<double>(random.below(3'600));
    whole(id, incoming, missed, random.one_in(3), at);
    event(id, received, sent, missed ? 1 : 0, id, at, duration, random.hex(32), jid);
    party(id, missed ? 1 : 0, id, jid);
  }
  content.ledger.count("ios.whatsapp_calls", "ZWACDCALLEVENT", calls);
  auto image = db.image();
  if (!image) return fail(image.error());
  return DatabaseFile{std::move(*image)};
}

Result<DatabaseFile> whatsapp_contacts_database(const Content& content) {
  const std::uint32_t contacts = content.spec.wa_contacts;
  Database db(schema::kWhatsappContacts);
  Random random = content.random("ContactsV2.sqlite");
  auto contact = db.insert(
      "INSERT INTO ZWAADDRESSBOOKCONTACT (Z_ENT, Z_OPT, ZFULLNAME, ZGIVENNAME, ZPHONENUMBER, ZLOCALIZEDPHONENUMBER, "
      "ZWHATSAPPID, ZLID, ZABOUTTEXT, ZABOUTTIMESTAMP, ZLASTUPDATED, ZPHONESTATUS, ZSYNCPOLICY) "
      "VALUES (1,1,?,?,?,?,?,?,?,?,?,1,0)");
  for (std::uint32_t i = 0; i < contacts; ++i) {
    const std::string name = words::person(i);
    const double at = cocoa_seconds(content.timeline.at(i, contacts, random));
    contact(name, name.substr(0, name.find(' ')), words::phone(i), words::phone(i), user_jid(i),
            std::to_string(10'000'000'000 + i) + "@lid", words::sentence(random, 2, 6), at, at);
  }
  content.ledger.count("ios.whatsapp_contacts", "ZWAADDRESSBOOKCONTACT", contacts);
  auto image = db.image();
  if (!image) return fail(image.error());
  return DatabaseFile{std::move(*image)};
}

}  // namespace bridle::forge
