INSERT INTO message (ROWID, guid, text, handle_id, service, date) VALUES (12, 'G12', 'Only in the log', 1, 'iMessage', 735002000000000000);
INSERT INTO chat_message_join (chat_id, message_id) VALUES (1, 12);
UPDATE message SET date_read = 735002100000000000 WHERE ROWID = 2;
