// SPDX-License-Identifier: Apache-2.0
// Matching: from what a field holds to the tables of an IndicatorSet.
#include "indicators/indicator_set.h"

#include <algorithm>

#include "base/text.h"
#include "indicators/compiled.h"
#include "indicators/host.h"
#include "indicators/ip_address.h"
#include "indicators/normalise.h"
#include "indicators/text_scan.h"

namespace bridle {
namespace {

using Kind = IndicatorKind;

struct PartHit {
  std::uint32_t part;
  std::size_t order;
  std::string_view text;
};

/// Takes targets that were met: indicators go to the sink or, if only conjunctions are asked for, parts to a list.
class Hits {
 public:
  explicit Hits(MatchSink& sink) : sink_(&sink) {}
  explicit Hits(std::vector<PartHit>& parts) : parts_(&parts) {}

  void add(Target target, std::string_view text, bool truncated) {
    if ((target & kPartBit) == 0) {
      if (sink_ != nullptr) sink_->match({target, text, truncated});
    } else if (parts_ != nullptr) {
      parts_->push_back({target & ~kPartBit, parts_->size(), text});
    }
  }

 private:
  MatchSink* sink_ = nullptr;
  std::vector<PartHit>* parts_ = nullptr;
};

/// Matches one observed value. `text` is always the part of the value that is reported.
class Matcher final : private AddressSink {
 public:
  Matcher(const CompiledIndicators& set, Hits& hits) : set_(set), hits_(hits) {}

  void observe(Observable observable, std::string_view value);

 private:
  void probe(const FlatTable& table, std::uint64_t hash, std::string_view key, std::string_view text,
             bool truncated = false) {
    for (auto e = table.find(hash, key); e != FlatTable::kNone; e = table.entry(e).older)
      hits_.add(table.entry(e).target, text, truncated);
  }
  void exact(Kind kind, std::string_view key, std::string_view text) {
    if (!key.empty()) probe(set_.table(kind), hash_forward(key), key, text);
  }
  void expressions(Kind kind, std::string_view subject, std::string_view text) {
    for (const Expression& e : set_.expressions[static_cast<std::size_t>(kind)])
      if (RE2::PartialMatch(re2::StringPiece(subject.data(), subject.size()), *e.regex))
        hits_.add(e.target, text, false);
  }
  void value(Kind kind, std::string_view key, std::string_view text) {
    if (!set_.has(kind) || key.empty()) return;
    exact(kind, key, text);
    expressions(kind, key, text);
  }

  bool has_addresses() const { return set_.has(Kind::domain) || set_.has(Kind::url) || set_.has(Kind::ip); }
  void url(std::string_view value, bool may_end_in_punctuation);
  void url_path(const UrlParts& parts, std::string_view value, bool may_end_in_punctuation);
  std::uint64_t host(const Host& host, std::string_view text);
  void ip(const IpAddress& address, std::string_view text);
  void bare_host(std::string_view value);
  void text(std::string_view value);
  void process(std::string_view value);
  void process_name(std::string_view name);
  void path(std::string_view value);
  void path_components(std::string_view path, std::string_view text);

  void address(std::string_view found) override { url(found, true); }
  void email(std::string_view found) override;
  void ipv6(std::string_view found) override {
    if (const auto a = parse_ip(found)) ip(*a, found);
  }

  const CompiledIndicators& set_;
  Hits& hits_;
};

/// Probes every parent of the host in one pass from its end. Returns the hash of the whole name.
std::uint64_t Matcher::host(const Host& observed, std::string_view text) {
  const std::string_view name = observed.name();
  const FlatTable& domains = set_.table(Kind::domain);
  RunningHash hash;
  bool top_level = true;  // no indicator is a single label
  for (std::size_t i = name.size(); i-- > 0;) {
    if (name[i] == '.') {
      if (!top_level) probe(domains, hash.value(), name.substr(i + 1), text);
      top_level = false;
    }
    hash.add(name[i]);
  }
  if (observed.ip()) {
    ip(*observed.ip(), text);
  } else {
    probe(domains, hash.value(), name, text);
    expressions(Kind::domain, name, text);
  }
  return hash.value();
}

void Matcher::ip(const IpAddress& address, std::string_view text) {
  std::array<char, 17> bytes{};
  for (const std::uint8_t prefix : set_.ip_prefixes) {
    const std::string_view key = ip_key({masked(address, prefix), prefix}, bytes);
    probe(set_.table(Kind::ip), hash_forward(key), key, text);
  }
  if (const auto& list = set_.expressions[static_cast<std::size_t>(Kind::ip)]; !list.empty())
    expressions(Kind::ip, to_string(IpRange{address, 128}), text);
}

void Matcher::url(std::string_view value, bool may_end_in_punctuation) {
  // Browsers ignore tabs and line ends anywhere, so such a URL is read from a copy, and reported as a whole.
  unsigned controls = 0;
  for (const char c : value) controls |= static_cast<unsigned>(static_cast<unsigned char>(c) < 0x20);
  const std::string joined = controls != 0 ? without_line_ends(value) : std::string();
  UrlParts parts;
  if (split_url(controls != 0 ? std::string_view(joined) : value, parts)) {
    const std::uint64_t hash = host(parts.name, controls != 0 ? value : parts.host);
    if (set_.url_hosts.find(hash, parts.name.name()) != FlatTable::kNone)
      url_path(parts, value, may_end_in_punctuation);
  }
  expressions(Kind::url, value, value);
}

/// Compares the whole URL, which is done only for hosts of URL indicators.
void Matcher::url_path(const UrlParts& parts, std::string_view value, bool may_end_in_punctuation) {
  constexpr std::size_t kMarks = 4;  // "(https://evil.example/x)!", and so on
  std::string key = canonical_url(parts);
  const auto probe_all = [&] {
    exact(Kind::url, key, value);
    if (parts.scheme.empty()) {
      exact(Kind::url, "http:" + key, value);
      exact(Kind::url, "https:" + key, value);
    } else {
      exact(Kind::url, ascii_lower(parts.scheme) + ":" + key, value);
    }
  };
  probe_all();
  for (std::size_t i = 0; may_end_in_punctuation && i < kMarks && !key.empty(); ++i) {
    if (std::string_view(".,;:!?'\")]}*_~").find(key.back()) == std::string_view::npos) break;
    key.pop_back();
    probe_all();
  }
}

void Matcher::email(std::string_view found) {
  const std::string_view bare = bare_email(found);
  FoldBuffer buffer;
  value(Kind::email, buffer.lower(bare), bare);
  if (const auto at = bare.rfind('@'); at != std::string_view::npos && has_addresses()) {
    Host domain;
    if (domain.assign(bare.substr(at + 1))) host(domain, bare.substr(at + 1));
  }
}

void Matcher::text(std::string_view value) {
  if (!has_addresses() && !set_.has(Kind::email)) return;
  scan_text(value, {.unicode_hosts = set_.has_unicode_hosts, .ipv6 = set_.has(Kind::ip)}, *this);
}

void Matcher::process(std::string_view value) {
  if (!set_.has(Kind::process)) return;
  value = trim(value);
  process_name(base_name(value));
  // DataUsage names a helper of a process "name/bundle"; a path from the root is only its base name.
  if (const auto slash = value.find('/'); slash != 0 && slash != std::string_view::npos && slash == value.rfind('/'))
    process_name(value.substr(0, slash));
}

void Matcher::process_name(std::string_view name) {
  value(Kind::process, name, name);
  if (name.size() == 15 || name.size() == 16) probe(set_.cut_processes, hash_forward(name), name, name, true);
}

void Matcher::path(std::string_view value) {
  if (!set_.has(Kind::file_path) && set_.path_ends.empty() && !set_.has(Kind::file_name)) return;
  if (is_comparable_path(value))
    path_components(value, value);
  else
    path_components(comparable_path(value), value);
}

void Matcher::path_components(std::string_view path, std::string_view text) {
  const std::string_view last = base_name(path);
  const bool verbatim = path.data() == text.data();
  value(Kind::file_name, last, verbatim ? last : text);
  const auto seen = [&](std::size_t from, std::size_t to) { return verbatim ? text.substr(from, to - from) : text; };
  if (path.starts_with('/') && !set_.table(Kind::file_path).empty()) {
    RunningHash hash;
    for (std::size_t i = 0; i < path.size(); ++i) {
      if (path[i] == '/' && i > 0) probe(set_.table(Kind::file_path), hash.value(), path.substr(0, i), seen(0, i));
      hash.add(path[i]);
    }
    probe(set_.table(Kind::file_path), hash.value(), path, text);
  }
  if (!set_.path_ends.empty()) {
    RunningHash hash;
    for (std::size_t i = path.size(); i-- > 0;) {
      if (path[i] == '/') probe(set_.path_ends, hash.value(), path.substr(i + 1), seen(i + 1, path.size()));
      hash.add(path[i]);
    }
    if (!path.starts_with('/')) probe(set_.path_ends, hash.value(), path, text);
  }
  expressions(Kind::file_path, path, text);
}

/// A field that holds one address without a scheme, perhaps with a port.
void Matcher::bare_host(std::string_view value) {
  UrlParts parts;
  if (!has_addresses()) return;
  if (const auto address = parse_ip(trim(value)))
    ip(*address, value);
  else if (split_url(value, parts))
    host(parts.name, parts.host);
}

void Matcher::observe(Observable observable, std::string_view observed) {
  const auto folded = [&](Kind kind, auto fold) {
    FoldBuffer buffer;
    if (set_.has(kind)) value(kind, (buffer.*fold)(trim(observed)), observed);
  };
  switch (observable) {
    case Observable::url:
      return has_addresses() ? url(observed, false) : void();
    case Observable::domain:
    case Observable::ip:
      return bare_host(observed);
    case Observable::text:
      return text(observed);
    case Observable::process:
      return process(observed);
    case Observable::email:
      return email(observed);
    case Observable::file_path:
      return path(observed);
    case Observable::phone:
      return folded(Kind::phone, &FoldBuffer::phone);
    case Observable::hash:
      return folded(Kind::hash, &FoldBuffer::hex);
    case Observable::certificate_hash:
      return folded(Kind::certificate_hash, &FoldBuffer::hex);
    case Observable::app_id:
      return folded(Kind::app_id, &FoldBuffer::lower);
    case Observable::profile_id:
      return folded(Kind::profile_id, &FoldBuffer::lower);
    case Observable::android_property:
      return value(Kind::android_property, trim(observed), observed);
  }
}

}  // namespace

IndicatorSet::IndicatorSet() : compiled_(std::make_unique<CompiledIndicators>()) {}
IndicatorSet::IndicatorSet(std::unique_ptr<const CompiledIndicators> compiled) : compiled_(std::move(compiled)) {}
IndicatorSet::IndicatorSet(IndicatorSet&&) noexcept = default;
IndicatorSet& IndicatorSet::operator=(IndicatorSet&&) noexcept = default;
IndicatorSet::~IndicatorSet() = default;

std::size_t IndicatorSet::size() const {
  return compiled_->indicators.size();
}
const Indicator& IndicatorSet::indicator(std::uint32_t index) const {
  return compiled_->indicators[index];
}
std::span<const IndicatorSetInfo> IndicatorSet::sets() const {
  return compiled_->sets;
}
std::span<const Skipped> IndicatorSet::skipped_files() const {
  return compiled_->skipped_files;
}
bool IndicatorSet::has_conjunctions() const {
  return !compiled_->conjunctions.empty();
}

void IndicatorSet::match(Observable observable, std::string_view value, MatchSink& sink) const {
  Hits hits(sink);
  Matcher(*compiled_, hits).observe(observable, value);
}

void IndicatorSet::match_record(std::span<const ObservedValue> record, MatchSink& sink) const {
  std::vector<PartHit> met;
  Hits hits(met);
  for (const ObservedValue& v : record) Matcher(*compiled_, hits).observe(v.observable, v.value);

  // The parts of a conjunction are numbered in a row, so sorting brings them together; the first hit of each counts.
  std::ranges::sort(met, {}, [](const PartHit& hit) { return std::pair(hit.part, hit.order); });
  const auto repeated = std::ranges::unique(met, {}, &PartHit::part);
  met.erase(repeated.begin(), repeated.end());
  for (std::size_t i = 0; i < met.size();) {
    const Conjunction& wanted = compiled_->conjunctions[compiled_->conjunction_of_part[met[i].part]];
    std::size_t end = i;
    while (end < met.size() && met[end].part < wanted.first_part + wanted.parts) ++end;
    if (end - i == wanted.parts) sink.match({wanted.indicator, met[i].text, false});
    i = end;
  }
}

}  // namespace bridle
