INSERT INTO ios_messages(record_id, sent_at, text) VALUES
  (1, 1700000000000000000, 'Did you read about the ALERT: State-sponsored attackers may be targeting your iPhone?'), (2, 1, NULL);
