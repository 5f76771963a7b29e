INSERT INTO history_items VALUES (4, 'https://only-in-wal.example/', 1);
INSERT INTO history_visits VALUES (14, 4, 585600300, 'Late', 1, NULL, NULL, 0);
UPDATE history_visits SET title = 'Weather, again' WHERE id = 12;
