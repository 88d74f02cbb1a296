// Expressions in jq's language. Calls libjq.
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace partner_center::cli {

/// A compiled expression. Not for several threads.
class query {
public:
    /// Throws `failure` (usage) when it cannot be understood.
    explicit query(const std::string& expression);

    /// What the expression makes of a JSON text, as JSON texts. Throws `failure` when it fails on
    /// it.
    [[nodiscard]] std::vector<std::string> results(std::string_view json) const;

private:
    struct engine;
    std::shared_ptr<engine> engine_;
};

}  // namespace partner_center::cli
