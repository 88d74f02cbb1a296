// The tables [[issuers]] of the configuration file. Calls toml++.
// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <vector>

#include <toml++/toml.h>

#include "server/identity/issuers/trusted_issuer.hpp"

namespace partner_center {

/// The outside issuers of an array of tables; `source` is what messages call it. Completed, but
/// not yet checked with each other. Throws usage_error.
[[nodiscard]] std::vector<trusted_issuer> read_issuers(
    const toml::node& node, const std::string& source
);

/// The same tables with every member, for --print-config.
[[nodiscard]] std::string print_issuers(std::span<const trusted_issuer> issuers);

}  // namespace partner_center
