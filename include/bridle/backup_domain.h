// SPDX-License-Identifier: Apache-2.0
// Canonical device paths: the one name that a file of a phone has, whatever kind of source it was found in.
#pragma once
#include <string>
#include <string_view>

namespace bridle {

/// Canonical device path of an entry of an iOS backup: "HomeDomain" and "Library/SMS/sms.db" give
/// "/private/var/mobile/Library/SMS/sms.db". Apps and groups keep their bundle id where the device has a UUID.
/// A domain that is not known gives "/unknown/<domain>/<relative>". Empty if a component is "..".
/// The table of domains with its source: docs/formats/ios_backup.md.
std::string canonical_path(std::string_view domain, std::string_view relative);

/// An absolute path as the device's own file system spells it: "/var", "/tmp" and "/etc" are links into "/private";
/// empty and "." components are dropped, ".." takes the one before it away, and there is no slash at the end.
/// A path that does not begin with a slash is returned as it is.
std::string canonical_device_path(std::string_view path);

}  // namespace bridle
