INSERT INTO ios_message_attachments(record_id, path, direction, sent_at) VALUES
  (1, '/private/var/tmp/3F1C7A52-9D0E-4B61-8A44-2E5D6C7B8A90-1', 'received', 1600000000000000000),
  (2, '/var/tmp/x-2', NULL, NULL);
