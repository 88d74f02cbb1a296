// The checks of partners' own profiles. Calls checking.hpp.
// SPDX-License-Identifier: MIT
#include "server/rules/partner_profiles.hpp"

#include "server/rules/checking.hpp"
#include <partner_center/names.hpp>

namespace partner_center {
namespace {

using detail::checked_object;
using text = detail::optional_text;

constexpr std::size_t number_length_max = 50;
constexpr std::size_t website_length_max = 2'000;

void check_company(const checked_object& at, const text& name) {
    at.require("companyName", name);
    at.bound("companyName", name, 200);
}

/// An address that is left out is in order.
void check_address(
    const checked_object& at, std::string_view name, std::optional<address>& address
) {
    if (!address) return;
    address_verdict verdict = verdict_on(*std::move(address));
    address = std::move(verdict.normalised);
    const checked_object inside = at.member(name);
    for (problem& each : verdict.problems) {
        inside.refuse(each.path, each.kind, std::move(each.expected));
    }
}

void check_contact(const checked_object& at, const std::optional<contact>& person) {
    if (!person) return;
    const checked_object inside = at.member("primaryContact");
    inside.bound("firstName", person->first_name, 50);
    inside.bound("lastName", person->last_name, 50);
    inside.bound("phoneNumber", person->phone_number, number_length_max);
    detail::check_email(inside, "email", person->email);
}

void check_currency(const checked_object& at, text& currency) {
    if (!detail::has_text(currency)) return;
    std::ranges::transform(*currency, currency->begin(), detail::to_upper);
    const bool is_code = currency->size() == 3 && std::ranges::all_of(*currency, [](char c) {
                             return c >= 'A' && c <= 'Z';
                         });
    if (!is_code) at.refuse("billingCurrency", "a currency's three letters");
}

void check_website(const checked_object& at, const text& website) {
    at.bound("website", website, website_length_max);
    if (!detail::has_text(website)) return;
    const bool is_link = website->starts_with("https://") || website->starts_with("http://");
    if (!is_link || !detail::is_visible(*website)) {
        at.refuse("website", "an address that begins with https:// or http://");
    }
}

template <class Profile>
[[nodiscard]] result<Profile> outcome_of(Profile profile, const std::vector<problem>& problems) {
    if (!problems.empty()) return detail::fault_of(problems);
    return profile;
}

}  // namespace

result<partner_billing_profile> checked(partner_billing_profile profile) {
    std::vector<problem> problems;
    const checked_object at{problems, ""};
    check_company(at, profile.company_name);
    check_address(at, "address", profile.address);
    check_contact(at, profile.primary_contact);
    at.bound("purchaseOrderNumber", profile.purchase_order_number, number_length_max);
    at.bound("taxId", profile.tax_id, number_length_max);
    check_currency(at, profile.billing_currency);
    return outcome_of(std::move(profile), problems);
}

result<legal_business_profile> checked(legal_business_profile profile) {
    std::vector<problem> problems;
    const checked_object at{problems, ""};
    check_company(at, profile.company_name);
    check_address(at, "address", profile.address);
    check_contact(at, profile.primary_contact);
    check_address(at, "companyApproverAddress", profile.company_approver_address);
    detail::check_email(at, "companyApproverEmail", profile.company_approver_email);
    return outcome_of(std::move(profile), problems);
}

result<support_profile> checked(support_profile profile) {
    std::vector<problem> problems;
    const checked_object at{problems, ""};
    at.require("email", profile.email);
    detail::check_email(at, "email", profile.email);
    at.bound("telephone", profile.telephone, number_length_max);
    check_website(at, profile.website);
    return outcome_of(std::move(profile), problems);
}

result<organization_profile> checked(
    organization_profile profile, const organization_profile& before
) {
    std::vector<problem> problems;
    const checked_object at{problems, ""};
    check_company(at, profile.company_name);
    check_address(at, "defaultAddress", profile.default_address);
    detail::check_email(at, "email", profile.email);
    const auto& home = profile.default_address;
    const country* const where = home && home->country ? find_country(*home->country) : nullptr;
    if (where != nullptr) {
        detail::check_language(at, profile.language, *where);
        detail::check_culture(at, profile.culture, *where);
    } else {
        at.bound("language", profile.language, number_length_max);
        at.bound("culture", profile.culture, number_length_max);
    }
    constexpr std::string_view whose = "partner's";
    at.keep("id", profile.id, before.id, whose);
    at.keep("tenantId", profile.tenant_id, before.tenant_id, whose);
    at.keep("domain", profile.domain, before.domain, whose);
    return outcome_of(std::move(profile), problems);
}

}  // namespace partner_center
