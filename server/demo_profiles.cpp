// What the sample partners say about themselves. Reads data/demo; calls nothing of ours but the
// codec.
// SPDX-License-Identifier: MIT
#include <algorithm>

#include "server/demo.hpp"
#include "server/demo_data.hpp"

namespace partner_center {
namespace demo_files {

/// The form of profiles.json.
struct own_profiles {
    guid tenant_id{};
    std::string culture{};
    std::string language{};
    std::string website{};
    std::string support{};  ///< an e-mail address
    std::optional<std::string> tax_id{};
    std::optional<std::string> purchase_order_number{};
    partner_center::contact contact{};
    partner_center::address address{};
};
BOOST_DESCRIBE_STRUCT(
    own_profiles,
    (),
    (tenant_id, culture, language, website, support, tax_id, purchase_order_number, contact, address
    )
)

struct all_own_profiles {
    std::vector<own_profiles> partners{};
};
BOOST_DESCRIBE_STRUCT(all_own_profiles, (), (partners))

}  // namespace demo_files

change demo_profiles(const demo_partner& partner) {
    const auto all = read_embedded<demo_files::all_own_profiles>("profiles.json").partners;
    const auto own =
        std::ranges::find(all, partner.tenant_id, &demo_files::own_profiles::tenant_id);
    const std::string id = to_string(partner.tenant_id);
    address address_of_contact = own->address;
    address_of_contact.first_name = own->contact.first_name;
    address_of_contact.last_name = own->contact.last_name;
    const partner_billing_profile billing{
        .company_name = partner.name,
        .address = own->address,
        .primary_contact = own->contact,
        .purchase_order_number = own->purchase_order_number,
        .tax_id = own->tax_id,
        .billing_currency = partner.cloud == clouds::china.name ? "CNY" : "USD",
    };
    const legal_business_profile business{
        .company_name = partner.name,
        .address = own->address,
        .primary_contact = own->contact,
        .company_approver_address = address_of_contact,
        .company_approver_email = own->contact.email,
        .vetting_status = vetting_status::authorized,
        .vetting_sub_status = vetting_sub_status::none,
    };
    const support_profile support{
        .email = own->support,
        .telephone = own->contact.phone_number,
        .website = own->website,
    };
    const organization_profile organization{
        .id = id,
        .company_name = partner.name,
        .default_address = address_of_contact,
        .tenant_id = id,
        .domain = partner.domain,
        .email = own->contact.email,
        .language = own->language,
        .culture = own->culture,
    };
    change out = store::replace_partner_profile(partner.tenant_id, 1, billing);
    out.add(store::replace_partner_profile(partner.tenant_id, 1, business));
    out.add(store::replace_partner_profile(partner.tenant_id, 1, support));
    out.add(store::replace_partner_profile(partner.tenant_id, 1, organization));
    return out;
}

}  // namespace partner_center
