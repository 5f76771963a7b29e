// SPDX-License-Identifier: Apache-2.0
// Safari history: one record for each page visit, and one for each page whose visits were deleted on another device.
//
// Found in  History.db of the default profile; from iOS 17 one more per Safari profile.
// Times     visit_time, start_time and end_time are Cocoa seconds (real, UTC).
// Limits    Private browsing leaves no row. With iCloud sync, origin 1 marks visits made on another device.
//           A tombstone keeps the address and the span that was deleted, not the visits.
// Layout    history_visits points to history_items; redirect_source and redirect_destination point to visits.
#include "bridle/artifact.h"

namespace bridle::artifacts {
namespace {

constexpr std::array<Label, 2> kOrigins{{{0, "this_device"}, {1, "other_device"}}};

constexpr std::array kFields{
    text("kind", "visit, or tombstone for a deleted page."),
    integer("visit_id", "Row of history_visits."),
    text("url", "Address visited.").holds(Observable::url),
    text("title", "Page title, if it loaded."),
    time("visited_at", "Time of the visit; of a tombstone, start of the deleted span.").from(Epoch::cocoa_seconds).at("visit"),
    time("deleted_until", "End of the span a tombstone covers.").from(Epoch::cocoa_seconds),
    integer("redirected_from", "visit_id of the page that redirected here."),
    integer("redirected_to", "visit_id of the page this one redirected to."),
    integer("loaded", "1 if the page loaded."),
    text("origin", "Where the visit was made.").labelled(kOrigins),
    integer("visit_count", "Visits of the page in all."),
};

constexpr std::array kQueries{
    Query{"iOS 8 and later", "history_visits", R"sql(
        SELECT v.id AS _rowid, 'visit' AS kind, v.id AS visit_id, i.url AS url, v.title AS title,
               v.visit_time AS visited_at, v.redirect_source AS redirected_from,
               v.redirect_destination AS redirected_to, v.load_successful AS loaded, v.origin AS origin,
               i.visit_count AS visit_count
          FROM history_visits AS v LEFT JOIN history_items AS i ON i.id = v.history_item)sql", "visits"},
    Query{"without load state and origin", "history_visits", R"sql(
        SELECT v.id AS _rowid, 'visit' AS kind, v.id AS visit_id, i.url AS url, v.title AS title,
               v.visit_time AS visited_at, v.redirect_source AS redirected_from,
               v.redirect_destination AS redirected_to
          FROM history_visits AS v LEFT JOIN history_items AS i ON i.id = v.history_item)sql", "visits"},
    Query{"iOS 9 and later", "history_tombstones", R"sql(
        SELECT id AS _rowid, 'tombstone' AS kind, url AS url, start_time AS visited_at, end_time AS deleted_until
          FROM history_tombstones)sql", "tombstones"},
};

constexpr std::array<std::string_view, 4> kPaths{
    "/private/var/mobile/Library/Safari/History.db",
    "/private/var/mobile/Library/Safari/Profiles/*/History.db",
    "/private/var/mobile/Containers/Data/Application/*/Library/Safari/History.db",
    "/private/var/mobile/Containers/Data/Application/*/Library/Safari/Profiles/*/History.db",
};

}  // namespace

extern constinit const Artifact ios_safari_history = declare({
    .id = "ios.safari_history",
    .summary = "Pages visited in Safari, with redirects and deletions.",
    .finds = kPaths,
    .fields = kFields,
    .reference = "docs/formats/safari_history.md",
    .timeline = "Safari {kind} {url}",
    .written_by = "Safari",
    .writable = Writable::by_anyone,
    .forgeable = "A visit appears when anyone opens the address on the phone or on a device that syncs with it; a restored backup can carry edited rows.",
    .queries = kQueries,
});

}  // namespace bridle::artifacts
