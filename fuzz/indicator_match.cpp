// SPDX-License-Identifier: Apache-2.0
// The built-in indicators and some of every comparison, against the same bytes as each kind of observable.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>

#include "indicators/indicator_set.h"

namespace {
bridle::IndicatorSet make_set() {
  constexpr std::string_view kBundle = R"({"objects":[
    {"type":"indicator","id":"indicator--1","pattern":"[url:value IN ('http://a.bc/d','e.fg/h') OR domain-name:value = 'xn--e1afmkfd.xn--p1ai']"},
    {"type":"indicator","id":"indicator--2","pattern":"[ipv4-addr:value IN ('1.2.3.0/24','2001:db8::/33') OR email-addr:value LIKE '%@a_.com']"},
    {"type":"indicator","id":"indicator--3","pattern":"[file:path = 'a/b' OR file:name MATCHES '^x+y' OR phone-number:value = '12345678']"},
    {"type":"indicator","id":"indicator--4","pattern":"[process:name = 'bh' AND domain-name:value = 'a.bc']"}]})";
  const int file = ::memfd_create("set", 0);
  bridle::IndicatorSetBuilder builder;
  builder.add_builtin();
  if (::write(file, kBundle.data(), kBundle.size()) < 0 ||
      !builder.add_path("/proc/self/fd/" + std::to_string(file), bridle::Time{}))
    __builtin_trap();
  return std::move(builder).build();
}

struct Views final : bridle::MatchSink {
  explicit Views(std::string_view text) : value(text) {}
  void match(const bridle::Match& m) override {  // what is reported is a part of the value
    if (m.text.data() < value.data() || m.text.data() + m.text.size() > value.data() + value.size()) __builtin_trap();
  }
  std::string_view value;
};
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const bridle::IndicatorSet kSet = make_set();
  Views sink({reinterpret_cast<const char*>(data), size});
  std::vector<bridle::ObservedValue> record;
  for (std::size_t i = 0; i < bridle::kObservables; ++i)
    record.push_back({static_cast<bridle::Observable>(i), sink.value});
  for (const bridle::ObservedValue& v : record) kSet.match(v.observable, v.value, sink);
  kSet.match_record(record, sink);
  return 0;
}
