// SPDX-License-Identifier: Apache-2.0
#include "indicators/set_writer.h"

#include <algorithm>
#include <vector>

#include "base/limits.h"
#include "base/text.h"
#include "indicators/normalise.h"

namespace bridle {
namespace {

constexpr std::size_t kShownBytes = 200;  // of a skipped value or a reason

/// A comparison that can be put into the tables.
struct Ready {
  NormalValue value;
  std::unique_ptr<RE2> regex;  // for LIKE and MATCHES
};

Result<Ready> prepare(const CompiledIndicators& set, const Compared& compared) {
  if (compared.comparison == Comparison::equal) {
    auto value = normalise(compared.kind, compared.value);
    if (!value) return fail(value.error());
    return Ready{std::move(*value), nullptr};
  }
  auto regex = set.compile(compared.kind, compared.comparison, compared.value);
  if (!regex) return fail(regex.error());
  return Ready{{compared.kind, std::string(compared.value)}, std::move(*regex)};
}

}  // namespace

SetWriter::SetWriter(CompiledIndicators& to, IndicatorSetInfo info, Time now)
    : to_(to), set_(static_cast<std::uint32_t>(to.sets.size())), now_(now) {
  to_.sets.push_back(std::move(info));
}

std::string_view SetWriter::shared(std::string_view text) {
  if (text.empty()) return {};
  if (const auto found = shared_.find(text); found != shared_.end()) return found->second;
  const std::string_view kept = to_.text.keep(text);
  shared_.emplace(kept, kept);
  return kept;
}

void SetWriter::skip(std::string_view where, std::string_view reason, std::string_view value) {
  const std::string cut = to_valid_utf8(reason.substr(0, kShownBytes));
  std::string_view why = cut;
  ++info().skipped;
  if (info().skipped_by_reason.size() >= limits::kSkippedReasons && !info().skipped_by_reason.contains(why))
    why = "other reasons";
  if (const auto found = info().skipped_by_reason.find(why); found != info().skipped_by_reason.end())
    ++found->second;
  else
    info().skipped_by_reason.emplace(why, 1);
  if (info().skipped_list.size() < limits::kSkippedListed)
    info().skipped_list.push_back({std::string(where), std::string(why), to_valid_utf8(value.substr(0, kShownBytes))});
}

bool SetWriter::accept(const Published& published, std::string_view value) {
  if (published.valid_until && *published.valid_until <= now_) {
    skip(published.where, "expired", value);
    return false;
  }
  if (to_.indicators.size() >= limits::kIndicators) {
    skip(published.where, "too many indicators", value);
    return false;
  }
  return true;
}

std::uint32_t SetWriter::append(const Published& published, const Compared& compared, std::string_view normal_value) {
  const std::string_view kept = to_.text.keep(normal_value);
  const auto index = static_cast<std::uint32_t>(to_.indicators.size());
  to_.indicators.push_back({.kind = compared.kind,
                            .comparison = compared.comparison,
                            .for_matching = published.for_matching,
                            .set = set_,
                            .value = kept,
                            .original = compared.value == kept ? kept : to_.text.keep(compared.value),
                            .malware = shared(published.malware),
                            .id = to_.text.keep(published.id),
                            .description = shared(published.description),
                            .reference = shared(published.reference),
                            .valid_from = published.valid_from,
                            .valid_until = published.valid_until});
  ++info().loaded;
  return index;
}

void SetWriter::add(const Published& published, const Compared& compared) {
  if (!accept(published, compared.value)) return;
  auto ready = prepare(to_, compared);
  if (!ready) return skip(published.where, ready.error().what, compared.value);
  const IndicatorKind kind = ready->value.kind;
  const auto next = static_cast<Target>(to_.indicators.size());
  if (ready->regex == nullptr && is_repeated(published, kind, ready->value.value)) {
    ++info().repeated;
    return;
  }
  append(published, {kind, compared.comparison, compared.value}, ready->value.value);
  if (ready->regex != nullptr)
    to_.insert(kind, std::move(ready->regex), next);
  else
    to_.insert(kind, to_.indicators[next].value, next);
}

bool SetWriter::is_repeated(const Published& published, IndicatorKind kind, std::string_view value) const {
  const auto before = to_.newest(kind, value);
  if (!before || (*before & kPartBit) != 0) return false;
  const Indicator& other = to_.indicators[*before];
  return other.set == set_ && other.malware == published.malware;
}

void SetWriter::add_together(const Published& published, std::span<const Compared> parts, std::string_view pattern) {
  if (!accept(published, pattern)) return;
  std::vector<Ready> ready;
  for (const Compared& part : parts) {
    auto prepared = prepare(to_, part);
    if (!prepared) return skip(published.where, prepared.error().what, part.value);
    ready.push_back(std::move(*prepared));
  }
  const auto first = static_cast<std::uint32_t>(to_.conjunction_of_part.size());
  for (Ready& part : ready) {
    const Target target = static_cast<Target>(to_.conjunction_of_part.size()) | kPartBit;
    to_.conjunction_of_part.push_back(static_cast<std::uint32_t>(to_.conjunctions.size()));
    if (part.regex != nullptr)
      to_.insert(part.value.kind, std::move(part.regex), target);
    else
      to_.insert(part.value.kind, to_.text.keep(part.value.value), target);
  }
  const std::uint32_t index = append(published, {ready.front().value.kind, Comparison::together, pattern}, pattern);
  to_.conjunctions.push_back({index, first, static_cast<std::uint32_t>(ready.size())});
}

}  // namespace bridle
