// SPDX-License-Identifier: Apache-2.0
// How many terminal columns a character takes. Own tables, because wcwidth() depends on the locale of the machine.
#pragma once

namespace bridle::report {

/// True for a mark that is drawn over the character before it.
bool is_combining(char32_t c);

/// 0, 1 or 2. `c` is printable.
unsigned columns_of(char32_t c);

}  // namespace bridle::report
