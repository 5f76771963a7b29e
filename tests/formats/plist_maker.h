// SPDX-License-Identifier: Apache-2.0
// Writes binary property lists object by object, right or wrong, for tests.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bridle::test {

inline std::string big_endian(std::uint64_t value, std::size_t size) {
  std::string out;
  for (std::size_t i = size; i-- > 0;) out += static_cast<char>(i < 8 ? value >> (8 * i) : 0);
  return out;
}

/// Objects are added in the order of their numbers; references are object numbers.
class PlistMaker {
 public:
  explicit PlistMaker(std::size_t ref_size = 1, std::size_t offset_size = 2)
      : ref_size_(ref_size), offset_size_(offset_size) {}

  std::size_t raw(std::string bytes) {
    objects_.push_back(std::move(bytes));
    return objects_.size() - 1;
  }
  std::size_t marked(unsigned type, std::uint64_t count, std::string_view payload) {
    std::string bytes(1, static_cast<char>(type << 4 | (count < 15 ? count : 15)));
    if (count >= 15) bytes += "\x13" + big_endian(count, 8);
    return raw(bytes.append(payload));
  }
  std::size_t text(std::string_view s) { return marked(0x5, s.size(), s); }
  std::size_t data(std::string_view s) { return marked(0x4, s.size(), s); }
  std::size_t integer(std::uint64_t n, std::size_t size = 8) {
    const unsigned power = size == 1 ? 0 : size == 2 ? 1 : size == 4 ? 2 : size == 8 ? 3 : 4;
    return raw(std::string(1, static_cast<char>(0x10 | power)) + big_endian(n, size));
  }
  std::size_t uid(std::uint64_t n) { return raw("\x81" + big_endian(n, 2)); }
  std::size_t array(const std::vector<std::uint64_t>& refs) { return marked(0xA, refs.size(), references(refs)); }
  std::size_t dictionary(const std::vector<std::uint64_t>& keys, const std::vector<std::uint64_t>& values) {
    return marked(0xD, keys.size(), references(keys) + references(values));
  }

  std::string finish(std::uint64_t top = 0) const {
    std::string out = "bplist00", table;
    for (const std::string& object : objects_) {
      table += big_endian(out.size(), offset_size_);
      out += object;
    }
    const std::size_t table_at = out.size();
    out += table + std::string(6, '\0') + static_cast<char>(offset_size_) + static_cast<char>(ref_size_);
    return out + big_endian(objects_.size(), 8) + big_endian(top, 8) + big_endian(table_at, 8);
  }

 private:
  std::string references(const std::vector<std::uint64_t>& refs) const {
    std::string out;
    for (const std::uint64_t ref : refs) out += big_endian(ref, ref_size_);
    return out;
  }

  std::size_t ref_size_, offset_size_;
  std::vector<std::string> objects_;
};

}  // namespace bridle::test
