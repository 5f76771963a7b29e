-- A received image, a sent file, a received file below /var/tmp from nobody, one of no message, one of two messages.
CREATE TABLE handle (ROWID INTEGER PRIMARY KEY AUTOINCREMENT UNIQUE, id TEXT NOT NULL, service TEXT NOT NULL);
CREATE TABLE message (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, guid TEXT UNIQUE NOT NULL, handle_id INTEGER DEFAULT 0,
  service TEXT, date INTEGER, is_from_me INTEGER DEFAULT 0);
CREATE TABLE attachment (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, guid TEXT UNIQUE NOT NULL, created_date INTEGER DEFAULT 0,
  start_date INTEGER DEFAULT 0, filename TEXT, uti TEXT, mime_type TEXT, transfer_state INTEGER DEFAULT 0,
  is_outgoing INTEGER DEFAULT 0, transfer_name TEXT, total_bytes INTEGER DEFAULT 0, is_sticker INTEGER DEFAULT 0,
  hide_attachment INTEGER DEFAULT 0);
CREATE TABLE message_attachment_join (message_id INTEGER, attachment_id INTEGER, UNIQUE(message_id, attachment_id));
INSERT INTO handle VALUES (1, '+15550100', 'iMessage');
INSERT INTO message VALUES (10, 'G10', 1, 'iMessage', 735000000123456789, 0), (11, 'G11', 1, 'SMS', 735000100000000000, 1),
  (12, 'G12', 0, 'iMessage', 735000200000000000, 0), (13, 'G13', 1, 'iMessage', 735000300000000000, 0);
INSERT INTO attachment VALUES
  (1, 'at_0_10', 735000001, 0, '~/Library/SMS/Attachments/ab/11/at_0_10/IMG_1.HEIC', 'public.heic', 'image/heic', 5, 0, 'IMG_1.HEIC', 51234, 0, 0),
  (2, 'at_0_11', 735000101, 0, '/var/mobile/Library/SMS/Attachments/cd/13/at_0_11/plan.pdf', 'com.adobe.pdf', 'application/pdf', 5, 1, 'plan.pdf', 900, 0, 0),
  (3, 'at_0_12', 735000201, 0, '/var/tmp/com.apple.messages/../ABCDEF-1', 'com.compuserve.gif', 'image/gif', 0, 0, 'x.gif', 0, 0, 1),
  (4, 'at_0_99', 0, 0, NULL, NULL, NULL, 6, 0, 'pass.pkpass', 77, 1, 0);
INSERT INTO message_attachment_join VALUES (10, 1), (11, 2), (12, 3), (13, 1);
