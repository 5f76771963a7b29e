INSERT INTO attachment VALUES (5, 'at_0_14', 735000401, 0, '~/Library/SMS/Attachments/ef/15/at_0_14/late.caf', 'com.apple.coreaudio-format',
  'audio/x-caf', 5, 0, 'late.caf', 10, 0, 0);
