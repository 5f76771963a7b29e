// SPDX-License-Identifier: Apache-2.0
// The SQLite file system that evidence is opened through: a database and its write-ahead log, both from blobs.
#pragma once
#include <sqlite3.h>

#include <cstdint>
#include <optional>

#include "bridle/blob.h"
#include "bridle/result.h"
#include "formats/read_ahead.h"

namespace bridle::sqlite {

/// Two files, no directory, and no way to write: every call that would change, create, delete or look for another file
/// is refused, so that SQLite touches no disk whatever SQL it is given. One connection each; the object must outlive
/// it.
class Vfs {
 public:
  /// One of the two files as SQLite sees it.
  struct File {
    ReadAhead reader;
    std::uint64_t size;  ///< as told to SQLite; reads past the blob's end give zeros
    bool is_wal;
    std::uint64_t last_read = 0;  ///< offset of the last block asked for
  };

  /// `size` is the length to report for the database, which is more than its blob has when the file was cut.
  Vfs(const Blob& main, std::uint64_t size, const Blob* wal);
  Vfs(const Vfs&) = delete;
  Vfs& operator=(const Vfs&) = delete;

  /// Opens the connection. The file system has a name, by which SQL could reach it, only within this call.
  /// Errors: internal, limit (memory).
  Result<sqlite3*> open();

  File* main() { return &main_; }
  File* wal() { return wal_ ? &*wal_ : nullptr; }
  /// The file read last, for saying where a fault is.
  const File& last_file() const { return *last_file_; }
  /// The first error a blob gave since the last call.
  std::optional<Error> take_read_error();

  /// For the callbacks: SQLite's answer for a read of `size` bytes.
  int read(File& file, void* to, int size, sqlite3_int64 offset) noexcept;

 private:
  File main_;
  std::optional<File> wal_;
  const File* last_file_ = &main_;
  std::optional<Error> read_error_;
  sqlite3_vfs vfs_{};
};

}  // namespace bridle::sqlite
