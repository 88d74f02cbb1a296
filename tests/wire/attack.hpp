// One row of cases.cpp against a server: sends it and judges the answers. Calls connection.cpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "tests/wire/cases.hpp"
#include "tests/wire/connection.hpp"

namespace partner_center::wire {

struct target {
    address at{};
    std::string token{};  ///< one that the server takes
    /// A status that may come in the place of any that is expected; 0: none.
    unsigned tolerated{};
};

/// What the server did otherwise than the row says, a line each; nothing is as it should be.
/// Throws what connection throws.
[[nodiscard]] std::vector<std::string> attack(const target& server, const wire_case& row, cut how);

/// The same of how a connection goes on after its answers.
[[nodiscard]] std::vector<std::string> problems_of_ending(connection& peer, ending then);

}  // namespace partner_center::wire
