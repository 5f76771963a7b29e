-- rule:       ios.apple_threat_notification
-- level:      high
-- class:      context
-- status:     stable
-- needs:      ios.messages
-- finding:    A message holds the opening words of Apple's threat notification: "{opening}"
-- why:        Apple tells people whom it believes to be targeted by mercenary spyware. The notice says that somebody tried;
--             its date gives the window to look at. Only the English wordings that were published are searched for.
-- innocent:   A message that quotes the notice, or a fake notice sent to lure the reader to a link.
-- confirm:    Sign in at account.apple.com from another device: a genuine notice is shown at the top of the page.
-- reference:  https://support.apple.com/en-us/102174
SELECT record_id AS ios_messages_record, sent_at AS time, substr(text, 1, 90) AS opening
  FROM ios_messages
 WHERE text LIKE 'ALERT: State-sponsored attackers may be targeting your iPhone%'
    OR text LIKE 'ALERT: Apple detected a targeted mercenary spyware attack against your iPhone%'
