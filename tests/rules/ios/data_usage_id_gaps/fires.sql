-- Ids 1, 2, 5, 100000: two gaps, one of them huge. One finding, not one an id.
INSERT INTO ios_data_usage(record_id, _place, kind, process, process_id, first_seen_at) VALUES
  (1, 1, 'process', 'apsd', 1, 1600000000000000000), (2, 1, 'process', 'mDNSResponder', 2, 1600000001000000000),
  (3, 1, 'process', 'nsurlsessiond', 5, 1600000002000000000), (4, 1, 'process', 'cloudd', 100000, NULL);
