// SPDX-License-Identifier: Apache-2.0
// From an entry of the manifest to the file that holds its bytes.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/hash.h"
#include "base/text.h"
#include "evidence/ios_manifest.h"

namespace bridle {
namespace {

constexpr std::uint64_t kBlock = 16;

bool is_file_id(std::string_view id) {
  const auto hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); };
  return id.size() == 40 && std::ranges::all_of(id, hex);
}

std::string locator_of(std::string_view id) {
  return fmt::format("{}/{}", id.substr(0, 2), id);
}

Result<std::uint64_t> stored_size(const Descriptor& folder, const std::string& locator) {
  struct stat status {};
  if (::fstatat(folder.get(), locator.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT || errno == ENOTDIR)
      return fail(Errc::not_found, fmt::format("in the manifest, but its stored file {} is missing", locator));
    return fail(Errc::io, fmt::format("stored file {}: {}", locator, std::strerror(errno)));
  }
  if (S_ISLNK(status.st_mode))
    return fail(Errc::io, fmt::format("stored file {} is a symbolic link, which is not followed", locator));
  if (!S_ISREG(status.st_mode)) return fail(Errc::io, fmt::format("stored file {} is not a regular file", locator));
  return static_cast<std::uint64_t>(status.st_size);
}

Problem size_problem(const std::string& path, std::uint64_t stated, std::uint64_t readable) {
  Problem problem{{readable < stated ? Errc::truncated : Errc::malformed,
                   fmt::format("the manifest states {} bytes, the stored file holds {}", stated, readable),
                   path,
                   {}}};
  problem.bytes_lost = readable < stated ? stated - readable : 0;
  return problem;
}

/// Length of the plaintext of an encrypted file. A padding that is right is believed; else the manifest is, as far as
/// the file goes. Errors: those of reading the last block.
Result<std::uint64_t> plain_size(const Descriptor& folder, const StoredFile& file,
                                 std::optional<std::uint64_t> stated) {
  const std::uint64_t whole = file.stored / kBlock * kBlock;
  const bool cut = whole != file.stored;
  if (stated && !cut && *stated <= whole && whole - *stated <= kBlock)
    return *stated;  // the padding fits: no need to look
  if (stated && *stated > whole) return whole;
  auto ciphertext = FileBlob::open(folder, file.locator);
  if (!ciphertext) return fail(ciphertext.error());
  const auto padding = AesCbcBlob(*std::move(ciphertext), file.key->bytes(), whole).padding();
  if (!padding) return fail(padding.error());
  if (*padding > 0 && !cut) return whole - *padding;
  return std::min(stated.value_or(whole), whole);
}

}  // namespace

Result<> PayloadFinder::add_key(const MbFile& meta, StoredFile& file) const {
  if (!backup_->keybag) return {};
  if (meta.encryption_key.empty()) {
    if (file.stored == 0) return {};
    return fail(Errc::malformed, fmt::format("the backup is encrypted and stored file {} has no key", file.locator));
  }
  const auto key = backup_->keybag->unwrap(meta.encryption_key);
  if (!key) return fail(key.error());
  file.key = *key;
  return {};
}

std::uint64_t PayloadFinder::stored_bytes(const ManifestEntry& entry) const {
  return is_file_id(entry.file_id) ? stored_size(backup_->folder, locator_of(entry.file_id)).value_or(0) : 0;
}

Result<StoredFile> PayloadFinder::find(const ManifestEntry& entry, const std::string& path, ProblemList& problems) {
  if (!is_file_id(entry.file_id))
    return fail(Errc::malformed, fmt::format("row {} of Files: the file id is not 40 hexadecimal digits", entry.row),
                path);
  const std::string expected = to_hex(sha1(as_bytes(fmt::format("{}-{}", entry.domain, entry.relative))));
  if (!equal_ignoring_case(entry.file_id, expected))
    problems.add({{Errc::malformed,
                   fmt::format("row {} of Files: file id {} is not the hash of domain and path, {}", entry.row,
                               entry.file_id, expected),
                   path,
                   {}}});
  const auto located = [&path](Error error) {
    error.where = path;
    return fail(std::move(error));
  };
  StoredFile file{.locator = locator_of(entry.file_id), .stored = 0, .size = 0, .key = {}};
  const auto stored = stored_size(backup_->folder, file.locator);
  if (!stored) return located(stored.error());
  file.stored = file.size = *stored;
  const auto meta = reader_.read(entry.mb_file());
  if (!meta && backup_->keybag) return located(meta.error());
  if (!meta) {
    problems.add({located(meta.error()).error()});
    return file;
  }
  if (const auto added = add_key(*meta, file); !added) return located(added.error());
  if (file.key) {
    const auto size = plain_size(backup_->folder, file, meta->size);
    if (!size) return located(size.error());
    file.size = *size;
  }
  if (meta->size && *meta->size != file.size)
    problems.add(size_problem(path, *meta->size, file.size));
  else if (file.key && file.stored % kBlock != 0)
    problems.add({{Errc::truncated,
                   fmt::format("stored file {} has {} bytes, no multiple of 16", file.locator, file.stored),
                   path,
                   {}}});
  return file;
}

Result<std::unique_ptr<Blob>> open_payload(const Descriptor& folder, const StoredFile& file) {
  auto stored = FileBlob::open(folder, file.locator);
  if (!stored) return fail(stored.error());
  if (!file.key) return std::unique_ptr<Blob>(*std::move(stored));
  return std::make_unique<AesCbcBlob>(*std::move(stored), file.key->bytes(), file.size);
}

}  // namespace bridle
