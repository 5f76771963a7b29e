// SPDX-License-Identifier: Apache-2.0
// Blob: the bytes of one evidence file, readable at any offset, never writable.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "bridle/bytes.h"
#include "bridle/result.h"

namespace bridle {

/// Random access to bytes. Implementations: a file, memory, a decrypting view (src/evidence/blob.h).
/// One thread at a time.
class Blob {
 public:
  virtual ~Blob() = default;

  /// Length in bytes; constant for the life of the object.
  virtual std::uint64_t size() const = 0;

  /// Fills `out` from `offset`; returns the bytes read, fewer than asked for only at the end.
  /// Errors: io, and what a decrypting view adds (malformed, truncated).
  virtual Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> out) const = 0;
};

/// The whole blob in memory. Errors: limit if it is longer than `limit` bytes; io.
Result<std::vector<std::byte>> read_all(const Blob& blob, std::uint64_t limit);

/// A blob over bytes that the caller keeps alive.
class MemoryBlob final : public Blob {
 public:
  explicit MemoryBlob(Bytes bytes) : bytes_(bytes) {}
  std::uint64_t size() const override { return bytes_.size(); }
  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> out) const override;

 private:
  Bytes bytes_;
};

}  // namespace bridle
