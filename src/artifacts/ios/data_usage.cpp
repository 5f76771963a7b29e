// SPDX-License-Identifier: Apache-2.0
// Data usage: which process moved how many bytes over which network, and when it was first and last seen.
//
// Found in  DataUsage.sqlite (backups; mobile data) and netusage.sqlite (dumps only; all networks).
// Times     Cocoa seconds, UTC.
// Limits    Counters are sums since the last reset, not single transfers. A process that never used the network has
//           no row. netusage cuts the names of executables at 16 bytes.
// Layout    ZLIVEUSAGE.ZHASPROCESS holds a ZPROCESS.Z_PK. A usage whose process is gone means that someone or
//           something deleted the row: the system does not leave such rows behind.
#include "bridle/artifact.h"

namespace bridle::artifacts {
namespace {

constexpr std::array kFields{
    text("kind", "process with its first counters, live_usage for further counters of the same process, or live_usage_without_process if its row is gone."),
    text("process", "Name as stored: an executable, or executable/bundle, or UUID/bundle.").holds(Observable::process),
    text("executable", "The part of process before the slash, if it is no UUID.").holds(Observable::process),
    text("bundle_id", "App the traffic is counted for.").holds(Observable::app_id),
    integer("process_id", "Z_PK of ZPROCESS; numbers are given once and ascend."),
    integer("live_usage_id", "Z_PK of ZLIVEUSAGE."),
    time("first_seen_at", "First use of the network.").from(Epoch::cocoa_seconds).at("first_usage"),
    time("last_seen_at", "Last use of the network.").from(Epoch::cocoa_seconds).at("last_usage"),
    time("live_at", "When the counters were started.").from(Epoch::cocoa_seconds).at("live_usage"),
    integer("wifi_in", "Bytes received over Wi-Fi."),
    integer("wifi_out", "Bytes sent over Wi-Fi."),
    integer("wwan_in", "Bytes received over mobile data."),
    integer("wwan_out", "Bytes sent over mobile data."),
};

constexpr std::array kQueries{
    Query{"all known versions", "ZPROCESS", R"sql(
        SELECT p.Z_PK AS _rowid, 'process' AS kind, p.ZPROCNAME AS process,
               CASE WHEN instr(p.ZPROCNAME, '/') = 0 THEN p.ZPROCNAME
                    WHEN instr(p.ZPROCNAME, '/') > 1 AND
                         p.ZPROCNAME NOT GLOB '????????-????-????-????-????????????/*'
                    THEN substr(p.ZPROCNAME, 1, instr(p.ZPROCNAME, '/') - 1) END AS executable,
               NULLIF(p.ZBUNDLENAME, '') AS bundle_id, p.Z_PK AS process_id, l.Z_PK AS live_usage_id,
               p.ZFIRSTTIMESTAMP AS first_seen_at, p.ZTIMESTAMP AS last_seen_at, l.ZTIMESTAMP AS live_at,
               l.ZWIFIIN AS wifi_in, l.ZWIFIOUT AS wifi_out, l.ZWWANIN AS wwan_in, l.ZWWANOUT AS wwan_out
          FROM ZPROCESS AS p
          LEFT JOIN (SELECT ZHASPROCESS, min(Z_PK) AS first FROM ZLIVEUSAGE GROUP BY ZHASPROCESS) AS f ON f.ZHASPROCESS = p.Z_PK
          LEFT JOIN ZLIVEUSAGE AS l ON l.Z_PK = f.first)sql", "processes"},
    Query{"without live usage", "ZPROCESS", R"sql(
        SELECT p.Z_PK AS _rowid, 'process' AS kind, p.ZPROCNAME AS process,
               CASE WHEN instr(p.ZPROCNAME, '/') = 0 THEN p.ZPROCNAME
                    WHEN instr(p.ZPROCNAME, '/') > 1 AND
                         p.ZPROCNAME NOT GLOB '????????-????-????-????-????????????/*'
                    THEN substr(p.ZPROCNAME, 1, instr(p.ZPROCNAME, '/') - 1) END AS executable,
               NULLIF(p.ZBUNDLENAME, '') AS bundle_id, p.Z_PK AS process_id,
               p.ZFIRSTTIMESTAMP AS first_seen_at, p.ZTIMESTAMP AS last_seen_at
          FROM ZPROCESS AS p)sql", "processes"},
    // Without the name: the indicators met it in the process's own record, and one process is one trace.
    Query{"all known versions", "ZLIVEUSAGE", R"sql(
        SELECT l.Z_PK AS _rowid, 'live_usage' AS kind, l.ZHASPROCESS AS process_id,
               l.Z_PK AS live_usage_id, l.ZTIMESTAMP AS live_at,
               l.ZWIFIIN AS wifi_in, l.ZWIFIOUT AS wifi_out, l.ZWWANIN AS wwan_in, l.ZWWANOUT AS wwan_out
          FROM ZLIVEUSAGE AS l JOIN ZPROCESS AS p ON p.Z_PK = l.ZHASPROCESS
         WHERE l.Z_PK NOT IN (SELECT min(Z_PK) FROM ZLIVEUSAGE GROUP BY ZHASPROCESS))sql", "further"},
    Query{"all known versions", "ZLIVEUSAGE", R"sql(
        SELECT l.Z_PK AS _rowid, 'live_usage_without_process' AS kind, l.ZHASPROCESS AS process_id,
               l.Z_PK AS live_usage_id, l.ZTIMESTAMP AS live_at,
               l.ZWIFIIN AS wifi_in, l.ZWIFIOUT AS wifi_out, l.ZWWANIN AS wwan_in, l.ZWWANOUT AS wwan_out
          FROM ZLIVEUSAGE AS l
         WHERE NOT EXISTS (SELECT 1 FROM ZPROCESS AS p WHERE p.Z_PK = l.ZHASPROCESS))sql", "orphans"},
    Query{"the table of processes is gone", "ZLIVEUSAGE", R"sql(
        SELECT l.Z_PK AS _rowid, 'live_usage_without_process' AS kind, l.ZHASPROCESS AS process_id,
               l.Z_PK AS live_usage_id, l.ZTIMESTAMP AS live_at,
               l.ZWIFIIN AS wifi_in, l.ZWIFIOUT AS wifi_out, l.ZWWANIN AS wwan_in, l.ZWWANOUT AS wwan_out
          FROM ZLIVEUSAGE AS l)sql", "orphans"},
};

constexpr std::array<std::string_view, 3> kPaths{
    "/private/var/wireless/Library/Databases/DataUsage.sqlite",
    "/private/var/networkd/netusage.sqlite",
    "/private/var/networkd/db/netusage.sqlite",
};

}  // namespace

extern constinit const Artifact ios_data_usage = declare({
    .id = "ios.data_usage",
    .summary = "Network use for each process.",
    .finds = kPaths,
    .fields = kFields,
    .reference = "docs/formats/data_usage.md",
    .timeline = "Network use by {process} {bundle_id}",
    .written_by = "CommCenter and symptomsd",
    .writable = Writable::by_user,
    .forgeable = "Only daemons write it on the phone, but a bundle id is chosen by the app's author and a restored backup can carry edited rows.",
    .queries = kQueries,
});

}  // namespace bridle::artifacts
