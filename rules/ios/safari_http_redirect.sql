-- rule:       ios.safari_http_redirect
-- level:      medium
-- class:      anomaly
-- status:     stable
-- needs:      ios.safari_history
-- finding:    Plain-HTTP page {from_url} led to {to_url} within {elapsed_ms} ms (such visits: {count})
-- why:        Network injection answers an unencrypted request with a redirect to an exploit server on another domain, in
--             far less time than a person needs to follow a link.
-- innocent:   Link shorteners, advertising networks, captive portals and sites that moved do the same.
-- confirm:    Look at the target: an unknown host with several levels and an odd port counts; look for a process first seen
--             in the minutes after it.
-- reference:  https://www.amnesty.org/en/latest/research/2019/10/morocco-human-rights-defenders-targeted-with-nso-groups-spyware/
SELECT min(a.record_id) AS ios_safari_history_record, b.record_id AS ios_safari_history_record_2, min(a.visited_at) AS time,
       substr(a.url, 1, 200) AS from_url, substr(b.url, 1, 200) AS to_url,
       (b.visited_at - a.visited_at) / 1000000 AS elapsed_ms, count(*) AS count, 2 * count(*) AS records
  FROM ios_safari_history AS a
  JOIN ios_safari_history AS b ON b.visit_id = a.redirected_to AND b._place = a._place
 WHERE a.redirected_to IS NOT NULL AND a.url LIKE 'http://%'
   AND b.visited_at - a.visited_at BETWEEN 0 AND 1000000000
   AND registrable_domain(a.url) <> registrable_domain(b.url)
 GROUP BY registrable_domain(a.url), registrable_domain(b.url)
 ORDER BY min(a.visited_at)
