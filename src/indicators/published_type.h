// SPDX-License-Identifier: Apache-2.0
// The words that MISP, CSV files and file names use for kinds of indicator.
#pragma once
#include <optional>
#include <string_view>

#include "bridle/observable.h"

namespace bridle {

/// What a value of a published type holds. A value of two parts is split at "|".
struct PublishedType {
  std::optional<IndicatorKind> first;   ///< kind of the value, or of its part before "|"
  std::optional<IndicatorKind> second;  ///< kind of the part after "|"
  bool composite = false;
};

/// A MISP attribute type, or a usual column entry: "ip-dst|port", "sha256", "ipv4", "package". Case does not matter.
std::optional<PublishedType> published_type(std::string_view name);

/// The kind that the name of a list file states: "v2_domains.txt", "package_cert_hashes.txt", "file_paths.txt".
std::optional<IndicatorKind> kind_of_list(std::string_view file_name);

/// The kind of a value that nothing else tells, from its form. Nothing if that is not clear.
std::optional<IndicatorKind> guessed_kind(std::string_view value);

}  // namespace bridle
