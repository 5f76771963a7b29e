-- The payload stands second: every payload counts, not only the first.
INSERT INTO ios_configuration_profiles(record_id, kind, identifier, name, payload_types, happened_at) VALUES
  (1, 'profile', 'com.example.settings', 'Settings', '["com.apple.wifi.managed","com.apple.notificationsettings"]', 1600000000000000000);
