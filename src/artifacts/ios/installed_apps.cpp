// SPDX-License-Identifier: Apache-2.0
// Installed apps: what the backup says was on the phone, and what the store said of each app when it was bought.
//
// Found in  Info.plist of a backup (Applications and Installed Applications); iTunesMetadata.plist beside an app in
//           a file-system dump.
// Times     purchaseDate is ISO 8601 text with a zone.
// Limits    Apps of the system are not listed. Apps that did not come from the App Store may have no metadata; such
//           an app still has its record. The time of purchase need not be that of the installation.
// Layout    Applications maps a bundle id to a dictionary whose iTunesMetadata is a property list inside data.
#include <string>
#include <unordered_set>

#include "artifacts/plist_reader.h"
#include "base/text.h"
#include "bridle/artifact.h"

namespace bridle::artifacts {
namespace {

using plist::Kind;
using plist::Value;

constexpr std::array kFields{
    text("bundle_id", "Bundle identifier.").holds(Observable::app_id),
    text("name", "Name in the store."),
    text("version", "Version a person sees."),
    text("build", "Version of the build."),
    text("artist", "Developer, as the store names it."),
    text("genre", "Genre in the store."),
    integer("item_id", "Number of the app in the store."),
    text("source_app", "App or daemon that installed it, com.apple.AppStore for the store.").holds(Observable::app_id),
    integer("factory_install", "1 if it came with the phone."),
    text("account", "Store account that bought it.").holds({Observable::email, Observable::phone}),
    time("purchased_at", "When it was bought, as the store says.").at("app_purchased"),
    integer("has_metadata", "1 if the store's metadata is there and readable."),
    integer("listed", "1 if Installed Applications names it."),
};

/// The store's metadata; `where` names the app in problems.
void set_metadata(Row& row, const Value& metadata, std::string_view where, RecordSink& sink) {
  const auto set = [&](std::string_view field, std::initializer_list<std::string_view> keys) {
    for (const std::string_view key : keys)
      if (const Value* value = plist::at(metadata, key)) return set_or_report(row, field, value, where, sink);
  };
  set("name", {"itemName", "bundleDisplayName", "title"});
  set("version", {"bundleShortVersionString"});
  set("build", {"bundleVersion"});
  set("artist", {"artistName"});
  set("genre", {"genre"});
  set("item_id", {"itemId"});
  set("source_app", {"sourceApp"});
  set("factory_install", {"isFactoryInstall"});
  set("account", {"com.apple.iTunesStore.downloadInfo/accountInfo/AppleID"});
  set("purchased_at", {"com.apple.iTunesStore.downloadInfo/purchaseDate", "purchaseDate"});
  row.set("has_metadata", std::int64_t{1});
}

void set_embedded_metadata(Row& row, const Value& app, std::string_view where, RecordSink& sink) {
  row.set("has_metadata", std::int64_t{0});
  if (app.kind() != Kind::dictionary)
    sink.problem({{Errc::malformed, "the entry is of the kind " + std::string(plist::name(app.kind())), std::string(where), {}}});
  const Value* stored = app.find("iTunesMetadata");
  if (stored == nullptr) return;
  if (stored->kind() == Kind::dictionary) return set_metadata(row, *stored, where, sink);
  const auto data = stored->data();
  if (data && data->empty()) return;  // what iTunes writes for an app that is not from the store
  const auto document = data ? plist::parse(*data) : fail(Errc::malformed, "iTunesMetadata is no data");
  if (document && document->root().kind() == Kind::dictionary) return set_metadata(row, document->root(), where, sink);
  Error error = document ? Error{Errc::malformed, "iTunesMetadata is no dictionary"} : document.error();
  sink.problem({{error.code, "metadata of the app: " + error.what, std::string(where), error.offset}});
}

Result<> read_info(const Value& info, Row& row, RecordSink& sink) {
  const Value* apps = info.find("Applications");
  const Value* list = info.find("Installed Applications");
  const auto bad = [&](const Value* value, Kind kind, std::string_view key) {
    if (value == nullptr || value->kind() == kind) return;
    sink.problem({{Errc::malformed, std::string(key) + " is of the kind " + std::string(plist::name(value->kind())), std::string(key), {}}});
  };
  bad(apps, Kind::dictionary, "Applications");
  bad(list, Kind::array, "Installed Applications");

  std::unordered_set<std::string_view> listed, described;
  if (list != nullptr && list->kind() == Kind::array)
    for (const Value& id : list->items()) listed.insert(id.string().value_or(""));
  if (apps != nullptr)
    for (std::size_t i = 0; i < apps->keys().size(); ++i) {
      const std::string_view id = apps->keys()[i].string().value_or("");
      row.clear();
      row.locator = {"Applications", static_cast<std::int64_t>(i)};
      set_or_report(row, "bundle_id", &apps->keys()[i], "Applications", sink);
      row.set("listed", std::int64_t{listed.contains(id)});
      set_embedded_metadata(row, apps->items()[i], "Applications/" + to_valid_utf8(id.substr(0, 200)), sink);
      described.insert(id);
      sink.add(row);
    }
  if (list != nullptr && list->kind() == Kind::array)
    for (std::size_t i = 0; i < list->items().size(); ++i) {
      if (described.contains(list->items()[i].string().value_or(""))) continue;
      row.clear();
      row.locator = {"Installed Applications", static_cast<std::int64_t>(i)};
      set_or_report(row, "bundle_id", &list->items()[i], "Installed Applications", sink);
      row.set("has_metadata", std::int64_t{0});
      row.set("listed", std::int64_t{1});
      sink.add(row);
    }
  return {};
}

Result<> read_apps(std::span<const InputFile> files, std::span<const Field> fields, RecordSink& sink) {
  for (const InputFile& file : files) {
    const auto document = load_dictionary(file);
    if (!document) return fail(document.error());
    const Value& root = document->root();
    Row row(fields);
    if (base_name(file.path) == "Info.plist") {
      if (auto read = read_info(root, row, sink); !read) return read;
      continue;
    }
    row.locator = {"/", 0};
    set_or_report(row, "bundle_id", root.find("softwareVersionBundleId"), "softwareVersionBundleId", sink);
    set_metadata(row, root, "/", sink);
    sink.add(row);
  }
  return {};
}

constexpr std::array<std::string_view, 2> kPaths{
    "/backup/Info.plist",
    "/private/var/containers/Bundle/Application/*/iTunesMetadata.plist",
};

}  // namespace

extern constinit const Artifact ios_installed_apps = declare({
    .id = "ios.installed_apps",
    .summary = "Apps that were installed, with what the store knew of them.",
    .finds = kPaths,
    .fields = kFields,
    .reference = "docs/formats/installed_apps.md",
    .timeline = "App {bundle_id} bought",
    .written_by = "the backup program and appstored",
    .writable = Writable::by_anyone,
    .forgeable = "The author of an app chooses its bundle id and name; Info.plist of a backup is a plain file that anyone who holds the backup can edit.",
    .read = read_apps,
});

}  // namespace bridle::artifacts
