-- rule:       ios.safari_http_redirect
-- level:      medium
-- class:      anomaly
-- status:     stable
-- needs:      ios.safari_history
-- finding:    Plain-HTTP page {from_url} led to {to_url} within {elapsed_ms} ms (such visits: {count}{more})
-- why:        Network injection answers an unencrypted request with a redirect to an exploit server on another domain, in
--             far less time than a person needs to follow a link.
-- innocent:   Link shorteners, advertising networks, captive portals and sites that moved do the same.
-- confirm:    Look at the target: an unknown host with several levels and an odd port counts; look for a process first seen
--             in the minutes after it.
-- reference:  https://www.amnesty.org/en/latest/research/2019/10/morocco-human-rights-defenders-targeted-with-nso-groups-spyware/
--
-- One finding for each pair of domains, rare pairs first; the 200th stands for all further ones and says how many.
WITH start AS MATERIALIZED (
  SELECT record_id, _place, url, visited_at, redirected_to
    FROM ios_safari_history WHERE redirected_to IS NOT NULL AND url LIKE 'http://%'),
redirect AS MATERIALIZED (
  SELECT a.record_id AS from_id, b.record_id AS to_id, a.url AS from_url, b.url AS to_url, a.visited_at AS time,
         (b.visited_at - a.visited_at) / 1000000 AS elapsed_ms,
         registrable_domain(a.url) AS from_domain, registrable_domain(b.url) AS to_domain
    FROM ios_safari_history AS b CROSS JOIN start AS a ON a.redirected_to = b.visit_id AND a._place = b._place
   WHERE b.visited_at - a.visited_at BETWEEN 0 AND 1000000000),
pair AS (
  SELECT min(from_id) AS from_id, to_id, from_url, to_url, time, elapsed_ms, count(*) AS visits
    FROM redirect WHERE from_domain <> to_domain GROUP BY from_domain, to_domain),
ranked AS (
  SELECT *, row_number() OVER (ORDER BY visits, time, from_id) AS rank FROM pair)
SELECT from_id AS ios_safari_history_record, to_id AS ios_safari_history_record_2, time, min(rank) AS first,
       substr(from_url, 1, 200) AS from_url, substr(to_url, 1, 200) AS to_url, elapsed_ms, sum(visits) AS count,
       2 * sum(visits) AS records,
       CASE WHEN count(*) > 1 THEN ', and those of ' || (count(*) - 1) || ' further pairs of domains' ELSE '' END AS more
  FROM ranked GROUP BY min(rank, 200) ORDER BY first
