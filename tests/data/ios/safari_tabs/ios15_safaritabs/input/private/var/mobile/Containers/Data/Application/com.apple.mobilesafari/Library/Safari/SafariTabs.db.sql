-- No date_closed yet.
CREATE TABLE bookmarks (id INTEGER PRIMARY KEY AUTOINCREMENT, special_id INTEGER DEFAULT 0, parent INTEGER, type INTEGER, title TEXT, url TEXT COLLATE NOCASE,
  order_index INTEGER NOT NULL, external_uuid TEXT UNIQUE, last_modified REAL DEFAULT NULL, deleted INTEGER DEFAULT 0, extra_attributes BLOB DEFAULT NULL,
  local_attributes BLOB DEFAULT NULL);
INSERT INTO bookmarks (id, parent, type, title, url, order_index, external_uuid, last_modified) VALUES
  (1, 0, 0, 'Now', 'https://now.example/', 0, 'TAB-1', 660000001.5), (2, 0, 7, 'Odd', 'https://odd.example/', 1, 'TAB-2', NULL);
