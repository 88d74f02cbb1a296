// GET /v1/customers/relationshiprequests.
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/conformance/api_under_test.hpp"
#include <partner_center/json.hpp>

namespace partner_center {
namespace {

using testing::api_under_test;

[[nodiscard]] api_under_test& api() {
    return api_under_test::instance();
}

TEST(GetRelationshipRequest, GivesALinkOfThePartnersOwn) {
    const client client = api().client_of(api().partner());

    const relationship_request found = client.customers().relationship_request().get().value();

    EXPECT_THAT(found.url.value(), ::testing::StartsWith(api().base_url() + '/'));
    EXPECT_THAT(*found.url, ::testing::EndsWith("=" + to_string(api().partner().tenant_id)));
    EXPECT_EQ(found.attributes.object_type, "RelationshipRequest");
    EXPECT_EQ(client.customers().relationship_request().get_async().get().value(), found);
}

TEST(GetRelationshipRequest, IsNoCustomerId) {
    const std::string token = api().token_of(api().partner());

    const auto answer =
        api().get("/v1/customers/RelationshipRequests", {{"Authorization", "Bearer " + token}});

    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(
        answer.body,
        R"({"url":")" + api().base_url() +
            "/portal/relationship-request?partnerId=" + to_string(api().partner().tenant_id) +
            R"(","attributes":{"objectType":"RelationshipRequest"}})"
    );
}

/// A customer of the US government's cloud has one partner only.
TEST(GetRelationshipRequest, DoesNotExistInTheUsGovernmentsCloud) {
    for (const cloud* where : clouds::all) {
        const client client = api().client_of(api().partner_in(*where));

        const auto found = client.customers().relationship_request().get();

        if (where == &clouds::us_government) {
            ASSERT_FALSE(found);
            EXPECT_EQ(found.error().http_status, 404U);
            EXPECT_EQ(found.error().code, "1000");
            EXPECT_EQ(found.error().description, "no such resource");
        } else {
            EXPECT_TRUE(found) << where->name;
        }
    }
}

}  // namespace
}  // namespace partner_center
