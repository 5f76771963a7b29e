// SPDX-License-Identifier: Apache-2.0
// The loaders: from the bytes of an indicator file to a SetWriter.
#pragma once
#include <simdjson.h>

#include <optional>
#include <string_view>

#include "bridle/result.h"
#include "indicators/set_writer.h"

namespace bridle {

/// What a file is read from and reported as.
struct FileBytes {
  std::string name;  ///< below the folder that was given
  std::string path;  ///< on this machine
  simdjson::padded_string bytes;
};

/// Reads one file of any supported format as a new set. Errors: malformed, unsupported (not a format Bridle reads);
/// nothing is added then.
Result<> load_file(const FileBytes& file, CompiledIndicators& to, Time now);

enum class JsonFormat : std::uint8_t { stix, misp };
std::optional<JsonFormat> json_format(simdjson::dom::element root);

/// All indicators of a STIX 2.0 or 2.1 bundle, or of a list of STIX objects.
void load_stix(simdjson::dom::element root, SetWriter& to);
/// All attributes of one or more MISP events.
void load_misp(simdjson::dom::element root, SetWriter& to);

/// True if the first line names columns that say what the values are.
bool is_indicator_csv(std::string_view text);
void load_csv(std::string_view text, SetWriter& to);

/// One value a line; "#" begins a comment. Without a kind it is told from each value.
void load_list(std::string_view text, std::optional<IndicatorKind> kind, SetWriter& to);
/// True if most lines are values whose kind can be told.
bool is_indicator_list(std::string_view text);

/// Adds a value of a published type, both parts of it if it has two.
void add_published(SetWriter& to, Published published, std::string_view type, std::string_view value);

}  // namespace bridle
