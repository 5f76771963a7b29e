-- No edits, nothing recoverable, no index on the join table.
CREATE TABLE handle (ROWID INTEGER PRIMARY KEY AUTOINCREMENT UNIQUE, id TEXT NOT NULL, service TEXT NOT NULL);
CREATE TABLE message (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, guid TEXT UNIQUE NOT NULL, text TEXT, handle_id INTEGER DEFAULT 0,
  subject TEXT, attributedBody BLOB, service TEXT, date INTEGER, date_read INTEGER, date_delivered INTEGER,
  is_from_me INTEGER DEFAULT 0, item_type INTEGER DEFAULT 0, group_title TEXT, balloon_bundle_id TEXT, payload_data BLOB,
  destination_caller_id TEXT);
CREATE TABLE chat (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, guid TEXT, style INTEGER, chat_identifier TEXT, display_name TEXT);
CREATE TABLE chat_handle_join (chat_id INTEGER, handle_id INTEGER);
CREATE TABLE chat_message_join (chat_id INTEGER, message_id INTEGER);
CREATE TABLE message_attachment_join (message_id INTEGER, attachment_id INTEGER);
INSERT INTO handle VALUES (1, '+15550101', 'SMS');
INSERT INTO chat VALUES (1, 'SMS;-;+15550101', 45, '+15550101', '');
INSERT INTO chat_handle_join VALUES (1, 1);
INSERT INTO message (ROWID, guid, text, handle_id, service, date, is_from_me) VALUES
  (1, 'G1', 'Your code is 1234', 1, 'SMS', 640000000000000000, 0), (2, 'G2', 'Thanks', 1, 'SMS', 640000100000000000, 1),
  (3, 'G3', 'In no conversation', 9, 'SMS', 640000200000000000, NULL);
INSERT INTO chat_message_join VALUES (1, 1), (1, 2);
