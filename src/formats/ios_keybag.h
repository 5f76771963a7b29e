// SPDX-License-Identifier: Apache-2.0
// The keybag of an encrypted iOS backup: from the password to the key of each file (docs/formats/ios_keybag.md).
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "bridle/bytes.h"
#include "bridle/result.h"

namespace bridle::ios_keybag {

/// A 256-bit AES key, wiped from memory when it is destroyed.
class Key {
 public:
  Key() = default;
  explicit Key(std::span<const std::byte, 32> bytes);
  Key(const Key&) = default;
  Key& operator=(const Key&) = default;
  ~Key();

  std::span<const std::byte, 32> bytes() const { return bytes_; }
  std::span<std::byte, 32> bytes() { return bytes_; }
  bool operator==(const Key& other) const;

 private:
  std::array<std::byte, 32> bytes_{};
};

/// A protection class and its key, wrapped.
struct ClassKey {
  std::uint32_t protection_class = 0;
  std::uint32_t wrap = 0;  ///< bit 0: with the key of the device, bit 1: with the password's
  std::array<std::byte, 40> wrapped{};
};

/// What is written in a keybag.
struct Keybag {
  std::uint32_t version = 0;
  std::uint32_t type = 0;                   ///< 1: backup
  std::vector<std::byte> salt, first_salt;  ///< SALT; DPSL, empty before iOS 10.2
  std::uint32_t rounds = 0;                 ///< ITER, of PBKDF2-SHA1
  std::uint32_t first_rounds = 0;           ///< DPIC, of PBKDF2-SHA256; 0 before iOS 10.2
  std::vector<ClassKey> classes;
};

/// Reads BackupKeyBag of Manifest.plist. Errors: malformed, truncated, limit (kPbkdf2Rounds, kKeybagClassKeys),
/// unsupported (a keybag that is not of a backup).
Result<Keybag> parse(Bytes bytes);

/// A keybag opened with its password. Not thread-safe; moving leaves an object that may only be destroyed.
class Unlocked {
 public:
  /// Derives the password's key, which takes most of a second at the rounds iOS asks for, and unwraps the class keys.
  /// Errors: password (no class key unwraps), internal.
  static Result<Unlocked> open(const Keybag& keybag, std::string_view password);
  Unlocked(Unlocked&&) noexcept;
  Unlocked& operator=(Unlocked&&) noexcept;
  ~Unlocked();

  /// Unwraps an EncryptionKey or ManifestKey: the protection class (4 bytes, little-endian) and 40 wrapped bytes.
  /// Errors: malformed (other length, integrity check fails), not_found (no key for the class).
  Result<Key> unwrap(Bytes wrapped) const;

  /// Classes whose key the password should have opened and did not: a damaged keybag.
  std::span<const std::uint32_t> damaged_classes() const;

 private:
  struct State;
  explicit Unlocked(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// AES key unwrap (RFC 3394) of a 256-bit key. Errors: malformed (integrity check fails).
Result<Key> unwrap_key(const Key& wrapping_key, std::span<const std::byte, 40> wrapped);

}  // namespace bridle::ios_keybag
