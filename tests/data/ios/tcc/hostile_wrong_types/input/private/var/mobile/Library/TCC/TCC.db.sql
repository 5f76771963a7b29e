-- Columns without a type hold what they should not: blobs, NUL, invalid UTF-8, times out of range.
CREATE TABLE access (service, client, client_type, auth_value, auth_reason, indirect_object_identifier, last_modified);
INSERT INTO access VALUES (NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  (17, X'626164FF00', 'nought', X'02', 'because', X'00', 'yesterday'),
  ('kTCCService' || char(0) || 'Camera', 'com.example' || char(8238) || 'elpmaxe', 1, 9223372036854775807, -1, 'UNUSED', 9223372036854775807),
  ('kTCCServiceMicrophone', char(27) || '[2J', 1, 2.5, 4.0, 'UNUSED', 1e300),
  ('kTCCServiceMicrophone', 'com.example.after', 0, 2, 2, 'UNUSED', 1610657051);
CREATE TABLE expired (service, client);
INSERT INTO expired VALUES ('kTCCServiceCamera', 'com.example.short');
