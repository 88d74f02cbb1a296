// Tests that the call chain reaches every operation of the contract, in both forms.
// SPDX-License-Identifier: MIT
#include <functional>
#include <set>
#include <string>
#include <vector>

#include <boost/mp11/algorithm.hpp>
#include <gtest/gtest.h>

#include <partner_center/client.hpp>
#include <partner_center/operations.hpp>
#include <partner_center/testing/fake_transport.hpp>

namespace partner_center {
namespace {

using namespace std::chrono_literals;

/// A call in both forms; each sends one request.
struct link_of_chain {
    std::function<void(const client&)> call{};
    std::function<void(const client&)> call_async{};
};

/// The call that the step's two functions make with these arguments.
#define CALL(step, verb, ...)                                                       \
    {                                                                               \
        [](const client& from) { static_cast<void>(from.step.verb(__VA_ARGS__)); }, \
            [](const client& from) { from.step.verb##_async(__VA_ARGS__).wait(); }  \
    }

const std::vector<link_of_chain> chain{
    CALL(customers().by_id("c").profiles().billing(), get),
    CALL(customers().by_id("c").profiles().billing(), update, billing_profile{}),
    CALL(customers().by_id("c").profiles().company(), get),
    CALL(customers().by_id("c"), get),
    CALL(customers().by_id("c"), remove),
    CALL(customers().by_id("c"), patch, customer{}),
    CALL(customers(), list),
    CALL(customers(), create, customer{}),
    CALL(customers().relationship_request(), get),
    CALL(customers().validation_codes(), get),
    CALL(domains().by_domain("d.example"), exists),
    CALL(validations(), is_address_valid, address{}),
    CALL(country_validation_rules().by_country("US"), get),
    CALL(audit_records(), query, audit_record_query{}),
    CALL(audit_records().by_id("a"), get),
    CALL(profiles().billing(), get),
    CALL(profiles().billing(), update, partner_billing_profile{}),
    CALL(profiles().legal_business(), get),
    CALL(profiles().legal_business(), update, legal_business_profile{}),
    CALL(profiles().support(), get),
    CALL(profiles().support(), update, support_profile{}),
    CALL(profiles().mpn(), get),
    CALL(profiles().organization(), get),
    CALL(profiles().organization(), update, organization_profile{}),
};

#undef CALL

/// Whether a target is that of an operation with these constants.
[[nodiscard]] bool is_at(std::string_view path, std::string_view target) {
    target = target.substr(0, target.find('?'));
    while (!path.empty() && !target.empty()) {
        const std::string_view wanted = next_segment(path);
        const std::string_view given = next_segment(target);
        if (parameter_name(wanted).empty() && wanted != given) return false;
    }
    return path.empty() && target.empty();
}

/// The operations that a request may be of: /customers/relationshiprequests has the form of
/// /customers/{id}, too.
[[nodiscard]] std::string names_of(const http::request& request) {
    std::string out;
    boost::mp11::mp_for_each<operations>([&](const auto& operation) {
        using type = std::decay_t<decltype(operation)>;
        if (to_string(type::method) == request.method && is_at(type::path, request.target)) {
            out += std::string{name_of<type>()} + ' ';
        }
    });
    return out;
}

TEST(CallChain, ReachesEveryOperationInBothForms) {
    const auto fake = std::make_shared<testing::fake_transport>();
    const client client{
        clouds::global,
        std::make_shared<static_credential>("t", std::chrono::system_clock::now() + 1h),
        {.transport = fake}};

    for (const link_of_chain& each : chain) {
        each.call(client);
        each.call_async(client);
    }

    const std::vector<outgoing_request> sent = fake->requests();
    ASSERT_EQ(sent.size(), 2 * chain.size());
    std::set<std::string> reached;
    for (std::size_t at = 0; at < sent.size(); at += 2) {
        EXPECT_EQ(sent[at].request.method, sent[at + 1].request.method);
        EXPECT_EQ(sent[at].request.target, sent[at + 1].request.target);
        EXPECT_EQ(sent[at].request.body, sent[at + 1].request.body);
        EXPECT_TRUE(reached.insert(names_of(sent[at].request)).second) << sent[at].request.target;
    }
    EXPECT_FALSE(reached.contains(""));
    EXPECT_EQ(reached.size(), boost::mp11::mp_size<operations>::value);
}

}  // namespace
}  // namespace partner_center
