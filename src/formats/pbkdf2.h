// SPDX-License-Identifier: Apache-2.0
// PBKDF2 (RFC 8018, section 5.2), first block only: a 32-byte key.
#pragma once
#include <cstdint>
#include <span>

#include "bridle/bytes.h"

namespace bridle {

/// PBKDF2-HMAC-SHA256. Backups ask for ten million rounds, so this one is a loop of its own over OpenSSL's compression
/// function: about 90 ns a round with SHA instructions, 210 ns through PKCS5_PBKDF2_HMAC. `rounds` is at least 1.
void pbkdf2_hmac_sha256(Bytes password, Bytes salt, std::uint32_t rounds, std::span<std::byte, 32> out);

/// PBKDF2-HMAC-SHA1. `rounds` is at least 1. False if OpenSSL refuses.
bool pbkdf2_hmac_sha1(Bytes password, Bytes salt, std::uint32_t rounds, std::span<std::byte, 32> out);

}  // namespace bridle
