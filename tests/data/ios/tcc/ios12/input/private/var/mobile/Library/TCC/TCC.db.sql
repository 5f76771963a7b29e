-- iOS 12 and 13: allowed and prompt_count, with a time.
CREATE TABLE access (service TEXT NOT NULL, client TEXT NOT NULL, client_type INTEGER NOT NULL, allowed INTEGER NOT NULL,
  prompt_count INTEGER NOT NULL, csreq BLOB, policy_id INTEGER, indirect_object_identifier_type INTEGER,
  indirect_object_identifier TEXT, indirect_object_code_identity BLOB, flags INTEGER,
  last_modified INTEGER NOT NULL DEFAULT (CAST(strftime('%s','now') AS INTEGER)), PRIMARY KEY (service, client, client_type));
INSERT INTO access (service, client, client_type, allowed, prompt_count, last_modified) VALUES
  ('kTCCServiceMicrophone', 'com.skype.skype', 0, 1, 1, 1566926850),
  ('kTCCServiceAddressBook', 'com.skype.skype', 0, 0, 2, 1566926851),
  ('kTCCServiceCamera', 'com.example.odd', 0, 7, 0, 1566926852);
