-- An app that carries the name accounts for it; a name cut short does not count.
INSERT INTO ios_data_usage(record_id, kind, process, bundle_id, first_seen_at) VALUES
  (1, 'process', 'Diagnosticd', 'com.forger.Diagnosticd', 1600000000000000000), (2, 'process', 'com.apple.Diagno', NULL, 1600000000000000000);
INSERT INTO ios_installed_apps(record_id, bundle_id, name) VALUES (1, 'com.forger.Diagnosticd', 'Diagnosticd');
INSERT INTO indicator(indicator_id, run_id, kind, value, malware, set_name) VALUES (1, 1, 'process', 'Diagnosticd', 'Pegasus', 'a');
INSERT INTO "match"(run_id, artifact, record_id, field, indicator_id, matched, truncated) VALUES
  (1, 'ios.data_usage', 1, 'process', 1, 'Diagnosticd', 0), (1, 'ios.data_usage', 2, 'process', 1, 'com.apple.Diagno', 1);
