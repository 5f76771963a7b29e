// SPDX-License-Identifier: Apache-2.0
// Identity status cache: accounts that the phone asked Apple's identity service about, by service.
//
// Found in  com.apple.identityservices.idstatuscache.plist, on later versions idstatuscache.plist.
// Times     LookupDate is Cocoa seconds (real, UTC).
// Limits    The last lookup of each account and service only. A lookup is no exchange: typing an address in Messages
//           causes one, so does an invitation from outside. Later versions of iOS leave the file empty.
// Layout    A dictionary of services; each maps an account ("mailto:...", "tel:...") to a dictionary.
#include <string>

#include "artifacts/plist_reader.h"
#include "base/limits.h"
#include "base/text.h"
#include "bridle/artifact.h"

namespace bridle::artifacts {
namespace {

using plist::Kind;
using plist::Value;

constexpr std::array<Label, 3> kStatus{{{0, "unknown"}, {1, "valid"}, {2, "invalid"}}};

constexpr std::array kFields{
    text("app", "Service that was asked for, com.apple.madrid for iMessage."),
    text("user", "Account as stored, a NUL byte written as \\x00."),
    text("email", "Address of an e-mail account.").holds(Observable::email),
    text("phone", "Number of a phone account.").holds(Observable::phone),
    integer("nul_prefix", "1 if NUL bytes stand before the account, as published for traces of Pegasus."),
    time("lookup_at", "Last lookup.").from(Epoch::cocoa_seconds).at("identity_lookup"),
    text("status", "Whether the account has the service.").labelled(kStatus),
};

constexpr std::string_view kNulText = "\\x00";  // how some tools write a NUL byte; seen in published lists
constexpr std::size_t kUserBytes = limits::kCellBytes / kNulText.size();  // so that the visible form fits a cell

/// The account with NUL bytes made visible.
std::string visible(std::string_view user) {
  std::string out;
  for (const char c : user)
    if (c == '\0') out += kNulText;
    else out += c;
  return out;
}

void set_user(Row& row, std::string_view stored) {
  const std::string shown = visible(stored);
  std::string_view account = shown;
  while (account.starts_with(kNulText)) account.remove_prefix(kNulText.size());
  row.set("user", std::string_view(shown));
  row.set("nul_prefix", std::int64_t{account.size() != shown.size()});
  const auto colon = account.find(':');
  const std::string_view scheme = account.substr(0, colon);
  const std::string_view rest = colon == std::string_view::npos ? "" : account.substr(colon + 1);
  if (equal_ignoring_case(scheme, "mailto") && !rest.empty()) row.set("email", rest);
  if (equal_ignoring_case(scheme, "tel") && !rest.empty()) row.set("phone", rest);
  if (colon == std::string_view::npos && account.contains('@')) row.set("email", account);
}

void read_user(Row& row, std::string_view app, std::string_view user, const Value& entry, RecordSink& sink) {
  const auto problem = [&](Errc code, std::string what) {
    sink.problem({{code, std::move(what), to_valid_utf8(app.substr(0, limits::kUnitBytes)), {}}});
  };
  if (entry.kind() != Kind::dictionary) problem(Errc::malformed, "an account has no dictionary");
  if (user.size() > kUserBytes) problem(Errc::limit, "an account of " + std::to_string(user.size()) + " bytes was cut");
  row.set("app", app.substr(0, limits::kCellBytes));
  set_user(row, user.substr(0, kUserBytes));
  set_or_report(row, "lookup_at", entry.find("LookupDate"), app, sink);
  set_or_report(row, "status", entry.find("IDStatus"), app, sink);
  sink.add(row);
}

Result<> read_cache(std::span<const InputFile> files, std::span<const Field> fields, RecordSink& sink) {
  for (const InputFile& file : files) {
    const auto document = load_dictionary(file);
    if (!document) return fail(document.error());
    const Value& root = document->root();
    Row row(fields);
    for (std::size_t i = 0; i < root.items().size(); ++i) {
      const std::string_view app = root.keys()[i].string().value_or("");
      const Value& users = root.items()[i];
      if (app == "CacheVersion") continue;
      if (users.kind() != Kind::dictionary) {
        sink.problem({{Errc::malformed, "the service is of the kind " + std::string(plist::name(users.kind())), to_valid_utf8(app.substr(0, limits::kUnitBytes)), {}}});
        continue;
      }
      for (std::size_t k = 0; k < users.items().size(); ++k) {
        row.clear();
        row.locator = {app, static_cast<std::int64_t>(k)};
        read_user(row, app, users.keys()[k].string().value_or(""), users.items()[k], sink);
      }
    }
  }
  return {};
}

constexpr std::array<std::string_view, 2> kPaths{
    "/private/var/mobile/Library/Preferences/com.apple.identityservices.idstatuscache.plist",
    "/private/var/mobile/Library/IdentityServices/idstatuscache.plist",
};

}  // namespace

extern constinit const Artifact ios_id_status_cache = declare({
    .id = "ios.id_status_cache",
    .summary = "Accounts that the phone looked up at Apple's identity service.",
    .finds = kPaths,
    .fields = kFields,
    .reference = "docs/formats/id_status_cache.md",
    .timeline = "Lookup of {user} for {app}",
    .written_by = "identityservicesd",
    .writable = Writable::by_anyone,
    .forgeable = "The owner causes a lookup by typing the address in Messages; a restored backup can carry an edited file.",
    .read = read_cache,
});

}  // namespace bridle::artifacts
