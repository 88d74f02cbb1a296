// What changes what the API answers: the contract's switches, of the server and of single partners,
// and its other settings.
// Calls nothing.
// SPDX-License-Identifier: MIT
#pragma once

#include <unordered_map>

#include "server/api/domain_suffixes.hpp"
#include "server/api/throttle.hpp"
#include "server/rules/validation.hpp"
#include <partner_center/fault.hpp>

namespace partner_center {

/// links.self as the reference page shows it (with /v1), or as later recordings do (without).
enum class links_form { seed, unversioned };

/// How an address is judged: by a verdict, or (until 2021) by no body at all or a fault.
enum class address_validation_form { current, legacy };

/// Set at start, then shared by all reactors. Source: wire contract,
/// sections 1.1, 1.2, 2.0, 3.4, 4.1, 4.2, 7.3, 8.2, trap 36.
struct switches {
    links_form links{links_form::seed};
    bool bom{};  ///< successful bodies begin with a byte-order mark, as the real service's do
    fault_code_form fault_code{fault_code_form::number};
    bool hide_unknown_tenants{};  ///< an unknown tenant is refused like a foreign one
    bool accept_legacy_audience{};
    address_validation_form address_validation{address_validation_form::current};
    partner_center::address_check address_check{address_check::off};
    bool company_profile_user_only{true};  ///< a company profile is read with App+User tokens only
    bool require_etag{true};               ///< a change has to name the version that it replaces
    bool require_mfa{true};  ///< App+User tokens must come of a sign-in with a second factor
    request_limits throttle{};
    domain_suffixes suffixes{documented_domain_suffixes()};
};

/// The switches of partners that have their own, by tenant id: all of them, those that are the
/// server's too. Set at start.
using partner_switches = std::unordered_map<guid, switches>;

}  // namespace partner_center
