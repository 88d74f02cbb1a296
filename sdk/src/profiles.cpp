// The steps of the call chain below /v1/profiles. Sends operations of the contract.
// SPDX-License-Identifier: MIT
#include <string>
#include <utility>

#include "sdk/src/client_state.hpp"
#include <partner_center/operations.hpp>
#include <partner_center/profiles.hpp>
#include <partner_center/send.hpp>

namespace partner_center {
namespace {

using state = std::shared_ptr<const detail::client_state>;

template <class Operation>
[[nodiscard]] outcome<typename Operation::response> sent(
    const state& client, const Operation& operation
) {
    return detail::send_parts<typename Operation::response>(*client, detail::parts_of(operation));
}

template <class Operation>
[[nodiscard]] std::future<outcome<typename Operation::response>> sent_async(
    const state& client, const Operation& operation
) {
    return detail::send_parts_async<typename Operation::response>(
        *client, detail::parts_of(operation)
    );
}

}  // namespace

partner_billing_profile_operations::partner_billing_profile_operations(state client)
    : client_{std::move(client)} {}

outcome<partner_billing_profile> partner_billing_profile_operations::get() const {
    return sent(client_, get_partner_billing_profile{});
}

std::future<outcome<partner_billing_profile>> partner_billing_profile_operations::get_async(
) const {
    return sent_async(client_, get_partner_billing_profile{});
}

outcome<partner_billing_profile> partner_billing_profile_operations::update(
    const partner_billing_profile& profile
) const {
    return sent(client_, update_partner_billing_profile{.body = profile});
}

std::future<outcome<partner_billing_profile>> partner_billing_profile_operations::update_async(
    const partner_billing_profile& profile
) const {
    return sent_async(client_, update_partner_billing_profile{.body = profile});
}

legal_business_profile_operations::legal_business_profile_operations(state client)
    : client_{std::move(client)} {}

outcome<legal_business_profile> legal_business_profile_operations::get() const {
    return sent(client_, get_legal_business_profile{});
}

std::future<outcome<legal_business_profile>> legal_business_profile_operations::get_async() const {
    return sent_async(client_, get_legal_business_profile{});
}

outcome<legal_business_profile> legal_business_profile_operations::get(vetting_version version
) const {
    return sent(client_, get_legal_business_profile{.vetting_version = version});
}

std::future<outcome<legal_business_profile>> legal_business_profile_operations::get_async(
    vetting_version version
) const {
    return sent_async(client_, get_legal_business_profile{.vetting_version = version});
}

outcome<legal_business_profile> legal_business_profile_operations::update(
    const legal_business_profile& profile
) const {
    return sent(client_, update_legal_business_profile{.body = profile});
}

std::future<outcome<legal_business_profile>> legal_business_profile_operations::update_async(
    const legal_business_profile& profile
) const {
    return sent_async(client_, update_legal_business_profile{.body = profile});
}

support_profile_operations::support_profile_operations(state client) : client_{std::move(client)} {}

outcome<support_profile> support_profile_operations::get() const {
    return sent(client_, get_support_profile{});
}

std::future<outcome<support_profile>> support_profile_operations::get_async() const {
    return sent_async(client_, get_support_profile{});
}

outcome<support_profile> support_profile_operations::update(const support_profile& profile) const {
    return sent(client_, update_support_profile{.body = profile});
}

std::future<outcome<support_profile>> support_profile_operations::update_async(
    const support_profile& profile
) const {
    return sent_async(client_, update_support_profile{.body = profile});
}

mpn_profile_operations::mpn_profile_operations(state client) : client_{std::move(client)} {}

outcome<mpn_profile> mpn_profile_operations::get() const {
    return sent(client_, get_mpn_profile{});
}

std::future<outcome<mpn_profile>> mpn_profile_operations::get_async() const {
    return sent_async(client_, get_mpn_profile{});
}

outcome<mpn_profile> mpn_profile_operations::get(std::string_view mpn_id) const {
    return sent(client_, get_mpn_profile{.mpn_id = std::string{mpn_id}});
}

std::future<outcome<mpn_profile>> mpn_profile_operations::get_async(std::string_view mpn_id) const {
    return sent_async(client_, get_mpn_profile{.mpn_id = std::string{mpn_id}});
}

organization_profile_operations::organization_profile_operations(state client)
    : client_{std::move(client)} {}

outcome<organization_profile> organization_profile_operations::get() const {
    return sent(client_, get_organization_profile{});
}

std::future<outcome<organization_profile>> organization_profile_operations::get_async() const {
    return sent_async(client_, get_organization_profile{});
}

outcome<organization_profile> organization_profile_operations::update(
    const organization_profile& profile
) const {
    return sent(client_, update_organization_profile{.body = profile});
}

std::future<outcome<organization_profile>> organization_profile_operations::update_async(
    const organization_profile& profile
) const {
    return sent_async(client_, update_organization_profile{.body = profile});
}

partner_profile_collection_operations::partner_profile_collection_operations(state client)
    : client_{std::move(client)} {}

partner_billing_profile_operations partner_profile_collection_operations::billing() const {
    return partner_billing_profile_operations{client_};
}

legal_business_profile_operations partner_profile_collection_operations::legal_business() const {
    return legal_business_profile_operations{client_};
}

support_profile_operations partner_profile_collection_operations::support() const {
    return support_profile_operations{client_};
}

mpn_profile_operations partner_profile_collection_operations::mpn() const {
    return mpn_profile_operations{client_};
}

organization_profile_operations partner_profile_collection_operations::organization() const {
    return organization_profile_operations{client_};
}

}  // namespace partner_center
