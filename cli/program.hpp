// The program but for main(): reads the words and does what they say. Calls the commands.
// SPDX-License-Identifier: MIT
#pragma once

#include <span>

namespace partner_center::cli {

/// Does what the words say (the first names the program) and gives the process's exit status. Data
/// goes to stdout and all else to stderr.
[[nodiscard]] int run(std::span<char* const> words);

}  // namespace partner_center::cli
