// SPDX-License-Identifier: Apache-2.0
// DataUsage.sqlite: network use by process.
#include <array>
#include <string>
#include <utility>

#include "forge/ios_content.h"
#include "forge/ios_schemas.h"
#include "forge/words.h"

namespace bridle::forge {
namespace {

constexpr std::string_view kArtifact = "ios.data_usage";

class UsageWriter {
 public:
  explicit UsageWriter(Database& db)
      : process_(db.insert("INSERT INTO ZPROCESS VALUES (?,7,1,?,?,?,?)")),
        usage_(db.insert("INSERT INTO ZLIVEUSAGE (Z_ENT, Z_OPT, ZKIND, ZMETADATA, ZTAG, ZHASPROCESS, ZTIMESTAMP, "
                         "ZWIFIIN, ZWIFIOUT, ZWWANIN, ZWWANOUT) VALUES (5,2,0,0,1,?,?,?,?,?,?)")) {}

  std::int64_t process(std::string_view name, std::optional<std::string_view> bundle, double first, double last) {
    process_(next_, first, last, bundle, name);
    return next_++;
  }
  std::int64_t usage(std::int64_t process, double at, Random& random) {
    std::array<double, 4> bytes;  // in and out, wireless LAN and mobile
    for (double& b : bytes) b = static_cast<double>(random.below(1'000'000));
    return usage_(process, at, bytes[0], bytes[1], bytes[2], bytes[3]);
  }
  /// Leaves out ids, as the removal of rows does. Returns the first left out.
  std::int64_t skip(std::int64_t count) { return std::exchange(next_, next_ + count); }

 private:
  std::int64_t next_ = 1;
  Insert process_, usage_;
};

/// "apsd", "nsurlsessiond/com.apple.news" or an app by its bundle id, so that all names differ.
std::pair<std::string, std::optional<std::string>> process_name(std::uint64_t i, Random& random) {
  const auto daemons = words::daemons();
  const auto apps = words::system_apps();
  if (i < daemons.size()) return {std::string(daemons[i]), std::nullopt};
  if (i < daemons.size() + apps.size()) {
    const std::string bundle(apps[i - daemons.size()]);
    return {random.uuid() + "/" + bundle, bundle};
  }
  const std::string bundle = "com.example.app" + std::to_string(i);
  if (i % 3 == 0) return {"nsurlsessiond/" + bundle, bundle};
  return {"App" + std::to_string(i) + "/" + bundle, bundle};
}

struct PlantedProcess {
  std::string_view name;
  std::optional<std::string_view> bundle;
  std::vector<std::string> found_by;
};

void plant_processes(const Content& content, UsageWriter& writer, Random& random) {
  const std::vector<PlantedProcess> all{
      {"bh", std::nullopt, {"indicator process bh", "rule ios.known_process_without_app"}},
      {"BHNotes/com.example.bhnotes", "com.example.bhnotes", {}},
      {"rolexdeals", "com.example.rolexdeals", {}},
      {"BackupAgent2/com.apple.backup", std::nullopt, {}},
  };
  for (const PlantedProcess& p : all) {
    const double at = cocoa_seconds(content.timeline.at(88, 100, random));
    const std::int64_t id = writer.process(p.name, p.bundle, at, at + 7'200.0);
    writer.usage(id, at, random);
    content.ledger.plant(
        {kArtifact, place::kDataUsage, "ZPROCESS", id, "ZPROCNAME", std::string(p.name), p.found_by});
  }
  content.ledger.count(kArtifact, "ZPROCESS", all.size());
  content.ledger.count(kArtifact, "ZLIVEUSAGE", all.size());

  // A process removed, its usage left behind; then a run of ids without rows.
  const double at = cocoa_seconds(content.timeline.at(89, 100, random));
  const std::int64_t removed = writer.skip(1);
  const std::int64_t usage = writer.usage(removed, at, random);
  content.ledger.count(kArtifact, "ZLIVEUSAGE");
  content.ledger.plant({kArtifact, place::kDataUsage, "ZLIVEUSAGE", usage, "ZHASPROCESS", std::to_string(removed),
                        {"rule ios.data_usage_process_deleted"}});
  writer.process("maild", std::nullopt, at, at + 60.0);
  const std::int64_t gap = writer.skip(7);
  writer.process("calaccessd", std::nullopt, at, at + 60.0);
  content.ledger.count(kArtifact, "ZPROCESS", 2);
  content.ledger.plant({kArtifact, place::kDataUsage, "ZPROCESS", gap, "Z_PK",
                        std::to_string(gap) + ".." + std::to_string(gap + 6), {"rule ios.data_usage_id_gaps"}});
}

}  // namespace

Result<DatabaseFile> data_usage_database(const Content& content) {
  const std::uint32_t n = content.spec.processes;
  Database db(schema::kDataUsage);
  db.run("INSERT INTO Z_PRIMARYKEY VALUES (1,'CheckUpEvent',0,0), (2,'DemoLiveUsage',0,0), (3,'Event',0,0), "
         "(4,'EventScene',0,0), (5,'LiveUsage',0,0), (6,'Peer',0,0), (7,'Process',0,0)");
  UsageWriter writer(db);
  Random random = content.random("DataUsage.sqlite");
  for (std::uint32_t i = 0; i < n; ++i) {
    const auto [name, bundle] = process_name(i, random);
    const double first = cocoa_seconds(content.timeline.at(i, std::uint64_t{n} * 2, random));
    const double last = cocoa_seconds(content.timeline.at(n + i, std::uint64_t{n} * 2, random));
    writer.usage(writer.process(name, bundle, first, last), last, random);
  }
  content.ledger.count(kArtifact, "ZPROCESS", n);
  content.ledger.count(kArtifact, "ZLIVEUSAGE", n);
  if (content.spec.plant) plant_processes(content, writer, random);
  db.run("UPDATE Z_PRIMARYKEY SET Z_MAX = (SELECT max(Z_PK) FROM ZPROCESS) WHERE Z_ENT = 7;"
         "UPDATE Z_PRIMARYKEY SET Z_MAX = (SELECT max(Z_PK) FROM ZLIVEUSAGE) WHERE Z_ENT = 5");
  auto image = db.image();
  if (!image) return fail(image.error());
  return DatabaseFile{std::move(*image)};
}

}  // namespace bridle::forge
