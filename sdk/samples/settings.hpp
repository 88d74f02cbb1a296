// What a sample is told: flags, the environment, and the file that a demo server writes.
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <partner_center/client.hpp>

namespace partner_center::samples {

struct settings {
    bool trace{};  ///< print each exchange to stdout
    std::string cloud{"global"};
    bool sandbox{};           ///< the partner has an integration sandbox
    std::string url{};        ///< API and token authority; empty: the cloud's own
    std::string authority{};  ///< empty: as `url`
    application who{};
    application public_client{};  ///< for people to sign in to; as `who` when nothing names one
    std::string customer_id{};
    std::vector<std::string> customer_ids{};  ///< that one, or all that --demo-file names
};

/// Reads flags, then the environment, then --demo-file, the first of them that says anything. When
/// that is not enough to call anyone, prints why to stderr and gives nothing.
[[nodiscard]] std::optional<settings> read_settings(std::span<char* const> arguments);

/// The cloud with the addresses that the settings have for it. Its texts are the settings' own.
[[nodiscard]] cloud cloud_of(const settings& settings);

/// A client of the application itself.
[[nodiscard]] client make_client(const settings& settings);
/// A client of somebody else.
[[nodiscard]] client make_client(const settings& settings, std::shared_ptr<const credential> who);

}  // namespace partner_center::samples
