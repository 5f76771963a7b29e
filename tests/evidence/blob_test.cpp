// SPDX-License-Identifier: Apache-2.0
#include "evidence/blob.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <sys/stat.h>

#include <random>

#include "evidence/temporary_folder.h"

namespace bridle {
namespace {

namespace fs = std::filesystem;
using Buffer = std::vector<std::byte>;

class Folder : public TemporaryFolder {
 public:
  Result<std::unique_ptr<FileBlob>> open(std::string_view relative) const {
    return FileBlob::open(*open_folder(path), relative);
  }
};

std::string read(const Blob& blob, std::uint64_t offset, std::size_t n) {
  std::string out(n, '?');
  const auto got = blob.read_at(offset, std::as_writable_bytes(std::span(out)));
  if (!got) return to_string(got.error());
  out.resize(*got);
  return out;
}

TEST(FileBlob, ReadsAtAnyOffset) {
  const Folder folder;
  fs::create_directory(folder.path / "3d");
  folder.write("3d/file", "0123456789");
  const auto blob = folder.open("3d/file");
  ASSERT_TRUE(blob) << to_string(blob.error());
  EXPECT_EQ((*blob)->size(), 10U);
  EXPECT_EQ(read(**blob, 0, 4), "0123");
  EXPECT_EQ(read(**blob, 7, 100), "789");
  EXPECT_EQ(read(**blob, 10, 1), "");
  EXPECT_EQ(read(**blob, UINT64_MAX, 1), "");
}

TEST(FileBlob, TakesOnlyRegularFilesBelowTheFolder) {
  const Folder folder;
  fs::create_directory(folder.path / "real");
  folder.write("real/file", "x");
  fs::create_symlink("real", folder.path / "linked");
  fs::create_symlink("real/file", folder.path / "link");
  fs::create_symlink("/etc/passwd", folder.path / "outside");
  ASSERT_EQ(mkfifo((folder.path / "pipe").c_str(), 0600), 0);
  EXPECT_TRUE(folder.open("real/file"));
  for (const char* link : {"link", "outside", "linked/file"}) {
    const auto blob = folder.open(link);
    ASSERT_FALSE(blob) << link;
    EXPECT_TRUE(blob.error().code == Errc::io || blob.error().code == Errc::not_found) << to_string(blob.error());
  }
  EXPECT_EQ(folder.open("pipe").error().code, Errc::io);
  EXPECT_EQ(folder.open("real").error().code, Errc::io);
  EXPECT_EQ(folder.open("absent").error().code, Errc::not_found);
  EXPECT_EQ(folder.open("real/absent").error().code, Errc::not_found);
  for (const char* path : {"", "/etc/passwd", "../x", "real/../real/file", "real//file", "./real/file", "real/"})
    EXPECT_EQ(folder.open(path).error().code, Errc::usage) << path;
}

TEST(FileBlob, NoticesThatTheFileShrank) {
  const Folder folder;
  folder.write("file", "0123456789");
  const auto blob = folder.open("file");
  fs::resize_file(folder.path / "file", 4);
  Buffer out(8);
  EXPECT_EQ(read(**blob, 0, 4), "0123");
  const auto got = (*blob)->read_at(0, out);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Errc::truncated);
  EXPECT_EQ(got.error().offset, 4U);
}

TEST(OwnedMemoryBlob, ReadsWhatItWasGiven) {
  const OwnedMemoryBlob blob({as_bytes("hello").begin(), as_bytes("hello").end()});
  EXPECT_EQ(blob.size(), 5U);
  EXPECT_EQ(read(blob, 1, 10), "ello");
}

constexpr std::array<std::byte, 32> kKey{std::byte{1}, std::byte{2}, std::byte{3}};

Buffer encrypt(const Buffer& plain) {
  Buffer out(plain.size() + 16);
  constexpr std::array<unsigned char, 16> kZero{};
  EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
  int n = 0, last = 0;
  auto* to = reinterpret_cast<unsigned char*>(out.data());
  EVP_EncryptInit_ex(context, EVP_aes_256_cbc(), nullptr, reinterpret_cast<const unsigned char*>(kKey.data()),
                     kZero.data());
  EVP_EncryptUpdate(context, to, &n, reinterpret_cast<const unsigned char*>(plain.data()),
                    static_cast<int>(plain.size()));
  EVP_EncryptFinal_ex(context, to + n, &last);
  EVP_CIPHER_CTX_free(context);
  out.resize(static_cast<std::size_t>(n + last));
  return out;
}

Buffer noise(std::size_t size) {
  std::mt19937 random(static_cast<unsigned>(size));
  Buffer out(size);
  for (std::byte& b : out) b = static_cast<std::byte>(random());
  return out;
}

std::unique_ptr<AesCbcBlob> decrypting(Buffer ciphertext, std::uint64_t size) {
  return std::make_unique<AesCbcBlob>(std::make_unique<OwnedMemoryBlob>(std::move(ciphertext)), kKey, size);
}

TEST(AesCbcBlob, GivesThePlaintextAtEveryLengthAndOffset) {
  for (const std::size_t size : {0U, 1U, 15U, 16U, 17U, 4096U, 65535U, 65536U, 65537U, 300'000U}) {
    const Buffer plain = noise(size);
    const auto blob = decrypting(encrypt(plain), size);
    EXPECT_EQ(*read_all(*blob, 1 << 20), plain) << size;
    EXPECT_EQ(*blob->padding(), 16 - size % 16);
    std::mt19937 random(5);
    for (int i = 0; i < 200 && size > 0; ++i) {
      const std::size_t offset = random() % size;
      Buffer out(1 + random() % 70'000);
      const auto got = blob->read_at(offset, out);
      ASSERT_TRUE(got);
      ASSERT_EQ(*got, std::min(out.size(), size - offset));
      ASSERT_TRUE(std::equal(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(*got),
                             plain.begin() + static_cast<std::ptrdiff_t>(offset)));
    }
  }
}

TEST(AesCbcBlob, ReadsACutFileUpToTheCut) {
  const Buffer plain = noise(1000);
  Buffer ciphertext = encrypt(plain);
  ciphertext.resize(805);  // 50 whole blocks
  const auto blob = decrypting(ciphertext, 1000);
  EXPECT_EQ(blob->size(), 1000U);
  Buffer out(800);
  ASSERT_TRUE(blob->read_at(0, out));
  EXPECT_TRUE(std::equal(out.begin(), out.end(), plain.begin()));
  const auto beyond = blob->read_at(790, std::span(out).first(20));
  ASSERT_FALSE(beyond);
  EXPECT_EQ(beyond.error().code, Errc::truncated);
  EXPECT_EQ(*blob->padding(), 0U);
}

TEST(AesCbcBlob, AnEmptyFileHasNoPadding) {
  const auto blob = decrypting({}, 0);
  EXPECT_EQ(*blob->padding(), 0U);
  EXPECT_EQ(read(*blob, 0, 5), "");
}

}  // namespace
}  // namespace bridle
