// The server on one screen: what answers each operation of contract/operations.hpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "server/api/call.hpp"
#include <partner_center/document.hpp>
#include <partner_center/operations.hpp>
#include <partner_center/result.hpp>

namespace partner_center {

awaitable<result<document<billing_profile>>> handle(call& call, get_billing_profile operation);
awaitable<result<document<billing_profile>>> handle(call& call, update_billing_profile operation);
awaitable<result<document<address_validation_response>>> handle(
    call& call, validate_address operation
);
awaitable<result<document<country_validation_rules>>> handle(
    call& call, get_country_validation_rules operation
);
awaitable<result<company_profile>> handle(call& call, get_company_profile operation);
awaitable<result<customer>> handle(call& call, get_customer operation);
awaitable<result<document<customer_collection>>> handle(call& call, list_customers operation);
awaitable<result<document<customer>>> handle(call& call, create_customer operation);
awaitable<result<void>> handle(call& call, delete_customer operation);
awaitable<result<document<customer>>> handle(call& call, update_customer operation);
awaitable<result<relationship_request>> handle(call& call, get_relationship_request operation);
awaitable<result<std::vector<validation_code>>> handle(call& call, list_validation_codes operation);
awaitable<result<void>> handle(call& call, check_domain operation);
awaitable<result<document<audit_record_collection>>> handle(
    call& call, list_audit_records operation
);
awaitable<result<document<audit_record>>> handle(call& call, get_audit_record operation);
awaitable<result<document<partner_billing_profile>>> handle(
    call& call, get_partner_billing_profile operation
);
awaitable<result<document<partner_billing_profile>>> handle(
    call& call, update_partner_billing_profile operation
);
awaitable<result<document<legal_business_profile>>> handle(
    call& call, get_legal_business_profile operation
);
awaitable<result<document<legal_business_profile>>> handle(
    call& call, update_legal_business_profile operation
);
awaitable<result<document<support_profile>>> handle(call& call, get_support_profile operation);
awaitable<result<document<support_profile>>> handle(call& call, update_support_profile operation);
awaitable<result<mpn_profile>> handle(call& call, get_mpn_profile operation);
awaitable<result<document<organization_profile>>> handle(
    call& call, get_organization_profile operation
);
awaitable<result<document<organization_profile>>> handle(
    call& call, update_organization_profile operation
);

}  // namespace partner_center
