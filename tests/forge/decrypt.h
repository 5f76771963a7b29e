// SPDX-License-Identifier: Apache-2.0
// Opens encrypted backups by plain OpenSSL calls, from the description of the format and not from the writer's code.
#pragma once
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <plist/plist.h>

#include <array>
#include <map>
#include <string>
#include <vector>

#include "bridle/bytes.h"
#include "support.h"

namespace bridle::forge {

using Buffer = std::vector<std::byte>;

inline unsigned char* raw(Buffer& b) { return reinterpret_cast<unsigned char*>(b.data()); }
inline const unsigned char* raw(Bytes b) { return reinterpret_cast<const unsigned char*>(b.data()); }

inline Buffer pbkdf2(Bytes password, Bytes salt, std::uint32_t rounds, const EVP_MD* digest) {
  Buffer out(32);
  PKCS5_PBKDF2_HMAC(reinterpret_cast<const char*>(password.data()), static_cast<int>(password.size()), raw(salt),
                    static_cast<int>(salt.size()), static_cast<int>(rounds), digest, 32, raw(out));
  return out;
}

inline Buffer decrypt(const EVP_CIPHER* cipher, Bytes key, Bytes input, bool pad) {
  Buffer out(input.size() + 16);
  int length = 0;
  int last = 0;
  EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
  EVP_CIPHER_CTX_set_flags(context, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
  const std::array<unsigned char, 16> zero{};
  const bool wrap = EVP_CIPHER_get_mode(cipher) == EVP_CIPH_WRAP_MODE;
  EXPECT_EQ(EVP_DecryptInit_ex(context, cipher, nullptr, raw(key), wrap ? nullptr : zero.data()), 1);
  EVP_CIPHER_CTX_set_padding(context, pad ? 1 : 0);
  EXPECT_EQ(EVP_DecryptUpdate(context, raw(out), &length, raw(input), static_cast<int>(input.size())), 1);
  EXPECT_EQ(EVP_DecryptFinal_ex(context, raw(out) + length, &last), 1);
  EVP_CIPHER_CTX_free(context);
  out.resize(static_cast<std::size_t>(length + last));
  return out;
}

inline std::uint32_t big_endian(Bytes b) { return Reader(b).u32be(); }

/// The keybag's class keys, unwrapped with the password.
inline std::map<std::uint32_t, Buffer> unlock(Bytes blob, std::string_view password) {
  std::map<std::string, Buffer> head;
  std::map<std::uint32_t, Buffer> wrapped;
  std::uint32_t current = 0;
  Reader reader(blob);
  while (reader.ok() && !reader.at_end()) {
    const std::string tag(reader.text(4));
    const Bytes value = reader.bytes(reader.u32be());
    if (tag == "CLAS") current = big_endian(value);
    if (tag == "WPKY") wrapped[current].assign(value.begin(), value.end());
    if (current == 0) head[tag].assign(value.begin(), value.end());
  }
  EXPECT_TRUE(reader.ok());
  const Buffer first = pbkdf2(as_bytes(password), head["DPSL"], big_endian(head["DPIC"]), EVP_sha256());
  const Buffer key = pbkdf2(first, head["SALT"], big_endian(head["ITER"]), EVP_sha1());
  std::map<std::uint32_t, Buffer> out;
  for (const auto& [number, bytes] : wrapped) out[number] = decrypt(EVP_aes_256_wrap(), key, bytes, false);
  return out;
}

inline Buffer unwrap(const std::map<std::uint32_t, Buffer>& keys, Bytes wrapped) {
  return decrypt(EVP_aes_256_wrap(), keys.at(Reader(wrapped).u32le()), wrapped.subspan(4), false);
}

inline plist_t key_data(plist_t objects, plist_t file) {
  std::uint64_t uid = 0;
  plist_get_uid_val(plist_dict_get_item(file, "EncryptionKey"), &uid);
  return plist_dict_get_item(plist_array_get_item(objects, static_cast<std::uint32_t>(uid)), "NS.data");
}

/// An encrypted backup that was opened.
struct Opened {
  std::filesystem::path folder;
  std::map<std::uint32_t, Buffer> keys;
  Buffer manifest;  ///< Manifest.db, decrypted

  /// The bytes of a file, by its path in its domain.
  Buffer file(const std::string& relative_path) const {
    const auto db = open_image(manifest);
    const std::string where = " FROM Files WHERE relativePath = '" + relative_path + "'";
    const std::string blob = first_text(db.get(), "SELECT file" + where);
    const std::string id = first_text(db.get(), "SELECT fileID" + where);
    const Plist archive = parse_plist(as_bytes(blob));
    plist_t objects = plist_dict_get_item(archive.get(), "$objects");
    const Buffer key = unwrap(keys, plist_data(key_data(objects, plist_array_get_item(objects, 1))));
    return decrypt(EVP_aes_256_cbc(), key, bytes_of(folder / id.substr(0, 2) / id), true);
  }
};

inline Opened open_encrypted(const std::filesystem::path& folder, std::string_view password) {
  const Plist plist = parse_plist(bytes_of(folder / "Manifest.plist"));
  Opened out{folder, unlock(plist_data(plist_dict_get_item(plist.get(), "BackupKeyBag")), password), {}};
  const Buffer key = unwrap(out.keys, plist_data(plist_dict_get_item(plist.get(), "ManifestKey")));
  out.manifest = decrypt(EVP_aes_256_cbc(), key, bytes_of(folder / "Manifest.db"), false);
  return out;
}

}  // namespace bridle::forge
