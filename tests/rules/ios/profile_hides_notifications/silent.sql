INSERT INTO ios_configuration_profiles(record_id, kind, identifier, payload_types) VALUES (1, 'profile', 'com.example.wifi', '["com.apple.wifi.managed"]'), (2, 'event', NULL, NULL);
