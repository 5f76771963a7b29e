// SPDX-License-Identifier: Apache-2.0
#include "indicators/store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <span>

#include "base/hash.h"
#include "base/limits.h"
#include "base/text.h"
#include "indicators/load.h"
#include "indicators/read_padded.h"

namespace bridle {
namespace {

namespace fs = std::filesystem;

// Hidden, so that add_path() on the store does not take the record for a list of indicators.
constexpr std::string_view kRecord = ".store.tsv";
constexpr std::string_view kHeader = "file\tname\tsource\tdate\tsha256\tbytes\n";
constexpr std::size_t kNameBytes = 100;

std::unexpected<Error> io_error(const fs::path& path) {
  return fail(Errc::io, std::strerror(errno), path.string());
}

Result<> write_all(int fd, std::string_view bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ::ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return io_error(path);
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return ::fsync(fd) == 0 ? Result<>{} : io_error(path);
}

/// Writes beside the target and renames when all bytes are on disk.
Result<> write_atomically(const fs::path& target, std::string_view bytes) {
  std::string temporary = (target.parent_path() / ".new-XXXXXX").string();
  const int fd = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (fd < 0) return io_error(temporary);
  auto done = write_all(fd, bytes, temporary);
  ::fchmod(fd, 0644);
  ::close(fd);
  if (done && ::rename(temporary.c_str(), target.c_str()) != 0) done = io_error(target);
  if (!done) {
    ::unlink(temporary.c_str());
    return done;
  }
  if (const int folder = ::open(target.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); folder >= 0) {
    ::fsync(folder);
    ::close(folder);
  }
  return {};
}

/// "pegasus-1a2b3c4d.stix2": readable, and one name for each source.
std::string file_name_for(std::string_view suggested, std::string_view source) {
  std::string base(base_name(suggested));
  for (char& c : base) {
    const bool kept =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
    if (!kept) c = '-';
  }
  const auto dot = base.rfind('.');
  const std::string extension = dot == std::string::npos ? "" : base.substr(dot, 16);
  std::string stem = base.substr(0, std::min(dot, kNameBytes));
  if (stem.empty() || stem.front() == '.') stem.insert(0, "file");
  return stem + "-" + sha256_hex(as_bytes(source)).substr(0, 8) + extension;
}

/// A field of the record: tabs and line ends would end it.
std::string one_line(std::string_view text) {
  std::string out = to_valid_utf8(text);
  std::ranges::replace_if(
      out, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return out;
}

Result<> check_indicators(std::string_view bytes, std::string_view name, Time now) {
  CompiledIndicators scratch;
  if (const auto loaded = load_file({std::string(name), {}, simdjson::padded_string(bytes)}, scratch, now); !loaded)
    return loaded;
  if (scratch.indicators.empty() && scratch.sets.front().skipped == 0)
    return fail(Errc::malformed, "file holds no indicators", std::string(name));
  return {};
}

}  // namespace

fs::path IndicatorStore::default_folder() {
  if (const char* data = std::getenv("XDG_DATA_HOME"); data != nullptr && data[0] == '/')
    return fs::path(data) / "bridle/indicators";
  if (const char* home = std::getenv("HOME"); home != nullptr && home[0] == '/')
    return fs::path(home) / ".local/share/bridle/indicators";
  return {};
}

Result<std::vector<IndicatorFile>> IndicatorStore::files() const {
  std::vector<IndicatorFile> out;
  const auto bytes = read_padded(folder_ / kRecord, limits::kIndexBytes);
  if (!bytes)
    return bytes.error().code == Errc::not_found ? Result<std::vector<IndicatorFile>>(out) : fail(bytes.error());
  Lines lines{std::string_view(*bytes)};
  lines.next();  // header
  while (const auto line = lines.next()) {
    const auto columns = split(*line, '\t');
    std::uint64_t size = 0;
    if (columns.size() != 6 ||
        std::from_chars(columns[5].data(), columns[5].data() + columns[5].size(), size).ec != std::errc{})
      return fail(Errc::malformed, fmt::format("line {} is not a record", lines.number()),
                  (folder_ / kRecord).string());
    out.push_back({std::string(columns[0]), std::string(columns[1]), std::string(columns[2]), std::string(columns[3]),
                   std::string(columns[4]), size});
  }
  return out;
}

Result<> IndicatorStore::record(const IndicatorFile& file) {
  auto all = files();
  if (!all) return fail(all.error());
  std::erase_if(*all, [&](const IndicatorFile& other) { return other.file == file.file; });
  all->push_back(file);
  std::ranges::sort(*all, {}, &IndicatorFile::file);
  std::string text(kHeader);
  for (const IndicatorFile& f : *all)
    text += fmt::format("{}\t{}\t{}\t{}\t{}\t{}\n", f.file, f.name, f.source, f.date, f.sha256, f.bytes);
  return write_atomically(folder_ / kRecord, text);
}

Result<IndicatorFile> IndicatorStore::put(std::string_view bytes, std::string_view suggested_name,
                                          std::string_view title, std::string_view source, Time now) {
  if (const auto usable = check_indicators(bytes, base_name(suggested_name), now); !usable) return fail(usable.error());
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error) return fail(Errc::io, error.message(), folder_.string());
  IndicatorFile file{file_name_for(suggested_name, source), one_line(title), one_line(source), to_iso(now),
                     sha256_hex(as_bytes(bytes)),           bytes.size()};
  if (const auto written = write_atomically(folder_ / file.file, bytes); !written) return fail(written.error());
  if (const auto recorded = record(file); !recorded) return fail(recorded.error());
  return file;
}

Result<IndicatorFile> IndicatorStore::import_file(const fs::path& file, Time now) {
  const auto bytes = read_padded(file, limits::kIndicatorFileBytes);
  if (!bytes) return fail(bytes.error());
  std::error_code error;
  const fs::path source = fs::canonical(file, error);
  const std::string name = file.filename().string();
  return put(std::string_view(*bytes), name, name, error ? file.string() : source.string(), now);
}

}  // namespace bridle
