// SPDX-License-Identifier: Apache-2.0
// Layout: docs/formats/ios_backup.md.
#include "forge/ios_backup_writer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bitset>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <utility>

#include "base/hash.h"
#include "base/text.h"
#include "forge/ios_backup_plists.h"
#include "forge/ios_keybag_writer.h"
#include "forge/ios_schemas.h"
#include "forge/random.h"
#include "forge/sqlite_image.h"

namespace bridle::forge {
namespace {

enum Flags : int { kFile = 1, kDirectory = 2, kLink = 4 };

constexpr std::uint16_t kDirectoryMode = 040755;
constexpr std::uint16_t kLinkMode = 0120755;
constexpr std::uint32_t kManifestClass = 4;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

std::unexpected<Error> io_error(std::string what, std::string where) {
  return fail(Errc::io, what + ": " + std::strerror(errno), std::move(where));
}

Result<> write_file(int folder, const std::string& name, Bytes content) {
  const Descriptor file(::openat(folder, name.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644));
  if (file.get() < 0) return io_error("cannot create a file", name);
  while (!content.empty()) {
    const ssize_t n = ::write(file.get(), content.data(), content.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return io_error("cannot write a file", name);
    content = content.subspan(static_cast<std::size_t>(n));
  }
  return {};
}

}  // namespace

std::string backup_file_id(std::string_view domain, std::string_view relative_path) {
  std::string name;
  name.reserve(domain.size() + 1 + relative_path.size());
  name.append(domain).append("-").append(relative_path);
  return to_hex(sha1(as_bytes(name)));
}

struct BackupWriter::State {
  State(BackupOptions o, Descriptor f)
      : options(std::move(o)),
        folder(std::move(f)),
        random(options.seed),
        manifest(schema::kManifest),
        row(manifest.insert("INSERT OR REPLACE INTO Files VALUES (?,?,?,?,?)")) {}

  Result<> put_payload(const std::string& id, Bytes content) {
    unsigned first = 0;
    std::from_chars(id.data(), id.data() + 2, first, 16);
    const std::string shard = id.substr(0, 2);
    if (!shards[first] && ::mkdirat(folder.get(), shard.c_str(), 0755) != 0 && errno != EEXIST)
      return io_error("cannot make a folder", shard);
    shards.set(first);
    payload_bytes += content.size();
    return write_file(folder.get(), shard + "/" + id, content);
  }

  void put_row(const std::string& id, std::string_view domain, int flags, MbFile& file) {
    file.inode = 100'000 + ++entries;
    row(id, domain, file.relative_path, flags, mb_files.write(file));
  }

  BackupOptions options;
  Descriptor folder;
  Random random;
  Database manifest;
  Insert row;
  MbFileWriter mb_files;
  std::optional<Keybag> keybag;
  std::vector<App> apps;
  std::bitset<256> shards;
  std::uint64_t entries = 0;
  std::uint64_t files = 0;
  std::uint64_t payload_bytes = 0;
};

BackupWriter::BackupWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
BackupWriter::BackupWriter(BackupWriter&&) noexcept = default;
BackupWriter& BackupWriter::operator=(BackupWriter&&) noexcept = default;
BackupWriter::~BackupWriter() = default;

Result<BackupWriter> BackupWriter::create(const std::filesystem::path& dir, const BackupOptions& options) {
  std::error_code error;
  std::filesystem::create_directories(dir, error);
  if (error) return fail(Errc::io, "cannot make a folder: " + error.message(), dir.string());
  if (!std::filesystem::is_empty(dir, error) || error)
    return fail(Errc::usage, "the folder is not empty", dir.string());
  Descriptor folder(::open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0) return io_error("cannot open the folder", dir.string());
  auto state = std::make_unique<State>(options, std::move(folder));
  if (!options.password.empty()) {
    auto keybag = Keybag::make(options.password, options.dpic, options.iterations, state->random);
    if (!keybag) return fail(keybag.error());
    state->keybag.emplace(std::move(*keybag));
  }
  return BackupWriter(std::move(state));
}

Result<> BackupWriter::add_file(std::string_view domain, std::string_view relative_path, Bytes content,
                                const FileMeta& meta, const Fault& fault) {
  State& s = *state_;
  MbFile file{.relative_path = relative_path, .size = fault.claimed_size.value_or(content.size()), .meta = meta};
  WrappedKey wrapped;
  Bytes payload = content;
  if (s.keybag) {
    Key key;
    s.random.fill(key);
    const auto wrap = s.keybag->wrap(meta.protection_class, key);
    if (!wrap) return fail(wrap.error());
    const auto encrypted = s.keybag->encrypt(key, content, true);
    if (!encrypted) return fail(encrypted.error());
    wrapped = *wrap;
    file.encryption_key = wrapped;
    payload = *encrypted;
  }
  if (fault.payload_bytes && *fault.payload_bytes < payload.size())
    payload = payload.first(static_cast<std::size_t>(*fault.payload_bytes));
  const std::string id = backup_file_id(domain, relative_path);
  s.put_row(fault.file_id.value_or(id), domain, kFile, file);
  ++s.files;
  return fault.payload ? s.put_payload(id, payload) : Result<>{};
}

Result<> BackupWriter::add_directory(std::string_view domain, std::string_view relative_path, const FileMeta& meta) {
  MbFile file{.relative_path = relative_path, .meta = meta};
  if ((meta.mode & S_IFMT) == S_IFREG) file.meta.mode = kDirectoryMode;
  file.meta.protection_class = 0;
  state_->put_row(backup_file_id(domain, relative_path), domain, kDirectory, file);
  return {};
}

Result<> BackupWriter::add_symlink(std::string_view domain, std::string_view relative_path, std::string_view target,
                                   const FileMeta& meta) {
  MbFile file{.relative_path = relative_path, .meta = meta, .link_target = target};
  file.meta.mode = kLinkMode;
  file.meta.protection_class = 0;
  state_->put_row(backup_file_id(domain, relative_path), domain, kLink, file);
  return {};
}

Result<> BackupWriter::add_row(std::string_view file_id, std::string_view domain, std::string_view relative_path,
                               int flags, Bytes mb_file) {
  ++state_->entries;
  state_->row(file_id, domain, relative_path, flags, mb_file);
  return {};
}

Result<> BackupWriter::add_orphan(std::string_view file_id, Bytes content) {
  if (file_id.size() != 40 || !from_hex(file_id)) return fail(Errc::usage, "a file id has 40 hexadecimal digits");
  return state_->put_payload(std::string(file_id), content);
}

void BackupWriter::set_applications(std::vector<App> apps) { state_->apps = std::move(apps); }

std::uint64_t BackupWriter::entries() const { return state_->entries; }
std::uint64_t BackupWriter::files() const { return state_->files; }
std::uint64_t BackupWriter::payload_bytes() const { return state_->payload_bytes; }

Result<> BackupWriter::finish() {
  State& s = *state_;
  s.manifest.run(schema::kManifestIndexes);
  const auto manifest = s.manifest.image();
  if (!manifest) return fail(manifest.error());
  const int folder = s.folder.get();

  std::optional<WrappedKey> manifest_key;
  Bytes stored = *manifest;
  if (s.keybag) {
    Key key;
    s.random.fill(key);
    const auto wrapped = s.keybag->wrap(kManifestClass, key);
    if (!wrapped) return fail(wrapped.error());
    manifest_key = *wrapped;
    const auto encrypted = s.keybag->encrypt(key, *manifest, false);
    if (!encrypted) return fail(encrypted.error());
    stored = *encrypted;
  }
  if (auto r = write_file(folder, "Manifest.db", stored); !r) return r;

  const auto info = info_plist(s.options, s.apps, s.random);
  if (!info) return fail(info.error());
  if (auto r = write_file(folder, "Info.plist", as_bytes(*info)); !r) return r;
  const auto manifest_plist_bytes =
      manifest_plist(s.options, s.apps, s.keybag ? s.keybag->blob() : Bytes{}, manifest_key ? *manifest_key : Bytes{});
  if (auto r = write_file(folder, "Manifest.plist", manifest_plist_bytes); !r) return r;
  return write_file(folder, "Status.plist", status_plist(s.options, s.random));
}

}  // namespace bridle::forge
