-- Same site, an encrypted start, a slow redirect, a redirect to a row of another database, a target that is gone.
INSERT INTO ios_safari_history(record_id, _place, kind, visit_id, url, visited_at, redirected_to) VALUES
  (1, 1, 'visit', 10, 'http://bbc.com/', 1600000000000000000, 11), (2, 1, 'visit', 11, 'https://www.bbc.com/', 1600000000010000000, NULL),
  (3, 1, 'visit', 12, 'https://a.example/', 1600000000000000000, 13), (4, 1, 'visit', 13, 'https://b.test/', 1600000000010000000, NULL),
  (5, 1, 'visit', 14, 'http://c.example/', 1600000000000000000, 15), (6, 1, 'visit', 15, 'https://d.test/', 1600000001500000000, NULL),
  (7, 1, 'visit', 16, 'http://e.example/', 1600000000000000000, 17), (8, 2, 'visit', 17, 'https://f.test/', 1600000000010000000, NULL),
  (9, 1, 'visit', 18, 'http://g.example/', 1600000000000000000, 99);
