// What the file and the environment say, and what all sources come to. Calls toml++ and the checks.
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "server/config_knobs.hpp"

namespace partner_center {

/// What each knob was given by the sources so far, the strongest last.
struct settings {
    std::map<std::string, setting, std::less<>> single{};
    std::vector<setting> switched{};
    std::map<guid, std::vector<setting>> switched_for{};  ///< by partner
    std::vector<trusted_issuer> issuers{};
};

/// The environment's name for a knob: PARTNERD_….
[[nodiscard]] std::string variable_of(std::string_view name);

/// The file of --config or its variable, then the environment. Throws usage_error.
[[nodiscard]] settings read_sources(std::string file, const environment& variables);

/// Sets a knob to what it was given, or to its default. Throws usage_error.
void set_knob(config& out, const knob& each, const settings& given);

/// All knobs, checked. Throws usage_error.
[[nodiscard]] config combine(const settings& given);

/// As a file of --config.
[[nodiscard]] std::string printed(const config& outcome);

}  // namespace partner_center
