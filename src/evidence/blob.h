// SPDX-License-Identifier: Apache-2.0
// The blobs that evidence files are read through.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bridle/blob.h"
#include "bridle/result.h"

namespace bridle {

/// A file descriptor, closed when destroyed.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor();

  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

/// Opens a folder for reading. Errors: not_found, io.
Result<Descriptor> open_folder(const std::string& path);

/// Bytes of a regular file. Never written, never mapped: a file that shrinks under a map kills the process.
class FileBlob final : public Blob {
 public:
  /// Opens `relative` below a folder. No component may be a symbolic link, "." or ".."; the access time is left
  /// alone where the system permits. Errors: not_found, io (not a regular file, a link, the system refuses),
  /// usage (the path is not relative).
  static Result<std::unique_ptr<FileBlob>> open(const Descriptor& folder, std::string_view relative);

  std::uint64_t size() const override { return size_; }
  /// Errors: io, truncated (the file has become shorter).
  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> out) const override;

 private:
  FileBlob(Descriptor file, std::uint64_t size) : file_(std::move(file)), size_(size) {}

  Descriptor file_;
  std::uint64_t size_;
};

/// Bytes in memory, owned.
class OwnedMemoryBlob final : public Blob {
 public:
  explicit OwnedMemoryBlob(std::vector<std::byte> bytes) : bytes_(std::move(bytes)) {}
  std::uint64_t size() const override { return bytes_.size(); }
  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> out) const override {
    return MemoryBlob(bytes_).read_at(offset, out);
  }

 private:
  std::vector<std::byte> bytes_;
};

/// The plaintext of AES-256-CBC with a zero vector, decrypted where it is read: a block needs only the one before it.
class AesCbcBlob final : public Blob {
 public:
  /// `size` is the length of the plaintext; what the ciphertext holds beyond it is padding.
  AesCbcBlob(std::unique_ptr<Blob> ciphertext, std::span<const std::byte, 32> key, std::uint64_t size);
  ~AesCbcBlob() override;

  std::uint64_t size() const override { return size_; }
  /// Errors: truncated (the ciphertext ends before `size`), internal, and those of the ciphertext.
  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> out) const override;

  /// Length of the PKCS #7 padding that the last whole block of ciphertext decrypts to, 1 to 16; 0 if it is none.
  Result<std::size_t> padding() const;

 private:
  struct Cipher;
  Result<std::span<const std::byte>> decrypt(std::uint64_t block, std::size_t blocks) const;

  std::unique_ptr<Blob> ciphertext_;
  std::unique_ptr<Cipher> cipher_;
  std::uint64_t size_;
};

}  // namespace bridle
