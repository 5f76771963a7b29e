// SPDX-License-Identifier: Apache-2.0
#include "formats/ios_keybag.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <string>

#include "base/limits.h"
#include "base/text.h"
#include "forge/ios_keybag_writer.h"
#include "formats/pbkdf2.h"

namespace bridle::ios_keybag {
namespace {

using Buffer = std::vector<std::byte>;

std::string derive256(std::string_view password, std::string_view salt, std::uint32_t rounds) {
  std::array<std::byte, 32> out;
  pbkdf2_hmac_sha256(as_bytes(password), as_bytes(salt), rounds, out);
  return to_hex(out);
}

TEST(Pbkdf2, Sha256GivesTheKnownKeys) {  // the vectors of RFC 6070 with SHA-256, as widely published
  EXPECT_EQ(derive256("password", "salt", 1), "120fb6cffcf8b32c43e7225256c4f837a86548c92ccc35480805987cb70be17b");
  EXPECT_EQ(derive256("password", "salt", 2), "ae4d0c95af6b46d32d0adff928f06dd02a303f8ef3c251dfd6e2d85a95474c43");
  EXPECT_EQ(derive256("password", "salt", 4096), "c5e478d59288c841aa530db6845c4c8d962893a001ce4e11a4963873aa98134a");
}

TEST(Pbkdf2, Sha256AgreesWithOpensslAtEveryLength) {
  for (const std::size_t length : {0U, 1U, 55U, 63U, 64U, 65U, 200U}) {
    const std::string password(length, 'p'), salt(length + 1, 's');
    std::array<unsigned char, 32> expected;
    ASSERT_EQ(PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(length),
                                reinterpret_cast<const unsigned char*>(salt.data()), static_cast<int>(salt.size()), 7,
                                EVP_sha256(), 32, expected.data()),
              1);
    EXPECT_EQ(derive256(password, salt, 7), to_hex(std::as_bytes(std::span(expected)))) << length;
  }
}

TEST(Pbkdf2, Sha1GivesTheKeyOfRfc6070) {
  std::array<std::byte, 32> out;
  ASSERT_TRUE(pbkdf2_hmac_sha1(as_bytes("password"), as_bytes("salt"), 4096, out));
  EXPECT_EQ(to_hex(Bytes(out).first(20)), "4b007901b765489abead49d926f721d065a429c1");
}

TEST(IosKeybag, UnwrapsTheVectorOfRfc3394) {
  const auto kek = *from_hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
  auto wrapped = *from_hex("28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21");
  const Key key(std::span<const std::byte>(kek).first<32>());
  const auto plain = unwrap_key(key, std::span<const std::byte>(wrapped).first<40>());
  ASSERT_TRUE(plain);
  EXPECT_EQ(to_hex(plain->bytes()), "00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f");
  for (const std::size_t at : {0U, 7U, 20U, 39U}) {
    wrapped[at] ^= std::byte{1};
    const auto damaged = unwrap_key(key, std::span<const std::byte>(wrapped).first<40>());
    ASSERT_FALSE(damaged);
    EXPECT_EQ(damaged.error().code, Errc::malformed);
    wrapped[at] ^= std::byte{1};
  }
}

/// A keybag made with few rounds, its bytes, and a file key wrapped under class 4.
struct Fixture {
  Fixture()
      : random(7), bag(*forge::Keybag::make("open sesame", 3, 5, random)), blob(bag.blob().begin(), bag.blob().end()) {
    random.fill(file_key);
    wrapped = *bag.wrap(4, file_key);
  }
  forge::Random random;
  forge::Keybag bag;
  Buffer blob;
  forge::Key file_key;
  forge::WrappedKey wrapped;
};

TEST(IosKeybag, OpensWithThePassword) {
  const Fixture f;
  const auto bag = parse(f.blob);
  ASSERT_TRUE(bag) << to_string(bag.error());
  EXPECT_EQ(bag->type, 1U);
  EXPECT_EQ(bag->first_rounds, 3U);
  EXPECT_EQ(bag->rounds, 5U);
  EXPECT_EQ(bag->salt.size(), 20U);
  EXPECT_EQ(bag->classes.size(), 10U);
  const auto open = Unlocked::open(*bag, "open sesame");
  ASSERT_TRUE(open) << to_string(open.error());
  EXPECT_TRUE(open->damaged_classes().empty());
  for (int again = 0; again < 3; ++again) {
    const auto key = open->unwrap(f.wrapped);
    ASSERT_TRUE(key) << to_string(key.error());
    EXPECT_EQ(*key, Key(f.file_key));
  }
}

TEST(IosKeybag, TellsAWrongPasswordFromADamagedKey) {
  Fixture f;
  const auto bag = *parse(f.blob);
  for (const char* wrong : {"", "open sesam", "Open sesame", "open sesame "})
    EXPECT_EQ(Unlocked::open(bag, wrong).error().code, Errc::password) << wrong;
  const auto open = *Unlocked::open(bag, "open sesame");
  auto damaged = f.wrapped;
  damaged[20] ^= std::byte{1};
  EXPECT_EQ(open.unwrap(damaged).error().code, Errc::malformed);
  EXPECT_TRUE(open.unwrap(f.wrapped)) << "a failed unwrap leaves the next one alone";
  damaged = f.wrapped;
  damaged[0] = std::byte{99};
  EXPECT_EQ(open.unwrap(damaged).error().code, Errc::not_found);
  EXPECT_EQ(open.unwrap(Bytes(f.wrapped).first(43)).error().code, Errc::malformed);
}

TEST(IosKeybag, GoesOnWithoutADamagedClass) {
  const Fixture f;
  auto bag = *parse(f.blob);
  bag.classes[0].wrapped[3] ^= std::byte{1};
  const auto open = Unlocked::open(bag, "open sesame");
  ASSERT_TRUE(open);
  ASSERT_EQ(open->damaged_classes().size(), 1U);
  EXPECT_EQ(open->damaged_classes()[0], bag.classes[0].protection_class);
  EXPECT_TRUE(open->unwrap(f.wrapped));
}

TEST(IosKeybag, ClassesThatNeedTheDeviceAreNotUsed) {
  const Fixture f;
  auto bag = *parse(f.blob);
  for (auto& c : bag.classes)
    if (c.protection_class == 4) c.wrap = 3;
  const auto open = Unlocked::open(bag, "open sesame");
  ASSERT_TRUE(open);
  EXPECT_EQ(open->unwrap(f.wrapped).error().code, Errc::not_found);
  for (auto& c : bag.classes) c.wrap = 1;
  EXPECT_EQ(Unlocked::open(bag, "open sesame").error().code, Errc::malformed);
}

/// The keybag of before iOS 10.2: without the first derivation.
TEST(IosKeybag, OpensWithoutTheFirstDerivation) {
  auto kek = Key();
  ASSERT_TRUE(pbkdf2_hmac_sha1(as_bytes("old"), as_bytes("salt"), 9, kek.bytes()));
  Keybag bag;
  bag.type = 1;
  bag.salt = {as_bytes("salt").begin(), as_bytes("salt").end()};
  bag.rounds = 9;
  ClassKey c{1, 2, {}};
  EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
  EVP_CIPHER_CTX_set_flags(context, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
  const std::array<unsigned char, 32> plain{1, 2, 3};
  int length = 0;
  EVP_EncryptInit_ex(context, EVP_aes_256_wrap(), nullptr, reinterpret_cast<const unsigned char*>(kek.bytes().data()),
                     nullptr);
  EVP_EncryptUpdate(context, reinterpret_cast<unsigned char*>(c.wrapped.data()), &length, plain.data(), 32);
  EVP_CIPHER_CTX_free(context);
  ASSERT_EQ(length, 40);
  bag.classes.push_back(c);
  EXPECT_TRUE(Unlocked::open(bag, "old"));
  EXPECT_EQ(Unlocked::open(bag, "new").error().code, Errc::password);
}

Buffer tag(std::string_view name, std::uint32_t value) {
  Buffer out(as_bytes(name).begin(), as_bytes(name).end());
  for (const unsigned b : {0U, 0U, 0U, 4U, value >> 24, value >> 16 & 255, value >> 8 & 255, value & 255})
    out.push_back(static_cast<std::byte>(b));
  return out;
}

Buffer operator+(Buffer a, const Buffer& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

TEST(IosKeybag, RefusesWhatIsNoBackupKeybag) {
  const Fixture f;
  EXPECT_EQ(parse({}).error().code, Errc::unsupported);
  for (const std::size_t n : {1U, 6U, 11U, 100U}) {
    const auto cut = parse(Bytes(f.blob).first(n));
    ASSERT_FALSE(cut);
    EXPECT_EQ(cut.error().code, Errc::truncated) << n;
  }
  EXPECT_EQ(parse(tag("TYPE", 0) + Buffer(f.blob.begin() + 24, f.blob.end())).error().code, Errc::unsupported);
  EXPECT_EQ(parse(tag("TYPE", 1)).error().code, Errc::malformed);
  const Buffer salt = tag("SALT", 5);
  EXPECT_EQ(parse(tag("TYPE", 1) + salt + tag("ITER", 1)).error().code, Errc::malformed) << "no classes";
  EXPECT_EQ(parse(tag("TYPE", 1) + salt + tag("ITER", 0xffffffff)).error().code, Errc::limit);
  EXPECT_EQ(parse(tag("TYPE", 1) + salt + tag("ITER", 1) + tag("DPIC", limits::kPbkdf2Rounds + 1)).error().code,
            Errc::limit);
  Buffer many = tag("TYPE", 1) + salt + tag("ITER", 1);
  for (std::size_t i = 0; i < limits::kKeybagClassKeys + 2; ++i) many = many + tag("UUID", 1);
  EXPECT_EQ(parse(many).error().code, Errc::limit);
  Buffer huge = tag("TYPE", 1);
  huge[4] = std::byte{0xff};  // a value of 4 GiB
  EXPECT_EQ(parse(huge).error().code, Errc::truncated);
}

}  // namespace
}  // namespace bridle::ios_keybag
