INSERT INTO access (service, client, client_type, auth_value, auth_reason, auth_version, last_modified)
  VALUES ('kTCCServiceMicrophone', 'com.example.late', 0, 2, 2, 1, 1610700000);
UPDATE access SET auth_value = 2, last_modified = 1610700001 WHERE client = 'com.example.torch';
DELETE FROM access WHERE client = 'com.example.editor';
