// What people may do: the one table of roles, and the check of a verified caller against what an
// operation asks for. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

#include "server/api/switches.hpp"
#include "server/identity/principal.hpp"
#include <partner_center/fault.hpp>
#include <partner_center/operations.hpp>

namespace partner_center {

/// A role of Partner Center and a bit for each permission that it gives.
struct role {
    std::string_view name{};
    std::uint32_t permissions{};

    [[nodiscard]] constexpr bool may(permission what) const {
        return (permissions >> static_cast<unsigned>(what) & 1U) != 0;
    }
};

namespace detail {

[[nodiscard]] constexpr std::uint32_t bits_of(auto... each) {
    return ((1U << static_cast<unsigned>(each)) | ...);
}

inline constexpr std::uint32_t reading =
    bits_of(permission::read_customers, permission::read_partner, permission::read_partner_billing);

}  // namespace detail

/// Source: wire contract, "Decisions that close gaps", Roles. What it leaves open is not given: the
/// partner's own profiles are changed by administrators (and its billing profile by BillingAdmins).
inline constexpr std::array<role, 5> roles{{
    {"AdminAgents", ~0U},
    {"GlobalAdmins", ~0U},
    {"SalesAgents",
     detail::reading |
         detail::bits_of(permission::write_customers, permission::write_billing_profiles)},
    {"BillingAdmins",
     detail::bits_of(
         permission::read_customers,
         permission::write_billing_profiles,
         permission::read_partner_billing,
         permission::write_partner_billing
     )},
    {"HelpdeskAgents", detail::reading},
}};

/// Why a verified caller may not run an operation, if so. Applications run all that takes them;
/// people need, in this order, a second factor (while the switch asks for it), the scope
/// user_impersonation, and a role that gives the permission. Source: wire contract, section 4.2.
[[nodiscard]] std::optional<fault_kind> refusal_of(
    const principal& caller, const switches& options, callers allowed, permission needed
);

template <class Operation>
[[nodiscard]] std::optional<fault_kind> refusal_of(
    const principal& caller, const switches& options
) {
    callers allowed = Operation::allowed;
    if constexpr (std::is_same_v<Operation, get_company_profile>) {
        if (!options.company_profile_user_only) allowed = callers::application_or_user;
    }
    return refusal_of(caller, options, allowed, Operation::needs);
}

}  // namespace partner_center
