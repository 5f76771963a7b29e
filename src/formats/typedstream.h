// SPDX-License-Identifier: Apache-2.0
// Apple's typedstream archives: how sms.db keeps the body of a message (docs/formats/typedstream.md).
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "bridle/bytes.h"
#include "bridle/result.h"

namespace bridle::typedstream {

/// A text and what its attributes refer to. All strings are valid UTF-8, in the order of the stream, each once.
struct AttributedText {
  std::string text;
  std::vector<std::string> links;       ///< of link attributes and of data detectors
  std::vector<std::string> file_guids;  ///< transfers of attachments
  std::vector<std::string> mentions;    ///< addresses of the people named in the text
  std::optional<Error> error;           ///< set if the stream broke after the text: the rest is missing
};

/// Reads an archived NSAttributedString or NSString. One pass, linear in the bytes; safe from any thread.
/// Errors, all with the byte offset: malformed, truncated, limit (kTypedstream...), and unsupported if the stream holds
/// an object of another class.
Result<AttributedText> read_attributed_text(Bytes bytes);

}  // namespace bridle::typedstream
