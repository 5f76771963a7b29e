INSERT INTO ios_data_usage(record_id, kind, process, bundle_id, first_seen_at) VALUES (1, 'process', 'bh', NULL, 1600000000000000000);
INSERT INTO ios_installed_apps(record_id, bundle_id, name) VALUES (1, 'com.example.notes', 'Notes');
INSERT INTO indicator(indicator_id, run_id, kind, value, malware, set_name) VALUES (1, 1, 'process', 'bh', 'Pegasus', 'a'), (2, 1, 'process', 'bh', 'Pegasus', 'b');
INSERT INTO "match"(run_id, artifact, record_id, field, indicator_id, matched, truncated) VALUES
  (1, 'ios.data_usage', 1, 'process', 1, 'bh', 0), (1, 'ios.data_usage', 1, 'process', 2, 'bh', 0);
