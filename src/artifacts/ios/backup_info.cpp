// SPDX-License-Identifier: Apache-2.0
// Backup information: what the backup says of the device and of itself, one record for each key.
//
// Found in  Info.plist, Manifest.plist and Status.plist in the top folder of a backup.
// Times     Dates of the property lists, UTC. They come from the computer's clock, not from the phone's.
// Limits    Plain files, never encrypted: anyone who holds the backup can edit them.
// Layout    Info.plist and Status.plist are flat; Manifest.plist keeps what the phone says of itself below Lockdown.
#include <string>

#include "artifacts/plist_reader.h"
#include "base/limits.h"
#include "base/text.h"
#include "bridle/artifact.h"

namespace bridle::artifacts {
namespace {

using plist::Kind;
using plist::Value;

constexpr std::array kFields{
    text("file", "Info.plist, Manifest.plist or Status.plist."),
    text("key", "Key as stored; below Lockdown with \"Lockdown/\" before it."),
    text("value", "Value as text; of data and collections only how much there is."),
    time("time", "The value, if it is a date.").at("backup"),
};

/// Size of a value that is not shown.
std::string measure(const Value& value) {
  if (const auto data = value.data()) return std::to_string(data->size()) + " bytes";
  return std::string(plist::name(value.kind())) + " of " + std::to_string(value.size());
}

void add_key(Row& row, std::string_view file, const std::string& prefix, const Value& key, const Value& value, std::int64_t index,
             RecordSink& sink) {
  const std::string_view name = key.string().value_or("");
  if (prefix.empty() && name == "Lockdown" && value.kind() == Kind::dictionary) {
    for (std::size_t i = 0; i < value.items().size(); ++i)
      add_key(row, file, "Lockdown/", value.keys()[i], value.items()[i], static_cast<std::int64_t>(i), sink);
    return;
  }
  row.clear();
  row.locator = {prefix.empty() ? std::string_view("key") : "Lockdown", index};
  row.set("file", file);
  if (prefix.empty()) set_or_report(row, "key", &key, file, sink);
  else row.set("key", std::string_view(prefix + std::string(name.substr(0, limits::kUnitBytes))));
  const bool sized = value.kind() == Kind::data || value.kind() == Kind::array || value.kind() == Kind::dictionary;
  if (sized) row.set("value", std::string_view(measure(value)));
  else set_or_report(row, "value", &value, name, sink);
  if (value.kind() == Kind::date) set_or_report(row, "time", &value, name, sink);
  sink.add(row);
}

Result<> read_info(std::span<const InputFile> files, std::span<const Field> fields, RecordSink& sink) {
  for (const InputFile& file : files) {
    const auto document = load_dictionary(file);
    if (!document) return fail(document.error());
    const Value& root = document->root();
    Row row(fields);
    for (std::size_t i = 0; i < root.items().size(); ++i)
      add_key(row, base_name(file.path), "", root.keys()[i], root.items()[i], static_cast<std::int64_t>(i), sink);
  }
  return {};
}

constexpr std::array<std::string_view, 3> kPaths{"/backup/Info.plist", "/backup/Manifest.plist", "/backup/Status.plist"};

}  // namespace

extern constinit const Artifact ios_backup_info = declare({
    .id = "ios.backup_info",
    .summary = "What the backup says of the device and of itself.",
    .finds = kPaths,
    .fields = kFields,
    .reference = "docs/formats/backup_info.md",
    .timeline = "Backup {file} {key}",
    .written_by = "the backup program",
    .writable = Writable::by_user,
    .forgeable = "The files are not encrypted; anyone who holds the backup can edit them.",
    .read = read_info,
});

}  // namespace bridle::artifacts
