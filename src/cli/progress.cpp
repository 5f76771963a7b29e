// SPDX-License-Identifier: Apache-2.0
#include "cli/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>

#include "report/page.h"

namespace bridle::cli {
namespace {

using Clock = std::chrono::steady_clock;

class Silent final : public Progress {
 public:
  void stage(std::string_view, std::uint64_t) override {}
  void advance(std::uint64_t) override {}
};

class Bar final : public Progress {
 public:
  explicit Bar(const report::Style& style) : style_(style) {}
  ~Bar() override { end_stage(); }
  Bar(const Bar&) = delete;
  Bar& operator=(const Bar&) = delete;

  void stage(std::string_view name, std::uint64_t bytes) override {
    end_stage();
    name_ = name, whole_ = bytes, done_ = 0, rate_ = 0;
    began_ = drawn_ = counted_at_ = Clock::now();
    counted_ = 0;
    draw();
  }

  void advance(std::uint64_t bytes) override {
    constexpr std::chrono::milliseconds kBetweenDraws{100};
    done_ += bytes;
    if (Clock::now() - drawn_ >= kBetweenDraws) draw();
  }

 private:
  static double seconds(Clock::duration d) { return std::chrono::duration<double>(d).count(); }

  /// Bytes a second, the last second weighing most.
  void update_rate(Clock::time_point now) {
    const double passed = seconds(now - counted_at_);
    if (passed <= 0) return;
    const double rate = static_cast<double>(done_ - counted_) / passed;
    rate_ = rate_ == 0 ? rate : rate_ + (rate - rate_) * (1 - std::exp(-passed));
    counted_ = done_, counted_at_ = now;
  }

  std::string bar() const {
    constexpr std::size_t kCells = 20;
    const std::uint64_t done = std::min(done_, whole_);
    const auto full = static_cast<std::size_t>(static_cast<double>(kCells) * static_cast<double>(done) / static_cast<double>(whole_));
    std::string out;
    for (std::size_t i = 0; i < kCells; ++i) out += style_.charset == report::Charset::ascii ? (i < full ? "#" : ".") : (i < full ? "█" : "░");
    return out;
  }

  void draw() {
    const auto now = Clock::now();
    update_rate(now);
    drawn_ = now;
    std::string line = fmt::format("  {:<10}  ", name_);
    if (whole_ > 0) {
      line += fmt::format("{}  {} of {}", bar(), report::byte_size(std::min(done_, whole_)), report::byte_size(whole_));
      if (rate_ > 0 && done_ < whole_) {
        const auto left = static_cast<std::int64_t>(static_cast<double>(whole_ - done_) / rate_) + 1;
        line += fmt::format("  {}:{:02} left", left / 60, left % 60);
      }
    }
    fmt::print(stderr, "\r{}\x1b[K", report::fit(line, style_.columns - 1, style_.charset));
    std::fflush(stderr);
  }

  /// The line of a stage stays if it took time; others are wiped.
  void end_stage() {
    if (name_.empty()) return;
    const double took = seconds(Clock::now() - began_);
    if (whole_ > 0 && took >= 0.1) fmt::print(stderr, "\r  {:<10}  {}  {:.1f} s\x1b[K\n", name_, report::byte_size(whole_), took);
    else fmt::print(stderr, "\r\x1b[K");
    std::fflush(stderr);
    name_.clear();
  }

  report::Style style_;
  std::string name_;
  std::uint64_t whole_ = 0, done_ = 0, counted_ = 0;
  double rate_ = 0;
  Clock::time_point began_{}, drawn_{}, counted_at_{};
};

}  // namespace

std::unique_ptr<Progress> make_progress(const Session& session) {
  const report::Style style = session.error_style();
  const char* term = std::getenv("TERM");
  const bool dumb = term == nullptr || std::string_view(term) == "dumb" || *term == '\0';
  if (session.options.quiet || !style.terminal || dumb) return std::make_unique<Silent>();
  return std::make_unique<Bar>(style);
}

}  // namespace bridle::cli
