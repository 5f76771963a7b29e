// SPDX-License-Identifier: Apache-2.0
// Result: the one way a function says that it could not do what was asked.
#pragma once
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <utility>

namespace bridle {

/// What kind of failure it is. The command line maps each to an exit code.
enum class Errc : std::uint8_t {
  malformed,    ///< bytes that are not what the format says
  truncated,    ///< the bytes end too early
  limit,        ///< a named limit of base/limits.h was met
  unsupported,  ///< a valid input of a kind Bridle does not read
  not_found,    ///< a file or object that had to exist does not
  io,           ///< the operating system refused
  password,     ///< wrong or missing password
  changed,      ///< an input changed during the run
  usage,        ///< the caller asked for something that makes no sense
  internal,     ///< a bug in Bridle
};

/// Short English word for a code, as printed in problems ("malformed").
const char* name(Errc code);

/// A failure: what happened, and where if that is known.
struct Error {
  Errc code = Errc::internal;
  std::string what;                      ///< one sentence, no full stop, no evidence text longer than 200 bytes
  std::string where{};                   ///< file, canonical path or key; empty if the caller knows it
  std::optional<std::uint64_t> offset{};  ///< byte offset in `where`
};

template <class T = void>
using Result = std::expected<T, Error>;

/// `return fail(Errc::malformed, "page size is 7");`
inline std::unexpected<Error> fail(Errc code, std::string what, std::string where = {},
                                   std::optional<std::uint64_t> offset = {}) {
  return std::unexpected(Error{code, std::move(what), std::move(where), offset});
}
/// Hands an error on: `if (!r) return fail(r.error());`
inline std::unexpected<Error> fail(Error error) { return std::unexpected(std::move(error)); }

/// "what (where, offset n)" on one line.
std::string to_string(const Error& error);

}  // namespace bridle
