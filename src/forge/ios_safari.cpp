// SPDX-License-Identifier: Apache-2.0
// Safari: History.db with redirects and tombstones, BrowserState.db and SafariTabs.db.
#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>

#include "forge/ios_content.h"
#include "forge/ios_schemas.h"
#include "forge/plist_writer.h"
#include "forge/words.h"

namespace bridle::forge {
namespace {

constexpr std::string_view kHistory = "ios.safari_history";
constexpr std::string_view kTabs = "ios.safari_tabs";
constexpr std::string_view kDomainFound = "indicator domain free247downloads.com";

class HistoryWriter {
 public:
  explicit HistoryWriter(Database& db)
      : item_(db.insert("INSERT INTO history_items VALUES (?,?,?,1,x'64000000',NULL,NULL,0,100,0)")),
        visit_(db.insert("INSERT INTO history_visits (id, history_item, visit_time, title, redirect_source, "
                         "redirect_destination, score) VALUES (?,?,?,?,?,?,100)")),
        tombstone_(db.insert("INSERT INTO history_tombstones (start_time, end_time, url) VALUES (?,?,?)")) {}

  std::int64_t visit(const std::string& url, double at, const std::string& title) {
    visit_(++visits_, item(url), at, title, std::nullopt, std::nullopt);
    return visits_;
  }
  /// Two visits, the second `seconds` after the first, tied by a redirect. Returns the first.
  std::int64_t redirect(const std::string& from, const std::string& to, double at, double seconds) {
    const std::int64_t first = visits_ + 1;
    visits_ += 2;
    visit_(first, item(from), at, std::nullopt, std::nullopt, first + 1);
    visit_(first + 1, item(to), at + seconds, "Page", first, std::nullopt);
    return first;
  }
  std::int64_t tombstone(const std::string& url, double at) { return tombstone_(at, at + 60.0, url); }

 private:
  std::int64_t item(const std::string& url) {
    const auto [known, added] = items_.try_emplace(url, static_cast<std::int64_t>(items_.size() + 1));
    if (added) {
      const std::size_t begin = url.find("://") + 3;
      const std::string host = url.substr(begin, url.find('/', begin) - begin);
      item_(known->second, url, host.substr(0, host.rfind('.')));
    }
    return known->second;
  }

  std::unordered_map<std::string, std::int64_t> items_;
  std::int64_t visits_ = 0;
  Insert item_, visit_, tombstone_;
};

struct PlantedRedirect {
  std::string_view from, to;
  double seconds;
  std::vector<std::string> found_by;
};

void plant_redirects(const Content& content, HistoryWriter& history, Random& random) {
  const std::string rule = "rule ios.safari_http_redirect";
  const std::vector<PlantedRedirect> all{
      {"http://www.example.com/", "https://q9.get1tn0w.free247downloads.com:30495/h8", 0.12,
       {rule, std::string(kDomainFound)}},
      {"http://news.example.net/today", "https://redirect.example.org/x1", 0.3, {rule}},
      // Look-alikes: the same site, a shortener over https, and a redirect that took its time.
      {"http://example.co.uk/", "https://www.example.co.uk/", 0.2, {}},
      {"https://t.co/bhbhbhbhbh", "https://www.bbc.co.uk/news", 0.2, {}},
      {"http://slow.example.com/", "https://www.example.org/landing", 45.0, {}},
  };
  for (const PlantedRedirect& p : all) {
    const double at = cocoa_seconds(content.timeline.at(93, 100, random));
    const std::int64_t id = history.redirect(std::string(p.from), std::string(p.to), at, p.seconds);
    content.ledger.plant(
        {kHistory, place::kSafariHistory, "history_visits", id, "redirect_destination", std::string(p.to), p.found_by});
  }
  content.ledger.count(kHistory, "history_visits", 2 * all.size());
  const std::string url = "https://gone.free247downloads.com/i9";
  const std::int64_t id = history.tombstone(url, cocoa_seconds(content.timeline.at(94, 100, random)));
  content.ledger.count(kHistory, "history_tombstones");
  content.ledger.plant(
      {kHistory, place::kSafariHistory, "history_tombstones", id, "url", url, {std::string(kDomainFound)}});
}

/// An address that was visited over http and then, within a second, over https.
std::pair<std::string, std::string> upgrade(Random& random) {
  std::string rest(words::host(random));
  rest.append("/").append(std::to_string(random.below(1'000'000)));
  return {std::string("http://").append(rest), std::string("https://").append(rest)};
}

void write_tombstones(const Content& content, HistoryWriter& history, Random& random) {
  const std::uint32_t n = content.spec.safari_tombstones;
  for (std::uint32_t i = 0; i < n; ++i) {
    const double at = cocoa_seconds(content.timeline.at(i, n, random));
    history.tombstone(words::url(random), at);
  }
  content.ledger.count(kHistory, "history_tombstones", n);
}

/// Session state of a tab: a plist after four bytes, which readers skip.
std::vector<std::byte> session_data(std::string_view url, std::string_view title) {
  BinaryPlist plist;
  const auto entry = plist.dict({{"SessionHistoryEntryOriginalURL", plist.text(url)},
                                 {"SessionHistoryEntryTitle", plist.text(title)},
                                 {"SessionHistoryEntryURL", plist.text(url)}});
  const auto history = plist.dict({{"SessionHistoryCurrentIndex", plist.integer(0)},
                                   {"SessionHistoryEntries", plist.array({entry})},
                                   {"SessionHistoryVersion", plist.integer(1)}});
  const Bytes raw = plist.finish(plist.dict({{"IsAppInitiated", plist.boolean(true)}, {"SessionHistory", history}}));
  std::vector<std::byte> out(4 + raw.size());
  out[3] = std::byte{2};
  std::ranges::copy(raw, out.begin() + 4);
  return out;
}

}  // namespace

Result<DatabaseFile> safari_history_database(const Content& content) {
  const Spec& spec = content.spec;
  Database db(schema::kSafariHistory);
  HistoryWriter history(db);
  Random random = content.random("History.db");
  const std::uint32_t pairs = spec.safari_redirects;
  const std::uint32_t single = spec.safari_visits > 2 * pairs ? spec.safari_visits - 2 * pairs : 0;
  const std::uint64_t steps = std::uint64_t{single} + pairs;
  for (std::uint64_t i = 0; i < steps; ++i) {
    const double at = cocoa_seconds(content.timeline.at(i, steps, random));
    if ((i + 1) * pairs / steps > i * pairs / steps) {
      const auto [from, to] = upgrade(random);
      history.redirect(from, to, at, 0.05 + random.unit() / 2);
    } else {
      const std::string title = words::sentence(random, 2, 6);
      history.visit(words::url(random), at, title);
    }
  }
  content.ledger.count(kHistory, "history_visits", std::uint64_t{single} + 2 * std::uint64_t{pairs});
  write_tombstones(content, history, random);
  if (spec.plant) plant_redirects(content, history, random);
  auto image = db.image();
  if (!image) return fail(image.error());
  return DatabaseFile{std::move(*image)};
}

Result<DatabaseFile> safari_profile_history_database(const Content& content) {
  const std::uint32_t n = content.spec.safari_profile_visits;
  Database db(schema::kSafariHistory);
  HistoryWriter history(db);
  Random random = content.random("Profiles/History.db");
  for (std::uint32_t i = 0; i < n; ++i) {
    const double at = cocoa_seconds(content.timeline.at(i, n, random));
    const std::string title = words::sentence(random, 2, 6);
    history.visit(words::url(random), at, title);
  }
  content.ledger.count(kHistory, "history_visits", n);
  auto image = db.image();
  if (!image) return fail(image.error());
  return DatabaseFile{std::move(*image)};
}

Result<DatabaseFile> browser_state_database(const Content& content) {
  const std::uint32_t n = content.spec.safari_tabs / 2;
  Database db(schema::kSafariBrowserState);
  Random random = content.random("BrowserState.db");
  const std::string window = random.uuid();
  auto windows = db.insert("INSERT INTO browser_windows (uuid, type) VALUES (?,0)");
  auto tab = db.insert("INSERT INTO tabs (uuid, title, url, user_visible_url, order_index, last_viewed_time, "
                       "opened_from_link, browser_window_uuid, browser_window_id) VALUES (?,?,?,?,?,?,?,?,1)");
  auto session = db.insert("INSERT INTO tab_sessions (tab_uuid, session_data, uncompressed_session_data_size) "
                           "VALUES (?,?,?)");
  windows(window);
  const auto write = [&](const std::string& url, double at, std::uint64_t order) {
    const std::string id = random.uuid();
    const std::string title = words::sentence(random, 2, 6);
    const std::int64_t row = tab(id, title, url, url, order, at, random.one_in(3), window);
    const auto data = session_data(url, title);
    session(id, data, data.size());
    return row;
  };
  for (std::uint32_t i = 0; i < n; ++i) {
    const double at = cocoa_seconds(content.timeline.at(i, n, random));
    write(words::url(random), at, i);
  }
  content.ledger.count(kTabs, "tabs", n);
  if (content.spec.plant) {
    const std::string url = "https://tab.free247downloads.com/j1";
    const std::int64_t row = write(url, cocoa_seconds(content.timeline.at(95, 100, random)), n);
    content.ledger.count(kTabs, "tabs");
    content.ledger.plant({kTabs, place::kSafariBrowserState, "tabs", row, "url", url, {std::string(kDomainFound)}});
  }
  auto image = db.image();
  if (!image) return fail(image.error());
  return DatabaseFile{std::move(*image)};
}

Result<DatabaseFile> safari_tabs_database(const Content& content) {
  const std::uint32_t n = content.spec.safari_tabs - content.spec.safari_tabs / 2;
  Database db(schema::kSafariTabs);
  Random random = content.random("SafariTabs.db");
  db.run("INSERT INTO bookmarks (id, special_id, parent, type, title, order_index, external_uuid, hidden) VALUES "
         "(0, 0, NULL, 1, 'Root', 0, 'Root', 0), (1, 0, 0, 1, 'Local', 0, 'Local', 0)");
  auto tab = db.insert("INSERT INTO bookmarks (parent, type, title, url, order_index, external_uuid, last_modified) "
                       "VALUES (1,0,?,?,?,?,?)");
  for (std::uint32_t i = 0; i < n; ++i) {
    const double at = cocoa_seconds(content.timeline.at(i, n, random));
    const std::string title = words::sentence(random, 2, 6);
    const std::string url = words::url(random);
    tab(title, url, i, random.uuid(), at);
  }
  content.ledger.count(kTabs, "bookmarks", std::uint64_t{n} + 2);  // the groups Root and Local are rows too
  auto image = db.image();
  if (!image) return fail(image.error());
  return DatabaseFile{std::move(*image)};
}

}  // namespace bridle::forge
