// SPDX-License-Identifier: Apache-2.0
// Ledger: what was put into a forged backup, and what of it should be found.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace bridle::forge {

/// Where a file lies in a backup.
struct Place {
  std::string_view domain, relative_path;
};

/// The same with its own memory.
struct OwnedPlace {
  OwnedPlace(Place p) : domain(p.domain), relative_path(p.relative_path) {}  // NOLINT: a Place is meant to convert
  std::string domain, relative_path;
};

/// One planted trace, or one look-alike that nothing should find.
struct Plant {
  std::string_view artifact;  ///< "ios.messages"
  OwnedPlace place;
  std::string table{};  ///< of a database; the key of a property list
  std::int64_t rowid = 0;
  std::string_view field{};  ///< column or key that holds the value
  std::string value;
  /// "indicator domain free247downloads.com", "rule ios.safari_http_redirect". Empty: a look-alike, to be passed over.
  std::vector<std::string> found_by{};
  bool wal_only = false;
};

class Ledger {
 public:
  void plant(Plant plant) { plants_.push_back(std::move(plant)); }
  /// Adds `n` rows that `artifact` reads from `table`.
  void count(std::string_view artifact, std::string_view table, std::uint64_t n = 1) {
    rows_[std::string(artifact) + "/" + std::string(table)] += n;
  }

  const std::vector<Plant>& plants() const { return plants_; }
  const std::map<std::string, std::uint64_t>& rows() const { return rows_; }

  /// One JSON object a line.
  std::string truth() const;

 private:
  std::vector<Plant> plants_;
  std::map<std::string, std::uint64_t> rows_;
};

}  // namespace bridle::forge
