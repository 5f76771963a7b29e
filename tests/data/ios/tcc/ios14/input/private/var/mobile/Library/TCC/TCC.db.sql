-- iOS 14: a decision of each kind, an executable named by its path, a permission over another app, an expired one.
CREATE TABLE admin (key TEXT PRIMARY KEY NOT NULL, value INTEGER NOT NULL);
INSERT INTO admin VALUES ('version', 20);
CREATE TABLE expired (service TEXT NOT NULL, client TEXT NOT NULL, client_type INTEGER NOT NULL, csreq BLOB, last_modified INTEGER NOT NULL,
  expired_at INTEGER NOT NULL DEFAULT (CAST(strftime('%s','now') AS INTEGER)), PRIMARY KEY (service, client, client_type));
CREATE TABLE "access" (service TEXT NOT NULL, client TEXT NOT NULL, client_type INTEGER NOT NULL, auth_value INTEGER NOT NULL,
  auth_reason INTEGER NOT NULL, auth_version INTEGER NOT NULL, csreq BLOB, policy_id INTEGER, indirect_object_identifier_type INTEGER,
  indirect_object_identifier TEXT NOT NULL DEFAULT 'UNUSED', indirect_object_code_identity BLOB, flags INTEGER,
  last_modified INTEGER NOT NULL DEFAULT (CAST(strftime('%s','now') AS INTEGER)),
  PRIMARY KEY (service, client, client_type, indirect_object_identifier));
INSERT INTO access (service, client, client_type, auth_value, auth_reason, auth_version, indirect_object_identifier, last_modified) VALUES
  ('kTCCServiceMicrophone', 'net.whatsapp.WhatsApp', 0, 2, 2, 1, 'UNUSED', 1610657051),
  ('kTCCServiceCamera', 'com.example.torch', 0, 0, 3, 1, 'UNUSED', 1610657052),
  ('kTCCServicePhotos', 'com.example.editor', 0, 3, 2, 1, 'UNUSED', 1610657053),
  ('kTCCServiceMicrophone', '/private/var/db/com.apple.xpc.roleaccountd.staging/bh', 1, 2, 4, 1, 'UNUSED', 1610657054),
  ('kTCCServiceLiverpool', 'com.example.sync', 0, 2, 0, 1, 'com.example.target', 1610657055),
  ('kTCCServiceUbiquity', 'com.example.future', 2, 9, 99, 1, 'UNUSED', 1610657056);
INSERT INTO expired VALUES ('kTCCServiceBluetoothAlways', 'com.example.gone', 0, NULL, 1600000000, 1605000000);
