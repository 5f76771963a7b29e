// SPDX-License-Identifier: Apache-2.0
// The two containers an IndicatorSet is made of: an arena for text and an open-addressing hash table over it.
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace bridle {

/// Text that stays where it is for the life of the arena, also when the arena is moved.
class TextArena {
 public:
  std::string_view keep(std::string_view text) {
    if (text.empty()) return {};
    if (text.size() > left_) {
      const std::size_t size = std::max(kBlock, text.size());
      blocks_.push_back(std::make_unique_for_overwrite<char[]>(size));
      next_ = blocks_.back().get();
      left_ = size;
    }
    char* const to = next_;
    std::memcpy(to, text.data(), text.size());
    next_ += text.size();
    left_ -= text.size();
    return {to, text.size()};
  }

 private:
  static constexpr std::size_t kBlock = std::size_t{1} << 18;
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* next_ = nullptr;
  std::size_t left_ = 0;
};

/// FNV-1a that can be read off after any byte, so that one pass over a host or a path gives the hash of each parent.
class RunningHash {
 public:
  void add(char c) { state_ = (state_ ^ static_cast<unsigned char>(c)) * 0x100000001B3U; }
  std::uint64_t value() const {
    std::uint64_t h = state_ ^ (state_ >> 32);
    h *= 0x9E3779B97F4A7C15U;
    return h ^ (h >> 29);
  }

 private:
  std::uint64_t state_ = 0xCBF29CE484222325U;
};

inline std::uint64_t hash_forward(std::string_view key) {
  RunningHash hash;
  for (const char c : key) hash.add(c);
  return hash.value();
}
/// For keys that are looked up from their end: domains, ends of paths.
inline std::uint64_t hash_backward(std::string_view key) {
  RunningHash hash;
  for (auto c = key.rbegin(); c != key.rend(); ++c) hash.add(*c);
  return hash.value();
}

/// Maps text to the targets that were inserted with it. The caller computes the hash and keeps the keys alive.
class FlatTable {
 public:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  struct Entry {
    std::string_view key;
    std::uint32_t target;
    std::uint32_t older;  ///< next entry with the same key, or kNone
  };

  bool empty() const { return entries_.empty(); }
  const Entry& entry(std::uint32_t index) const { return entries_[index]; }

  /// The newest entry of a key, or kNone. Keys are compared in full.
  std::uint32_t find(std::uint64_t hash, std::string_view key) const {
    if (slots_.empty()) return kNone;
    const auto tag = static_cast<std::uint32_t>(hash >> 32);
    for (std::size_t i = hash & mask_;; i = (i + 1) & mask_) {
      const Slot& slot = slots_[i];
      if (slot.entry == kNone) return kNone;
      if (slot.tag == tag && entries_[slot.entry].key == key) return slot.entry;
    }
  }

  void insert(std::uint64_t hash, std::string_view key, std::uint32_t target) {
    if (entries_.size() * 2 >= slots_.size()) grow();
    const auto tag = static_cast<std::uint32_t>(hash >> 32);
    const auto added = static_cast<std::uint32_t>(entries_.size());
    std::size_t i = hash & mask_;
    while (slots_[i].entry != kNone && !(slots_[i].tag == tag && entries_[slots_[i].entry].key == key))
      i = (i + 1) & mask_;
    entries_.push_back({key, target, slots_[i].entry});
    hashes_.push_back(hash);
    slots_[i] = {tag, added};
  }

  /// Gives back what only insert() needs.
  void freeze() { hashes_ = {}; }

 private:
  struct Slot {
    std::uint32_t tag, entry;
  };

  void grow() {
    slots_.assign(std::max<std::size_t>(16, slots_.size() * 2), Slot{0, kNone});
    mask_ = slots_.size() - 1;
    // An older entry of a key is reached through the newest one, which comes last.
    for (std::uint32_t e = 0; e < entries_.size(); ++e) {
      const auto tag = static_cast<std::uint32_t>(hashes_[e] >> 32);
      std::size_t i = hashes_[e] & mask_;
      while (slots_[i].entry != kNone && slots_[i].entry != entries_[e].older) i = (i + 1) & mask_;
      slots_[i] = {tag, e};
    }
  }

  std::vector<Slot> slots_;
  std::vector<Entry> entries_;
  std::vector<std::uint64_t> hashes_;
  std::size_t mask_ = 0;
};

}  // namespace bridle
