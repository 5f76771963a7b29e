-- The chain that Amnesty published in 2019: 3 ms from a plain page to a host of the vendor's.
INSERT INTO ios_safari_history(record_id, _place, kind, visit_id, url, visited_at, redirected_to) VALUES
  (1, 1, 'visit', 10, 'http://yahoo.fr/', 1563811921000000000, 11),
  (2, 1, 'visit', 11, 'https://bun54l2b67.get1tn0w.free247downloads.com:30495/szev4hz', 1563811921003000000, NULL);
