-- Only the columns that every version has; times in seconds.
CREATE TABLE message (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, guid TEXT, text TEXT, date INTEGER, is_from_me INTEGER);
INSERT INTO message VALUES (1, 'G1', 'Old', 480000000, 0), (2, 'G2', 'Older', 0, 1);
