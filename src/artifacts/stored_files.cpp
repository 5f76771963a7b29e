// SPDX-License-Identifier: Apache-2.0
#include "artifacts/stored_files.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/text.h"

namespace bridle {
namespace {

/// Value of each character as a hexadecimal digit; 16 for what is none.
constexpr std::array<std::uint8_t, 256> kDigits = [] {
  std::array<std::uint8_t, 256> out{};
  out.fill(16);
  for (std::uint8_t i = 0; i < 10; ++i) out[static_cast<std::size_t>('0' + i)] = i;
  for (std::uint8_t i = 0; i < 6; ++i)
    out[static_cast<std::size_t>('a' + i)] = out[static_cast<std::size_t>('A' + i)] = static_cast<std::uint8_t>(10 + i);
  return out;
}();

std::optional<std::uint64_t> parse_size(std::string_view text) {
  std::uint64_t size = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional(size) : std::nullopt;
}

ListedFile parse_line(std::string_view line, std::int64_t number) {
  ListedFile out;
  const auto tab = line.rfind('\t');
  out.path = line.substr(0, tab);
  out.line = number;
  if (tab != std::string_view::npos) out.size = parse_size(line.substr(tab + 1));
  const auto id = out.path.size() == 43 && out.path[2] == '/' ? parse_file_id(out.path.substr(3)) : std::nullopt;
  out.has_id = id && out.path.substr(0, 2) == out.path.substr(3, 2);
  if (out.has_id) out.id = *id;
  return out;
}

}  // namespace

std::optional<FileId> parse_file_id(std::string_view text) {
  FileId id;
  if (text.size() != 2 * id.size()) return std::nullopt;
  unsigned seen = 0;
  for (std::size_t i = 0; i < id.size(); ++i) {
    const unsigned high = kDigits[static_cast<unsigned char>(text[2 * i])], low = kDigits[static_cast<unsigned char>(text[2 * i + 1])];
    id[i] = static_cast<std::byte>(high << 4 | low);
    seen |= high | low;
  }
  return seen < 16 ? std::optional(id) : std::nullopt;
}

StoredFiles::StoredFiles(std::string listing) : listing_(std::move(listing)) {
  Lines lines(listing_);
  while (const auto line = lines.next())
    if (!line->empty()) files_.push_back(parse_line(*line, lines.number()));
  std::ranges::sort(files_, [](const ListedFile& a, const ListedFile& b) {
    if (a.has_id != b.has_id) return a.has_id;
    return a.id != b.id ? a.id < b.id : a.line < b.line;
  });
  with_id_ = static_cast<std::size_t>(std::ranges::count_if(files_, &ListedFile::has_id));
}

ListedFile* StoredFiles::find(const FileId& id) {
  const std::span with_id(files_.data(), with_id_);
  const auto found = std::ranges::lower_bound(with_id, id, {}, &ListedFile::id);
  return found != with_id.end() && found->id == id ? &*found : nullptr;
}

}  // namespace bridle
