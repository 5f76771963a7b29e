// SPDX-License-Identifier: Apache-2.0
// WhatsApp contacts: one record for each person of WhatsApp's address book, and one for each known pair of an @lid id
// and a telephone number.
//
// Found in  ContactsV2.sqlite and LID.sqlite of WhatsApp and of WhatsApp Business.
// Times     All are Cocoa seconds (real, UTC).
// Limits    Only people of the phone's address book that use WhatsApp, and those whose profile was opened. A contact
//           that the owner deleted is gone.
// Layout    ZWAADDRESSBOOKCONTACT, a row a person; ZWAPHONENUMBERLIDPAIR, a row a pair. Chats and calls of newer
//           versions name people by @lid ids alone; the pairs lead back to their numbers.
#include "bridle/artifact.h"

namespace bridle::artifacts {
namespace {

constexpr std::array kFields{
    text("kind", "contact or lid_pair."),
    text("whatsapp_id", "WhatsApp id, made of the telephone number.").holds(Observable::phone),
    text("lid", "Id that hides the telephone number."),
    text("phone", "Telephone number.").holds(Observable::phone),
    text("full_name", "Name in the phone's address book."),
    text("user_name", "WhatsApp user name."),
    text("business_name", "Name of a business account."),
    text("about", "Text that the person set about themselves.").holds(Observable::text),
    text("notes", "Notes of the owner.").holds(Observable::text),
    real("disappearing_after", "Seconds after which messages disappear; 0 is never."),
    time("disappearing_set_at", "When that was set.").from(Epoch::cocoa_seconds).at("disappearing_messages_set"),
    time("about_changed_at", "When the text about the person changed.").from(Epoch::cocoa_seconds).at("about_changed"),
    time("about_expires_at", "When that text runs out.").from(Epoch::cocoa_seconds),
    time("updated_at", "When WhatsApp last updated the contact.").from(Epoch::cocoa_seconds).at("contact_updated"),
    time("paired_at", "When WhatsApp learned the pair.").from(Epoch::cocoa_seconds).at("lid_pair_learned"),
};

constexpr std::array kQueries{
    Query{"with @lid ids and user names", "ZWAADDRESSBOOKCONTACT", R"sql(
        SELECT Z_PK AS _rowid, 'contact' AS kind, ZWHATSAPPID AS whatsapp_id, ZLID AS lid, ZPHONENUMBER AS phone,
               ZFULLNAME AS full_name, ZUSERNAME AS user_name, ZBUSINESSNAME AS business_name, ZABOUTTEXT AS about,
               ZNOTES AS notes, ZDISAPPEARINGMODEDURATION AS disappearing_after,
               ZDISAPPEARINGMODETIMESTAMP AS disappearing_set_at, ZABOUTTIMESTAMP AS about_changed_at,
               ZABOUTEXPIRATIONTIMESTAMP AS about_expires_at, ZLASTUPDATED AS updated_at
          FROM ZWAADDRESSBOOKCONTACT)sql", "contacts"},
    Query{"without @lid ids", "ZWAADDRESSBOOKCONTACT", R"sql(
        SELECT Z_PK AS _rowid, 'contact' AS kind, ZWHATSAPPID AS whatsapp_id, ZPHONENUMBER AS phone,
               ZFULLNAME AS full_name, ZBUSINESSNAME AS business_name, ZABOUTTEXT AS about,
               ZABOUTTIMESTAMP AS about_changed_at, ZLASTUPDATED AS updated_at
          FROM ZWAADDRESSBOOKCONTACT)sql", "contacts"},
    Query{"what every version has", "ZWAADDRESSBOOKCONTACT", R"sql(
        SELECT Z_PK AS _rowid, 'contact' AS kind, ZWHATSAPPID AS whatsapp_id, ZPHONENUMBER AS phone,
               ZFULLNAME AS full_name
          FROM ZWAADDRESSBOOKCONTACT)sql", "contacts"},
    Query{"current", "ZWAPHONENUMBERLIDPAIR", R"sql(
        SELECT Z_PK AS _rowid, 'lid_pair' AS kind, ZLID AS lid, ZPHONENUMBER AS phone, ZTIMESTAMP AS paired_at
          FROM ZWAPHONENUMBERLIDPAIR)sql", "pairs"},
};

constexpr std::array<std::string_view, 2> kPaths{
    "/private/var/mobile/Containers/Shared/AppGroup/*/ContactsV2.sqlite",
    "/private/var/mobile/Containers/Shared/AppGroup/*/LID.sqlite",
};

}  // namespace

extern constinit const Artifact ios_whatsapp_contacts = declare({
    .id = "ios.whatsapp_contacts",
    .summary = "People that WhatsApp knows, and the numbers behind @lid ids.",
    .finds = kPaths,
    .fields = kFields,
    .reference = "docs/formats/whatsapp_contacts.md",
    .timeline = "WhatsApp {kind} {full_name} {phone}",
    .written_by = "WhatsApp",
    .writable = Writable::by_anyone,
    .forgeable = "People choose their own name and text; a restored backup can carry edited rows.",
    .queries = kQueries,
});

}  // namespace bridle::artifacts
