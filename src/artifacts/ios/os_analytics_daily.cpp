// SPDX-License-Identifier: Apache-2.0
// Daily analytics: network use for each process as of the last daily count.
//
// Found in  com.apple.osanalytics.addaily.plist, key netUsageBaseline.
// Times     Dates of the property list, UTC.
// Limits    One baseline a process; a process that has not used the network since is missing. Written about once a day.
// Layout    netUsageBaseline maps a name to [date, Wi-Fi in, Wi-Fi out, mobile in, mobile out].
#include <string>

#include "artifacts/plist_reader.h"
#include "bridle/artifact.h"

namespace bridle::artifacts {
namespace {

using plist::Kind;
using plist::Value;

constexpr std::array kFields{
    text("process", "Executable, or bundle id of an app.").holds({Observable::process, Observable::app_id}),
    time("counted_at", "When the count was taken.").from(Epoch::cocoa_seconds).at("network_count"),
    integer("wifi_in", "Bytes received over Wi-Fi."),
    integer("wifi_out", "Bytes sent over Wi-Fi."),
    integer("wwan_in", "Bytes received over mobile data."),
    integer("wwan_out", "Bytes sent over mobile data."),
};

/// Fields of the array beside a name, in its order.
constexpr std::array<std::string_view, 5> kValues{"counted_at", "wifi_in", "wifi_out", "wwan_in", "wwan_out"};
constexpr std::string_view kBaseline = "netUsageBaseline";

Result<> read_daily(std::span<const InputFile> files, std::span<const Field> fields, RecordSink& sink) {
  for (const InputFile& file : files) {
    const auto document = load_plist(file);
    if (!document) return fail(document.error());
    const Value* baseline = document->root().find(kBaseline);
    if (document->root().kind() != Kind::dictionary || (baseline != nullptr && baseline->kind() != Kind::dictionary))
      return fail(Errc::malformed, "the list or its netUsageBaseline is no dictionary");
    if (baseline == nullptr) continue;  // no count was taken yet
    Row row(fields);
    for (std::size_t i = 0; i < baseline->items().size(); ++i) {
      const Value& entry = baseline->items()[i];
      const auto values = entry.kind() == Kind::array ? entry.items() : std::span<const Value>{};
      row.clear();
      row.locator = {kBaseline, static_cast<std::int64_t>(i)};
      set_or_report(row, "process", &baseline->keys()[i], kBaseline, sink);
      for (std::size_t k = 0; k < kValues.size() && k < values.size(); ++k) set_or_report(row, kValues[k], &values[k], kBaseline, sink);
      if (values.size() < kValues.size())
        sink.problem({{Errc::malformed, "entry " + std::to_string(i) + " holds " + plist::to_text(entry, 100) + ", not five values",
                       std::string(kBaseline), {}}});
      sink.add(row);
    }
  }
  return {};
}

constexpr std::array<std::string_view, 1> kPaths{"/private/var/mobile/Library/Preferences/com.apple.osanalytics.addaily.plist"};

}  // namespace

extern constinit const Artifact ios_os_analytics_daily = declare({
    .id = "ios.os_analytics_daily",
    .summary = "Network use for each process at the last daily count.",
    .finds = kPaths,
    .fields = kFields,
    .reference = "docs/formats/os_analytics_daily.md",
    .timeline = "Network use of {process} counted",
    .written_by = "osanalyticshelper",
    .writable = Writable::by_user,
    .forgeable = "Only a daemon writes it on the phone, but a bundle id is chosen by the app's author and a restored backup can carry an edited file.",
    .read = read_daily,
});

}  // namespace bridle::artifacts
