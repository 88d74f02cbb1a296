// What the domains of new customers may end in. Calls nothing of ours but clouds.hpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <partner_center/clouds.hpp>

namespace partner_center {

/// Suffixes (".onmicrosoft.com", lower case) by the name of a cloud; those under `sandbox_suffixes`
/// are good in an integration sandbox of any cloud as well. Every cloud has one at least.
using domain_suffixes = std::map<std::string, std::vector<std::string>, std::less<>>;

inline constexpr std::string_view sandbox_suffixes = "sandbox";

/// Source: wire contract, section 7.3.
[[nodiscard]] inline domain_suffixes documented_domain_suffixes() {
    domain_suffixes out{{std::string{sandbox_suffixes}, {".ccsctp.net"}}};
    for (const cloud* each : clouds::all) {
        out[std::string{each->name}] = {std::string{each->domain_suffix}};
    }
    return out;
}

}  // namespace partner_center
