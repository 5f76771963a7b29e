-- Where attachments belong, a file that the owner sent, a folder that only looks like it, no path at all.
INSERT INTO ios_message_attachments(record_id, path, direction) VALUES
  (1, '/private/var/mobile/Library/SMS/Attachments/1f/15/a.jpeg', 'received'), (2, '/private/var/tmp/mine.png', 'sent'),
  (3, '/private/var/tmpfiles/x', 'received'), (4, NULL, 'received');
