// What all of the partner's own profiles have in common: who may read and change them, with which
// tokens, by which methods; and that nobody sees another's.
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/partner_world.hpp"

namespace partner_center {
namespace {

using testing::code_of;
using ::testing::HasSubstr;
using testing::partner_world;

struct own_profile {
    std::string path{};
    std::string body{};       ///< a good one; empty: it cannot be changed
    bool for_applications{};  ///< to read
};

const std::vector<own_profile> all_profiles{
    {"/v1/profiles/billing", R"({"companyName":"x"})", false},
    {"/v1/profiles/legalbusiness", R"({"companyName":"x"})", true},
    {"/v1/profiles/support", R"({"email":"a@b.example"})", false},
    {"/v1/profiles/mpn", "", false},
    {"/v1/profiles/organization", R"({"companyName":"x"})", false},
};

TEST(OwnProfiles, AreForPeople) {
    partner_world api;
    for (const own_profile& each : all_profiles) {
        const auto read = api.as_application("GET", each.path);
        EXPECT_EQ(read.status, each.for_applications ? 200U : 403U) << each.path;
        if (!each.for_applications) {
            EXPECT_EQ(code_of(read), 900329);
        }
        if (each.body.empty()) continue;
        const auto changed = api.as_application("PUT", each.path);
        EXPECT_EQ(changed.status, 403U) << each.path;
        EXPECT_EQ(code_of(changed), 900329);
    }
}

TEST(OwnProfiles, AreForTheRolesThatTheContractNames) {
    struct rights {
        const char* role{};
        bool reads{};
        bool writes{};
        bool reads_billing{};
        bool writes_billing{};
    };
    for (const rights& each : {
             rights{"AdminAgents", true, true, true, true},
             rights{"GlobalAdmins", true, true, true, true},
             rights{"SalesAgents", true, false, true, false},
             rights{"BillingAdmins", false, false, true, true},
             rights{"HelpdeskAgents", true, false, true, false},
             rights{"Nobody", false, false, false, false},
         }) {
        partner_world api;
        for (const own_profile& profile : all_profiles) {
            const bool is_billing = profile.path.ends_with("billing");
            const bool reads = is_billing ? each.reads_billing : each.reads;
            const bool writes = is_billing ? each.writes_billing : each.writes;
            const auto read = api.ask_as(each.role, "GET", profile.path, {}, {});
            EXPECT_EQ(read.status, reads ? 200U : 403U) << each.role << ' ' << profile.path;
            if (!reads) {
                EXPECT_EQ(code_of(read), 900150);
            }
            if (profile.body.empty()) continue;
            const auto written =
                api.ask_as(each.role, "PUT", profile.path, profile.body, {{"If-Match", "*"}});
            EXPECT_EQ(written.status, writes ? 200U : 403U) << each.role << ' ' << profile.path;
            if (!writes) {
                EXPECT_EQ(code_of(written), 900150);
            }
        }
    }
}

TEST(OwnProfiles, KnowNoOtherMethods) {
    partner_world api;
    for (const own_profile& each : all_profiles) {
        for (const char* const method : {"POST", "PATCH", "DELETE", "HEAD"}) {
            const auto answer = api.ask_as("AdminAgents", method, each.path, {}, {});
            EXPECT_EQ(answer.status, 405U) << method << ' ' << each.path;
            EXPECT_EQ(answer.find("Allow"), each.body.empty() ? "GET" : "GET, PUT");
        }
    }
}

TEST(OwnProfiles, AreEachPartnersOwn) {
    partner_world api;
    const auto billing_of_other = [&] {
        return block_on(
            api.data().find_partner_profile<partner_billing_profile>(api.other_partner_id)
        );
    };
    for (const own_profile& each : all_profiles) {
        EXPECT_THAT(api.get(each.path).body, ::testing::Not(HasSubstr("other.example")));
        if (each.body.empty()) continue;
        ASSERT_EQ(api.put(each.path, each.body, {{"If-Match", "*"}}).status, 200U);
    }

    EXPECT_EQ(billing_of_other().version, 1);
    EXPECT_EQ(billing_of_other().profile.company_name, "other.example");
}

TEST(OwnProfiles, AreFoundHoweverTheirPathsAreSpelt) {
    partner_world api;
    const std::string once = api.get("/v1/profiles/billing").body;
    for (const char* const spelt :
         {"/v1//profiles/billing", "/V1/Profiles/BILLING/", "/v1/v1/profiles/billing"}) {
        EXPECT_EQ(api.get(spelt).body, once) << spelt;
    }
}

}  // namespace
}  // namespace partner_center
