// SPDX-License-Identifier: Apache-2.0
#include "formats/archived_links.h"

#include <algorithm>
#include <unordered_set>

#include "base/limits.h"

namespace bridle::keyed_archive {
namespace {

constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_scheme(char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.'; }

/// Length of the scheme that `text` begins with, 0 if there is none.
std::size_t scheme_length(std::string_view text) {
  const auto end = std::ranges::find_if_not(text, is_scheme);
  const bool valid = end != text.end() && *end == ':' && is_letter(text.front());
  return valid ? static_cast<std::size_t>(end - text.begin()) : 0;
}

void collect(const Archive& archive, Links& links, std::uint64_t& nested_bytes, bool nested) {
  for (const Value& object : archive.objects()) {
    if (const auto text = object.string()) {
      if (looks_like_link(*text)) links.found.emplace_back(*text);
    } else if (object.find("NS.relative") != nullptr) {
      auto url = archive.url(&object);
      if (url && scheme_length(*url) > 0) links.found.push_back(std::move(*url));
    } else if (const auto data = archive.data(&object); data && !nested && as_text(*data).starts_with("bplist00")) {
      // Objects may share their bytes: together they cannot honestly be larger than a property list.
      nested_bytes += data->size();
      if (nested_bytes > limits::kPlistBytes) {
        links.error = Error{Errc::limit, "archives inside the archive exceed the size of a property list"};
        return;
      }
      const auto document = plist::parse(*data);
      if (!document && !links.error) links.error = document.error();
      const auto inner = document ? Archive::open(*document) : fail(document.error());
      if (inner) collect(*inner, links, nested_bytes, true);
    }
  }
}

}  // namespace

bool looks_like_link(std::string_view text) {
  const std::size_t scheme = scheme_length(text);
  if (scheme == 0 || !text.substr(scheme).starts_with("://") || text.size() == scheme + 3) return false;
  return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F; });
}

void collect_links(const Archive& archive, Links& links) {
  std::uint64_t nested_bytes = 0;
  collect(archive, links, nested_bytes, false);
}

void drop_duplicates(std::vector<std::string>& strings) {
  if (strings.size() < 2) return;
  std::unordered_set<std::string_view> seen;
  // Views stay valid: nothing moves before all were looked at.
  std::vector<bool> again(strings.size());
  for (std::size_t i = 0; i < strings.size(); ++i) again[i] = !seen.insert(strings[i]).second;
  std::size_t i = 0;
  std::erase_if(strings, [&](const std::string&) { return again[i++]; });
}

}  // namespace bridle::keyed_archive
