INSERT INTO ios_id_status_cache(record_id, app, user, nul_prefix, lookup_at) VALUES
  (1, 'com.apple.private.alloy.photostream', '\x00\x00mailto:someone@example.org', 1, 1600000000000000000);
