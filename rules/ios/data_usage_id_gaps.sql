-- rule:       ios.data_usage_id_gaps
-- level:      low
-- class:      anomaly
-- status:     stable
-- needs:      ios.data_usage
-- finding:    Process ids are missing (ids: {missing}; gaps: {gaps}, between {first} and {last}); the largest gap, of {size}, follows {process}
-- why:        Ids are given once and in ascending order, so a missing one belonged to a process whose row was deleted. The
--             rows beside the gap bracket the time.
-- innocent:   The system deletes rows when an app is removed and when it trims the database; most phones have gaps.
-- confirm:    Compare the first use of the rows beside the gap with other findings; one gap near another finding counts, many
--             spread ones do not.
-- reference:  https://www.amnesty.org/en/latest/research/2021/07/forensic-methodology-report-how-to-catch-nso-groups-pegasus/
WITH process AS (
  SELECT _place, process_id, min(record_id) AS record_id, min(process) AS process, min(first_seen_at) AS first_seen_at
    FROM ios_data_usage WHERE kind = 'process' GROUP BY _place, process_id),
step AS (
  SELECT *, lead(process_id) OVER (PARTITION BY _place ORDER BY process_id) - process_id - 1 AS size FROM process),
total AS (
  SELECT _place, sum(size) AS missing, count(*) AS gaps, max(size) AS size FROM step WHERE size > 0 GROUP BY _place)
SELECT min(step.record_id) AS ios_data_usage_record, step.process AS process, step.first_seen_at AS time,
       total.missing AS missing, total.gaps AS gaps, total.size AS size,
       (SELECT min(process_id) FROM process p WHERE p._place = total._place) AS first,
       (SELECT max(process_id) FROM process p WHERE p._place = total._place) AS last
  FROM total JOIN step ON step._place = total._place AND step.size = total.size
 GROUP BY total._place
