// SPDX-License-Identifier: Apache-2.0
#include "base/hash.h"

#include <openssl/evp.h>

#include <vector>

#include "base/limits.h"
#include "base/text.h"

namespace bridle {

struct Sha256::Context {
  EVP_MD_CTX* md = EVP_MD_CTX_new();
  ~Context() { EVP_MD_CTX_free(md); }
};

Sha256::Sha256() : context_(std::make_unique<Context>()) { EVP_DigestInit_ex(context_->md, EVP_sha256(), nullptr); }
Sha256::~Sha256() = default;

void Sha256::update(Bytes bytes) { EVP_DigestUpdate(context_->md, bytes.data(), bytes.size()); }

Sha256Digest Sha256::finish() {
  Sha256Digest out{};
  EVP_DigestFinal_ex(context_->md, reinterpret_cast<unsigned char*>(out.data()), nullptr);
  return out;
}

Sha256Digest sha256(Bytes bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.finish();
}

std::string sha256_hex(Bytes bytes) { return to_hex(sha256(bytes)); }

Result<Sha256Digest> sha256(const Blob& blob) {
  Sha256 hash;
  std::vector<std::byte> buffer(limits::kMiB);
  for (std::uint64_t at = 0; at < blob.size();) {
    const auto n = blob.read_at(at, buffer);
    if (!n) return fail(n.error());
    if (*n == 0) return fail(Errc::truncated, "file ended early", {}, at);
    hash.update(Bytes(buffer).first(*n));
    at += *n;
  }
  return hash.finish();
}

std::array<std::byte, 20> sha1(Bytes bytes) {
  struct Free {
    void operator()(EVP_MD* md) const { EVP_MD_free(md); }
  };
  // Fetched once: a fetch costs more than the digest of a path.
  static const std::unique_ptr<EVP_MD, Free> kSha1(EVP_MD_fetch(nullptr, "SHA1", nullptr));
  std::array<std::byte, 20> out{};
  EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(out.data()), nullptr, kSha1.get(), nullptr);
  return out;
}

}  // namespace bridle
