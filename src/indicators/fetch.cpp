// SPDX-License-Identifier: Apache-2.0
#include "indicators/fetch.h"

#include <curl/curl.h>

#include <memory>
#include <optional>

#include "base/text.h"
#include "indicators/ip_address.h"

namespace bridle {
namespace {

constexpr int kRedirects = 3;
constexpr long kConnectSeconds = 15;

struct Address {
  std::string scheme, host, port;
};

std::optional<Address> parse(const std::string& url) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parsed(curl_url(), &curl_url_cleanup);
  if (parsed == nullptr || curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) return std::nullopt;
  const auto part = [&](CURLUPart which) {
    char* text = nullptr;
    if (curl_url_get(parsed.get(), which, &text, CURLU_DEFAULT_PORT) != CURLUE_OK) return std::string();
    const std::unique_ptr<char, decltype(&curl_free)> owner(text, &curl_free);
    return std::string(text);
  };
  return Address{ascii_lower(part(CURLUPART_SCHEME)), ascii_lower(part(CURLUPART_HOST)), part(CURLUPART_PORT)};
}

bool is_this_machine(const std::string& host) {
  const auto ip = parse_ip(host);
  const bool v4 = ip && is_ipv4(*ip) && (*ip)[12] == 127;
  return host == "localhost" || host == "[::1]" || v4;
}

struct Download {
  std::string bytes;
  std::uint64_t max_bytes;
  bool too_long = false;
};

std::size_t receive(char* data, std::size_t size, std::size_t count, void* user) {
  auto& download = *static_cast<Download*>(user);
  const std::size_t n = size * count;
  if (n > download.max_bytes - download.bytes.size()) {
    download.too_long = true;
    return 0;
  }
  download.bytes.append(data, n);
  return n;
}

/// One request. `redirect` gets the new address if the answer is one.
Result<std::string> get(CURL* curl, const std::string& url, const FetchOptions& options, std::string& redirect) {
  Download download{{}, options.max_bytes};
  curl_easy_reset(curl);
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, options.timeout_seconds);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "bridle");
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &receive);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &download);
  const CURLcode code = curl_easy_perform(curl);
  if (download.too_long)
    return fail(Errc::limit, "answer is longer than " + std::to_string(options.max_bytes) + " bytes", url);
  if (code == CURLE_PARTIAL_FILE) return fail(Errc::truncated, "answer ended early", url);
  if (code != CURLE_OK) return fail(Errc::io, curl_easy_strerror(code), url);
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  if (status == 200) return std::move(download.bytes);
  const char* to = nullptr;
  curl_easy_getinfo(curl, CURLINFO_REDIRECT_URL, &to);
  if (status / 100 == 3 && to != nullptr) redirect = to;
  return fail(status == 404 ? Errc::not_found : Errc::io, "server answered " + std::to_string(status), url);
}

}  // namespace

Result<std::string> fetch(const std::string& url, const FetchOptions& options) {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), &curl_easy_cleanup);
  if (curl == nullptr) return fail(Errc::io, "libcurl did not start", url);
  const auto first = parse(url);
  std::string next = url;
  for (int i = 0; i <= kRedirects; ++i) {
    const auto address = parse(next);
    if (!first || !address || (address->scheme != "http" && address->scheme != "https"))
      return fail(Errc::usage, "not an http or https address", next);
    if (address->scheme == "http" && !options.allow_http && !is_this_machine(address->host))
      return fail(Errc::usage, "plain http is not used for indicators", next);
    if (address->host != first->host) return fail(Errc::io, "redirected to another host, " + address->host, url);
    if (first->scheme == "https" && address->scheme == "http")
      return fail(Errc::io, "redirected from https to http", url);
    std::string redirect;
    auto answer = get(curl.get(), next, options, redirect);
    if (answer || redirect.empty()) return answer;
    next = redirect;
  }
  return fail(Errc::io, "too many redirects", url);
}

}  // namespace bridle
