-- A redirect chain as network injection leaves it, an ordinary visit, a visit without item, a tombstone.
CREATE TABLE history_items (id INTEGER PRIMARY KEY AUTOINCREMENT, url TEXT NOT NULL UNIQUE, visit_count INTEGER NOT NULL);
CREATE TABLE history_visits (id INTEGER PRIMARY KEY AUTOINCREMENT, history_item INTEGER NOT NULL, visit_time REAL NOT NULL,
  title TEXT, load_successful BOOLEAN NOT NULL DEFAULT 1, redirect_source INTEGER, redirect_destination INTEGER,
  origin INTEGER NOT NULL DEFAULT 0);
CREATE TABLE history_tombstones (id INTEGER PRIMARY KEY AUTOINCREMENT, start_time REAL NOT NULL, end_time REAL NOT NULL, url TEXT);
INSERT INTO history_items VALUES (1, 'http://news.example/', 1), (2, 'https://get1tn0w.example:30495/szev4hz', 1), (3, 'https://weather.example/today', 2);
INSERT INTO history_visits VALUES (10, 1, 585600000.25, NULL, 1, NULL, 11, 0), (11, 2, 585600000.5, NULL, 0, 10, NULL, 0),
  (12, 3, 585600100, 'Weather', 1, NULL, NULL, 1), (13, 99, 585600200, NULL, 1, NULL, NULL, 0);
INSERT INTO history_tombstones VALUES (1, 585500000, 585500060, 'https://deleted.example/');
