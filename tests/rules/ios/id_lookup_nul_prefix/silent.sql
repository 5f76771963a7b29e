INSERT INTO ios_id_status_cache(record_id, app, user, nul_prefix) VALUES (1, 'com.apple.madrid', 'mailto:someone@example.org', 0), (2, 'com.apple.madrid', 'tel:+1', NULL);
