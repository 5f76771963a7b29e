-- Every place a text or link can be in, groups, an edit, a retraction, a deletion, no handle, two conversations.
CREATE TABLE handle (ROWID INTEGER PRIMARY KEY AUTOINCREMENT UNIQUE, id TEXT NOT NULL, country TEXT, service TEXT NOT NULL);
CREATE TABLE message (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, guid TEXT UNIQUE NOT NULL, text TEXT, handle_id INTEGER DEFAULT 0,
  subject TEXT, attributedBody BLOB, service TEXT, date INTEGER, date_read INTEGER, date_delivered INTEGER,
  is_from_me INTEGER DEFAULT 0, item_type INTEGER DEFAULT 0, group_title TEXT, balloon_bundle_id TEXT, payload_data BLOB,
  message_summary_info BLOB, destination_caller_id TEXT, date_retracted INTEGER DEFAULT 0, date_edited INTEGER DEFAULT 0);
CREATE TABLE chat (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, guid TEXT UNIQUE NOT NULL, style INTEGER, chat_identifier TEXT,
  service_name TEXT, display_name TEXT);
CREATE TABLE chat_handle_join (chat_id INTEGER, handle_id INTEGER, UNIQUE(chat_id, handle_id));
CREATE TABLE chat_message_join (chat_id INTEGER, message_id INTEGER, message_date INTEGER DEFAULT 0, PRIMARY KEY (chat_id, message_id));
CREATE TABLE chat_recoverable_message_join (chat_id INTEGER, message_id INTEGER, delete_date INTEGER, ck_sync_state INTEGER DEFAULT 0,
  PRIMARY KEY (chat_id, message_id));
CREATE TABLE attachment (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, guid TEXT UNIQUE NOT NULL, filename TEXT);
CREATE TABLE message_attachment_join (message_id INTEGER, attachment_id INTEGER, UNIQUE(message_id, attachment_id));
CREATE TABLE deleted_messages (ROWID INTEGER PRIMARY KEY AUTOINCREMENT UNIQUE, guid TEXT NOT NULL);
CREATE TABLE sync_deleted_messages (ROWID INTEGER PRIMARY KEY AUTOINCREMENT UNIQUE, guid TEXT NOT NULL, recordID TEXT);
CREATE INDEX chat_message_join_idx_message_id_only ON chat_message_join(message_id);
INSERT INTO handle VALUES (1, '+15550101', 'us', 'iMessage'), (2, 'ben@example.com', NULL, 'iMessage'), (3, '+15550103', 'us', 'SMS');
INSERT INTO chat VALUES (1, 'iMessage;-;+15550101', 45, '+15550101', 'iMessage', ''), (2, 'iMessage;+;chat100', 43, 'chat100', 'iMessage', 'Walkers'),
  (3, 'SMS;-;+15550103', 45, '+15550103', 'SMS', NULL);
INSERT INTO chat_handle_join VALUES (1, 1), (2, 1), (2, 2), (2, 3), (3, 3);
-- Text in its column; text in attributedBody alone; a link behind a word of the text.
INSERT INTO message (ROWID, guid, text, handle_id, attributedBody, service, date, date_read, destination_caller_id) VALUES
  (1, 'G1', 'Hello there', 1, NULL, 'iMessage', 735000000123456789, 735000060000000000, '+15550199'),
  (2, 'G2', NULL, 1, CAST(x'040b' || 'streamtyped' || x'81e80384014084848419' || 'NSMutableAttributedString' || x'00848412' ||
    'NSAttributedString' || x'00848408' || 'NSObject' || x'0085928484840f' || 'NSMutableString' || x'01848408' ||
    'NSString' || x'019584012b10' || 'Only in the body' || x'86840269490110928484840c' || 'NSDictionary' ||
    x'009584016901928498981d' || '__kIMMessagePartAttributeName' || x'869284848408' || 'NSNumber' || x'00848407' ||
    'NSValue' || x'009584012a848401719f00868686' AS BLOB),
    'iMessage', 735000100000000000, 0, '+15550199'),
  (3, 'G3', 'Click here', 1, CAST(x'040b' || 'streamtyped' || x'81e80384014084848419' || 'NSMutableAttributedString' || x'00848412' ||
    'NSAttributedString' || x'00848408' || 'NSObject' || x'0085928484840f' || 'NSMutableString' || x'01848408' ||
    'NSString' || x'019584012b0a' || 'Click here' || x'86840269490106928484840c' || 'NSDictionary' ||
    x'009584016901928498981d' || '__kIMMessagePartAttributeName' || x'869284848408' || 'NSNumber' || x'00848407' ||
    'NSValue' || x'009584012a848401719f00868699020492849a9b02928498981d' || '__kIMMessagePartAttributeName' ||
    x'8692849d9e9f9f00869284989816' || '__kIMLinkAttributeName' || x'869284848405' || 'NSURL' ||
    x'009584016300928498981b' || 'https://evil.example/behind' || x'86868686' AS BLOB),
    'iMessage', 735000200000000000, 0, '+15550199');
-- A sent link with its preview.
INSERT INTO message (ROWID, guid, text, handle_id, service, date, date_delivered, is_from_me, balloon_bundle_id, payload_data) VALUES
  (4, 'G4', 'https://short.example/1', 3, 'SMS', 735000300000000000, 735000301000000000, 1, 'com.apple.messages.URLBalloonProvider',
    CAST('bplist00' || x'd4040302010506070a' || 'X$objectsT$topY$archiverX$version' || x'12000186a05f100f' ||
    'NSKeyedArchiver' || x'd10809' || 'Troot' || x'8001ac460b' || 'E=75.,*"' || x'1911d30e0d0c100f185f1010' ||
    'richLinkMetadata_' || x'1015' || 'richLinkIsPlaceholderV$class' || x'08800bd213121514' ||
    'Z$classnameX$classesXRichLink' || x'a21716' || 'XNSObjectXRichLink' || x'800ad61f1e1d1c1b1a' ||
    '! 6-+)WsummaryUtitle[originalURLSURLWversionV$class' || x'10018009d2' || '$#&%Z$classnameX$classes^LPLinkMetadata' ||
    x'a22827' || 'XNSObject^LPLinkMetadata' || x'8008' || 'YA summary' || x'8007' || 'WA title' || x'8006d3' ||
    '10/324[NS.relativeWNS.baseV$class' || x'8000800380055f1017' || 'https://short.example/1' || x'8004d3' ||
    ':98<;D[NS.relativeWNS.baseV$class' || x'80008003d2' || '?>A@Z$classnameX$classesUNSURL' || x'a2' ||
    'CBXNSObjectUNSURL' || x'80025f1019' || 'https://preview.example/xU$null' ||
    x'00080011001a001f0029003200370049004c0051005300600067007a00920099009a009c00a100ac00b500be00c100ca00d300d500e200ea00f000fc01000108010f0111011301180123012c013b013e01470156015801620164016c016e017501810189019001920194019601b001b201b901c501cd01d401d601d801dd01e801f101f701fa02030209020b0227000000000000020100000000000000470000000000000000000000000000022d' AS BLOB));
-- To a group, with a subject and two attachments; no handle, in two conversations; the name of the group.
INSERT INTO message (ROWID, guid, text, handle_id, subject, service, date, item_type, group_title) VALUES
  (5, 'G5', 'Two pictures', 2, 'Sunday', 'iMessage', 735000400000000000, 0, NULL),
  (6, 'G6', 'Who is this?', 0, NULL, 'SMS', 735000500000000000, 0, NULL),
  (7, 'G7', NULL, 2, NULL, 'iMessage', 735000600000000000, 2, 'Walkers');
-- Edited from a text with a link; taken back; deleted by the owner.
INSERT INTO message (ROWID, guid, text, handle_id, attributedBody, service, date, message_summary_info, date_edited, date_retracted) VALUES
  (8, 'G8', 'See you', 1, CAST(x'040b' || 'streamtyped' || x'81e80384014084848419' || 'NSMutableAttributedString' || x'00848412' ||
    'NSAttributedString' || x'00848408' || 'NSObject' || x'0085928484840f' || 'NSMutableString' || x'01848408' ||
    'NSString' || x'019584012b07' || 'See you' || x'86840269490107928484840c' || 'NSDictionary' ||
    x'009584016901928498981d' || '__kIMMessagePartAttributeName' || x'869284848408' || 'NSNumber' || x'00848407' ||
    'NSValue' || x'009584012a848401719f00868686' AS BLOB),
    'iMessage', 735000700000000000,
    CAST('bplist00' || x'd3010203040f11' || 'RecRepSust' || x'd105065130a2070cd208090a0b' || 'QdQt#A' ||
    x'c494342a2000004f10fb040b' || 'streamtyped' || x'81e80384014084848419' || 'NSMutableAttributedString' || x'00848412' ||
    'NSAttributedString' || x'00848408' || 'NSObject' || x'0085928484840f' || 'NSMutableString' || x'01848408' ||
    'NSString' || x'019584012b1a' || 'See https://first.example/' || x'8684026949011a928484840c' || 'NSDictionary' ||
    x'009584016901928498981d' || '__kIMMessagePartAttributeName' || x'869284848408' || 'NSNumber' || x'00848407' ||
    'NSValue' || x'009584012a848401719f00868686d208090d0e2341c49435ba4000004f10e8040b' || 'streamtyped' ||
    x'81e80384014084848419' || 'NSMutableAttributedString' || x'00848412' || 'NSAttributedString' || x'00848408' ||
    'NSObject' || x'0085928484840f' || 'NSMutableString' || x'01848408' || 'NSString' || x'019584012b07' || 'See you' ||
    x'86840269490107928484840c' || 'NSDictionary' || x'009584016901928498981d' || '__kIMMessagePartAttributeName' ||
    x'869284848408' || 'NSNumber' || x'00848407' || 'NSValue' ||
    x'009584012a848401719f00868686a1101000090008000f001200150019001c001e002100260028002a003301310136013f022a022c022e000000000000020100000000000000120000000000000000000000000000022f' AS BLOB),
    735000800000000000, 0),
  (9, 'G9', NULL, 1, NULL, 'iMessage', 735000900000000000, CAST('bplist00' || x'd201020305' || 'RrpSust' ||
    x'a104100009080d101416180000000000000101000000000000000600000000000000000000000000000019' AS BLOB),
    0, 735000910000000000),
  (10, 'G10', 'Delete me', 1, NULL, 'iMessage', 735001000000000000, NULL, 0, 0);
INSERT INTO chat_message_join (chat_id, message_id) VALUES (1, 1), (1, 2), (1, 3), (3, 4), (2, 5), (3, 6), (1, 6), (2, 7), (1, 8), (1, 9);
INSERT INTO chat_recoverable_message_join VALUES (1, 10, 735001100000000000, 0);
INSERT INTO message_attachment_join VALUES (5, 1), (5, 2);
INSERT INTO deleted_messages VALUES (1, 'G90');
INSERT INTO sync_deleted_messages VALUES (4, 'G91', 'R91');
