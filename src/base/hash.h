// SPDX-License-Identifier: Apache-2.0
// Digests of evidence, through OpenSSL.
#pragma once
#include <array>
#include <memory>
#include <string>

#include "bridle/blob.h"
#include "bridle/bytes.h"

namespace bridle {

using Sha256Digest = std::array<std::byte, 32>;

/// SHA-256 over parts, in order.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  void update(Bytes bytes);
  Sha256Digest finish();  ///< once

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

Sha256Digest sha256(Bytes bytes);
std::string sha256_hex(Bytes bytes);
/// Hash of all bytes of a blob, read in pieces of 1 MiB.
Result<Sha256Digest> sha256(const Blob& blob);
/// SHA-1, only because iOS names backup files by it.
std::array<std::byte, 20> sha1(Bytes bytes);

}  // namespace bridle
