// SPDX-License-Identifier: Apache-2.0
// Tells the format of an indicator file: by what it holds first, by its name where the content says nothing.
#include <algorithm>
#include <array>
#include <string>

#include "base/hash.h"
#include "base/text.h"
#include "indicators/load.h"
#include "indicators/published_type.h"

namespace bridle {
namespace {

IndicatorSetInfo describe(const FileBytes& file, std::string format) {
  return {.name = file.name,
          .path = file.path,
          .sha256 = sha256_hex(as_bytes(std::string_view(file.bytes))),
          .format = std::move(format)};
}

std::string extension_of(std::string_view name) {
  const std::string_view base = base_name(name);
  const auto dot = base.rfind('.');
  return dot == std::string_view::npos ? std::string() : ascii_lower(base.substr(dot + 1));
}

/// Formats that published folders hold beside those that are read.
std::string_view unread_format(std::string_view extension) {
  struct Unread {
    std::string_view extension, name;
  };
  static constexpr std::array kUnread{
      Unread{"yar", "YARA rules are not read"},
      Unread{"yara", "YARA rules are not read"},
      Unread{"ioc", "OpenIOC is not read"},
      Unread{"snort", "network rules are not read"},
      Unread{"rules", "network rules are not read"},
      Unread{"yaml", "YAML is not read"},
      Unread{"yml", "YAML is not read"},
      Unread{"md", "documentation"},
      Unread{"html", "documentation"},
      Unread{"pdf", "documentation"},
  };
  const auto found = std::ranges::find(kUnread, extension, &Unread::extension);
  return found == kUnread.end() ? std::string_view{} : found->name;
}

bool is_documentation(std::string_view name) {
  const std::string base = ascii_lower(base_name(name));
  for (const std::string_view word : {"readme", "license", "licence", "copying", "changelog", "contributing", "notice"})
    if (base == word || base.starts_with(std::string(word) + ".")) return true;
  return false;
}

/// `text` is the file's bytes from behind a byte order mark, so what follows it is padded.
Result<> load_json(const FileBytes& file, std::string_view text, CompiledIndicators& to, Time now) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  if (const auto error = parser.parse(text.data(), text.size(), false).get(root); error != simdjson::SUCCESS)
    return fail(Errc::malformed, std::string("JSON: ") + simdjson::error_message(error), file.name);
  const auto format = json_format(root);
  if (!format) return fail(Errc::unsupported, "JSON that is neither STIX nor MISP", file.name);
  SetWriter writer(to, describe(file, *format == JsonFormat::stix ? "STIX" : "MISP"), now);
  if (*format == JsonFormat::stix)
    load_stix(root, writer);
  else
    load_misp(root, writer);
  return {};
}

}  // namespace

std::optional<JsonFormat> json_format(simdjson::dom::element root) {
  using simdjson::dom::element;
  const auto has = [](element object, std::string_view key) {
    element value;
    return object.is_object() && object[key].get(value) == simdjson::SUCCESS && (value.is_array() || value.is_object());
  };
  if (has(root, "objects")) return JsonFormat::stix;
  if (has(root, "Event") || has(root, "response") || has(root, "Attribute")) return JsonFormat::misp;
  simdjson::dom::array list;
  if (root.get(list) != simdjson::SUCCESS) return std::nullopt;
  for (const element item : list) {
    if (has(item, "Event")) return JsonFormat::misp;
    std::string_view type, id;
    if (item["type"].get(type) == simdjson::SUCCESS && item["id"].get(id) == simdjson::SUCCESS &&
        id.starts_with(type) && id.substr(type.size()).starts_with("--"))
      return JsonFormat::stix;
    break;
  }
  return std::nullopt;
}

Result<> load_file(const FileBytes& file, CompiledIndicators& to, Time now) {
  std::string_view text(file.bytes);
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const std::string extension = extension_of(file.name);
  if (is_documentation(file.name)) return fail(Errc::unsupported, "documentation", file.name);
  if (const std::string_view why = unread_format(extension); !why.empty())
    return fail(Errc::unsupported, std::string(why), file.name);
  const std::string_view start = trim(text.substr(0, 4096));
  if (start.empty()) return fail(Errc::malformed, "file is empty", file.name);
  if (start.starts_with('<')) return fail(Errc::unsupported, "XML (STIX 1) is not read", file.name);
  const bool named_json = extension == "json" || extension == "stix" || extension == "stix2";
  if (named_json || start.starts_with('{')) return load_json(file, text, to, now);
  if (text.find('\0') != std::string_view::npos) return fail(Errc::unsupported, "not text", file.name);
  if (extension != "txt" && is_indicator_csv(text)) {
    SetWriter writer(to, describe(file, "CSV"), now);
    load_csv(text, writer);
    return {};
  }
  const auto kind = kind_of_list(file.name);
  if (!kind && !is_indicator_list(text)) return fail(Errc::unsupported, "not a list of indicators", file.name);
  SetWriter writer(to, describe(file, "list"), now);
  load_list(text, kind, writer);
  return {};
}

}  // namespace bridle
