// No partner sees or changes what is another's: every operation of the list, asked by partners of
// each cloud with every id of another one, in its path and in its body, with the ids of its audit
// and with the tokens of its pages. A new operation is covered when it is in the list.
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

/// Two of one cloud, and one of them with each other cloud's; the US government's has codes.
[[nodiscard]] std::vector<pair_of_partners> pairs() {
    const demo_partner& first = api().partner();
    const demo_partner& second = api().other_partner();
    const demo_partner& third = api().partner_in(clouds::us_government);
    const demo_partner& fourth = api().partner_in(clouds::china);
    return {
        {first, second},
        {second, first},
        {first, third},
        {third, first},
        {first, fourth},
        {fourth, first}};
}

void expect_none_of(
    const std::set<std::string>& secrets, const std::string& text, std::string_view operation
) {
    for (const std::string& secret : secrets) {
        EXPECT_EQ(text.find(secret), std::string::npos) << operation << " tells " << secret;
    }
}

[[nodiscard]] http::response send(
    const demo_partner& asks, verb method, std::string target, std::string body
) {
    return api().exchange(
        {.method = std::string{to_string(method)},
         .target = std::move(target),
         .fields = {{"Authorization", "Bearer " + api().user_token_of(asks)}},
         .body = std::move(body)}
    );
}

/// The value of the first member of that name.
[[nodiscard]] std::string text_of(std::string_view member, const std::string& json) {
    const std::string begin = '"' + std::string{member} + R"(":")";
    const auto at = json.find(begin);
    if (at == std::string::npos) return {};
    return json.substr(at + begin.size(), json.find('"', at + begin.size()) - at - begin.size());
}

/// Has two lines written into a partner's audit; their ids.
[[nodiscard]] std::vector<std::string> audited(const demo_partner& partner) {
    for (int times = 0; times < 2; ++times) {
        const std::string own = testing::billing_path(to_string(partner.customers.at(0)));
        EXPECT_EQ(send(partner, verb::put, own, "{").status, 400U);
    }
    std::vector<std::string> ids;
    const auto page = send(partner, verb::get, "/v1/auditrecords?size=2", {});
    if (page.status != 200) return ids;  // 21Vianet has none
    const auto read = from_json<audit_record_collection>(page.body, json_reading::response);
    for (const audit_record& each : read.value().items) ids.push_back(each.id.value());
    return ids;
}

/// What a partner reads that has the form of a body: of its first customer, or of its own.
template <class Body>
[[nodiscard]] std::string own_body(const demo_partner& partner) {
    std::string found = to_json(Body{});
    for_each_operation([&]<class Operation>(std::type_identity<Operation>) {
        if constexpr (Operation::method == verb::get) {
            if constexpr (std::is_same_v<typename Operation::response, Body>) {
                const std::string id = to_string(partner.customers.at(0));
                const auto answer = ask<Operation>(api().user_token_of(partner), id);
                if (answer.status == 200) found = answer.body;
            }
        }
    });
    return found;
}

/// What a body of the first partner becomes when all that names it or its first customer names the
/// other.
[[nodiscard]] std::string with_ids_of(
    const demo_partner& other, const demo_partner& first, std::string body
) {
    const auto replace = [&](const std::string& own, const std::string& foreign) {
        for (auto at = body.find(own); at != std::string::npos;
             at = body.find(own, at + foreign.size())) {
            body.replace(at, own.size(), foreign);
        }
    };
    const new_customer own = demo_customers(first.tenant_id).at(0);
    const new_customer foreign = demo_customers(other.tenant_id).at(0);
    replace(to_string(first.tenant_id), to_string(other.tenant_id));
    replace(to_string(own.id), to_string(foreign.id));
    replace(to_string(own.commerce_id), to_string(foreign.commerce_id));
    replace(own.domain, foreign.domain);
    replace(first.domain, other.domain);
    const std::string own_profile = own_body<billing_profile>(first);
    const std::string foreign_profile = own_body<billing_profile>(other);
    for (const char* member : {"id", "etag"}) {
        replace(text_of(member, own_profile), text_of(member, foreign_profile));
    }
    return body;
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
                expect_none_of(secrets, answer.body, name_of<Operation>());
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

TEST(Isolation, HoldsForTheIdsOfTheAudit) {
    for (const auto& [asks, owns] : pairs()) {
        const std::string token = api().user_token_of(asks);
        const std::set<std::string> secrets = secrets_of(owns);
        for (const std::string& id : audited(owns)) {
            for_each_operation([&]<class Operation>(std::type_identity<Operation>) {
                if (target_of<Operation>("") == target_of<Operation>(id)) return;
                const auto answer = ask<Operation>(token, id);
                EXPECT_GE(answer.status, 400U) << name_of<Operation>();
                expect_none_of(secrets, answer.body, name_of<Operation>());
            });
            EXPECT_EQ(ask<get_audit_record>(api().user_token_of(owns), id).status, 200U);
        }
    }
}

TEST(Isolation, HoldsForTheTokensOfPages) {
    for (const auto& [asks, owns] : pairs()) {
        static_cast<void>(audited(owns));
        for_each_operation([&]<class Operation>(std::type_identity<Operation>) {
            if constexpr (requires(Operation each) { each.continuation_token; }) {
                if (is_absent<Operation>(owns)) return;
                const std::string path{Operation::path};
                const auto first = send(owns, verb::get, path + "?size=1", {});
                const std::string token = text_of("continuationToken", first.body);
                ASSERT_FALSE(token.empty()) << name_of<Operation>();
                const std::string next = path + "?seekOperation=Next&MS-ContinuationToken=" + token;
                EXPECT_EQ(send(owns, verb::get, next, {}).status, 200U);

                const auto answer = send(asks, verb::get, next, {});

                EXPECT_EQ(answer.status, is_absent<Operation>(asks) ? 404U : 400U);
                expect_none_of(secrets_of(owns), answer.body, name_of<Operation>());
            }
        });
    }
}

TEST(Isolation, HoldsForIdsInBodies) {
    for (const auto& [asks, owns] : pairs()) {
        const std::string before = everything_of(owns);
        const std::string own_id = to_string(asks.customers.at(0));

        for_each_operation([&]<class Operation>(std::type_identity<Operation>) {
            if constexpr (has_body<Operation>) {
                using body = decltype(Operation::body);
                const std::string foreign = with_ids_of(owns, asks, own_body<body>(asks));
                const auto answer =
                    send(asks, Operation::method, target_of<Operation>(own_id), foreign);
                if (has_guid<Operation> || std::is_same_v<body, customer>) {
                    EXPECT_GE(answer.status, 400U) << name_of<Operation>() << foreign;
                }
            }
        });

        EXPECT_EQ(everything_of(owns), before);
        expect_none_of(secrets_of(owns), everything_of(asks), "taken over");
    }
}

}  // namespace
}  // namespace partner_center
