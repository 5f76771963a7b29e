-- Broken streams and lists, wrong types, impossible times, NUL, invalid UTF-8, joins without keys.
CREATE TABLE handle (id);
CREATE TABLE message (guid, text, handle_id, subject, attributedBody, service, date, date_read, date_delivered, is_from_me, item_type,
  group_title, balloon_bundle_id, payload_data, message_summary_info, destination_caller_id, date_retracted, date_edited);
CREATE TABLE chat (style, chat_identifier, display_name);
CREATE TABLE chat_handle_join (chat_id, handle_id);
CREATE TABLE chat_message_join (chat_id, message_id);
CREATE TABLE message_attachment_join (message_id, attachment_id);
CREATE TABLE deleted_messages (guid);
INSERT INTO handle VALUES (x'FF00'), ('a' || char(31) || 'b');
INSERT INTO chat VALUES (43, 5, x'C0'), (43, NULL, NULL);
INSERT INTO chat_handle_join VALUES (1, 1), (1, 2), (1, 2), (NULL, NULL), ('x', 'y');
INSERT INTO message (text, attributedBody, date) VALUES
  (NULL, 'no stream', 'soon'),
  (NULL, CAST(x'040b' || 'streamtyped' || x'81e80384014084848419' || 'NSMutableAttributedString' || x'00848412' ||
    'NSAttributedString' || x'00848408' || 'NSObject' || x'0085928484840f' || 'NSMutableString' || x'01848408' ||
    'NSString' || x'019584012b0a' || 'Click here' || x'86840269490106928484840c' || 'NSDict' AS BLOB), -9223372036854775808),
  ('shown', CAST(x'040b' || 'streamtyped' || x'81e80384014084848419' || 'NSMutableAttributedString' || x'00848412' ||
    'NSAttributedString' || x'00848408' || 'NSObject' || x'0085928484840f' || 'NSMutableString' || x'01848408' ||
    'NSString' || x'019584012b0a' || 'Click here' || x'86840269490106928484840c' || 'NSDictionary' ||
    x'009584016901928498981d' || '__kIMMessagePartAttributeName' || x'869284848408' || 'NSNumber' || x'00848407' ||
    'NSValue' || x'009584012a848401719f00868699020492849a9b02928498981d' || '__kIMMessagePartAttributeName' ||
    x'8692849d9e9f9f00869284989816' || '__kIMLinkAttributeName' || x'869284848405' || 'NSURL' || x'0095' AS BLOB), 9e18),
  (CAST(x'610062FF' AS TEXT), x'00', 1.5),
  (NULL, 17, NULL);
INSERT INTO message (text, balloon_bundle_id, payload_data) VALUES
  ('drawing', 'com.apple.DigitalTouchBalloonProvider', x'0A020801'), ('payload', 'com.example.app', x'0A020801'),
  ('cut', 'com.apple.messages.URLBalloonProvider', CAST('bplist00' || x'd4040302010506070a' || 'X$objectsT$topY$archiverX$version' || x'12000186a05f100f' ||
    'NSKeyedArchiver' || x'd10809' || 'Troo' AS BLOB));
INSERT INTO message (text, date_edited, message_summary_info) VALUES ('edited', 1, x'62706c697374'), ('edited', 'x', CAST('bplist00' || x'd3010203040f11' || 'RecRepSust' || x'd105065130a2070cd208090a0b' || 'QdQt#A' ||
    x'c494342a2000004f10fb040b' || 'streamtypo!' || x'81e80384014084848419' || 'NSMutableAttributedString' || x'00848412' ||
    'NSAttributedString' || x'00848408' || 'NSObject' || x'0085928484840f' || 'NSMutableString' || x'01848408' ||
    'NSString' || x'019584012b1a' || 'See https://first.example/' || x'8684026949011a928484840c' || 'NSDictionary' ||
    x'009584016901928498981d' || '__kIMMessagePartAttributeName' || x'869284848408' || 'NSNumber' || x'00848407' ||
    'NSValue' || x'009584012a848401719f00868686d208090d0e2341c49435ba4000004f10e8040b' || 'streamtypo!' ||
    x'81e80384014084848419' || 'NSMutableAttributedString' || x'00848412' || 'NSAttributedString' || x'00848408' ||
    'NSObject' || x'0085928484840f' || 'NSMutableString' || x'01848408' || 'NSString' || x'019584012b07' || 'See you' ||
    x'86840269490107928484840c' || 'NSDictionary' || x'009584016901928498981d' || '__kIMMessagePartAttributeName' ||
    x'869284848408' || 'NSNumber' || x'00848407' || 'NSValue' ||
    x'009584012a848401719f00868686a1101000090008000f001200150019001c001e002100260028002a003301310136013f022a022c022e000000000000020100000000000000120000000000000000000000000000022f' AS BLOB));
INSERT INTO message (guid, handle_id, is_from_me, item_type, service) VALUES (x'00', 2, 5, -1, 7), (1, 1, 'me', 'x', x'80');
INSERT INTO chat_message_join VALUES (NULL, 1), (NULL, 1), (2, 2), (1, 2), ('1', 3), (99, 4), (1, NULL), (1, 'x'), (1, 11);
INSERT INTO message_attachment_join VALUES (1, 1), (1, 1), (NULL, 2), ('1', 3);
INSERT INTO deleted_messages VALUES (x'FF'), (NULL);
