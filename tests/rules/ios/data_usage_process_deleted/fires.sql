-- Two usages whose process is gone, in one database.
INSERT INTO ios_data_usage(record_id, _place, kind, process_id, live_at) VALUES
  (1, 1, 'process', 1, 1600000000000000000),
  (2, 1, 'live_usage_without_process', 7, 1610000000000000000),
  (3, 1, 'live_usage_without_process', 8, 1610000005000000000);
