-- The other tables are missing.
CREATE TABLE handle (ROWID INTEGER PRIMARY KEY AUTOINCREMENT UNIQUE, id TEXT NOT NULL, service TEXT NOT NULL);
CREATE TABLE message (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, guid TEXT UNIQUE NOT NULL, text TEXT, handle_id INTEGER DEFAULT 0,
  subject TEXT, attributedBody BLOB, service TEXT, date INTEGER, date_read INTEGER, date_delivered INTEGER,
  is_from_me INTEGER DEFAULT 0, item_type INTEGER DEFAULT 0, group_title TEXT, balloon_bundle_id TEXT, payload_data BLOB);
INSERT INTO handle VALUES (1, 'apple', 'SMS');
INSERT INTO message (ROWID, guid, text, handle_id, date) VALUES (3, 'G3', 'Look: https://bad.example.org/', 1, 588813210539788032);
