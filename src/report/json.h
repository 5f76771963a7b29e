// SPDX-License-Identifier: Apache-2.0
// JSON lines: one object a line, each with its versioned schema (docs/json.md).
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "bridle/artifact.h"
#include "report/case_reader.h"
#include "report/record_reader.h"
#include "report/summary.h"
#include "report/timeline_reader.h"

namespace bridle::report {

using Json = nlohmann::ordered_json;

/// An empty object of a type: {"schema": "bridle.<type>/1"}.
Json json_object(std::string_view type);

/// Evidence text: a string, or {"b64": "..."} if it is not UTF-8.
Json json_text(std::string_view evidence);
Json json_bytes(Bytes bytes);
Json json_time(std::optional<Time> time);
/// Text that Bridle wrote, in which evidence may be quoted: a string; bytes that are not UTF-8 become U+FFFD.
Json json_sentence(std::string_view text);
/// The text, or null if it is empty.
Json json_or_null(std::string_view text);

/// The object on one line with its line end. Characters that a terminal would obey or hide are escaped, so that the
/// line is as harmless on a screen as any other output.
std::string json_line(const Json& object);

Json to_json(const Summary& summary);
Json to_json(const CoverageRow& coverage);
Json to_json(const Source& source);
Json to_json(const ProblemRow& problem);
Json to_json(const IndicatorSetRow& set);
Json to_json(const RecordView& record);
Json to_json(const Event& event);
Json to_json(const Artifact& artifact);
/// A finding with its records. Errors: those of reading the case.
Result<Json> to_json(const FindingRow& finding, CaseRecords& records);

}  // namespace bridle::report
