// The contract's switches that change what the API answers. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <partner_center/fault.hpp>

namespace partner_center {

/// links.self as the reference page shows it (with /v1), or as later recordings do (without).
enum class links_form { seed, unversioned };

/// Set at start, then shared by all reactors. Source: wire contract, sections 1.1, 2.0, 4.1,
/// 4.2, trap 36.
struct switches {
    links_form links{links_form::seed};
    bool bom{};  ///< successful bodies begin with a byte-order mark, as the real service's do
    fault_code_form fault_code{fault_code_form::number};
    bool hide_unknown_tenants{};  ///< an unknown tenant is refused like a foreign one
    bool accept_legacy_audience{};
    bool company_profile_user_only{true};  ///< a company profile is read with App+User tokens only
    bool require_mfa{true};  ///< App+User tokens must come of a sign-in with a second factor
};

}  // namespace partner_center
