-- rule:       ios.id_lookup_nul_prefix
-- level:      high
-- class:      attempt
-- status:     stable
-- needs:      ios.id_status_cache
-- finding:    The phone looked up an identity that begins with NUL bytes: {user}
-- why:        Identities are addresses and numbers. Lookups that begin with two NUL bytes were seen on phones that were
--             targeted through iMessage.
-- innocent:   A damaged preferences file.
-- confirm:    Look at the address behind the NUL bytes and at messages and crash reports of the same minutes.
-- reference:  https://www.amnesty.org/en/latest/research/2021/07/forensic-methodology-report-how-to-catch-nso-groups-pegasus/
SELECT record_id AS ios_id_status_cache_record, lookup_at AS time, user
  FROM ios_id_status_cache
 WHERE nul_prefix = 1
