// What the tests' program hashes secrets with: hashes that say what they would cost and cost next
// to nothing, unless a test asks for real ones; and which hashes were compared. Calls nothing of
// ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace partner_center::testing {

/// While one lives, hashes that are made are real. Comparisons with real hashes, and with those
/// that this program did not make, always cost what they say.
class full_cost {
public:
    full_cost();
    ~full_cost();
    full_cost(const full_cost&) = delete;
    full_cost& operator=(const full_cost&) = delete;
};

/// The algorithm and its cost, as their hash says them ("$argon2id$v=19$m=…,t=…,p=…$"), of each
/// comparison since forget_comparisons(). Of one test at a time.
[[nodiscard]] std::vector<std::string> comparisons();
void forget_comparisons();

}  // namespace partner_center::testing
