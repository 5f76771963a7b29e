-- Neither stickers nor hidden attachments; times in seconds.
CREATE TABLE handle (ROWID INTEGER PRIMARY KEY AUTOINCREMENT UNIQUE, id TEXT NOT NULL);
CREATE TABLE message (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, handle_id INTEGER DEFAULT 0, service TEXT, date INTEGER, is_from_me INTEGER);
CREATE TABLE attachment (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, guid TEXT, created_date INTEGER, filename TEXT, uti TEXT,
  mime_type TEXT, transfer_state INTEGER, is_outgoing INTEGER, transfer_name TEXT, total_bytes INTEGER);
CREATE TABLE message_attachment_join (message_id INTEGER, attachment_id INTEGER);
INSERT INTO handle VALUES (1, 'friend@example.com');
INSERT INTO message VALUES (1, 1, 'iMessage', 480000000, 0);
INSERT INTO attachment VALUES (1, 'A', 480000001, '~/Library/SMS/Attachments/00/00/A/a.jpg', 'public.jpeg', 'image/jpeg', 5, 0, 'a.jpg', 5);
INSERT INTO message_attachment_join VALUES (1, 1);
