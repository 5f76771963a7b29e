INSERT INTO ios_messages(record_id, sent_at, text) VALUES
  (1, 1700000000000000000, 'ALERT: State-sponsored attackers may be targeting your iPhone. Apple believes ...'),
  (2, 1700000001000000000, 'ALERT: Apple detected a targeted mercenary spyware attack against your iPhone. This attack ...');
