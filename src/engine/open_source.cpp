// SPDX-License-Identifier: Apache-2.0
#include "engine/open_source.h"

#include <openssl/crypto.h>

#include <filesystem>

#include "engine/inventory_wire.h"
#include "evidence/ios_backup.h"

namespace bridle {
namespace {

void open_in_worker(const std::string& path, const Wanted& wanted, const std::optional<std::string>& password, Channel& channel) {
  const auto send = [&](wire::Kind kind, const wire::Packer& message) {
    channel.send(static_cast<std::uint8_t>(kind), message.view());
  };
  const auto opened = [&]() -> Result<Inventory> {
    const auto root = find_ios_backup(path);
    if (!root) return fail(root.error());
    return open_ios_backup(*root, password, [&](std::string_view canonical) { return wanted(canonical); });
  }();
  wire::Packer message;
  if (!opened) {
    message.error(opened.error());
    return send(wire::Kind::failed, message);
  }
  for (wire::InventoryPacker parts(*opened); parts.next(message);) send(wire::Kind::inventory, message);
  send(wire::Kind::done, {});
}

Result<OpenedSource> try_open(const std::string& path, const Wanted& wanted, const std::optional<std::string>& password,
                              std::chrono::milliseconds timeout) {
  OpenedSource out;
  std::optional<Error> failed;
  bool done = false;
  PoolOptions pool{.workers = 1, .sandbox = {.read_only_paths = {path}}, .job_timeout = timeout};
  const auto work = [&](std::size_t, Channel& channel) { open_in_worker(path, wanted, password, channel); };
  const auto message = [&](std::size_t, std::uint8_t type, Bytes payload) {
    wire::Unpacker in(payload);
    switch (static_cast<wire::Kind>(type)) {
      case wire::Kind::inventory: return wire::add_part(payload, out.inventory);
      case wire::Kind::failed: failed = in.error(); return in.ok();
      case wire::Kind::done: return done = true;
      default: return false;
    }
  };
  const auto ended = [&](const JobOutcome& outcome) {
    if (outcome.end != JobEnd::done && !failed)
      failed = Error{Errc::malformed, "the worker that opened the source " + std::string(name(outcome.end)) + ": " + outcome.detail, path, {}};
  };
  const auto stats = run_jobs(1, pool, work, message, ended);
  if (!stats) return fail(stats.error());
  if (failed) return fail(*failed);
  const std::string& root = out.inventory.root;
  if (!done || !wire::sound(out.inventory) || (root != path && !root.starts_with(path + "/")))
    return fail(Errc::internal, "the worker that opened the source gave no sound answer", path);
  out.sandboxes = stats->sandboxes;
  out.peak_memory_bytes = stats->peak_memory_bytes;
  return out;
}

}  // namespace

Result<OpenedSource> open_source(const std::string& path, const Wanted& wanted, const PasswordSource& password,
                                 std::chrono::milliseconds timeout) {
  std::error_code error;
  const std::string real = std::filesystem::canonical(path, error);
  if (error) return fail(Errc::not_found, "cannot open the source: " + error.message(), path);
  auto opened = try_open(real, wanted, std::nullopt, timeout);
  for (int attempt = 0; !opened && opened.error().code == Errc::password && password; ++attempt) {
    std::optional<std::string> given = password(attempt);
    if (!given) return opened;
    opened = try_open(real, wanted, given, timeout);
    OPENSSL_cleanse(given->data(), given->size());
  }
  return opened;
}

}  // namespace bridle
