// Secrets that people type or pipe in: never in a command line, where every user of the machine
// could read them. Calls the system.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace partner_center {

/// One line of an open file without its end. A terminal shows the prompt, does not show what is
/// typed, and asks twice. Throws std::runtime_error when the file ends before anything came, is
/// not readable, when the line is longer than any secret, when the two differ, and at Ctrl-C.
[[nodiscard]] std::string read_secret(int file, std::string_view prompt);

}  // namespace partner_center
