// SPDX-License-Identifier: Apache-2.0
// Method signatures and result codes: https://www.sqlite.org/c3ref/io_methods.html and .../vfs.html
#include "formats/sqlite_vfs.h"

#include <fmt/format.h>

#include <cstring>
#include <span>
#include <string>
#include <string_view>

namespace bridle::sqlite {
namespace {

/// What SQLite allocates for an open file.
struct Handle {
  sqlite3_file base;
  Vfs* vfs;
  Vfs::File* file;  // null: a log that the evidence does not have, seen as empty
};

Handle& handle(sqlite3_file* file) {
  return *reinterpret_cast<Handle*>(file);
}
Vfs& vfs_of(sqlite3_vfs* vfs) {
  return *static_cast<Vfs*>(vfs->pAppData);
}

int close(sqlite3_file*) noexcept {
  return SQLITE_OK;
}

int read(sqlite3_file* file, void* to, int size, sqlite3_int64 offset) noexcept {
  const Handle& h = handle(file);
  if (h.file != nullptr) return h.vfs->read(*h.file, to, size, offset);
  std::memset(to, 0, static_cast<std::size_t>(size));
  return SQLITE_IOERR_SHORT_READ;
}

int write(sqlite3_file*, const void*, int, sqlite3_int64) noexcept {
  return SQLITE_READONLY;
}
int truncate(sqlite3_file*, sqlite3_int64) noexcept {
  return SQLITE_READONLY;
}
int sync(sqlite3_file*, int) noexcept {
  return SQLITE_OK;
}

int file_size(sqlite3_file* file, sqlite3_int64* size) noexcept {
  const Handle& h = handle(file);
  *size = h.file == nullptr ? 0 : static_cast<sqlite3_int64>(h.file->size);
  return SQLITE_OK;
}

// Nobody else sees these files, so that every lock is free.
int lock(sqlite3_file*, int) noexcept {
  return SQLITE_OK;
}
int check_reserved_lock(sqlite3_file*, int* held) noexcept {
  *held = 0;
  return SQLITE_OK;
}
int file_control(sqlite3_file*, int, void*) noexcept {
  return SQLITE_NOTFOUND;
}
int sector_size(sqlite3_file*) noexcept {
  return 4096;
}
int device_characteristics(sqlite3_file*) noexcept {
  return 0;
}

// Version 1: no shared memory and no memory map. With locking_mode=EXCLUSIVE the index of the log is kept on the heap.
constexpr sqlite3_io_methods kMethods{.iVersion = 1,
                                      .xClose = close,
                                      .xRead = read,
                                      .xWrite = write,
                                      .xTruncate = truncate,
                                      .xSync = sync,
                                      .xFileSize = file_size,
                                      .xLock = lock,
                                      .xUnlock = lock,
                                      .xCheckReservedLock = check_reserved_lock,
                                      .xFileControl = file_control,
                                      .xSectorSize = sector_size,
                                      .xDeviceCharacteristics = device_characteristics,
                                      .xShmMap = nullptr,
                                      .xShmLock = nullptr,
                                      .xShmBarrier = nullptr,
                                      .xShmUnmap = nullptr,
                                      .xFetch = nullptr,
                                      .xUnfetch = nullptr};

int open_file(sqlite3_vfs* vfs, const char*, sqlite3_file* file, int flags, int* out_flags) noexcept {
  Handle& h = handle(file);
  h = {};
  if ((flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) == 0) return SQLITE_CANTOPEN;  // journals, temporary files
  h.vfs = &vfs_of(vfs);
  h.file = (flags & SQLITE_OPEN_WAL) != 0 ? h.vfs->wal() : h.vfs->main();
  h.base.pMethods = &kMethods;
  if (out_flags != nullptr) *out_flags = flags & ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  if (out_flags != nullptr) *out_flags |= SQLITE_OPEN_READONLY;
  return SQLITE_OK;
}

int delete_file(sqlite3_vfs*, const char*, int) noexcept {
  return SQLITE_READONLY;
}

/// Only the log may be found beside the database: a rollback journal would be rolled back, which is a write.
int access(sqlite3_vfs* vfs, const char* path, int, int* found) noexcept {
  *found = std::string_view(path).ends_with("-wal") && vfs_of(vfs).wal() != nullptr ? 1 : 0;
  return SQLITE_OK;
}

int full_path(sqlite3_vfs*, const char* path, int size, char* out) noexcept {
  sqlite3_snprintf(size, out, "%s", path);
  return SQLITE_OK;
}

int randomness(sqlite3_vfs*, int size, char* out) noexcept {
  std::memset(out, 0, static_cast<std::size_t>(size));  // SQLite asks the process's default file system instead
  return size;
}
int sleep(sqlite3_vfs*, int microseconds) noexcept {
  return microseconds;
}
int current_time(sqlite3_vfs*, double* julian_day) noexcept {
  sqlite3_vfs* system = sqlite3_vfs_find(nullptr);
  return system->xCurrentTime(system, julian_day);
}
int last_error(sqlite3_vfs*, int, char*) noexcept {
  return 0;
}

}  // namespace

Vfs::Vfs(const Blob& main, std::uint64_t size, const Blob* wal) : main_{ReadAhead(main), size, false} {
  if (wal != nullptr) wal_.emplace(ReadAhead(*wal), wal->size(), true);
}

Result<sqlite3*> Vfs::open() {
  const std::string name = fmt::format("bridle-{}", static_cast<const void*>(this));
  vfs_ = {.iVersion = 1,
          .szOsFile = sizeof(Handle),
          .mxPathname = 64,
          .pNext = nullptr,
          .zName = name.c_str(),
          .pAppData = this,
          .xOpen = open_file,
          .xDelete = delete_file,
          .xAccess = access,
          .xFullPathname = full_path,
          .xDlOpen = nullptr,
          .xDlError = nullptr,
          .xDlSym = nullptr,
          .xDlClose = nullptr,
          .xRandomness = randomness,
          .xSleep = sleep,
          .xCurrentTime = current_time,
          .xGetLastError = last_error,
          .xCurrentTimeInt64 = nullptr,
          .xSetSystemCall = nullptr,
          .xGetSystemCall = nullptr,
          .xNextSystemCall = nullptr};
  if (sqlite3_vfs_register(&vfs_, 0) != SQLITE_OK) return fail(Errc::internal, "SQLite cannot be started");
  sqlite3* db = nullptr;
  const int rc = sqlite3_open_v2("evidence", &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, name.c_str());
  sqlite3_vfs_unregister(&vfs_);
  vfs_.zName = "bridle";
  if (rc == SQLITE_OK) return db;
  sqlite3_close(db);
  return fail(rc == SQLITE_NOMEM ? Errc::limit : Errc::internal, sqlite3_errstr(rc));
}

std::optional<Error> Vfs::take_read_error() {
  return std::exchange(read_error_, std::nullopt);
}

int Vfs::read(File& file, void* to, int size, sqlite3_int64 offset) noexcept {
  const std::span out(static_cast<std::byte*>(to), static_cast<std::size_t>(size));
  last_file_ = &file;
  file.last_read = static_cast<std::uint64_t>(offset);
  const auto got = file.reader.read(file.last_read, out);
  if (!got) {
    if (!read_error_) read_error_ = got.error();
    return SQLITE_IOERR_READ;
  }
  if (*got == out.size()) return SQLITE_OK;
  std::memset(out.data() + *got, 0, out.size() - *got);
  return SQLITE_IOERR_SHORT_READ;
}

}  // namespace bridle::sqlite
