// The creation of customers. Ends up calling store/customers.cpp.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <utility>

#include "server/api/audit_text.hpp"
#include "server/api/handlers.hpp"
#include "server/api/rules.hpp"
#include "server/identity/random.hpp"
#include "server/name_based.hpp"
#include "server/rules/validation.hpp"

namespace partner_center {
namespace {

/// Of a new tenant's first administrator.
constexpr std::string_view first_user_name = "admin";

/// 96 bits, with a letter of each case, a digit and a sign among them, as the directory demands;
/// without what people confuse.
[[nodiscard]] std::string make_password() {
    constexpr std::string_view upper = "ABCDEFGHJKLMNPQRSTUVWXYZ";
    constexpr std::string_view lower = "abcdefghijkmnopqrstuvwxyz";
    constexpr std::string_view digits = "23456789";
    constexpr std::string_view signs = "!-._*@+";
    static const std::string alphabet =
        std::string{upper}.append(lower).append(digits).append(signs);
    const auto is_good = [](std::string_view text) {
        return std::ranges::all_of(std::array{upper, lower, digits, signs}, [&](auto each) {
            return text.find_first_of(each) != std::string_view::npos;
        });
    };
    while (true) {
        std::array<std::uint8_t, 16> bytes{};
        fill_random(bytes);
        std::string out;
        for (const std::uint8_t byte : bytes) out += alphabet[byte % alphabet.size()];
        if (is_good(out)) return out;
    }
}

/// What no rule of profiles tells.
[[nodiscard]] std::optional<fault> problem_with(const call& call, const customer& body) {
    const auto& credentials = body.user_credentials;
    if (credentials && credentials->password && !credentials->password->empty()) {
        return fault{
            .kind = fault_kind::invalid_body,
            .description = "userCredentials.password must be absent: the service makes it",
        };
    }
    const bool is_for_users = body.associated_partner_id && !call.caller.is_user();
    if (is_for_users) return fault{fault_kind::user_token_required};
    return {};
}

[[nodiscard]] std::string lower_case(std::string text) {
    std::ranges::transform(text, text.begin(), detail::to_lower);
    return text;
}

[[nodiscard]] std::vector<std::string> suffixes_for(const call& call, bool in_sandbox) {
    const domain_suffixes& known = call.options.suffixes;
    std::vector<std::string> out = known.find(call.caller.where->name)->second;
    if (in_sandbox) {
        const auto& more = known.find(sandbox_suffixes)->second;
        out.insert(out.end(), more.begin(), more.end());
    }
    return out;
}

/// The billing profile as it is stored first.
[[nodiscard]] billing_profile first_billing_profile(
    billing_profile given, const guid& customer_id, std::int64_t etag
) {
    link self{.uri = "/v1/customers/" + to_string(customer_id) + "/profiles/billing"};
    given.id = to_string(name_based(customer_id, "billing profile"));
    given.links = resource_links{.self = std::move(self)};
    given.attributes = billing_profile{}.attributes;
    given.attributes.etag = std::to_string(etag);
    return given;
}

/// REQUIRES: `checked` keeps the rules.
[[nodiscard]] new_customer made_of(customer checked, std::int64_t etag) {
    const guid id = random_guid();
    const billing_profile profile =
        first_billing_profile(*std::move(checked.billing_profile), id, etag);
    return {
        .id = id,
        .commerce_id = random_guid(),
        .company_name = *profile.company_name,
        .domain = lower_case(*std::move(checked.company_profile->domain)),
        .delegated_access = checked.enable_gdap_by_default.value_or(true),
        .etag = etag,
        .billing = {to_json(profile)},
        .organization_registration_number =
            std::move(checked.company_profile->organization_registration_number),
        .associated_partner_id = std::move(checked.associated_partner_id),
    };
}

/// What the caller is told of it.
[[nodiscard]] customer answer_for(const call& call, const new_customer& created) {
    const std::string id = to_string(created.id);
    customer out{
        .id = id,
        .commerce_id = to_string(created.commerce_id),
        .company_profile = read(first_company_profile(created)),
        .billing_profile = read(created.billing),
        .relationship_to_partner = customer_relationship::reseller,
        .user_credentials =
            user_credentials{
                .user_name = std::string{first_user_name}, .password = make_password()},
        .associated_partner_id = created.associated_partner_id,
        .links = resource_links{.self = link{.uri = "/v1/customers/" + id}},
    };
    out.company_profile->address.reset();
    out.company_profile->email.reset();
    present(call, out.company_profile->links);
    present(call, out.billing_profile->links);
    present(call, out.links);
    return out;
}

/// The audit has all of the answer but the password. Source: wire contract, section 2.11.
[[nodiscard]] change_notes notes_on(customer answer) {
    answer.user_credentials->password = "";
    return {
        .new_value = audit_text(answer),
        .details = {
            {.key = "PrimaryDomainName", .value = answer.company_profile->domain},
            {.key = "Relationship", .value = "reseller"},
        }};
}

[[nodiscard]] fault fault_of(refusal refused) {
    if (refused == refusal::domain_taken) return {.kind = fault_kind::domain_taken};
    if (refused == refusal::too_many) return {.kind = fault_kind::sandbox_full};
    return refused_request();
}

}  // namespace

/// Whether the domain is free and the sandbox has room is decided with the change, not before it.
awaitable<result<document<customer>>> handle(call& call, create_customer operation) {
    const guid partner_id = call.caller.partner_id;
    if (const auto problem = problem_with(call, operation.body)) co_return *problem;
    const bool in_sandbox = co_await is_sandbox(call);
    const std::vector<std::string> suffixes = suffixes_for(call, in_sandbox);
    auto checked =
        checked_for_create(std::move(operation.body), suffixes, call.options.address_check);
    if (!checked) co_return checked.error();

    const auto etag = static_cast<std::int64_t>(call.random());
    new_customer created = made_of(*std::move(checked), etag);
    const customer answer = answer_for(call, created);
    document<customer> text{to_json(answer)};
    call.book->concerns(created.id, created.company_name);
    change what = store::add_customer(partner_id, std::move(created));
    const answer_text told{.status = 201, .body = text.text, .has_credentials = true};
    change_notes notes = notes_on(answer);
    const auto refused = co_await call.book->commit(std::move(what), told, std::move(notes));
    if (!refused) co_return text;
    call.book->concerns({}, *answer.billing_profile->company_name);
    co_return fault_of(*refused);
}

}  // namespace partner_center
