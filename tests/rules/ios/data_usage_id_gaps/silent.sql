-- No gap; two databases that each begin at 1.
INSERT INTO ios_data_usage(record_id, _place, kind, process, process_id) VALUES
  (1, 1, 'process', 'apsd', 1), (2, 1, 'process', 'cloudd', 2), (3, 2, 'process', 'apsd', 1), (4, 2, 'process', 'apsd', 2);
