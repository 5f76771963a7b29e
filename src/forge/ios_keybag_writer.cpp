// SPDX-License-Identifier: Apache-2.0
// Layout: docs/formats/ios_keybag.md.
#include "forge/ios_keybag_writer.h"

#include <openssl/evp.h>

#include <algorithm>
#include <utility>

namespace bridle::forge {
namespace {

constexpr std::uint32_t kKeybagVersion = 5;
constexpr std::uint32_t kBackupType = 1;
constexpr std::uint32_t kWrappedByPasscode = 2;
constexpr std::array<std::uint32_t, 10> kClasses{1, 2, 3, 4, 6, 7, 8, 9, 10, 11};
constexpr std::size_t kSaltBytes = 20;

template <std::size_t n>
std::array<std::byte, n> random_bytes(Random& random) {
  std::array<std::byte, n> out;
  random.fill(out);
  return out;
}

void put_tag(std::vector<std::byte>& out, std::string_view tag, Bytes value) {
  const Bytes name = as_bytes(tag);
  out.insert(out.end(), name.begin(), name.end());
  for (unsigned i = 4; i-- > 0;) out.push_back(static_cast<std::byte>(value.size() >> (8 * i)));
  out.insert(out.end(), value.begin(), value.end());
}

void put_tag(std::vector<std::byte>& out, std::string_view tag, std::uint32_t value) {
  std::array<std::byte, 4> big;
  for (unsigned i = 0; i < 4; ++i) big[i] = static_cast<std::byte>(value >> (24 - 8 * i));
  put_tag(out, tag, big);
}

unsigned char* raw(std::byte* p) { return reinterpret_cast<unsigned char*>(p); }
const unsigned char* raw(const std::byte* p) { return reinterpret_cast<const unsigned char*>(p); }

bool pbkdf2(Bytes password, Bytes salt, std::uint32_t rounds, const EVP_MD* digest, Key& out) {
  return PKCS5_PBKDF2_HMAC(reinterpret_cast<const char*>(password.data()), static_cast<int>(password.size()),
                           raw(salt.data()), static_cast<int>(salt.size()), static_cast<int>(rounds), digest,
                           static_cast<int>(out.size()), raw(out.data())) == 1;
}

}  // namespace

struct Keybag::Ciphers {
  struct Free {
    void operator()(EVP_CIPHER* c) const { EVP_CIPHER_free(c); }
    void operator()(EVP_CIPHER_CTX* c) const { EVP_CIPHER_CTX_free(c); }
  };
  std::unique_ptr<EVP_CIPHER, Free> cbc{EVP_CIPHER_fetch(nullptr, "AES-256-CBC", nullptr)};
  std::unique_ptr<EVP_CIPHER, Free> key_wrap{EVP_CIPHER_fetch(nullptr, "AES-256-WRAP", nullptr)};
  std::unique_ptr<EVP_CIPHER_CTX, Free> context{EVP_CIPHER_CTX_new()};

  /// Wraps `key` (40 bytes out) under `kek`.
  bool wrap(const Key& kek, const Key& key, std::byte* out) {
    int length = 0;
    EVP_CIPHER_CTX_reset(context.get());
    EVP_CIPHER_CTX_set_flags(context.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
    return EVP_EncryptInit_ex2(context.get(), key_wrap.get(), raw(kek.data()), nullptr, nullptr) == 1 &&
           EVP_EncryptUpdate(context.get(), raw(out), &length, raw(key.data()), static_cast<int>(key.size())) == 1 &&
           length == 40;
  }
};

Keybag::Keybag() : ciphers_(std::make_unique<Ciphers>()) {}
Keybag::Keybag(Keybag&&) noexcept = default;
Keybag::~Keybag() = default;

Result<Keybag> Keybag::make(std::string_view password, std::uint32_t dpic, std::uint32_t iterations, Random& random) {
  Keybag bag;
  const auto salt = random_bytes<kSaltBytes>(random);
  const auto second_salt = random_bytes<kSaltBytes>(random);
  Key first;
  Key passcode_key;
  if (!bag.ciphers_->cbc || !bag.ciphers_->key_wrap || !bag.ciphers_->context ||
      !pbkdf2(as_bytes(password), second_salt, dpic, EVP_sha256(), first) ||
      !pbkdf2(first, salt, iterations, EVP_sha1(), passcode_key))
    return fail(Errc::internal, "OpenSSL does not derive a key");

  put_tag(bag.blob_, "VERS", kKeybagVersion);
  put_tag(bag.blob_, "TYPE", kBackupType);
  put_tag(bag.blob_, "UUID", random_bytes<16>(random));
  put_tag(bag.blob_, "HMCK", random_bytes<40>(random));
  put_tag(bag.blob_, "WRAP", 0);
  put_tag(bag.blob_, "SALT", salt);
  put_tag(bag.blob_, "ITER", iterations);
  put_tag(bag.blob_, "DPWT", 1);
  put_tag(bag.blob_, "DPIC", dpic);
  put_tag(bag.blob_, "DPSL", second_salt);
  for (const std::uint32_t number : kClasses) {
    const Key key = random_bytes<32>(random);
    std::array<std::byte, 40> wrapped;
    if (!bag.ciphers_->wrap(passcode_key, key, wrapped.data()))
      return fail(Errc::internal, "OpenSSL does not wrap a class key");
    bag.classes_.push_back({number, key});
    put_tag(bag.blob_, "UUID", random_bytes<16>(random));
    put_tag(bag.blob_, "CLAS", number);
    put_tag(bag.blob_, "WRAP", kWrappedByPasscode);
    put_tag(bag.blob_, "KTYP", 0);
    put_tag(bag.blob_, "WPKY", wrapped);
  }
  return bag;
}

Result<WrappedKey> Keybag::wrap(std::uint32_t protection_class, const Key& key) {
  const auto found = std::ranges::find(classes_, protection_class, &ClassKey::number);
  if (found == classes_.end()) return fail(Errc::usage, "the keybag has no such protection class");
  WrappedKey out;
  for (unsigned i = 0; i < 4; ++i) out[i] = static_cast<std::byte>(protection_class >> (8 * i));
  if (!ciphers_->wrap(found->key, key, out.data() + 4)) return fail(Errc::internal, "OpenSSL does not wrap a key");
  return out;
}

Result<Bytes> Keybag::encrypt(const Key& key, Bytes plain, bool pad) {
  constexpr std::array<unsigned char, 16> kZero{};
  constexpr std::size_t kBlock = 16;
  EVP_CIPHER_CTX* context = ciphers_->context.get();
  scratch_.resize(plain.size() + kBlock);
  int length = 0;
  int last = 0;
  EVP_CIPHER_CTX_reset(context);
  const bool ok = EVP_EncryptInit_ex2(context, ciphers_->cbc.get(), raw(key.data()), kZero.data(), nullptr) == 1 &&
                  EVP_CIPHER_CTX_set_padding(context, pad ? 1 : 0) == 1 &&
                  EVP_EncryptUpdate(context, raw(scratch_.data()), &length, raw(plain.data()),
                                    static_cast<int>(plain.size())) == 1 &&
                  EVP_EncryptFinal_ex(context, raw(scratch_.data()) + length, &last) == 1;
  if (!ok) return fail(Errc::internal, "OpenSSL does not encrypt a file");
  return Bytes(scratch_).first(static_cast<std::size_t>(length) + static_cast<std::size_t>(last));
}

}  // namespace bridle::forge
