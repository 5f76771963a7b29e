// SPDX-License-Identifier: Apache-2.0
#include "evidence/blob.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/text.h"

namespace bridle {
namespace {

constexpr std::size_t kBlock = 16;
constexpr std::size_t kBlocksAtOnce = 4096;

Error system_error(int error, std::string_view what) {
  if (error == ENOENT || error == ENOTDIR) return {Errc::not_found, fmt::format("{}: no such file", what)};
  if (error == ELOOP) return {Errc::io, fmt::format("{} is a symbolic link, which is not followed", what)};
  return {Errc::io, fmt::format("{}: {}", what, std::strerror(error))};
}

/// openat() that leaves the access time alone if this user may ask for that.
Descriptor open_at(int folder, const std::string& name, int flags) {
  flags |= O_RDONLY | O_CLOEXEC | O_NONBLOCK;  // without O_NONBLOCK opening a pipe would wait for a writer
  int fd = ::openat(folder, name.c_str(), flags | O_NOATIME);
  if (fd < 0 && errno == EPERM) fd = ::openat(folder, name.c_str(), flags);
  return Descriptor(fd);
}

}  // namespace

Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

Result<Descriptor> open_folder(const std::string& path) {
  Descriptor folder = open_at(AT_FDCWD, path, O_DIRECTORY);
  if (!folder.valid()) return fail(system_error(errno, path));
  return folder;
}

Result<std::unique_ptr<FileBlob>> FileBlob::open(const Descriptor& folder, std::string_view relative) {
  const auto components = split(relative, '/');
  for (const std::string_view c : components)
    if (c.empty() || c == "." || c == ".." || c.contains('\0'))
      return fail(Errc::usage, "not a relative path", std::string(relative));
  Descriptor at;
  for (std::size_t i = 0; i < components.size(); ++i) {
    const bool last = i + 1 == components.size();
    Descriptor next =
        open_at(i == 0 ? folder.get() : at.get(), std::string(components[i]), O_NOFOLLOW | (last ? 0 : O_DIRECTORY));
    if (!next.valid()) return fail(system_error(errno, relative));
    at = std::move(next);
  }
  struct stat status {};
  if (::fstat(at.get(), &status) != 0) return fail(system_error(errno, relative));
  if (!S_ISREG(status.st_mode)) return fail(Errc::io, fmt::format("{} is not a regular file", relative));
  return std::unique_ptr<FileBlob>(new FileBlob(std::move(at), static_cast<std::uint64_t>(status.st_size)));
}

Result<std::size_t> FileBlob::read_at(std::uint64_t offset, std::span<std::byte> out) const {
  if (offset >= size_) return 0;
  out = out.first(static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), size_ - offset)));
  for (std::size_t done = 0; done < out.size();) {
    const ssize_t n = ::pread(file_.get(), out.data() + done, out.size() - done, static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(Errc::io, fmt::format("cannot be read: {}", std::strerror(errno)), {}, offset + done);
    if (n == 0) return fail(Errc::truncated, "the file has become shorter since it was opened", {}, offset + done);
    done += static_cast<std::size_t>(n);
  }
  return out.size();
}

struct AesCbcBlob::Cipher {
  struct Free {
    void operator()(EVP_CIPHER* c) const { EVP_CIPHER_free(c); }
    void operator()(EVP_CIPHER_CTX* c) const { EVP_CIPHER_CTX_free(c); }
  };
  std::unique_ptr<EVP_CIPHER, Free> algorithm{EVP_CIPHER_fetch(nullptr, "AES-256-CBC", nullptr)};
  std::unique_ptr<EVP_CIPHER_CTX, Free> context{EVP_CIPHER_CTX_new()};
  std::array<std::byte, (1 + kBlocksAtOnce) * kBlock> bytes{};  // the vector, then the blocks

  explicit Cipher(std::span<const std::byte, 32> key) {
    const auto* raw = reinterpret_cast<const unsigned char*>(key.data());
    EVP_DecryptInit_ex2(context.get(), algorithm.get(), raw, nullptr, nullptr);
  }

  /// Decrypts in place what lies behind the vector.
  bool decrypt(std::size_t size) {
    auto* raw = reinterpret_cast<unsigned char*>(bytes.data());
    std::array<unsigned char, kBlock> vector{};
    std::memcpy(vector.data(), raw, kBlock);
    int done = 0;
    return EVP_DecryptInit_ex2(context.get(), nullptr, nullptr, vector.data(), nullptr) == 1 &&
           EVP_CIPHER_CTX_set_padding(context.get(), 0) == 1 &&
           EVP_DecryptUpdate(context.get(), raw + kBlock, &done, raw + kBlock, static_cast<int>(size)) == 1 &&
           static_cast<std::size_t>(done) == size;
  }
};

AesCbcBlob::AesCbcBlob(std::unique_ptr<Blob> ciphertext, std::span<const std::byte, 32> key, std::uint64_t size)
    : ciphertext_(std::move(ciphertext)), cipher_(std::make_unique<Cipher>(key)), size_(size) {}
AesCbcBlob::~AesCbcBlob() = default;

/// Plaintext of up to kBlocksAtOnce blocks, in the buffer until the next call.
Result<Bytes> AesCbcBlob::decrypt(std::uint64_t block, std::size_t blocks) const {
  const std::size_t size = blocks * kBlock;
  const std::size_t vector = block == 0 ? 0 : kBlock;  // bytes of it that are read
  std::fill_n(cipher_->bytes.begin(), kBlock, std::byte{0});
  const std::uint64_t offset = block * kBlock - vector;
  const auto got = ciphertext_->read_at(offset, std::span(cipher_->bytes).subspan(kBlock - vector, vector + size));
  if (!got) return fail(got.error());
  if (*got < vector + size)
    return fail(Errc::truncated, fmt::format("the encrypted file ends after {} bytes", ciphertext_->size()), {},
                offset + *got);
  if (!cipher_->decrypt(size)) return fail(Errc::internal, "OpenSSL does not decrypt");
  return Bytes(cipher_->bytes).subspan(kBlock, size);
}

Result<std::size_t> AesCbcBlob::read_at(std::uint64_t offset, std::span<std::byte> out) const {
  if (offset >= size_) return 0;
  out = out.first(static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), size_ - offset)));
  for (std::size_t done = 0; done < out.size();) {
    const std::uint64_t at = offset + done;
    const std::size_t skip = at % kBlock;
    const std::size_t blocks = std::min(kBlocksAtOnce, (skip + out.size() - done + kBlock - 1) / kBlock);
    const auto plain = decrypt(at / kBlock, blocks);
    if (!plain) return fail(plain.error());
    const std::size_t n = std::min(plain->size() - skip, out.size() - done);
    std::memcpy(out.data() + done, plain->data() + skip, n);
    done += n;
  }
  return out.size();
}

Result<std::size_t> AesCbcBlob::padding() const {
  const std::uint64_t blocks = ciphertext_->size() / kBlock;
  if (blocks == 0) return 0;
  const auto last = decrypt(blocks - 1, 1);
  if (!last) return fail(last.error());
  const std::byte length = last->back();
  const auto n = static_cast<std::size_t>(length);
  if (n < 1 || n > kBlock) return 0;
  return std::ranges::all_of(last->last(n), [length](std::byte b) { return b == length; }) ? n : 0;
}

}  // namespace bridle
