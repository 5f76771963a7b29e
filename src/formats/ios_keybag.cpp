// SPDX-License-Identifier: Apache-2.0
#include "formats/ios_keybag.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "formats/pbkdf2.h"

namespace bridle::ios_keybag {
namespace {

constexpr std::uint32_t kBackupType = 1;
constexpr std::uint32_t kWithDeviceKey = 1;
constexpr std::uint32_t kWithPassword = 2;

/// One entry: four letters, length, value.
struct Tag {
  std::string_view name;
  Bytes value;
  std::size_t offset;

  bool is_number() const { return value.size() == 4; }
  std::uint32_t number() const { return Reader(value).u32be(); }
};

std::vector<std::byte> copy(Bytes bytes) {
  return {bytes.begin(), bytes.end()};
}

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::ranges::find(names, name) != names.end();
}

/// Takes an entry of the keybag itself. Unknown ones (HMCK, DPWT) are left aside.
Result<> take_header(const Tag& tag, Keybag& bag) {
  if (is_one_of(tag.name, {"VERS", "TYPE", "ITER", "DPIC"}) && !tag.is_number())
    return fail(Errc::malformed, fmt::format("{} of the keybag has {} bytes instead of 4", tag.name, tag.value.size()),
                {}, tag.offset);
  if (tag.name == "VERS") bag.version = tag.number();
  if (tag.name == "TYPE") bag.type = tag.number() & 0x3fffffff;
  if (tag.name == "SALT") bag.salt = copy(tag.value);
  if (tag.name == "DPSL") bag.first_salt = copy(tag.value);
  if (tag.name == "ITER") bag.rounds = tag.number();
  if (tag.name == "DPIC") bag.first_rounds = tag.number();
  return {};
}

/// Takes an entry of a class. A WPKY of another length is of a kind of key that backups do not use on files.
Result<> take_class(const Tag& tag, ClassKey& key) {
  if (is_one_of(tag.name, {"CLAS", "WRAP"}) && !tag.is_number())
    return fail(Errc::malformed, fmt::format("{} of a class has {} bytes instead of 4", tag.name, tag.value.size()), {},
                tag.offset);
  if (tag.name == "CLAS") key.protection_class = tag.number();
  if (tag.name == "WRAP") key.wrap = tag.number();
  if (tag.name == "WPKY" && tag.value.size() == key.wrapped.size()) std::ranges::copy(tag.value, key.wrapped.begin());
  return {};
}

Result<> check(const Keybag& bag) {
  if (bag.type != kBackupType)
    return fail(Errc::unsupported, fmt::format("the keybag is of type {}, not of a backup", bag.type));
  if (bag.salt.empty() || bag.rounds == 0) return fail(Errc::malformed, "the keybag has no salt or no iteration count");
  if (bag.rounds > limits::kPbkdf2Rounds || bag.first_rounds > limits::kPbkdf2Rounds)
    return fail(Errc::limit, fmt::format("the keybag asks for {} and {} rounds of PBKDF2, the limit is {}",
                                         bag.first_rounds, bag.rounds, limits::kPbkdf2Rounds));
  if (bag.classes.empty()) return fail(Errc::malformed, "the keybag has no class keys");
  return {};
}

struct FreeCipher {
  void operator()(EVP_CIPHER* c) const { EVP_CIPHER_free(c); }
  void operator()(EVP_CIPHER_CTX* c) const { EVP_CIPHER_CTX_free(c); }
};

/// Unwraps many keys under one: the key schedule is made once.
class Unwrapper {
 public:
  explicit Unwrapper(const Key& key)
      : cipher_(EVP_CIPHER_fetch(nullptr, "AES-256-WRAP", nullptr)), context_(EVP_CIPHER_CTX_new()) {
    EVP_CIPHER_CTX_set_flags(context_.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
    const auto* bytes = reinterpret_cast<const unsigned char*>(key.bytes().data());
    ready_ = EVP_DecryptInit_ex2(context_.get(), cipher_.get(), bytes, nullptr, nullptr) == 1;
  }

  /// False if the integrity check fails.
  bool unwrap(std::span<const std::byte, 40> wrapped, Key& out) const {
    std::array<unsigned char, 40> plain{};
    int length = 0;
    const bool ok = ready_ && EVP_DecryptInit_ex2(context_.get(), nullptr, nullptr, nullptr, nullptr) == 1 &&
                    EVP_DecryptUpdate(context_.get(), plain.data(), &length,
                                      reinterpret_cast<const unsigned char*>(wrapped.data()), 40) == 1 &&
                    length == 32;
    if (ok) std::memcpy(out.bytes().data(), plain.data(), 32);
    OPENSSL_cleanse(plain.data(), plain.size());
    return ok;
  }

 private:
  std::unique_ptr<EVP_CIPHER, FreeCipher> cipher_;
  std::unique_ptr<EVP_CIPHER_CTX, FreeCipher> context_;
  bool ready_ = false;
};

Result<Key> password_key(const Keybag& bag, std::string_view password) {
  Key first, key;
  Bytes secret = as_bytes(password);
  if (bag.first_rounds > 0) {
    pbkdf2_hmac_sha256(secret, bag.first_salt, bag.first_rounds, first.bytes());
    secret = first.bytes();
  }
  if (!pbkdf2_hmac_sha1(secret, bag.salt, bag.rounds, key.bytes()))
    return fail(Errc::internal, "OpenSSL derives no key");
  return key;
}

}  // namespace

Key::Key(std::span<const std::byte, 32> bytes) {
  std::ranges::copy(bytes, bytes_.begin());
}
Key::~Key() {
  OPENSSL_cleanse(bytes_.data(), bytes_.size());
}
bool Key::operator==(const Key& other) const {
  return CRYPTO_memcmp(bytes_.data(), other.bytes_.data(), bytes_.size()) == 0;
}

Result<Keybag> parse(Bytes bytes) {
  Keybag bag;
  Reader in(bytes);
  bool header = true;  // up to the second UUID; the first is the keybag's own
  int uuids = 0;
  while (!in.at_end()) {
    Tag tag{{}, {}, in.offset()};
    tag.name = in.text(4);
    tag.value = in.bytes(in.u32be());
    if (!in.ok()) return fail(Errc::truncated, "the keybag is cut", {}, tag.offset);
    if (tag.name == "UUID" && ++uuids > 1) {
      header = false;
      if (bag.classes.size() == limits::kKeybagClassKeys)
        return fail(Errc::limit, fmt::format("the keybag has more than {} classes", limits::kKeybagClassKeys), {},
                    tag.offset);
      bag.classes.emplace_back();
    }
    const auto taken = header ? take_header(tag, bag) : take_class(tag, bag.classes.back());
    if (!taken) return fail(taken.error());
  }
  if (const auto good = check(bag); !good) return fail(good.error());
  return bag;
}

Result<Key> unwrap_key(const Key& wrapping_key, std::span<const std::byte, 40> wrapped) {
  Key out;
  if (!Unwrapper(wrapping_key).unwrap(wrapped, out))
    return fail(Errc::malformed, "the wrapped key fails its integrity check");
  return out;
}

struct Unlocked::State {
  struct Class {
    std::uint32_t number;
    Unwrapper unwrapper;
  };
  std::vector<Class> classes;
  std::vector<std::uint32_t> damaged;
};

Unlocked::Unlocked(std::unique_ptr<State> state) : state_(std::move(state)) {}
Unlocked::Unlocked(Unlocked&&) noexcept = default;
Unlocked& Unlocked::operator=(Unlocked&&) noexcept = default;
Unlocked::~Unlocked() = default;

std::span<const std::uint32_t> Unlocked::damaged_classes() const {
  return state_->damaged;
}

Result<Unlocked> Unlocked::open(const Keybag& bag, std::string_view password) {
  const auto derived = password_key(bag, password);
  if (!derived) return fail(derived.error());
  const Unwrapper unwrapper(*derived);
  auto state = std::make_unique<State>();
  for (const ClassKey& c : bag.classes) {
    if ((c.wrap & kWithPassword) == 0) continue;
    Key key;
    if (!unwrapper.unwrap(c.wrapped, key))
      state->damaged.push_back(c.protection_class);
    else if ((c.wrap & kWithDeviceKey) == 0)
      state->classes.push_back({c.protection_class, Unwrapper(key)});
  }
  if (state->classes.empty() && state->damaged.empty())
    return fail(Errc::malformed, "no class key of the keybag is wrapped with the password");
  if (state->classes.empty()) return fail(Errc::password, "the password does not open this backup");
  return Unlocked(std::move(state));
}

Result<Key> Unlocked::unwrap(Bytes wrapped) const {
  if (wrapped.size() != 44)
    return fail(Errc::malformed, fmt::format("a wrapped key has {} bytes instead of 44", wrapped.size()));
  Reader in(wrapped);
  const std::uint32_t number = in.u32le();
  const auto found = std::ranges::find(state_->classes, number, &State::Class::number);
  if (found == state_->classes.end())
    return fail(Errc::not_found, fmt::format("the keybag has no key for protection class {}", number));
  Key out;
  if (!found->unwrapper.unwrap(wrapped.subspan<4, 40>(), out))
    return fail(Errc::malformed, "the wrapped key fails its integrity check");
  return out;
}

}  // namespace bridle::ios_keybag
