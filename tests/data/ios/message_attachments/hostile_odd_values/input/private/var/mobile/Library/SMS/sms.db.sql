-- Wrong types, NUL, invalid UTF-8, paths that climb; ids that join by chance.
CREATE TABLE handle (id);
CREATE TABLE message (handle_id, service, date, is_from_me);
CREATE TABLE attachment (guid, created_date, filename, uti, mime_type, transfer_state, is_outgoing, transfer_name, total_bytes, is_sticker, hide_attachment);
CREATE TABLE message_attachment_join (message_id, attachment_id);
INSERT INTO handle VALUES (x'FF');
INSERT INTO message VALUES (1, 5, 'late', 0);
INSERT INTO attachment VALUES
  (x'00', 1e400, '~/../../../../etc/passwd', 1, 2, 'x', 'y', x'6E616D6500', 'big', 0.5, NULL),
  (NULL, -9223372036854775808, x'2F7661722FFF', NULL, NULL, NULL, 3, '../' || char(27) || '[2J', -1, 1e3, 2),
  (NULL, NULL, '~', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO message_attachment_join VALUES (1, 1), (99, 2), ('x', 'y'), (NULL, NULL);
