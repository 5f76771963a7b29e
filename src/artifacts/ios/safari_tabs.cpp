// SPDX-License-Identifier: Apache-2.0
// Safari tabs: what was open in Safari, private tabs included, and the addresses each tab had shown before.
//
// Found in  BrowserState.db; from iOS 15 also SafariTabs.db; one more of each per Safari profile.
// Times     last_viewed_time, last_modified and date_closed are Cocoa seconds (real, UTC).
// Limits    Tabs that were open when the database was written. SafariTabs.db syncs: a tab in it may have been opened on
//           another device.
// Layout    BrowserState: tabs, and tab_sessions with one blob a tab: four bytes, then a property list. SafariTabs: tabs
//           and tab groups are rows of bookmarks, with property lists in local_attributes and extra_attributes.
#include <functional>
#include <string>
#include <unordered_set>
#include <vector>

#include "artifacts/plist_reader.h"
#include "base/limits.h"
#include "bridle/artifact.h"
#include "formats/plist.h"

namespace bridle::artifacts {
namespace {

using plist::Kind;
using plist::Value;

constexpr std::array<Label, 2> kBookmarkTypes{{{0, "tab"}, {1, "tab_group"}}};

constexpr std::array kFields{
    text("kind", "tab, tab_group, or session_without_tab if the row of the tab is gone.").labelled(kBookmarkTypes),
    integer("tab_id", "Row of tabs or bookmarks."),
    text("uuid", "Identifier of the tab."),
    text("title", "Title of the page or of the group."),
    text("url", "Address shown.").holds(Observable::url),
    text("visible_url", "Address as the address bar shows it.").holds(Observable::url),
    time("viewed_at", "When the tab was last viewed.").from(Epoch::cocoa_seconds).at("tab_viewed"),
    time("modified_at", "When the tab was last changed (SafariTabs.db).").from(Epoch::cocoa_seconds).at("tab_modified"),
    time("closed_at", "When the tab was closed (SafariTabs.db).").from(Epoch::cocoa_seconds).at("tab_closed"),
    integer("private_browsing", "1 for a private tab."),
    integer("opened_from_link", "1 if another app or page opened it."),
    list("session_urls", "Addresses in the saved session of the tab, in its order, each once.").holds(Observable::url),
    list("session_titles", "Titles of the pages in the saved session."),
};

constexpr std::array kQueries{
    Query{"iOS 12 and later", "tabs", R"sql(
        SELECT t.id AS _rowid, 'tab' AS kind, t.id AS tab_id, t.uuid, t.title, t.url, t.user_visible_url AS visible_url,
               t.last_viewed_time AS viewed_at, t.private_browsing, t.opened_from_link,
               s.session_data AS _session, s.uncompressed_session_data_size AS _size
          FROM tabs AS t LEFT JOIN tab_sessions AS s ON s.tab_uuid = t.uuid)sql", "tabs"},
    Query{"fewer columns", "tabs", R"sql(
        SELECT t.id AS _rowid, 'tab' AS kind, t.id AS tab_id, t.uuid, t.title, t.url, s.session_data AS _session
          FROM tabs AS t LEFT JOIN tab_sessions AS s ON s.tab_uuid = t.uuid)sql", "tabs"},
    Query{"session in the table of tabs", "tabs", R"sql(
        SELECT id AS _rowid, 'tab' AS kind, id AS tab_id, uuid, title, url, user_visible_url AS visible_url,
               last_viewed_time AS viewed_at, private_browsing, session_data AS _session
          FROM tabs)sql", "tabs"},
    Query{"without session", "tabs", R"sql(
        SELECT id AS _rowid, 'tab' AS kind, id AS tab_id, title, url FROM tabs)sql", "tabs"},
    Query{"iOS 12 and later", "tab_sessions", R"sql(
        SELECT s.id AS _rowid, 'session_without_tab' AS kind, s.tab_uuid AS uuid,
               s.session_data AS _session, s.uncompressed_session_data_size AS _size
          FROM tab_sessions AS s
         WHERE NOT EXISTS (SELECT 1 FROM tabs AS t WHERE t.uuid = s.tab_uuid))sql", "sessions"},
    Query{"iOS 16 and later", "bookmarks", R"sql(
        SELECT id AS _rowid, type AS kind, id AS tab_id, external_uuid AS uuid, title, url,
               last_modified AS modified_at, date_closed AS closed_at,
               local_attributes AS _local, extra_attributes AS _extra
          FROM bookmarks)sql", "bookmarks"},
    Query{"iOS 15", "bookmarks", R"sql(
        SELECT id AS _rowid, type AS kind, id AS tab_id, external_uuid AS uuid, title, url,
               last_modified AS modified_at, local_attributes AS _local, extra_attributes AS _extra
          FROM bookmarks)sql", "bookmarks"},
    Query{"without attributes", "bookmarks", R"sql(
        SELECT id AS _rowid, type AS kind, id AS tab_id, title, url FROM bookmarks)sql", "bookmarks"},
};

constexpr std::size_t kSessionHeader = 4;   // bytes before the list in session_data; their meaning is not documented
constexpr int kEmbeddedDepth = 3;           // property lists in data of property lists

/// Where in the bytes a property list begins; nothing if there is none.
std::optional<Bytes> plist_in(Bytes bytes) {
  for (const std::size_t skip : {std::size_t{0}, kSessionHeader}) {
    if (bytes.size() < skip) break;
    const std::string_view text = as_text(bytes.subspan(skip));
    if (text.starts_with("bplist0") || text.starts_with("<?xml")) return bytes.subspan(skip);
  }
  return std::nullopt;
}

/// Collects the addresses and titles of a session, within the limits of a record.
class Session {
 public:
  /// An error names why the bytes could not be read; what was collected before stays.
  Result<> add(Bytes bytes, int depth = 0) {
    const auto list = plist_in(bytes);
    if (!list) return fail(Errc::unsupported, "no property list");
    const auto document = plist::parse(*list);
    if (!document && document.error().code == Errc::limit) nodes_ = limits::kPlistNodes;  // one bomb is enough
    if (!document) return fail(document.error());
    return walk(document->root(), "", depth);
  }
  void finish(Row& row) const {
    if (!urls_.empty()) row.set("session_urls", std::span<const std::string>(urls_));
    if (!titles_.empty()) row.set("session_titles", std::span<const std::string>(titles_));
  }
  std::uint64_t left_out() const { return left_out_; }

 private:
  Result<> walk(const Value& value, std::string_view key, int depth) {
    if (++nodes_ > limits::kPlistNodes) return fail(Errc::limit, "more nodes than a property list may have");
    if (const auto s = value.string()) take(*s, key);
    if (const auto data = value.data(); data && depth < kEmbeddedDepth && plist_in(*data)) return add(*data, depth + 1);
    Result<> result;
    for (std::size_t i = 0; i < value.items().size(); ++i) {
      auto inner = walk(value.items()[i], value.keys().empty() ? key : value.keys()[i].string().value_or(""), depth);
      if (!inner && result) result = std::move(inner);  // the first error is told; the rest is still read
    }
    return result;
  }
  void take(std::string_view text, std::string_view key) {
    const bool title = key == "SessionHistoryEntryTitle";
    if (text.empty() || (!title && (!begins_as_address(text) || !seen_.emplace(text).second))) return;
    std::vector<std::string>& into = title ? titles_ : urls_;
    if (into.size() >= limits::kListItems || bytes_ + text.size() > limits::kCellBytes) {
      ++left_out_;
      return;
    }
    bytes_ += text.size();
    into.emplace_back(text);
  }

  std::vector<std::string> urls_, titles_;
  std::unordered_set<std::string> seen_;
  std::size_t bytes_ = 0;
  std::size_t nodes_ = 0;  // visited, embedded lists included
  std::uint64_t left_out_ = 0;
};

bool add_session(const SqlRow& columns, Row& row, RecordSink& sink) {
  Session session;
  const auto problem = [&](Errc code, std::string what) {
    sink.problem({{code, "row " + std::to_string(row.locator.number) + ": " + std::move(what), std::string(row.locator.unit), {}}});
  };
  for (const std::string_view column : {"_session", "_local", "_extra"}) {
    const Cell cell = columns.value(column);
    if (std::holds_alternative<std::monostate>(cell)) continue;
    const auto* bytes = std::get_if<Bytes>(&cell);
    if (bytes != nullptr && bytes->empty()) continue;
    const auto added = bytes != nullptr ? session.add(*bytes) : fail(Errc::malformed, "no bytes");
    if (added) continue;
    const Cell size = columns.value("_size");
    const auto* expected = std::get_if<std::int64_t>(&size);
    const bool packed = added.error().code == Errc::unsupported && bytes != nullptr && expected != nullptr &&
                        *expected > static_cast<std::int64_t>(bytes->size());
    problem(added.error().code, std::string(column.substr(1)) + (packed ? " is compressed and was not read" : " was not read: " + added.error().what));
  }
  session.finish(row);
  if (session.left_out() > 0) problem(Errc::limit, std::to_string(session.left_out()) + " addresses or titles were left out");
  return true;
}

constexpr std::array<std::string_view, 8> kPaths{
    "/private/var/mobile/Library/Safari/BrowserState.db",
    "/private/var/mobile/Library/Safari/Profiles/*/BrowserState.db",
    "/private/var/mobile/Containers/Data/Application/*/Library/Safari/BrowserState.db",
    "/private/var/mobile/Containers/Data/Application/*/Library/Safari/Profiles/*/BrowserState.db",
    "/private/var/mobile/Library/Safari/SafariTabs.db",
    "/private/var/mobile/Library/Safari/Profiles/*/SafariTabs.db",
    "/private/var/mobile/Containers/Data/Application/*/Library/Safari/SafariTabs.db",
    "/private/var/mobile/Containers/Data/Application/*/Library/Safari/Profiles/*/SafariTabs.db",
};

}  // namespace

extern constinit const Artifact ios_safari_tabs = declare({
    .id = "ios.safari_tabs",
    .summary = "Tabs that were open in Safari, with the addresses they had shown.",
    .finds = kPaths,
    .fields = kFields,
    .reference = "docs/formats/safari_tabs.md",
    .timeline = "Safari {kind} {url}",
    .written_by = "Safari",
    .writable = Writable::by_anyone,
    .forgeable = "A tab appears when anyone opens the address on the phone or on a device that syncs with it; a restored backup can carry edited rows.",
    .queries = kQueries,
    .row = add_session,
});

}  // namespace bridle::artifacts
