// SPDX-License-Identifier: Apache-2.0
// Configuration profiles: which profiles are installed and what they set, and when profiles came and went.
//
// Found in  profile-*.stub (one a profile), PayloadManifest.plist (list of profiles), MCProfileEvents.plist (log).
// Times     Dates of the property lists, UTC.
// Limits    A profile that was removed leaves only its events, and those only as far back as the log goes. A stub does
//           not always hold what a payload sets; its type, identifier and UUID are there.
// Layout    A stub is the profile's own property list with InstallDate, InstallOptions and SignerCerts added.
#include <algorithm>
#include <string>
#include <vector>

#include "artifacts/plist_reader.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/text.h"
#include "bridle/artifact.h"

namespace bridle::artifacts {
namespace {

using plist::Kind;
using plist::Value;

constexpr std::array kFields{
    text("kind", "profile, listed or hidden (named in PayloadManifest.plist), or event."),
    text("uuid", "PayloadUUID of the profile.").holds(Observable::profile_id),
    text("identifier", "PayloadIdentifier of the profile.").holds(Observable::profile_id),
    text("name", "PayloadDisplayName of the profile."),
    text("organization", "PayloadOrganization of the profile."),
    text("type", "PayloadType of the profile."),
    list("payload_types", "PayloadType of each payload."),
    list("payload_identifiers", "PayloadIdentifier of each payload.").holds(Observable::profile_id),
    list("payload_uuids", "PayloadUUID of each payload.").holds(Observable::profile_id),
    list("urls", "Addresses that stand in the payloads.").holds(Observable::url),
    list("servers", "Hosts of proxies, VPNs and accounts in the payloads.").holds({Observable::domain, Observable::ip}),
    list("certificates", "SHA-256 of certificates that the payloads install.").holds(Observable::certificate_hash),
    list("signers", "SHA-256 of the certificates that signed the profile.").holds(Observable::certificate_hash),
    integer("is_signed", "1 if the profile was signed."),
    integer("was_encrypted", "1 if the profile came encrypted."),
    integer("removal_disallowed", "1 if a person cannot remove it."),
    integer("installed_by_mdm", "1 if a device management server installed it."),
    text("operation", "What an event did: install, remove."),
    text("process", "Process that caused an event.").holds(Observable::process),
    time("happened_at", "When the profile was installed, or when the event happened.").at("profile"),
};

constexpr std::array<std::string_view, 6> kServerKeys{"HostName", "RemoteAddress", "ProxyServer", "ServerAddress", "HTTPProxy", "HTTPSProxy"};
/// Payloads whose PayloadContent is one certificate in DER.
constexpr std::array<std::string_view, 2> kCertificateTypes{"com.apple.security.root", "com.apple.security.pkcs1"};

/// What the payloads of one profile say, within the limits of a record.
class Payloads {
 public:
  explicit Payloads(RecordSink& sink) : sink_(sink) {}

  void add(const Value& payload) {
    if (payload.kind() != Kind::dictionary) {
      sink_.problem({{Errc::malformed, "a payload is of the kind " + std::string(plist::name(payload.kind())), "PayloadContent", {}}});
      return;
    }
    keep_text(types_, payload.find("PayloadType"));
    keep_text(identifiers_, payload.find("PayloadIdentifier"));
    keep_text(uuids_, payload.find("PayloadUUID"));
    const Value* type = payload.find("PayloadType");
    in_certificate_ = type != nullptr && std::ranges::find(kCertificateTypes, type->string().value_or("")) != kCertificateTypes.end();
    walk(payload, "");
  }
  void finish(Row& row) const {
    const auto set = [&](std::string_view field, const std::vector<std::string>& items) {
      if (!items.empty()) row.set(field, std::span<const std::string>(items));
    };
    set("payload_types", types_), set("payload_identifiers", identifiers_), set("payload_uuids", uuids_);
    set("urls", urls_), set("servers", servers_), set("certificates", certificates_);
    if (left_out_ > 0) sink_.problem({{Errc::limit, std::to_string(left_out_) + " values of payloads were left out", "PayloadContent", {}}});
  }

 private:
  void walk(const Value& value, std::string_view key) {
    if (const auto s = value.string()) {
      if (begins_as_address(*s)) keep(urls_, *s);
      if (std::ranges::find(kServerKeys, key) != kServerKeys.end()) keep(servers_, *s);
    }
    if (const auto data = value.data(); data && in_certificate_ && key == "PayloadContent") keep(certificates_, sha256_hex(*data));
    for (std::size_t i = 0; i < value.items().size(); ++i)
      walk(value.items()[i], value.keys().empty() ? key : value.keys()[i].string().value_or(""));
  }
  void keep_text(std::vector<std::string>& into, const Value* value) {
    if (value != nullptr) keep(into, value->string() ? *value->string() : plist::to_text(*value));
  }
  void keep(std::vector<std::string>& into, std::string_view text) {
    if (into.size() >= limits::kListItems || bytes_ + text.size() > limits::kCellBytes) {
      ++left_out_;
      return;
    }
    bytes_ += text.size();
    into.emplace_back(text);
  }

  RecordSink& sink_;
  std::vector<std::string> types_, identifiers_, uuids_, urls_, servers_, certificates_;
  bool in_certificate_ = false;
  std::size_t bytes_ = 0;
  std::uint64_t left_out_ = 0;
};

void set_signers(Row& row, const Value* certificates, RecordSink& sink) {
  std::vector<std::string> hashes;
  std::uint64_t unread = certificates != nullptr && certificates->kind() != Kind::array ? 1 : 0;
  if (certificates != nullptr && certificates->kind() == Kind::array) {
    for (const Value& certificate : certificates->items()) {
      const auto der = certificate.data();
      if (der && hashes.size() < limits::kListItems) hashes.push_back(sha256_hex(*der));
      else ++unread;
    }
  }
  row.set("is_signed", std::int64_t{!hashes.empty()});
  if (!hashes.empty()) row.set("signers", std::span<const std::string>(hashes));
  if (unread > 0) sink.problem({{Errc::malformed, "signers that are no certificates, or too many: " + std::to_string(unread), "SignerCerts", {}}});
}

void read_profile(const Value& root, Row& row, RecordSink& sink) {
  constexpr std::array<Key, 9> kKeys{{{"uuid", "PayloadUUID"}, {"identifier", "PayloadIdentifier"}, {"name", "PayloadDisplayName"},
                                      {"organization", "PayloadOrganization"}, {"type", "PayloadType"}, {"was_encrypted", "ProfileWasEncrypted"},
                                      {"removal_disallowed", "PayloadRemovalDisallowed"},
                                      {"installed_by_mdm", "InstallOptions/isInstalledByMDM"}, {"happened_at", "InstallDate"}}};
  row.clear();
  row.locator = {"profile", 0};
  row.set("kind", std::string_view("profile"));
  for (const Key& key : kKeys) set_or_report(row, key.field, plist::at(root, key.key), key.key, sink);
  set_signers(row, root.find("SignerCerts"), sink);
  Payloads payloads(sink);
  if (const Value* content = root.find("PayloadContent")) {
    if (content->kind() == Kind::array)
      for (const Value& payload : content->items()) payloads.add(payload);
    else
      payloads.add(*content);
  }
  payloads.finish(row);
  sink.add(row);
}

void read_list(const Value& root, std::string_view key, std::string_view kind, Row& row, RecordSink& sink) {
  const Value* list = root.find(key);
  if (list == nullptr) return;
  if (list->kind() != Kind::array)
    return sink.problem({{Errc::malformed, std::string(key) + " is of the kind " + std::string(plist::name(list->kind())), std::string(key), {}}});
  for (std::size_t i = 0; i < list->items().size(); ++i) {
    row.clear();
    row.locator = {key, static_cast<std::int64_t>(i)};
    row.set("kind", kind);
    set_or_report(row, "identifier", &list->items()[i], key, sink);
    sink.add(row);
  }
}

const Value* find_ignoring_case(const Value& dictionary, std::string_view key) {
  for (std::size_t i = 0; i < dictionary.keys().size(); ++i)
    if (equal_ignoring_case(dictionary.keys()[i].string().value_or(""), key)) return &dictionary.items()[i];
  return nullptr;
}

void read_events(const Value& root, Row& row, RecordSink& sink) {
  constexpr std::string_view kEvents = "ProfileEvents";
  const Value* events = root.find(kEvents);
  if (events == nullptr) return;  // nothing happened yet
  if (events->kind() != Kind::array)
    return sink.problem({{Errc::malformed, "ProfileEvents is of the kind " + std::string(plist::name(events->kind())), std::string(kEvents), {}}});
  for (std::size_t i = 0; i < events->items().size(); ++i) {
    const Value& event = events->items()[i];
    if (event.kind() != Kind::dictionary)
      sink.problem({{Errc::malformed, "event " + std::to_string(i) + " is of the kind " + std::string(plist::name(event.kind())), std::string(kEvents), {}}, 1});
    for (std::size_t k = 0; k < event.keys().size(); ++k) {
      const Value& what = event.items()[k];
      row.clear();
      row.locator = {kEvents, static_cast<std::int64_t>(i)};
      row.set("kind", std::string_view("event"));
      set_or_report(row, "identifier", &event.keys()[k], kEvents, sink);
      set_or_report(row, "operation", find_ignoring_case(what, "operation"), kEvents, sink);
      set_or_report(row, "process", find_ignoring_case(what, "process"), kEvents, sink);
      set_or_report(row, "happened_at", find_ignoring_case(what, "timestamp"), kEvents, sink);
      sink.add(row);
    }
  }
}

Result<> read_profiles(std::span<const InputFile> files, std::span<const Field> fields, RecordSink& sink) {
  for (const InputFile& file : files) {
    const auto document = load_dictionary(file);
    if (!document) return fail(document.error());
    const Value& root = document->root();
    Row row(fields);
    const std::string_view name = base_name(file.path);
    if (name == "PayloadManifest.plist") {
      read_list(root, "OrderedProfiles", "listed", row, sink);
      read_list(root, "HiddenProfiles", "hidden", row, sink);
    } else if (name == "MCProfileEvents.plist") {
      read_events(root, row, sink);
    } else {
      read_profile(root, row, sink);
    }
  }
  return {};
}

constexpr std::array<std::string_view, 6> kPaths{
    "/private/var/containers/Shared/SystemGroup/systemgroup.com.apple.configurationprofiles/Library/ConfigurationProfiles/profile-*",
    "/private/var/containers/Shared/SystemGroup/systemgroup.com.apple.configurationprofiles/Library/ConfigurationProfiles/PayloadManifest.plist",
    "/private/var/containers/Shared/SystemGroup/systemgroup.com.apple.configurationprofiles/Library/ConfigurationProfiles/MCProfileEvents.plist",
    "/private/var/mobile/Library/UserConfigurationProfiles/profile-*",
    "/private/var/mobile/Library/UserConfigurationProfiles/PayloadManifest.plist",
    "/private/var/mobile/Library/UserConfigurationProfiles/MCProfileEvents.plist",
};

}  // namespace

extern constinit const Artifact ios_configuration_profiles = declare({
    .id = "ios.configuration_profiles",
    .summary = "Configuration profiles, what they set, and when they were installed or removed.",
    .finds = kPaths,
    .fields = kFields,
    .reference = "docs/formats/configuration_profiles.md",
    .timeline = "Profile {identifier} {kind} {operation}",
    .written_by = "profiled",
    .writable = Writable::by_user,
    .forgeable = "The owner can install any profile; a restored backup can carry edited files.",
    .read = read_profiles,
});

}  // namespace bridle::artifacts
