-- Up to iOS 11: no time at all.
CREATE TABLE access (service TEXT NOT NULL, client TEXT NOT NULL, client_type INTEGER NOT NULL, allowed INTEGER NOT NULL,
  prompt_count INTEGER NOT NULL, csreq BLOB, policy_id INTEGER, PRIMARY KEY (service, client, client_type));
INSERT INTO access VALUES ('kTCCServicePhotos', 'com.burbn.instagram', 0, 1, 1, NULL, NULL),
  ('kTCCServiceMotion', 'com.example.steps', 0, 0, 1, NULL, NULL);
