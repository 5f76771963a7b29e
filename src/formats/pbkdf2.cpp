// SPDX-License-Identifier: Apache-2.0
#define OPENSSL_SUPPRESS_DEPRECATED  // SHA256_Transform has no successor: EVP cannot start from a saved state cheaply
#include "formats/pbkdf2.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace bridle {
namespace {

using Block = std::array<unsigned char, SHA256_CBLOCK>;
constexpr std::size_t kDigest = SHA256_DIGEST_LENGTH;

const unsigned char* raw(Bytes bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

/// State of SHA-256 after one block: the password, padded and masked.
SHA256_CTX keyed_state(const Block& password, unsigned char mask) {
  Block block;
  std::ranges::transform(password, block.begin(),
                         [mask](unsigned char c) { return static_cast<unsigned char>(c ^ mask); });
  SHA256_CTX state;
  SHA256_Init(&state);
  SHA256_Transform(&state, block.data());
  OPENSSL_cleanse(block.data(), block.size());
  return state;
}

/// Writes the digest over the start of `block`.
void put_digest(const SHA256_CTX& state, Block& block) {
  for (std::size_t i = 0; i < 8; ++i) {
    const std::uint32_t word = std::endian::native == std::endian::little ? std::byteswap(state.h[i]) : state.h[i];
    std::memcpy(block.data() + 4 * i, &word, sizeof word);
  }
}

/// The password as one block, hashed first if it is longer.
Block password_block(Bytes password) {
  Block block{};
  if (password.size() > block.size())
    SHA256(raw(password), password.size(), block.data());
  else
    std::memcpy(block.data(), password.data(), password.size());
  return block;
}

/// The first round: HMAC(password, salt || 1).
void first_digest(const Block& password, Bytes salt, Block& block) {
  std::array<unsigned char, kDigest> digest{};
  HMAC_CTX* hmac = HMAC_CTX_new();
  constexpr std::array<unsigned char, 4> kFirstBlock{0, 0, 0, 1};
  HMAC_Init_ex(hmac, password.data(), static_cast<int>(password.size()), EVP_sha256(), nullptr);
  HMAC_Update(hmac, raw(salt), salt.size());
  HMAC_Update(hmac, kFirstBlock.data(), kFirstBlock.size());
  HMAC_Final(hmac, digest.data(), nullptr);
  HMAC_CTX_free(hmac);
  std::ranges::copy(digest, block.begin());
}

}  // namespace

void pbkdf2_hmac_sha256(Bytes password, Bytes salt, std::uint32_t rounds, std::span<std::byte, 32> out) {
  Block key = password_block(password);
  const SHA256_CTX inner = keyed_state(key, 0x36);
  const SHA256_CTX outer = keyed_state(key, 0x5c);
  // From the second round on both hashes are of one block behind the key's: 32 bytes, padding, 96 bytes in bits.
  Block block{};
  block[kDigest] = 0x80;
  block[62] = 3;
  first_digest(key, salt, block);
  std::array<unsigned char, kDigest> sum{};
  std::copy_n(block.begin(), kDigest, sum.begin());
  for (std::uint32_t round = 1; round < rounds; ++round) {
    SHA256_CTX state = inner;
    SHA256_Transform(&state, block.data());
    put_digest(state, block);
    state = outer;
    SHA256_Transform(&state, block.data());
    put_digest(state, block);
    for (std::size_t i = 0; i < kDigest; ++i) sum[i] = static_cast<unsigned char>(sum[i] ^ block[i]);
  }
  std::memcpy(out.data(), sum.data(), kDigest);
  OPENSSL_cleanse(key.data(), key.size());
  OPENSSL_cleanse(block.data(), block.size());
  OPENSSL_cleanse(sum.data(), sum.size());
}

bool pbkdf2_hmac_sha1(Bytes password, Bytes salt, std::uint32_t rounds, std::span<std::byte, 32> out) {
  return PKCS5_PBKDF2_HMAC(reinterpret_cast<const char*>(password.data()), static_cast<int>(password.size()), raw(salt),
                           static_cast<int>(salt.size()), static_cast<int>(rounds), EVP_sha1(), 32,
                           reinterpret_cast<unsigned char*>(out.data())) == 1;
}

}  // namespace bridle
