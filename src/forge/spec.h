// SPDX-License-Identifier: Apache-2.0
// Spec: what a forged backup holds.
#pragma once
#include <cstdint>
#include <string>

#include "bridle/time.h"

namespace bridle::forge {

enum class TccGeneration : std::uint8_t {
  v1,  ///< before iOS 12
  v2,  ///< iOS 12 and 13
  v3,  ///< iOS 14 and later
};

/// Counts are of records before the planted ones. A database whose counts are all zero is left out of the backup.
struct Spec {
  std::uint64_t seed = 1;
  std::string password{};  ///< empty: a plain backup
  std::uint32_t dpic = 1'000;  ///< PBKDF2 rounds, few so that tests are quick; a real backup has 10,000,000 and 10,000
  std::uint32_t iterations = 100;
  Time made_at{1'713'600'000'000'000'000};  ///< 2024-04-20T08:00:00Z, the day of the backup; records lie before it
  std::uint32_t days = 400;                 ///< over how many days

  // The backup as a whole. Filler files and directories make up what the databases leave open.
  std::uint64_t entries = 0;  ///< rows of the manifest, at least
  std::uint64_t files = 0;    ///< of which files
  std::uint64_t bytes = 0;    ///< of all files together, about

  // Messages
  std::uint32_t messages = 0;
  std::uint32_t messages_in_wal = 0;  ///< further messages that exist only in sms.db-wal
  std::uint32_t attachments = 0;      ///< at most one a message
  std::uint32_t calls = 0;

  // WhatsApp
  std::uint32_t wa_messages = 0;
  std::uint32_t wa_messages_in_wal = 0;
  std::uint32_t wa_calls = 0;
  std::uint32_t wa_contacts = 0;

  // Safari
  std::uint32_t safari_visits = 0;     ///< with the redirects
  std::uint32_t safari_redirects = 0;  ///< pairs of visits: http to https of the same site within a second
  std::uint32_t safari_tombstones = 0;
  std::uint32_t safari_tabs = 0;          ///< half in BrowserState.db, half in SafariTabs.db
  std::uint32_t safari_profile_visits = 0;  ///< in the history of a second profile

  // System
  std::uint32_t processes = 0;  ///< DataUsage
  std::uint32_t tcc_grants = 0;
  TccGeneration tcc = TccGeneration::v3;
  std::uint32_t location_clients = 0;
  std::uint32_t profiles = 0;
  std::uint32_t id_lookups = 0;
  std::uint32_t daily_processes = 0;  ///< com.apple.osanalytics.addaily
  std::uint32_t interactions = 0;
  std::uint32_t apps = 0;

  bool plant = true;  ///< traces to be found and look-alikes not to be found; truth.jsonl names both

  /// A small phone: about 2,000 records, 2 MB, forged in a fraction of a second.
  static Spec demo();
  /// The phone of the speed table: 60,120 entries, 45,027 files, 933 MiB, about 550,000 records.
  static Spec benchmark();
  /// A phone of about `bytes` bytes, from 1 MB to 100 GB. Records grow with it up to those of benchmark().
  static Spec of_size(std::uint64_t bytes);
};

}  // namespace bridle::forge
