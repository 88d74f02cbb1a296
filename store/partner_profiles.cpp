// The questions about partners' own profiles. Ends up calling a driver.
// SPDX-License-Identifier: MIT
#include "store/partner_profiles.hpp"

#include <array>
#include <utility>

#include "store/store.hpp"
#include <partner_center/json.hpp>

namespace partner_center {
namespace {

template <class Profile>
constexpr const char* word_of{};
template <>
constexpr const char* word_of<partner_billing_profile> = "billing";
template <>
constexpr const char* word_of<legal_business_profile> = "legal_business";
template <>
constexpr const char* word_of<support_profile> = "support";
template <>
constexpr const char* word_of<organization_profile> = "organization";

constexpr std::string_view add_sql =
    "INSERT INTO partner_profiles (partner_id, kind, version, document) VALUES ($1, $2, 1, $3)";

template <class Profile>
[[nodiscard]] statement adding(const guid& partner_id, const Profile& profile) {
    return {
        .sql = add_sql,
        .values = {partner_id, std::string{word_of<Profile>}, to_json(profile)},
    };
}

}  // namespace

std::vector<statement> adding_first_profiles(const partner_record& partner) {
    const std::string id = to_string(partner.id);
    const partner_billing_profile billing{
        .company_name = partner.name,
        .billing_currency = partner.where == &clouds::china ? "CNY" : "USD",
    };
    const legal_business_profile business{
        .company_name = partner.name,
        .vetting_status = vetting_status::authorized,
        .vetting_sub_status = vetting_sub_status::none,
    };
    const support_profile support{
        .email = "support@" + partner.domain,
        .website = "https://" + partner.domain,
    };
    const organization_profile organization{
        .id = id,
        .company_name = partner.name,
        .tenant_id = id,
        .domain = partner.domain,
    };
    std::vector<statement> out;
    out.push_back(adding(partner.id, billing));
    out.push_back(adding(partner.id, business));
    out.push_back(adding(partner.id, support));
    out.push_back(adding(partner.id, organization));
    return out;
}

constexpr std::string_view find_sql =
    "SELECT version, document FROM partner_profiles WHERE partner_id = $1 AND kind = $2";

template <class Profile>
awaitable<stored_profile<Profile>> store::find_partner_profile(guid partner_id) {
    const std::array<value, 2> values{partner_id, std::string{word_of<Profile>}};
    rows found = co_await database_->read(find_sql, values);
    if (found.empty()) throw store_error{"a partner has no profiles of its own"};
    const auto text = found.take<std::string>(0, 1);
    co_return stored_profile<Profile>{
        .version = found.take<std::int64_t>(0, 0),
        .profile = from_json<Profile>(text, json_reading::response).value(),
    };
}

constexpr std::string_view replace_sql =
    "UPDATE partner_profiles SET version = version + 1, document = $1"
    " WHERE partner_id = $2 AND kind = $3 AND version = $4 RETURNING 1";

template <class Profile>
change store::replace_partner_profile(guid partner_id, std::int64_t replaced, const Profile& by) {
    change out;
    out.add(
        {.sql = replace_sql,
         .values = {to_json(by), partner_id, std::string{word_of<Profile>}, replaced},
         .needs_row = true},
        refusal::stale
    );
    return out;
}

template awaitable<stored_profile<partner_billing_profile>> store::find_partner_profile(guid);
template awaitable<stored_profile<legal_business_profile>> store::find_partner_profile(guid);
template awaitable<stored_profile<support_profile>> store::find_partner_profile(guid);
template awaitable<stored_profile<organization_profile>> store::find_partner_profile(guid);
template change store::replace_partner_profile(guid, std::int64_t, const partner_billing_profile&);
template change store::replace_partner_profile(guid, std::int64_t, const legal_business_profile&);
template change store::replace_partner_profile(guid, std::int64_t, const support_profile&);
template change store::replace_partner_profile(guid, std::int64_t, const organization_profile&);

}  // namespace partner_center
