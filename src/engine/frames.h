// SPDX-License-Identifier: Apache-2.0
// Frames: messages on the pipe from a worker to its parent.
//
// A frame is magic (u32), length of the payload (u32), type (u8), three zero bytes, payload; numbers in the byte order
// of the machine, since both ends are one program. The reading end takes the writing end for an attacker.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "bridle/bytes.h"
#include "bridle/result.h"

namespace bridle {

/// The writing end. One thread at a time; does not own the descriptor.
class Channel {
 public:
  /// Types from this one on belong to the worker pool.
  static constexpr std::uint8_t kFirstReservedType = 0xF0;

  explicit Channel(int fd);

  /// Sends one message; small ones wait in a buffer until it is full, until flush() or until the job ends. Blocks while
  /// the pipe is full. False if the type is reserved, if the payload exceeds limits::kWireMessageBytes, or if the
  /// reader has gone.
  bool send(std::uint8_t type, Bytes payload);

  /// Writes what waits in the buffer. Blocks while the pipe is full. False if the reader has gone.
  bool flush();

  /// The same as send() and flush(), for the worker pool's own types. Does not allocate.
  bool send_reserved(std::uint8_t type, Bytes payload);

 private:
  bool put(std::uint8_t type, Bytes payload);
  bool write_all(Bytes first, Bytes second);

  int fd_;
  std::vector<std::byte> buffer_;
  std::size_t used_ = 0;
};

struct Frame {
  std::uint8_t type = 0;
  Bytes payload;  ///< points into the reader's buffer
};

/// The reading end, without the descriptor: give it bytes, take frames.
///   const auto space = reader.space();  reader.filled(read(fd, space.data(), space.size()));
///   while ((frame = reader.next()) && *frame) ...
/// A payload is read into its final place; only what had arrived of it by chance, less than 64 KiB, is moved once.
class FrameReader {
 public:
  FrameReader();

  /// Where the next bytes go; never empty. Makes every frame given so far invalid. Allocates only when the header of a
  /// frame was read and found within limits::kWireMessageBytes.
  std::span<std::byte> space();
  /// The first `n` bytes of space() were filled.
  void filled(std::size_t n);

  /// The next whole frame; nothing if more bytes are needed. Errors: malformed (no frame starts here), limit (the
  /// payload would be too long). After an error the reader gives only that error.
  Result<std::optional<Frame>> next();

  /// True if no byte is held that next() has not given.
  bool empty() const { return begin_ == end_; }

 private:
  std::size_t wanted() const;

  std::unique_ptr<std::byte[]> buffer_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;  ///< first byte not yet given
  std::size_t end_ = 0;
  std::optional<Error> failed_;
};

}  // namespace bridle
