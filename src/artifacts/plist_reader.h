// SPDX-License-Identifier: Apache-2.0
// Reads artifacts declared with `each` and `keys`, and helps artifacts that walk a plist themselves.
#pragma once
#include "bridle/artifact.h"
#include "formats/plist.h"

namespace bridle {

/// Parses the file and adds a row for each node that `artifact.each` names.
Result<> read_plist(const Artifact& artifact, const InputFile& file, RecordSink& sink);

/// The document of a whole file. The bytes stay with it. Errors as plist::parse and read_all.
Result<plist::Document> load_plist(const InputFile& file);

/// The same; malformed if the root is no dictionary.
Result<plist::Document> load_dictionary(const InputFile& file);

/// Sets a field from a plist value of whatever kind fits it: numbers, dates and strings for a time, an array of
/// strings for a list, text of any value for a text field. Returns false if the value cannot stand in the field.
bool set_from(Row& row, std::size_t field, const plist::Value& value);

/// As set_from for a value that may be missing (null: the field stays as it is); one that does not fit is a problem,
/// with `where` as its place.
void set_or_report(Row& row, std::string_view field, const plist::Value* value, std::string_view where, RecordSink& sink);

/// True if the text begins as "scheme://" does.
bool begins_as_address(std::string_view text);

}  // namespace bridle
