// SPDX-License-Identifier: Apache-2.0
// Artifact: the declaration of one evidence reader and of the records it yields.
#pragma once
#include <array>
#include <span>
#include <string_view>

#include "bridle/blob.h"
#include "bridle/record.h"
#include "bridle/result.h"

namespace bridle {

/// One evidence file handed to a reader.
struct InputFile {
  std::string_view path;       ///< canonical device path
  const Blob* blob = nullptr;  ///< never null
  const Blob* wal = nullptr;   ///< the write-ahead log that belongs to it, if the evidence has one
};

/// One way to ask a database. Queries of a set are tried in order and the first that the schema can prepare is used.
/// Result columns bind to fields by name. `_rowid` is the locator; other columns that begin with `_` are for the
/// artifact's row function; a column that is neither is a bug that a test finds.
struct Query {
  std::string_view schema;  ///< what the query is for: "iOS 14 and later"
  std::string_view table;   ///< table that `_rowid` counts in
  std::string_view sql;
  std::string_view set{};   ///< artifacts that read several tables: one query of each set is run
};

/// The columns of the row a query stands on, for row functions.
class SqlRow {
 public:
  virtual ~SqlRow() = default;
  /// Value of a result column, by its name; null if the query has no such column.
  virtual Cell value(std::string_view column) const = 0;
};

/// Completes or drops a row after its columns were bound. Returns false to drop the row (it is then not a problem).
using RowFunction = bool (*)(const SqlRow& columns, Row& row, RecordSink& sink);

/// A plist value that becomes a field: `key` is a path of keys from the record's node, "/" between them.
struct Key {
  std::string_view field, key;
};

/// Reads one file (or, for a group, all files that matched) and adds records to the sink.
/// An error means that the file as a whole could not be read; lost parts are problems on the sink.
using ReadFunction = Result<> (*)(std::span<const InputFile> files, std::span<const Field> fields, RecordSink& sink);

/// Who can write the store an artifact reads. Decides how far a finding in it may count (docs/architecture.md).
enum class Writable : std::uint8_t {
  by_anyone,  ///< content comes from outside or from any app: messages, history, names of apps
  by_user,    ///< the owner can plant it, for instance by restoring an edited backup
  protected_store,  ///< neither an app nor a restore can write it
};

struct Artifact {
  std::string_view id;                       ///< "ios.safari_history"; file name and symbol follow it
  std::string_view summary;                  ///< one sentence
  std::span<const std::string_view> finds;   ///< globs over canonical paths; `*` within a component, `**` across
  std::span<const Field> fields;
  std::string_view reference;                ///< page of docs/formats
  std::string_view timeline{};               ///< "Visited {url}"; needs a field with at()
  std::string_view written_by{};             ///< daemon or app that writes the store, for independence of sources
  Writable writable = Writable::by_user;
  std::string_view forgeable{};              ///< one sentence: how the content could be planted
  bool group = false;                        ///< one job for all matching files instead of one job a file

  // Exactly one way to read is set.
  std::span<const Query> queries{};
  RowFunction row = nullptr;                 ///< with queries, optional
  std::string_view each{};                   ///< with keys: path to the nodes that are records, `*` for all children
  std::span<const Key> keys{};
  ReadFunction read = nullptr;
};

/// Compile-time checks of a declaration. `extern constinit const Artifact ios_tcc = declare({...});`
consteval Artifact declare(Artifact a);

/// Every artifact of this build, by id. Written by CMake from src/artifacts/.
std::span<const Artifact* const> all_artifacts();

/// Runs an artifact on its files: picks SQL, plist or the artifact's own reader.
Result<> read_artifact(const Artifact& artifact, std::span<const InputFile> files, RecordSink& sink);

namespace detail {
constexpr bool snake_case(std::string_view s) {
  for (const char c : s)
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) return false;
  return !s.empty() && s.front() != '_';
}
constexpr bool has_field(std::span<const Field> fields, std::string_view name) {
  for (const Field& f : fields)
    if (f.name == name) return true;
  return false;
}
constexpr void check_fields(std::span<const Field> fields) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (!snake_case(fields[i].name)) throw "field names are snake_case and do not begin with _";
    if (fields[i].doc.empty()) throw "a field needs a doc sentence";
    if (!fields[i].event.empty() && fields[i].type != Type::time) throw "at() on a field that is not a time";
    for (std::size_t j = 0; j < i; ++j)
      if (fields[i].name == fields[j].name) throw "two fields have the same name";
  }
}
constexpr void check_timeline(const Artifact& a) {
  bool event = false;
  for (const Field& f : a.fields) event = event || !f.event.empty();
  if (event == a.timeline.empty()) throw "a timeline sentence needs a field with at(), and the reverse";
  for (std::size_t at = 0; (at = a.timeline.find('{', at)) != std::string_view::npos; ++at)
    if (!has_field(a.fields, a.timeline.substr(at + 1, a.timeline.find('}', at) - at - 1)))
      throw "the timeline sentence names a field that does not exist";
}
}  // namespace detail

consteval Artifact declare(Artifact a) {
  if (a.id.empty() || a.summary.empty() || a.finds.empty() || a.fields.empty() || a.reference.empty())
    throw "an artifact needs an id, a summary, a path, fields and a reference";
  if (a.written_by.empty() || a.forgeable.empty()) throw "an artifact says who writes its store and how it could be forged";
  if ((a.queries.empty() ? 0 : 1) + (a.keys.empty() ? 0 : 1) + (a.read == nullptr ? 0 : 1) != 1)
    throw "an artifact is read in exactly one way: queries, keys or read";
  detail::check_fields(a.fields);
  detail::check_timeline(a);
  for (const Key& k : a.keys)
    if (!detail::has_field(a.fields, k.field)) throw "a key names a field that does not exist";
  return a;
}

}  // namespace bridle
