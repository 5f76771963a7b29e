INSERT INTO ios_data_usage(record_id, _place, kind, process_id, live_at) VALUES (1, 1, 'process', 1, 1600000000000000000);
