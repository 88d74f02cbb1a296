// What a sample is told: flags, the environment, and the file that a demo server writes.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include <partner_center/client.hpp>

namespace partner_center::samples {

struct settings {
    bool trace{};  ///< print each exchange to stdout
    std::string cloud{"global"};
    std::string url{};        ///< API and token authority; empty: the cloud's own
    std::string authority{};  ///< empty: as `url`
    application who{};
    std::string customer_id{};
    std::vector<std::string> customer_ids{};  ///< that one, or all that --demo-file names
};

/// Reads flags, then the environment, then --demo-file, the first of them that says anything. When
/// that is not enough to call anyone, prints why to stderr and gives nothing.
[[nodiscard]] std::optional<settings> read_settings(std::span<char* const> arguments);

[[nodiscard]] client make_client(const settings& settings);

}  // namespace partner_center::samples
