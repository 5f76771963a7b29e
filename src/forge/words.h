// SPDX-License-Identifier: Apache-2.0
// Invented people, sentences and innocuous addresses. Telephone numbers lie in ranges reserved for fiction.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "forge/random.h"

namespace bridle::forge::words {

std::string person(std::uint64_t number);  ///< "Ada Keller"; the same number, the same person
std::string phone(std::uint64_t number);   ///< "+12015550100"
std::string email(std::uint64_t number);   ///< "ada.keller7@example.com"

/// Words with a capital first letter and no full stop.
std::string sentence(Random& random, unsigned least, unsigned most);
/// An https address that no published indicator names, seldom through a shortener.
std::string url(Random& random);
/// A host without a port, with one to three labels before the public suffix.
std::string_view host(Random& random);

/// Names of daemons that every iPhone runs.
std::span<const std::string_view> daemons();
/// Bundle ids of apps that come with iOS.
std::span<const std::string_view> system_apps();

}  // namespace bridle::forge::words
