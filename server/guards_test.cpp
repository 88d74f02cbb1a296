// What partnerd refuses to start with. Calls guards.cpp.
// SPDX-License-Identifier: MIT
#include "server/guards.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/demo.hpp"
#include "store/testing.hpp"

namespace partner_center {
namespace {

using ::testing::HasSubstr;
using namespace partner_center::testing;

[[nodiscard]] std::string trust(const std::vector<trusted_source>& sources) {
    try {
        refuse_ambiguous_trust(sources);
    } catch (const guard_error& refused) {
        return refused.what();
    }
    return "it was accepted";
}

[[nodiscard]] std::string start_with(fresh_store& fresh) {
    try {
        run(refuse_demo_credentials(fresh.store, fresh.directory.path()));
    } catch (const guard_error& refused) {
        return refused.what();
    }
    return "it was accepted";
}

TEST(Trust, IsOfSourcesWithDifferentIssuersAndAnAudienceEach) {
    const trusted_source own{
        "the embedded token authority", "https://a.example/{tenantid}/", {"x"}};
    const trusted_source outside{"outside", "https://b.example/", {"x", "y"}};
    EXPECT_EQ(trust({own, outside}), "it was accepted");
}

TEST(Trust, IsRefusedToTwoSourcesOfOneIssuer) {
    const std::string refused =
        trust({{"one", "https://a.example", {"x"}}, {"two", "HTTPS://A.example/", {"y"}}});
    EXPECT_THAT(refused, HasSubstr("one and two have one issuer, HTTPS://A.example/"));
    EXPECT_THAT(refused, HasSubstr("--public-url"));
}

/// What is said to outside issuers by these names.
[[nodiscard]] std::string trust_outside(
    const token_policy& policy, const std::vector<std::string>& issuers
) {
    std::vector<trusted_issuer> outside;
    for (const std::string& each : issuers) {
        outside.push_back({.issuer = each, .audiences = {"x"}});
    }
    return trust(sources_of(policy, outside));
}

TEST(Trust, IsRefusedToAnOutsideIssuerThatTheAuthorityCallsItself) {
    const std::string id = "2f0f7f1e-4b2b-4c6e-9a34-6a0a3a9f7c11";
    const token_policy demo{.entra_issuer = true};
    const token_policy ours{.public_url = "https://partner.example"};
    const std::string refused = "the embedded token authority and the outside issuer '";
    for (const char* prefix : {"https://sts.windows.net/", "https://sts.chinacloudapi.cn/"}) {
        EXPECT_THAT(trust_outside(demo, {prefix + id + '/'}), HasSubstr(refused + prefix));
        EXPECT_EQ(trust_outside(ours, {prefix + id + '/'}), "it was accepted");
    }
    EXPECT_THAT(trust_outside(ours, {"https://partner.example/" + id}), HasSubstr(refused));
    EXPECT_EQ(trust_outside(ours, {"https://partner.example/realms/x"}), "it was accepted");
}

TEST(Trust, LeavesOutTheAuthorityThatIsSwitchedOff) {
    const token_policy off{.entra_issuer = true, .has_authority = false};
    const std::string issuer = "https://sts.windows.net/2f0f7f1e-4b2b-4c6e-9a34-6a0a3a9f7c11/";
    EXPECT_EQ(trust_outside(off, {issuer}), "it was accepted");
    EXPECT_THAT(trust_outside(off, {}), HasSubstr("put an [[issuers]] table"));
}

TEST(Trust, IsRefusedToTwoOutsideIssuersOfOneTenant) {
    const std::string entra = "https://login.microsoftonline.com/";
    const std::string id = "2f0f7f1e-4b2b-4c6e-9a34-6a0a3a9f7c11";
    const token_policy ours{.public_url = "https://partner.example"};
    const std::string any = entra + "{tenantid}/v2.0";
    for (const std::string& other : {any, entra + id + "/v2.0"}) {
        EXPECT_THAT(trust_outside(ours, {any, other}), HasSubstr("have one issuer"));
        EXPECT_THAT(trust_outside(ours, {other, any}), HasSubstr("have one issuer"));
    }
    EXPECT_EQ(trust_outside(ours, {any, entra + id}), "it was accepted");
}

TEST(Trust, IsRefusedToASourceWithoutAudienceOrIssuer) {
    EXPECT_THAT(
        trust({{"one", "https://a.example", {}}}), HasSubstr("one has an empty audience: set")
    );
    EXPECT_THAT(
        trust({{"one", "https://a.example", {"x", ""}}}),
        HasSubstr("one has an empty audience: set")
    );
    for (const char* const slashes : {"/", "//"}) {
        EXPECT_THAT(
            trust({{"one", "https://a.example", {"x", slashes}}}),
            HasSubstr("one has an empty audience: set")
        );
    }
    EXPECT_THAT(trust({{"one", "/", {"x"}}}), HasSubstr("one has no issuer: set"));
}

TEST(DemoCredentials, AreRefusedWhateverTheirPartner) {
    const demo_world world = make_demo_world();
    for (const demo_partner& each : world.partners) {
        fresh_store fresh;
        ASSERT_TRUE(run(fresh.store.tenants().add_partner(sample_partner(1))));
        EXPECT_EQ(start_with(fresh), "it was accepted");
        partner_record partner{.id = each.tenant_id, .name = "renamed", .domain = each.domain};
        ASSERT_TRUE(run(fresh.store.tenants().add_partner(std::move(partner))));

        EXPECT_THAT(start_with(fresh), HasSubstr(each.domain));
        EXPECT_THAT(start_with(fresh), HasSubstr("start with --demo, or take an empty directory"));
    }
}

TEST(DemoCredentials, AreRefusedInTheDataDirectoryToo) {
    fresh_store fresh;
    EXPECT_EQ(start_with(fresh), "it was accepted");
    std::ofstream{fresh.directory / "demo.json"} << "{}";
    EXPECT_THAT(start_with(fresh), HasSubstr("holds the keys and secrets of --demo"));
}

}  // namespace
}  // namespace partner_center
