// Which calls are written down as reads of a billing profile, and what is written of them.
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "tests/support/small_world.hpp"

namespace partner_center {
namespace {

using testing::small_world;

constexpr const char* customer = "6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3";
constexpr const char* foreign_customer = "a3327be0-0b44-4d8a-9d52-7711c60fe2b9";
constexpr const char* unknown_customer = "11111111-2222-4333-8444-555555555555";
constexpr std::string_view correlation_id = "c2b7d915-6e0a-4f3d-8a44-51f0c7e9ab36";

/// What is written down of a call with an application's token.
[[nodiscard]] std::vector<profile_read> reads_of(
    small_world& api, const std::string& method, const std::string& target
) {
    static_cast<void>(api.send(
        {.method = method,
         .target = target,
         .fields =
             {{"Authorization", "Bearer " + api.token()},
              {"MS-CorrelationId", std::string{correlation_id}}}}
    ));
    return api.reads();
}

TEST(AccessAudit, HasWhoReadWhichProfileWhen) {
    small_world api{R"({"id":"1"})"};
    const auto before = std::chrono::system_clock::now();

    const auto reads =
        reads_of(api, "GET", "/v1/customers/" + std::string{customer} + "/profiles/billing");

    ASSERT_EQ(reads.size(), 1U);
    EXPECT_EQ(reads[0].partner_id, api.partner_id);
    EXPECT_EQ(reads[0].application_id, api.application_id);
    EXPECT_EQ(reads[0].user_id, std::nullopt);
    EXPECT_EQ(reads[0].customer_id, api.customer_id);
    EXPECT_EQ(
        (std::string_view{reads[0].correlation_id.data(), reads[0].correlation_id.size()}),
        correlation_id
    );
    EXPECT_GE(reads[0].at, before);
    EXPECT_LE(reads[0].at, std::chrono::system_clock::now());
}

TEST(AccessAudit, HasPeople) {
    small_world api{R"({"id":"1"})"};
    const user_record user{
        .id = testing::id("5f4e9b70-15d3-4a8b-8e8f-c60a1b7d9922"),
        .partner_id = api.partner_id,
        .user_principal_name = "ann@lumen.example"};
    ASSERT_TRUE(block_on(api.data().tenants().add_user(user)));

    static_cast<void>(api.send(
        {.method = "GET",
         .target = "/v1/customers/" + std::string{customer} + "/profiles/billing",
         .fields = {{"Authorization", "Bearer " + api.user_token(user, "AdminAgents")}}}
    ));

    const auto reads = api.reads();
    ASSERT_EQ(reads.size(), 1U);
    EXPECT_EQ(reads[0].user_id, user.id);
}

TEST(AccessAudit, HasCustomersWithTheirProfilesToo) {
    small_world api{R"({"id":"1"})"};

    EXPECT_EQ(reads_of(api, "GET", "/v1/customers/" + std::string{customer}).size(), 1U);
}

TEST(AccessAudit, HasNothingOfWhatWasNotGiven) {
    small_world api{R"({"id":"1"})"};
    for (const std::string& id : {std::string{foreign_customer}, std::string{unknown_customer}}) {
        EXPECT_TRUE(reads_of(api, "GET", "/v1/customers/" + id + "/profiles/billing").empty());
        EXPECT_TRUE(reads_of(api, "GET", "/v1/customers/" + id).empty());
    }
    EXPECT_TRUE(reads_of(api, "GET", "/v1/customers").empty());
    const std::string own = "/v1/customers/" + std::string{customer} + "/profiles/billing";
    EXPECT_TRUE(reads_of(api, "DELETE", own).empty());
}

}  // namespace
}  // namespace partner_center
