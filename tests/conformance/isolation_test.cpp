// No partner sees or changes what is another's: every operation of the list, asked by each of two
// partners with every id of the other one. A new operation is covered when it is in the list.
// SPDX-License-Identifier: MIT
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/conformance/api_under_test.hpp"
#include <partner_center/json.hpp>
#include <partner_center/operations.hpp>

namespace partner_center {
namespace {

using testing::api_under_test;

[[nodiscard]] api_under_test& api() {
    return api_under_test::instance();
}

/// What only a partner's own answers may hold. Ids of customers are none of it: who asks has them.
[[nodiscard]] std::set<std::string> secrets_of(const demo_partner& partner) {
    std::set<std::string> secrets;
    for (const new_customer& each : demo_customers(partner.tenant_id)) {
        const auto profile =
            from_json<billing_profile>(each.billing.text, json_reading::response).value();
        secrets.insert(to_string(each.commerce_id));
        secrets.insert(each.domain);
        secrets.insert(*profile.id);
        secrets.insert(*profile.attributes.etag);
    }
    for (const government_code& each : demo_validation_codes(partner.tenant_id)) {
        secrets.insert(each.id);
    }
    secrets.insert(partner.domain);
    return secrets;
}

/// The operation's path with `id` for each parameter.
template <class Operation>
[[nodiscard]] std::string target_of(const std::string& id) {
    std::string target;
    for (std::string_view rest = Operation::path; !rest.empty();) {
        const std::string_view segment = next_segment(rest);
        target += '/';
        target += parameter_name(segment).empty() ? std::string{segment} : id;
    }
    return target;
}

template <class Operation>
[[nodiscard]] http::response ask(const std::string& token, const std::string& id) {
    http::request request{
        .method = std::string{to_string(Operation::method)},
        .target = target_of<Operation>(id),
        .fields = {{"Authorization", "Bearer " + token}}};
    if constexpr (has_body<Operation>) request.body = to_json(decltype(Operation::body){});
    return api().exchange(std::move(request));
}

template <class Operation>
constexpr bool has_guid = [] {
    bool found = false;
    detail::for_each_member<Operation>([&](auto member) {
        using field = std::remove_reference_t<decltype(std::declval<Operation>().*member.pointer)>;
        found = found || std::is_same_v<field, guid>;
    });
    return found;
}();

/// Whether the partner's cloud does not have the operation; its paths have others.
template <class Operation>
[[nodiscard]] bool is_absent(const demo_partner& partner) {
    const auto absent = absent_from<Operation>();
    return std::ranges::find(absent, clouds::find(partner.cloud)) != absent.end();
}

void for_each_operation(auto&& visit) {
    boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, operations>>(visit);
}

/// All that a partner reads of its own.
[[nodiscard]] std::string everything_of(const demo_partner& partner) {
    const std::string token = api().user_token_of(partner);
    std::string all;
    for_each_operation([&]<class Operation>(std::type_identity<Operation>) {
        if constexpr (Operation::method == verb::get) {
            for (const guid& each : partner.customers) {
                all += ask<Operation>(token, to_string(each)).body + '\n';
                if (!has_guid<Operation>) break;
            }
        }
    });
    return all;
}

struct pair_of_partners {
    const demo_partner& asks;
    const demo_partner& owns;
};

/// Two of one cloud, and one of them with the US government's, who has codes.
[[nodiscard]] std::vector<pair_of_partners> pairs() {
    const demo_partner& first = api().partner();
    const demo_partner& second = api().other_partner();
    const demo_partner& third = api().partner_in(clouds::us_government);
    return {{first, second}, {second, first}, {first, third}, {third, first}};
}

TEST(Isolation, GivesPartnersTheirOwn) {
    const std::string all = everything_of(api().partner());

    for (const std::string& secret : secrets_of(api().partner())) {
        EXPECT_THAT(all, ::testing::HasSubstr(secret));
    }
}

TEST(Isolation, HoldsForEveryOperationAndEveryId) {
    for (const auto& [asks, owns] : pairs()) {
        const std::string token = api().user_token_of(asks);
        const std::set<std::string> secrets = secrets_of(owns);
        const std::string before = everything_of(owns);
        std::vector<guid> ids = owns.customers;
        ids.resize(std::min<std::size_t>(ids.size(), 20));
        ids.push_back(owns.tenant_id);
        for (const demo_application& each : owns.applications) ids.push_back(each.client_id);

        for_each_operation([&]<class Operation>(std::type_identity<Operation>) {
            for (const guid& each : ids) {
                const auto answer = ask<Operation>(token, to_string(each));
                const std::string text = answer.body;
                for (const std::string& secret : secrets) {
                    EXPECT_EQ(text.find(secret), std::string::npos)
                        << name_of<Operation>() << " tells " << secret;
                }
                if (has_guid<Operation>) {
                    const unsigned missing = is_absent<Operation>(asks) ? 405 : 404;
                    EXPECT_TRUE(answer.status == 403 || answer.status == missing)
                        << name_of<Operation>() << ": " << answer.status;
                }
            }
        });

        EXPECT_EQ(everything_of(owns), before);
    }
}

}  // namespace
}  // namespace partner_center
