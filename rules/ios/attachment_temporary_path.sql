-- rule:       ios.attachment_temporary_path
-- level:      medium
-- class:      attempt
-- status:     stable
-- needs:      ios.message_attachments
-- finding:    A received attachment was kept under a temporary path: {path}
-- why:        Attachments belong below Library/SMS/Attachments. A zero-click exploit that was examined left rows for
--             attachments under /var/tmp, written by the process that unpacks what arrives.
-- innocent:   A transfer that was cut off while it was being unpacked.
-- confirm:    Look at the sender, for crash reports of IMTranscoderAgent or MessagesBlastDoorService in the same minutes, and
--             for a process first seen soon after.
-- reference:  https://citizenlab.ca/2021/09/forcedentry-nso-group-imessage-zero-click-exploit-captured-in-the-wild/
SELECT record_id AS ios_message_attachments_record, coalesce(sent_at, created_at) AS time, substr(path, 1, 200) AS path
  FROM ios_message_attachments
 WHERE direction IS NOT 'sent'
   AND (path LIKE '/private/var/tmp/%' OR path LIKE '/var/tmp/%' OR path LIKE '/tmp/%' OR path LIKE '/private/var/mobile/tmp/%')
