// SPDX-License-Identifier: Apache-2.0
// ReadAhead: fewer, larger reads from a blob whose reader asks for one small block after another.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <span>

#include "bridle/blob.h"
#include "bridle/result.h"

namespace bridle {

/// Serves blocks from windows read ahead where the accesses run forward, and block by block where they jump: a table
/// scan costs one read a window, an index look-up reads nothing that was not asked for. Several scans at once each
/// get a window. The blob must outlive the object. One thread at a time.
class ReadAhead {
 public:
  explicit ReadAhead(const Blob& blob);

  std::uint64_t size() const { return blob_->size(); }
  /// Fills `out` from `offset`; returns the bytes read, fewer than asked for only at the end. Errors: the blob's.
  Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> out);

 private:
  static constexpr std::size_t kWindow = std::size_t{256} << 10;
  static constexpr std::size_t kStreams = 4;
  static constexpr std::size_t kRemembered = 8;
  static constexpr std::uint64_t kGap = std::uint64_t{64}
                                        << 10;  // a scan may step over blocks that belong to something else

  struct Stream {
    std::unique_ptr<std::byte[]> bytes;
    std::uint64_t start = 0;
    std::size_t size = 0;   // bytes valid
    std::size_t ahead = 0;  // bytes to read next time
    std::uint64_t used = 0;
    std::uint64_t end() const { return start + size; }
  };

  Stream* continued(std::uint64_t offset);
  Stream* begun(std::uint64_t offset);
  Result<std::size_t> fill(Stream& stream, std::uint64_t offset, std::span<std::byte> out);

  const Blob* blob_;
  std::array<Stream, kStreams> streams_;
  std::array<std::uint64_t, kRemembered> ends_{};  // where the last reads outside all streams ended
  std::size_t next_end_ = 0;
  std::uint64_t clock_ = 0;
};

}  // namespace bridle
