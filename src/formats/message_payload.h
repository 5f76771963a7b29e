// SPDX-License-Identifier: Apache-2.0
// The `payload_data` of an iMessage: what a link preview or an app put into the message (docs/formats/typedstream.md).
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "bridle/bytes.h"
#include "bridle/result.h"

namespace bridle::message_payload {

struct Payload {
  std::vector<std::string> links;  ///< each once; those of the preview itself come first
  std::string title;               ///< of the preview, or the text that an app shows for its message
  std::string summary;             ///< of the preview, or the caption of the app's message
  std::optional<Error> error;      ///< set if an archive inside the payload could not be read
};

/// Reads a keyed archive of LPLinkMetadata, RichLink or an app's dictionary.
/// Errors: those of plist::parse, and malformed if the list is no archive. Other kinds of payload (handwriting, digital
/// touch) are no property lists and give unsupported.
Result<Payload> read_payload(Bytes bytes);

}  // namespace bridle::message_payload
