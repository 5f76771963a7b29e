-- rule:       ios.profile_hides_notifications
-- level:      medium
-- class:      anomaly
-- status:     stable
-- needs:      ios.configuration_profiles
-- finding:    Configuration profile {identifier} ({name}) sets what notifications are shown
-- why:        Spyware for iOS was seen with a profile that silences notifications, so that nothing it causes is shown. The
--             payload is rare outside managed phones.
-- innocent:   A school's or an employer's device management.
-- confirm:    Ask the owner whether the phone is managed; look at the other payloads, the signer and the time of installation.
-- reference:  https://citizenlab.ca/2021/12/pegasus-vs-predator-dissidents-doubly-infected-iphone-reveals-cytrox-mercenary-spyware/
SELECT record_id AS ios_configuration_profiles_record, happened_at AS time, coalesce(identifier, uuid, '?') AS identifier,
       coalesce(name, 'no name') AS name
  FROM ios_configuration_profiles
 WHERE payload_types LIKE '%"com.apple.notificationsettings"%'
