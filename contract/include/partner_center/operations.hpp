// Every operation of the API as a struct, and the list of them: the table of contents. The fields
// are the path, query, header and body (operation.hpp says which is which); the constants are the
// rest.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <boost/mp11/list.hpp>

#include <partner_center/guid.hpp>
#include <partner_center/models/address_validation_response.hpp>
#include <partner_center/models/audit_record.hpp>
#include <partner_center/models/billing_profile.hpp>
#include <partner_center/models/company_profile.hpp>
#include <partner_center/models/country_validation_rules.hpp>
#include <partner_center/models/customer.hpp>
#include <partner_center/models/partner_profiles.hpp>
#include <partner_center/models/relationship_request.hpp>
#include <partner_center/models/validation_code.hpp>
#include <partner_center/operation.hpp>

namespace partner_center {

/// Reads the billing profile of one of the caller's customers. Fails with malformed_customer_id or
/// zero_customer_id, with no_relationship for another partner's customer, and with unknown_tenant.
/// Source: wire contract, section 1.1, row 1.
struct get_billing_profile {
    static constexpr verb method = verb::get;
    static constexpr std::string_view path = "/v1/customers/{customer_id}/profiles/billing";
    static constexpr std::string_view summary = "Get a customer's billing profile";
    static constexpr callers allowed = callers::application_or_user;
    static constexpr permission needs = permission::read_customers;
    using response = billing_profile;

    guid customer_id{};
};
BOOST_DESCRIBE_STRUCT(get_billing_profile, (), (customer_id))

/// Replaces the billing profile of one of the caller's customers as a whole: what the body leaves
/// out is gone. The version to replace is named by If-Match or by attributes.etag in the body.
/// Gives the profile as it is stored, with its new etag. Fails as get_billing_profile does, with
/// stale_if_match or stale_etag when somebody was faster, with missing_etag, and with
/// invalid_value. Source: wire contract, section 1.1, row 2, and section 3.4.
struct update_billing_profile {
    static constexpr verb method = verb::put;
    static constexpr std::string_view path = "/v1/customers/{customer_id}/profiles/billing";
    static constexpr std::string_view summary = "Update a customer's billing profile";
    static constexpr callers allowed = callers::application_or_user;
    static constexpr permission needs = permission::write_billing_profiles;
    static constexpr audit_names audited{"update_customer_billing_profile", "customer"};
    using response = billing_profile;

    guid customer_id{};
    std::optional<std::string> if_match{};
    billing_profile body{};
};
BOOST_DESCRIBE_STRUCT(update_billing_profile, (), (customer_id, if_match, body))

/// Tells whether the service would take an address; a verdict, not a fault, when it would not.
/// Changes nothing. Fails with invalid_body; under address-validation=legacy a good address is
/// answered without a body and a bad one fails with address_rejected. Source: wire contract,
/// sections 1.2, row 14, and 2.9.
struct validate_address {
    static constexpr verb method = verb::post;
    static constexpr std::string_view path = "/v1/validations/address";
    static constexpr std::string_view summary = "Validate an address";
    static constexpr callers allowed = callers::application_or_user;
    static constexpr permission needs = permission::read_customers;
    using response = address_validation_response;

    address body{};
};
BOOST_DESCRIBE_STRUCT(validate_address, (), (body))

/// Reads what the service demands of profiles and addresses in a country, given by its ISO 3166-1
/// alpha-2 code in any letter case. Fails with invalid_value when there is no such country. Source:
/// wire contract, section 1.2, row 15.
struct get_country_validation_rules {
    static constexpr verb method = verb::get;
    static constexpr std::string_view path = "/v1/countryvalidationrules/{country}";
    static constexpr std::string_view summary = "Get a country's validation rules";
    static constexpr callers allowed = callers::application_or_user;
    static constexpr permission needs = permission::read_customers;
    using response = country_validation_rules;

    std::string country{};  ///< in the path
};
BOOST_DESCRIBE_STRUCT(get_country_validation_rules, (), (country))

/// Reads the company profile of one of the caller's customers; `address` and `email` only with
/// delegated access. App+User tokens only, unless the server's switch says otherwise. Fails as
/// get_billing_profile does. Source: wire contract, section 1.1, row 3.
struct get_company_profile {
    static constexpr verb method = verb::get;
    static constexpr std::string_view path = "/v1/customers/{customer_id}/profiles/company";
    static constexpr std::string_view summary = "Get a customer's company profile";
    static constexpr callers allowed = callers::user_only;
    static constexpr permission needs = permission::read_customers;
    using response = company_profile;

    guid customer_id{};
};
BOOST_DESCRIBE_STRUCT(get_company_profile, (), (customer_id))

/// Reads one of the caller's customers with both of its profiles. Fails as get_billing_profile
/// does. Source: wire contract, section 1.1, row 7.
struct get_customer {
    static constexpr verb method = verb::get;
    static constexpr std::string_view path = "/v1/customers/{customer_id}";
    static constexpr std::string_view summary = "Get a customer by ID";
    static constexpr callers allowed = callers::application_or_user;
    static constexpr permission needs = permission::read_customers;
    using response = customer;

    guid customer_id{};
};
BOOST_DESCRIBE_STRUCT(get_customer, (), (customer_id))

/// Creates a customer: its tenant, with both profiles. The answer alone has the credentials that
/// the tenant's administrator signs in with first. A customer of an indirect reseller
/// (`associated_partner_id`) takes an App+User token. Done once however often the same request
/// comes: MS-RequestId tells. Fails with invalid_body (also for a password that the caller brings),
/// user_token_required, invalid_value and the other faults of a profile's rules, domain_taken, and
/// sandbox_full. Source: wire contract, section 1.1, row 6, and section 7.
struct create_customer {
    static constexpr verb method = verb::post;
    static constexpr std::string_view path = "/v1/customers";
    static constexpr std::string_view summary = "Create a customer";
    static constexpr callers allowed = callers::application_or_user;
    static constexpr permission needs = permission::write_customers;
    static constexpr audit_names audited{"add_customer", "customer"};
    static constexpr unsigned success = 201;
    using response = customer;

    customer body{};
};
BOOST_DESCRIBE_STRUCT(create_customer, (), (body))

/// Ends the relationship with one of the caller's customers, when the body says so by
/// `relationship_to_partner` none; nothing else of a customer can be changed. The customer is
/// nobody's to read from then on, and its domain stays taken; in the integration sandbox it is
/// deleted. Fails as get_customer does and with invalid_value. Source: wire contract, section 1.1,
/// row 9, and section 9.
struct update_customer {
    static constexpr verb method = verb::patch;
    static constexpr std::string_view path = "/v1/customers/{customer_id}";
    static constexpr std::string_view summary = "Remove a reseller relationship with a customer";
    static constexpr callers allowed = callers::user_only;
    static constexpr permission needs = permission::remove_customers;
    static constexpr audit_names audited{
        "remove_partner_customer_relationship", "partner_customer_relationship"};
    static constexpr std::array absent_from{&clouds::china, &clouds::us_government};
    using response = customer;

    guid customer_id{};
    relationship_change body{};
};
BOOST_DESCRIBE_STRUCT(update_customer, (), (customer_id, body))

/// Deletes one of the caller's customers with all that is known of it, in the integration sandbox
/// only; its domain is free again. Fails as get_customer does and with not_in_sandbox. Source: wire
/// contract, section 1.1, row 8.
struct delete_customer {
    static constexpr verb method = verb::delete_;
    static constexpr std::string_view path = "/v1/customers/{customer_id}";
    static constexpr std::string_view summary = "Delete a customer from the integration sandbox";
    static constexpr callers allowed = callers::application_or_user;
    static constexpr permission needs = permission::remove_customers;
    static constexpr audit_names audited{"delete_tip_customer", "customer"};
    static constexpr unsigned success = 204;
    using response = void;

    guid customer_id{};
};
BOOST_DESCRIBE_STRUCT(delete_customer, (), (customer_id))

/// Gives the address where somebody accepts to become the caller's customer. A customer of the US
/// government's cloud has one partner only, so nobody is asked there. Source: wire contract,
/// section 1.1, row 10, and section 9.
struct get_relationship_request {
    static constexpr verb method = verb::get;
    static constexpr std::string_view path = "/v1/customers/relationshiprequests";
    static constexpr std::string_view summary = "Get the link of a relationship request";
    static constexpr callers allowed = callers::application_or_user;
    static constexpr permission needs = permission::read_customers;
    static constexpr std::array absent_from{&clouds::us_government};
    using response = relationship_request;
};
BOOST_DESCRIBE_STRUCT(get_relationship_request, (), ())

/// Lists the validation codes of a partner of the US government's cloud; others have none. A bare
/// array. Source: wire contract, section 1.1, row 11.
struct list_validation_codes {
    static constexpr verb method = verb::get;
    static constexpr std::string_view path = "/v1/customers/all/validations";
    static constexpr std::string_view summary = "Get a partner's validation codes";
    static constexpr callers allowed = callers::application_or_user;
    static constexpr permission needs = permission::read_customers;
    using response = std::vector<validation_code>;
};
BOOST_DESCRIBE_STRUCT(list_validation_codes, (), ())

/// Succeeds when any partner or customer has the domain, in any letter case, and fails with
/// unknown_domain when it is free; a text that cannot be a domain is free. Neither answer has a
/// body. Source: wire contract, section 1.2, row 13.
struct check_domain {
    static constexpr verb method = verb::head;
    static constexpr std::string_view path = "/v1/domains/{domain}";
    static constexpr std::string_view summary = "Verify whether a domain is taken";
    static constexpr callers allowed = callers::application_or_user;
    static constexpr permission needs = permission::read_customers;
    using response = void;

    std::string domain{};  ///< in the path, whole
};
BOOST_DESCRIBE_STRUCT(check_domain, (), (domain))

/// Where a page of a list is sought, from the page that a token came with.
enum class seek_operation { next, previous, first, last, page_index };
BOOST_DESCRIBE_ENUM(seek_operation, next, previous, first, last, page_index)

/// Lists the caller's customers in their short form, ordered by company name, then by id: all of
/// them when `size` is absent or 0, else a page of at most 500. `filter` is a JSON object, and a
/// token, which is of the page before, carries both. Fails with invalid_body (size, filter, seek
/// operation or token that cannot be taken) and invalid_value (a filter that customers do not
/// have). Source: wire contract, section 1.3.
struct list_customers {
    static constexpr verb method = verb::get;
    static constexpr std::string_view path = "/v1/customers";
    static constexpr std::string_view summary = "List customers";
    static constexpr callers allowed = callers::application_or_user;
    static constexpr permission needs = permission::read_customers;
    using response = customer_collection;

    std::optional<std::int64_t> size{};   ///< of a page; absent: all
    std::optional<std::string> filter{};  ///< JSON text of a field, an operator and a value
    std::optional<partner_center::seek_operation>
        seek_operation{};  ///< "Next" or "Previous", of the page that the token names
    std::optional<std::string> continuation_token{};
};
BOOST_DESCRIBE_STRUCT(list_customers, (), (size, filter, seek_operation, continuation_token))

/// Lists what was changed, or tried to be, in the caller's name; the newest first, a page of 500 at
/// most, which is also what an absent `size` or 0 gives. Dates are whole days of UTC, both
/// included, in any of four forms; without them the last 30 days. `filter` is a JSON object, and a
/// token, which is of the page before, carries everything. Fails with invalid_value (a date or
/// filter that cannot be taken, a day more than 90 days back) and invalid_body (size, seek
/// operation, token). Source: wire contract, section 1.6.
struct list_audit_records {
    static constexpr verb method = verb::get;
    static constexpr std::string_view path = "/v1/auditrecords";
    static constexpr std::string_view summary = "List audit records";
    static constexpr callers allowed = callers::application_or_user;
    static constexpr permission needs = permission::read_partner;
    static constexpr std::array absent_from{&clouds::china};
    using response = audit_record_collection;

    std::optional<std::string> start_date{};  ///< "2026-11-22"; absent: 30 days back
    std::optional<std::string> end_date{};    ///< the last day, included; absent: today
    std::optional<std::string> filter{};      ///< JSON text of a field, an operator and a value
    std::optional<std::int64_t> size{};       ///< of a page; absent: 500
    std::optional<partner_center::seek_operation>
        seek_operation{};  ///< "Next" or "Previous", of the page that the token names
    std::optional<std::string> continuation_token{};
};
BOOST_DESCRIBE_STRUCT(
    list_audit_records, (), (start_date, end_date, filter, size, seek_operation, continuation_token)
)

/// Reads one audit record by its id. Fails with unknown_audit_record, also for one that was
/// forgotten or is another partner's. Source: wire contract, section 1.6.
struct get_audit_record {
    static constexpr verb method = verb::get;
    static constexpr std::string_view path = "/v1/auditrecords/{id}";
    static constexpr std::string_view also_at = "/auditactivity/v1/auditrecords/{id}";
    static constexpr std::string_view summary = "Get an audit record";
    static constexpr callers allowed = callers::application_or_user;
    static constexpr permission needs = permission::read_partner;
    static constexpr std::array absent_from{&clouds::china};
    using response = audit_record;

    std::string id{};  ///< in the path
};
BOOST_DESCRIBE_STRUCT(get_audit_record, (), (id))

/// Reads the partner's own billing profile. Source: wire contract, section 1.4, as for all of the
/// partner's own profiles.
struct get_partner_billing_profile {
    static constexpr verb method = verb::get;
    static constexpr std::string_view path = "/v1/profiles/billing";
    static constexpr std::string_view summary = "Get the partner's billing profile";
    static constexpr callers allowed = callers::user_only;
    static constexpr permission needs = permission::read_partner_billing;
    using response = partner_billing_profile;
};
BOOST_DESCRIBE_STRUCT(get_partner_billing_profile, (), ())

/// Replaces the partner's own billing profile as a whole and gives it as it is stored, with its new
/// etag. The version to replace is named as for update_billing_profile. Fails with stale_if_match,
/// stale_etag, missing_etag and invalid_value.
struct update_partner_billing_profile {
    static constexpr verb method = verb::put;
    static constexpr std::string_view path = "/v1/profiles/billing";
    static constexpr std::string_view summary = "Update the partner's billing profile";
    static constexpr callers allowed = callers::user_only;
    static constexpr permission needs = permission::write_partner_billing;
    static constexpr audit_names audited{"update_company_info", ""};
    using response = partner_billing_profile;

    std::optional<std::string> if_match{};
    partner_billing_profile body{};
};
BOOST_DESCRIBE_STRUCT(update_partner_billing_profile, (), (if_match, body))

/// Reads the partner's legal business profile. Every change is final at once here, so that all
/// versions are the same. Fails with unknown_enum.
struct get_legal_business_profile {
    static constexpr verb method = verb::get;
    static constexpr std::string_view path = "/v1/profiles/legalbusiness";
    static constexpr std::string_view summary = "Get the partner's legal business profile";
    static constexpr callers allowed = callers::application_or_user;
    static constexpr permission needs = permission::read_partner;
    using response = legal_business_profile;

    std::optional<partner_center::vetting_version>
        vetting_version{};  ///< which state; absent: the current one
};
BOOST_DESCRIBE_STRUCT(get_legal_business_profile, (), (vetting_version))

/// Replaces the partner's legal business profile as a whole; it has no versions, the last one
/// counts. Fails with invalid_value.
struct update_legal_business_profile {
    static constexpr verb method = verb::put;
    static constexpr std::string_view path = "/v1/profiles/legalbusiness";
    static constexpr std::string_view summary = "Update the partner's legal business profile";
    static constexpr callers allowed = callers::user_only;
    static constexpr permission needs = permission::write_partner;
    static constexpr audit_names audited{"update_company_info", ""};
    using response = legal_business_profile;

    legal_business_profile body{};
};
BOOST_DESCRIBE_STRUCT(update_legal_business_profile, (), (body))

/// Reads where the partner's support is found. Source: also wire contract, section 9.
struct get_support_profile {
    static constexpr verb method = verb::get;
    static constexpr std::string_view path = "/v1/profiles/support";
    static constexpr std::string_view summary = "Get the partner's support profile";
    static constexpr callers allowed = callers::user_only;
    static constexpr permission needs = permission::read_partner;
    static constexpr std::array absent_from{&clouds::china};
    using response = support_profile;
};
BOOST_DESCRIBE_STRUCT(get_support_profile, (), ())

/// Replaces the partner's support profile as a whole; it has no versions, the last one counts.
/// Fails with invalid_value.
struct update_support_profile {
    static constexpr verb method = verb::put;
    static constexpr std::string_view path = "/v1/profiles/support";
    static constexpr std::string_view also_at = "/v1/profiles/supportprofile";
    static constexpr std::string_view summary = "Update the partner's support profile";
    static constexpr callers allowed = callers::user_only;
    static constexpr permission needs = permission::write_partner;
    static constexpr audit_names audited{"update_company_info", ""};
    static constexpr std::array absent_from{&clouds::china};
    using response = support_profile;

    support_profile body{};
};
BOOST_DESCRIBE_STRUCT(update_support_profile, (), (body))

/// Reads the partner's MPN profile, or, given an id, that of the partner who has it: that is how
/// one looks whether somebody else's id is good. Fails with unknown_mpn_id.
struct get_mpn_profile {
    static constexpr verb method = verb::get;
    static constexpr std::string_view path = "/v1/profiles/mpn";
    static constexpr std::string_view summary = "Get an MPN profile";
    static constexpr callers allowed = callers::user_only;
    static constexpr permission needs = permission::read_partner;
    using response = mpn_profile;

    std::optional<std::string> mpn_id{};  ///< absent: the caller's own
};
BOOST_DESCRIBE_STRUCT(get_mpn_profile, (), (mpn_id))

/// Reads the partner's organization profile.
struct get_organization_profile {
    static constexpr verb method = verb::get;
    static constexpr std::string_view path = "/v1/profiles/organization";
    static constexpr std::string_view summary = "Get the partner's organization profile";
    static constexpr callers allowed = callers::user_only;
    static constexpr permission needs = permission::read_partner;
    using response = organization_profile;
};
BOOST_DESCRIBE_STRUCT(get_organization_profile, (), ())

/// Replaces the partner's organization profile as a whole, but for id, tenant and domain. Fails as
/// update_partner_billing_profile does.
struct update_organization_profile {
    static constexpr verb method = verb::put;
    static constexpr std::string_view path = "/v1/profiles/organization";
    static constexpr std::string_view summary = "Update the partner's organization profile";
    static constexpr callers allowed = callers::user_only;
    static constexpr permission needs = permission::write_partner;
    static constexpr audit_names audited{"update_company_info", ""};
    using response = organization_profile;

    std::optional<std::string> if_match{};
    organization_profile body{};
};
BOOST_DESCRIBE_STRUCT(update_organization_profile, (), (if_match, body))

/// The order is that of the reference. Where two paths could both match, the one with a literal
/// segment wins over the one with a parameter, wherever they stand here.
using operations = boost::mp11::mp_list<
    get_billing_profile,
    update_billing_profile,
    get_company_profile,
    get_customer,
    list_customers,
    create_customer,
    delete_customer,
    update_customer,
    get_relationship_request,
    list_validation_codes,
    check_domain,
    validate_address,
    get_country_validation_rules,
    list_audit_records,
    get_audit_record,
    get_partner_billing_profile,
    update_partner_billing_profile,
    get_legal_business_profile,
    update_legal_business_profile,
    get_support_profile,
    update_support_profile,
    get_mpn_profile,
    get_organization_profile,
    update_organization_profile>;

}  // namespace partner_center
