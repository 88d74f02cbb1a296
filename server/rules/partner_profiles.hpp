// Whether what partners say about themselves may be stored, and in which spelling. Ends up calling
// validation.cpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <partner_center/models/partner_profiles.hpp>
#include <partner_center/result.hpp>

namespace partner_center {

// The profile as it is to be stored: the currency in upper case, addresses as verdict_on() has
// them. Otherwise an invalid_value for the first problem, with all of them in `data`. Members that
// the service makes itself are not looked at. The contract has no rules for these; those are its
// rules for customers (section 7), except that only the company's name (of a support profile the
// e-mail address) has to be there. Lengths count Unicode code points. An organization's `id`,
// `tenant_id` and `domain` have to be left out or be those of before.

[[nodiscard]] result<partner_billing_profile> checked(partner_billing_profile profile);
[[nodiscard]] result<legal_business_profile> checked(legal_business_profile profile);
[[nodiscard]] result<support_profile> checked(support_profile profile);
[[nodiscard]] result<organization_profile> checked(
    organization_profile profile, const organization_profile& before
);

}  // namespace partner_center
