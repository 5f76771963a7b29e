// SPDX-License-Identifier: Apache-2.0
// TCC: which app was granted, or refused, access to what (camera, microphone, contacts, ...).
//
// Found in  TCC.db, tables access and expired.
// Times     last_modified and expired_at are Unix seconds; last_modified is absent before iOS 12.
// Limits    One row for each app and service, with the last decision only. Location is not kept here (locationd
//           keeps it). Removing an app or resetting its privacy settings deletes its rows.
// Layout    Up to iOS 13 `allowed` is 0 or 1; from iOS 14 auth_value and auth_reason replace it.
#include "bridle/artifact.h"

namespace bridle::artifacts {
namespace {

constexpr std::array<Label, 2> kClientTypes{{{0, "bundle_id"}, {1, "absolute_path"}}};
constexpr std::array<Label, 4> kDecisions{{{0, "denied"}, {1, "unknown"}, {2, "allowed"}, {3, "limited"}}};
constexpr std::array<Label, 12> kReasons{{
    {1, "error"}, {2, "user_consent"}, {3, "user_set"}, {4, "system_set"},
    {5, "service_policy"}, {6, "mdm_policy"}, {7, "override_policy"}, {8, "missing_usage_string"},
    {9, "prompt_timeout"}, {10, "preflight_unknown"}, {11, "entitled"}, {12, "app_type_policy"}}};

constexpr std::array kFields{
    text("service", "Protected resource, kTCCService..."),
    text("client", "App or executable that asked.").holds({Observable::app_id, Observable::process}),
    text("client_type", "How client is named.").labelled(kClientTypes),
    text("client_path", "client, if it is the path of an executable.").holds(Observable::file_path),
    text("decision", "Outcome in force; expired if the permission ran out.").labelled(kDecisions),
    text("reason", "Who or what decided (iOS 14 and later).").labelled(kReasons),
    integer("prompt_count", "How often the user was asked (before iOS 14)."),
    text("target", "App that the permission is about, if it is about one.").holds(Observable::app_id),
    time("changed_at", "Last change of the decision.").from(Epoch::unix_seconds).at("permission_changed"),
    time("expired_at", "When the permission ran out.").from(Epoch::unix_seconds).at("permission_expired"),
};

constexpr std::array kQueries{
    Query{"iOS 14 and later", "access", R"sql(
        SELECT rowid AS _rowid, service, client, client_type, CASE client_type WHEN 1 THEN client END AS client_path,
               auth_value AS decision, auth_reason AS reason,
               NULLIF(indirect_object_identifier, 'UNUSED') AS target, last_modified AS changed_at
          FROM access)sql", "access"},
    Query{"iOS 12 and 13", "access", R"sql(
        SELECT rowid AS _rowid, service, client, client_type, CASE client_type WHEN 1 THEN client END AS client_path,
               CASE allowed WHEN 1 THEN 2 WHEN 0 THEN 0 ELSE 'unknown(' || allowed || ')' END AS decision,
               prompt_count, last_modified AS changed_at
          FROM access)sql", "access"},
    Query{"before iOS 12", "access", R"sql(
        SELECT rowid AS _rowid, service, client, client_type, CASE client_type WHEN 1 THEN client END AS client_path,
               CASE allowed WHEN 1 THEN 2 WHEN 0 THEN 0 ELSE 'unknown(' || allowed || ')' END AS decision,
               prompt_count
          FROM access)sql", "access"},
    Query{"iOS 14 and later", "expired", R"sql(
        SELECT rowid AS _rowid, service, client, client_type, CASE client_type WHEN 1 THEN client END AS client_path,
               'expired' AS decision, last_modified AS changed_at, expired_at
          FROM expired)sql", "expired"},
};

constexpr std::array<std::string_view, 1> kPaths{"/private/var/mobile/Library/TCC/TCC.db"};

}  // namespace

extern constinit const Artifact ios_tcc = declare({
    .id = "ios.tcc",
    .summary = "Privacy permissions granted or refused to apps.",
    .finds = kPaths,
    .fields = kFields,
    .reference = "docs/formats/tcc.md",
    .timeline = "{client} {decision} {service}",
    .written_by = "tccd",
    .writable = Writable::by_user,
    .forgeable = "Only tccd writes it on the phone; the owner can grant and revoke, and a restored backup can carry edited rows.",
    .queries = kQueries,
});

}  // namespace bridle::artifacts
