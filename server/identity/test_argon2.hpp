// Which hashes the tests' program compared secrets with. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace partner_center::testing {

/// The algorithm and its cost, as their hash says them ("$argon2id$v=19$m=…,t=…,p=…$"), of each
/// comparison since forget_comparisons(). Of one test at a time.
[[nodiscard]] std::vector<std::string> comparisons();
void forget_comparisons();

}  // namespace partner_center::testing
