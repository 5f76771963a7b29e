// SPDX-License-Identifier: Apache-2.0
#include "rules/sql_functions.h"

#include <libpsl.h>
#include <sqlite3.h>

#include <string>
#include <string_view>

#include "base/text.h"
#include "bridle/time.h"

namespace bridle {
namespace {

std::string_view text_argument(sqlite3_value* value) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
  return {text, static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

void give(sqlite3_context* context, std::string_view text) {
  if (text.empty()) sqlite3_result_null(context);
  else sqlite3_result_text64(context, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

/// Host of an address, lower case, without port, user-info, brackets and trailing dot; the text itself if it has no
/// scheme.
std::string host_of(std::string_view url) {
  if (const auto scheme = url.find("://"); scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("/?#\\"));
  if (const auto at = url.rfind('@'); at != std::string_view::npos) url.remove_prefix(at + 1);
  if (url.starts_with('[')) return ascii_lower(url.substr(1, url.find(']') - 1));
  url = url.substr(0, url.find(':'));
  while (url.ends_with('.')) url.remove_suffix(1);
  return ascii_lower(url);
}

void url_host(sqlite3_context* context, int, sqlite3_value** values) { give(context, host_of(text_argument(values[0]))); }

void registrable_domain(sqlite3_context* context, int, sqlite3_value** values) {
  const std::string host = host_of(text_argument(values[0]));
  const char* domain = psl_registrable_domain(psl_builtin(), host.c_str());
  // An address or a bare suffix has no registrable part: the host itself is the most that can be compared.
  give(context, domain != nullptr ? std::string_view(domain) : std::string_view(host));
}

void base_name_of(sqlite3_context* context, int, sqlite3_value** values) {
  give(context, base_name(text_argument(values[0])));
}

void utc(sqlite3_context* context, int, sqlite3_value** values) {
  if (sqlite3_value_type(values[0]) != SQLITE_INTEGER) sqlite3_result_null(context);
  else give(context, to_iso({sqlite3_value_int64(values[0])}));
}

}  // namespace

Result<> add_sql_functions(sqlite3* db) {
  constexpr int kFlags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
  const auto add = [&](const char* name, auto* function) {
    return sqlite3_create_function_v2(db, name, 1, kFlags, nullptr, function, nullptr, nullptr, nullptr) == SQLITE_OK;
  };
  if (!add("url_host", url_host) || !add("registrable_domain", registrable_domain) || !add("base_name", base_name_of) ||
      !add("utc", utc))
    return fail(Errc::internal, "cannot add the rules' SQL functions");
  return {};
}

}  // namespace bridle
