// Tests of the two operations about rules with switches that the conformance tests do not turn:
// byte-order mark and legacy validation.
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/small_world.hpp"

namespace partner_center {
namespace {

using testing::small_world;

constexpr std::string_view good_address =
    R"({"addressLine1":"410 Pier Rd","city":"Astoria","state":"OR","postalCode":"97103","country":"US"})";

[[nodiscard]] http::response validate(small_world& world, std::string_view body) {
    return world.send({
        .method = "POST",
        .target = "/v1/validations/address",
        .fields =
            {{"Authorization", "Bearer " + world.token()}, {"Content-Type", "application/json"}},
        .body = std::string{body},
    });
}

[[nodiscard]] http::response rules_of(small_world& world, std::string_view country) {
    return world.send({
        .method = "GET",
        .target = "/v1/countryvalidationrules/" + std::string{country},
        .fields = {{"Authorization", "Bearer " + world.token()}},
    });
}

TEST(CountryRules, OfTheUnitedStatesAreTheRecorded780BytesWithTheByteOrderMark) {
    small_world world{"{}"};
    EXPECT_EQ(rules_of(world, "US").body.size(), 777U);

    world.options.bom = true;

    const auto answer = rules_of(world, "us");
    EXPECT_EQ(answer.body.size(), 780U);
    EXPECT_TRUE(answer.body.starts_with("\xEF\xBB\xBF{\"iso2Code\":\"US\","));
}

TEST(LegacyValidation, SaysYesWithoutWords) {
    small_world world{"{}"};
    world.options.address_validation = address_validation_form::legacy;
    for (const bool bom : {false, true}) {
        world.options.bom = bom;

        const auto answer = validate(world, good_address);

        EXPECT_EQ(answer.status, 200U);
        EXPECT_EQ(answer.body, "");
        EXPECT_FALSE(answer.find("Content-Type"));
    }
}

TEST(LegacyValidation, SaysNoWithADocumentInADescription) {
    small_world world{"{}"};
    world.options.address_validation = address_validation_form::legacy;

    const auto answer = validate(world, R"({"country":"US","state":"XX","postalCode":"97103"})");

    EXPECT_EQ(answer.status, 400U);
    EXPECT_EQ(
        answer.body,
        R"({"code":2007,"description":"{\"code\":\"60071\",\"reason\":\"AddressInvalid - Details: Invalid address fields: &#39;AddressLine1&#39;, &#39;City&#39;, &#39;State&#39;\",\"object_type\":\"AddressValidation\",\"resource_status\":\"Active\"}","data":[],"source":"PartnerFD"})"
    );
}

TEST(LegacyValidation, RefusesWhatIsNoAddressLikeTheCurrentOne) {
    small_world world{"{}"};
    for (const auto form : {address_validation_form::current, address_validation_form::legacy}) {
        world.options.address_validation = form;
        const auto answer = validate(world, "[]");
        EXPECT_EQ(answer.status, 400U);
        EXPECT_THAT(answer.body, ::testing::HasSubstr(R"("code":800002)"));
    }
}

}  // namespace
}  // namespace partner_center
