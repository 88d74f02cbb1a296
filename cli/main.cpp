// partnerctl. Calls program.cpp.
// SPDX-License-Identifier: MIT
#include <cstddef>

#include "cli/program.hpp"

int main(int count, char** words) {
    return partner_center::cli::run({words, static_cast<std::size_t>(count)});
}
