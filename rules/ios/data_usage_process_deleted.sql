-- rule:       ios.data_usage_process_deleted
-- level:      high
-- class:      tamper
-- status:     stable
-- needs:      ios.data_usage
-- finding:    Usage rows point to processes whose own rows are gone (rows: {count}; process ids: {ids})
-- why:        Published examinations of phones with Pegasus found rows deleted from ZPROCESS while the usage rows that
--             point to them in ZLIVEUSAGE were left behind. The system removes both together.
-- innocent:   A database repaired after damage, or a partial copy of it.
-- confirm:    Look at the ids before and after the missing ones for the time span; compare with the daily analytics and
--             the shutdown log of the same days.
-- reference:  https://www.amnesty.org/en/latest/research/2021/07/forensic-methodology-report-how-to-catch-nso-groups-pegasus/
SELECT min(record_id) AS ios_data_usage_record, count(*) AS count, count(*) AS records,
       min(live_at) AS time, substr(group_concat(process_id, ', '), 1, 200) AS ids
  FROM ios_data_usage
 WHERE kind = 'live_usage_without_process'
 GROUP BY _place
