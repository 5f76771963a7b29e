// SPDX-License-Identifier: Apache-2.0
// Makes the keybag of an encrypted iOS backup and encrypts under it.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "bridle/bytes.h"
#include "bridle/result.h"
#include "forge/random.h"

namespace bridle::forge {

using Key = std::array<std::byte, 32>;
/// An EncryptionKey or ManifestKey: the protection class (little-endian) and the wrapped key (RFC 3394).
using WrappedKey = std::array<std::byte, 44>;

/// A backup keybag as iOS 10.2 and later write it. Everything random in it comes from the generator given.
/// Not thread-safe.
class Keybag {
 public:
  /// `dpic` and `iterations` are the rounds of the two PBKDF2 passes (SHA-256, then SHA-1).
  /// Errors: internal (OpenSSL refuses).
  static Result<Keybag> make(std::string_view password, std::uint32_t dpic, std::uint32_t iterations, Random& random);
  Keybag(Keybag&&) noexcept;
  ~Keybag();

  /// The TLV that Manifest.plist holds as BackupKeyBag.
  Bytes blob() const { return blob_; }

  /// Wraps a file's key under a class key. Errors: usage (no such class), internal.
  Result<WrappedKey> wrap(std::uint32_t protection_class, const Key& key);

  /// AES-256-CBC with a zero vector; PKCS#7 if `pad`, else the length must be a multiple of 16. Errors: internal.
  /// The bytes live until the next call.
  Result<Bytes> encrypt(const Key& key, Bytes plain, bool pad);

 private:
  struct Ciphers;
  Keybag();

  struct ClassKey {
    std::uint32_t number;
    Key key;
  };
  std::vector<ClassKey> classes_;
  std::vector<std::byte> blob_;
  std::vector<std::byte> scratch_;
  std::unique_ptr<Ciphers> ciphers_;
};

}  // namespace bridle::forge
