// SPDX-License-Identifier: Apache-2.0
// Manifest: every file, folder and link that the backup lists, and every stored file that it does not list.
//
// Found in  Manifest.db, table Files, with one keyed archive an entry; /backup/files, the listing of what is stored.
// Times     Birth, LastModified and LastStatusChange are Unix seconds.
// Limits    What iOS does not back up is not listed. The times are those of the phone's file system; restoring a
//           backup keeps them. A backup may lack stored files on purpose, if somebody copied a part of it.
// Layout    fileID is the SHA-1 of "domain-relativePath" and the name of the stored file.
#include <algorithm>
#include <charconv>
#include <string>

#include "artifacts/stored_files.h"
#include "artifacts/wal_marker.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/text.h"
#include "bridle/artifact.h"
#include "bridle/backup_domain.h"
#include "formats/mb_file.h"
#include "formats/sqlite.h"

namespace bridle::artifacts {
namespace {

constexpr std::array<Label, 3> kKinds{{{1, "file"}, {2, "directory"}, {4, "symlink"}}};
constexpr std::int64_t kFile = 1, kDirectory = 2;

constexpr std::array kFields{
    text("kind", "file, directory, symlink; orphan: stored, and named by no entry; foreign: another file beside the stored ones.").labelled(kKinds),
    text("file_id", "Name of the stored file; of an orphan too, if it is named as iOS names them."),
    text("domain", "Domain of the entry."),
    text("relative_path", "Path within the domain; of an orphan, path within the backup."),
    text("path", "Canonical device path.").holds(Observable::file_path),
    text("origin", "Web origin that a folder or file is named after (stores of WebKit).").holds(Observable::url),
    integer("size", "Bytes, as the manifest states."),
    text("mode", "Type and permissions, octal."),
    integer("owner", "User id."),
    integer("group_id", "Group id."),
    integer("inode", "Number in the phone's file system."),
    integer("protection_class", "Data protection class."),
    text("link_target", "Where a symbolic link leads.").holds(Observable::file_path),
    time("created_at", "Birth of the file.").at("file_created"),
    time("modified_at", "Last change of the content.").at("file_modified"),
    time("changed_at", "Last change of name, owner, permissions or content.").at("file_changed"),
    integer("stored", "1 if the stored file lies in the backup."),
    integer("stored_size", "Its bytes; a multiple of 16 in an encrypted backup."),
};

/// Places in kFields: 60,000 entries are too many to look up names.
enum At : std::size_t {
  kKind, kId, kDomain, kRelative, kPath, kOrigin, kSize, kMode, kOwner, kGroup, kInode, kClass, kTarget,
  kCreated, kModified, kChanged, kStored, kStoredSize, kFieldCount
};
static_assert(kFieldCount == kFields.size() && kFields[kPath].name == "path" && kFields[kMode].name == "mode" &&
              kFields[kTarget].name == "link_target" && kFields[kStoredSize].name == "stored_size");

/// A kind of problem that may be met once an entry: the first few are named, the rest are counted.
class Repeated {
 public:
  Repeated(Errc code, std::string_view rest) : code_(code), rest_(rest) {}

  void add(RecordSink& sink, std::string what, std::string_view where, std::uint64_t bytes_lost = 0) {
    if (++count_ <= kNamed) return sink.problem({{code_, std::move(what), to_valid_utf8(where.substr(0, limits::kUnitBytes)), {}}, 0, bytes_lost});
    bytes_lost_ += std::min(bytes_lost, kMost - bytes_lost_);
  }
  void finish(RecordSink& sink) const {
    if (count_ > kNamed) sink.problem({{code_, std::to_string(count_ - kNamed) + " more " + std::string(rest_), "", {}}, 0, bytes_lost_});
  }

 private:
  static constexpr std::uint64_t kNamed = 20, kMost = INT64_MAX;
  Errc code_;
  std::string_view rest_;
  std::uint64_t count_ = 0, bytes_lost_ = 0;
};

std::string_view octal(std::int64_t mode, std::array<char, 24>& buffer) {
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), mode, 8).ptr;
  return {buffer.data(), end};
}

/// WebKit names stores after an origin: "https_www.example.com_0" is https://www.example.com. Empty if there is none.
std::string web_origin(std::string_view path) {
  for (const std::string_view scheme : {"http", "https"}) {
    for (std::size_t at = path.find(scheme); at != std::string_view::npos; at = path.find(scheme, at + 1)) {
      const std::string_view rest = path.substr(at + scheme.size());
      if ((at > 0 && path[at - 1] != '/') || !rest.starts_with('_')) continue;
      const std::string_view host = rest.substr(1, rest.find_first_of("_/", 1) - 1);
      if (host.contains('.')) return std::string(scheme) + "://" + std::string(host);
    }
  }
  return {};
}

constexpr std::string_view kSelect = "SELECT rowid, fileID, domain, relativePath, flags, file FROM Files";

/// Turns rows of Files into records.
class Entries {
 public:
  Entries(std::span<const Field> fields, RecordSink& sink, StoredFiles* stored) : row_(fields), sink_(sink), stored_(stored) {}

  void add(const sqlite::Statement& s, bool wal_only) {
    row_.clear();
    row_.locator = {"Files", s.integer(0), wal_only};
    const std::int64_t flags = s.integer(4);
    if (s.type(4) == sqlite::ValueType::integer) row_.set(kKind, flags);
    else if (s.type(4) != sqlite::ValueType::null) misfit("flags");
    const bool has_domain = add_text(s, 2, kDomain), has_relative = add_text(s, 3, kRelative);
    const bool whole = has_domain && has_relative;
    const std::string path = whole ? canonical_path(s.text(2), s.text(3)) : std::string();
    if (!path.empty()) row_.set(kPath, std::string_view(path));
    else if (whole) bad_paths_.add(sink_, row() + "a path with \"..\"", s.text(3));
    if (const std::string origin = whole ? web_origin(s.text(3)) : std::string(); !origin.empty()) row_.set(kOrigin, std::string_view(origin));
    const std::uint64_t size = add_archive(s, path);
    add_stored(s, whole, path, flags, size);
    sink_.add(row_);
  }

  void finish() {
    for (const Repeated* r : {&texts_, &misfits_, &bad_paths_, &bad_ids_, &bad_archives_, &missing_, &folders_, &irregular_}) r->finish(sink_);
  }

  /// Records of stored files that no entry named.
  void add_orphans() {
    Repeated orphans(Errc::not_found, "stored files that no entry of the manifest names");
    for (const ListedFile& file : stored_->files()) {
      if (file.named) continue;
      const bool foreign = !file.path.contains('/');  // beside the folders of stored files: a person's own file, mostly
      row_.clear();
      row_.locator = {"line of /backup/files", file.line};
      row_.set(kKind, std::string_view(foreign ? "foreign" : "orphan"));
      if (file.has_id) row_.set(kId, file.path.substr(3));
      row_.set(kRelative, file.path.substr(0, limits::kBackupPathBytes));
      row_.set(kStored, std::int64_t{1});
      if (file.size) row_.set(kStoredSize, static_cast<std::int64_t>(*file.size));
      sink_.add(row_);
      if (!foreign) orphans.add(sink_, "stored, but no entry of the manifest names it", file.path);
    }
    orphans.finish(sink_);
  }

 private:
  std::string row() const { return "row " + std::to_string(row_.locator.number) + " of Files: "; }
  void misfit(std::string_view what) { misfits_.add(sink_, row() + std::string(what) + " does not fit its field", ""); }

  /// Sets a text field. Returns false if there is none, or if it is too long to be a path.
  bool add_text(const sqlite::Statement& s, int column, At field) {
    if (s.type(column) == sqlite::ValueType::null) return false;
    const std::string_view text = s.text(column);
    row_.set(field, text.substr(0, limits::kBackupPathBytes));
    if (text.size() <= limits::kBackupPathBytes) return true;
    texts_.add(sink_, row() + "a text of " + std::to_string(text.size()) + " bytes was cut", "");
    return false;
  }

  void set(At field, const std::optional<std::int64_t>& value) {
    if (value && !row_.set(field, *value)) misfit(kFields[field].name);
  }

  /// What the keyed archive says. Returns the size it states, or 0.
  std::uint64_t add_archive(const sqlite::Statement& s, std::string_view path) {
    const auto file = archives_.read(s.bytes(5));
    if (!file) {
      bad_archives_.add(sink_, row() + "the archive cannot be read: " + file.error().what, path);
      return 0;
    }
    const std::uint64_t size = file->size.value_or(0);
    const bool fits = size <= INT64_MAX;
    if (file->size && fits) row_.set(kSize, static_cast<std::int64_t>(size));
    if (!fits) misfit("size");
    std::array<char, 24> buffer{};
    if (file->mode) row_.set(kMode, octal(*file->mode, buffer));
    set(kOwner, file->user);
    set(kGroup, file->group);
    set(kInode, file->inode);
    set(kClass, file->protection_class);
    set(kCreated, file->birth);
    set(kModified, file->modified);
    set(kChanged, file->status_changed);
    if (!file->link_target.empty()) row_.set(kTarget, file->link_target.substr(0, limits::kBackupPathBytes));
    return fits ? size : 0;
  }

  /// The id, and whether the file of that name is there. `whole` says that domain and path are there.
  void add_stored(const sqlite::Statement& s, bool whole, std::string_view path, std::int64_t flags, std::uint64_t size) {
    add_text(s, 1, kId);
    const auto id = parse_file_id(s.text(1));
    if (!id) return bad_ids_.add(sink_, row() + "the file id is not 40 hexadecimal digits", path);
    hashed_.assign(s.text(2)).append("-").append(s.text(3));
    if (whole && sha1(as_bytes(hashed_)) != *id) bad_ids_.add(sink_, row() + "the file id is not the hash of domain and path", path);
    if (stored_ == nullptr) return;
    ListedFile* file = stored_->find(*id);
    if (file != nullptr) file->named = true;
    if (flags == kFile || file != nullptr) row_.set(kStored, std::int64_t{file != nullptr});
    if (file != nullptr && file->size) row_.set(kStoredSize, static_cast<std::int64_t>(*file->size));
    if (file != nullptr && !file->size) irregular_.add(sink_, row() + "the stored file is no regular file", path, size);
    if (file == nullptr && flags == kFile) missing_.add(sink_, row() + "the stored file is missing", path, size);
    if (file != nullptr && flags == kDirectory) folders_.add(sink_, row() + "a folder with a stored file", path);
  }

  Row row_;
  RecordSink& sink_;
  StoredFiles* stored_;
  MbFileReader archives_;
  std::string hashed_;
  Repeated texts_{Errc::limit, "texts were cut"};
  Repeated misfits_{Errc::malformed, "values do not fit their field"};
  Repeated bad_paths_{Errc::malformed, "entries have a path with \"..\""};
  Repeated bad_ids_{Errc::malformed, "entries have a wrong file id"};
  Repeated bad_archives_{Errc::malformed, "entries have an archive that cannot be read"};
  Repeated missing_{Errc::not_found, "entries have no stored file"};
  Repeated folders_{Errc::malformed, "folders have a stored file"};
  Repeated irregular_{Errc::io, "stored files are no regular files"};
};

/// Reads the table. Returns whether every entry was seen.
Result<bool> read_entries(const InputFile& file, Entries& entries, RecordSink& sink) {
  auto db = sqlite::open_evidence(*file.blob, file.wal);
  if (!db) return fail(db.error());
  for (const Error& warning : db->warnings()) sink.problem({warning});
  auto rows = db->prepare(kSelect);
  if (!rows) return fail(rows.error());
  WalMarker marker(*db, file, sink);
  marker.begin_table("Files");
  for (std::size_t n = 0;; ++n) {
    const auto more = rows->step();
    if (!more) {
      Error error = more.error();
      error.what = "reading stopped after " + std::to_string(n) + " entries: " + error.what;
      sink.problem({error});
    }
    if (!more || !*more) return more.has_value();
    if (n == limits::kBackupEntries) {
      sink.problem({{Errc::limit, "more than " + std::to_string(n) + " entries; the rest is not read", "", {}}});
      return false;
    }
    entries.add(*rows, marker.wal_only(rows->integer(0)));
  }
}

Result<> read_manifest(std::span<const InputFile> files, std::span<const Field> fields, RecordSink& sink) {
  const InputFile* database = nullptr;
  std::optional<StoredFiles> stored;
  for (const InputFile& file : files) {
    if (base_name(file.path) == "Manifest.db") {
      database = &file;
      continue;
    }
    const auto listing = read_all(*file.blob, limits::kTextBytes);
    if (listing) stored.emplace(std::string(as_text(*listing)));
    else sink.problem({listing.error()});
  }
  if (database == nullptr) return fail(Errc::not_found, "there is no Manifest.db to compare the stored files with");
  Entries entries(fields, sink, stored ? &*stored : nullptr);
  const auto whole = read_entries(*database, entries, sink);
  entries.finish();
  if (!whole) return fail(whole.error());
  if (stored && *whole) entries.add_orphans();
  if (!stored || !*whole) sink.problem({{Errc::not_found, "stored files were not compared with the manifest", "", {}}});
  return {};
}

constexpr std::array<std::string_view, 2> kPaths{"/backup/Manifest.db", "/backup/files"};

}  // namespace

extern constinit const Artifact ios_manifest = declare({
    .id = "ios.manifest",
    .summary = "Every entry of the backup, and stored files without one.",
    .finds = kPaths,
    .fields = kFields,
    .reference = "docs/formats/manifest.md",
    .timeline = "{kind} {path}",
    .written_by = "BackupAgent2",
    .writable = Writable::by_user,
    .forgeable = "An app chooses the names in its own container; anyone who holds the backup can add entries and files.",
    .group = true,
    .read = read_manifest,
});

}  // namespace bridle::artifacts
