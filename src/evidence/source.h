// SPDX-License-Identifier: Apache-2.0
// Source: what the user hands in, and what is in it.
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bridle/blob.h"
#include "bridle/record.h"
#include "bridle/result.h"

namespace bridle {

inline constexpr std::uint32_t kNoKey = std::numeric_limits<std::uint32_t>::max();

/// One evidence file that some artifact asked for.
struct EvidenceFile {
  std::string path;           ///< canonical device path, or /backup/... for the source's own files
  std::string locator;        ///< stored file relative to the source's root ("3d/3d0d..."); empty if generated
  std::uint64_t size = 0;     ///< bytes of plaintext; 0 if generated
  std::uint32_t key = kNoKey;  ///< index into Inventory::keys
  bool generated = false;     ///< made by the evidence layer (a listing), not stored
};

/// What a source says of the device it came from. Empty where it says nothing.
struct DeviceInfo {
  std::string udid, serial, product_type, product_version, build_version, device_name, last_backup;
  bool encrypted = false;
};

using FileKey = std::array<std::byte, 32>;

/// A source, opened. Plain data: it is made in a worker, checked by the parent and inherited by the next workers.
struct Inventory {
  std::string type;  ///< "ios_backup"
  std::string root;  ///< absolute path
  DeviceInfo device;
  std::vector<EvidenceFile> files;
  std::vector<FileKey> keys;  ///< AES keys of files; cleared by the owner after use
  std::vector<Problem> problems;
  std::uint64_t entries = 0;  ///< entries the source lists in all, asked for or not
};

/// Says which canonical paths the caller wants listed.
using WantedPath = std::function<bool(std::string_view canonical)>;

/// Opens one file of a source. The inventory must outlive the blob.
Result<std::unique_ptr<Blob>> open_blob(const Inventory& inventory, const EvidenceFile& file);

/// The stored bytes of a file, encrypted if the source is; what integrity hashes are taken of.
/// Errors: usage for a generated file, io, not_found.
Result<std::unique_ptr<Blob>> open_stored(const Inventory& inventory, const EvidenceFile& file);

}  // namespace bridle
