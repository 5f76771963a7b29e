-- rule:       ios.known_process_without_app
-- level:      critical
-- class:      execution
-- status:     stable
-- needs:      ios.data_usage, ios.installed_apps
-- finding:    Process {process} used the network; its name is published ({malware}) and no installed app of that name accounts for it
-- why:        A published name alone can belong to an app that happens to carry it. Here no app on the phone has the bundle
--             that the traffic is counted for, so that explanation is gone.
-- innocent:   The app was removed since; a system process of a later iOS carries the name; a restored backup carries edited rows.
-- confirm:    Look for the name in stores written by other daemons: daily analytics, shutdown log, crash reports, unified logs.
-- reference:  https://www.amnesty.org/en/latest/research/2021/07/forensic-methodology-report-how-to-catch-nso-groups-pegasus/
SELECT u.record_id AS ios_data_usage_record, u.process AS process, u.first_seen_at AS time,
       group_concat(DISTINCT coalesce(i.malware, i.set_name)) AS malware
  FROM ios_data_usage AS u
  JOIN "match" AS m ON m.artifact = 'ios.data_usage' AND m.record_id = u.record_id AND m.truncated = 0
  JOIN indicator AS i ON i.indicator_id = m.indicator_id AND i.kind = 'process'
 WHERE NOT EXISTS (SELECT 1 FROM ios_installed_apps AS app
                    WHERE app.bundle_id = u.bundle_id OR app.bundle_id LIKE '%.' || base_name(u.process)
                       OR app.name = base_name(u.process))
 GROUP BY u.record_id
