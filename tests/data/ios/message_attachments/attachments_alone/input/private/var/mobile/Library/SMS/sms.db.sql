-- The other tables are missing.
CREATE TABLE attachment (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, guid TEXT, created_date INTEGER, filename TEXT, uti TEXT,
  mime_type TEXT, is_outgoing INTEGER, transfer_name TEXT, total_bytes INTEGER);
INSERT INTO attachment VALUES (3, 'C', 735000000, '~/Library/SMS/Attachments/00/00/C/c.png', 'public.png', 'image/png', 1, 'c.png', 5);
