// An operation that takes App+User tokens only, which the API does not have yet: puts one into the
// list and compiles the server's dispatch once more. What holds here holds for those to come.
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <partner_center/operations.hpp>

namespace partner_center {

struct user_only_operation {
    static constexpr verb method = verb::get;
    static constexpr std::string_view path = "/v1/user-only";
    static constexpr callers allowed = callers::user_only;
    static constexpr permission needs = permission::read_partner;
    using response = billing_profile;
};
BOOST_DESCRIBE_STRUCT(user_only_operation, (), ())

using more_operations = boost::mp11::mp_list<get_billing_profile, user_only_operation>;

}  // namespace partner_center

#define operations more_operations
#include "server/api/call.hpp"
#include <partner_center/document.hpp>
#include <partner_center/result.hpp>

namespace partner_center {

static awaitable<result<document<billing_profile>>> handle(call& call, user_only_operation) {
    co_return document<billing_profile>{call.caller.user_principal_name};
}

}  // namespace partner_center

#include "server/api/dispatch.cpp"
#include "server/identity/forgery_testing.hpp"
#include "tests/support/small_world.hpp"

namespace partner_center {
namespace {

using testing::in_quotes;
using testing::small_world;

[[nodiscard]] http::response ask(small_world& world, const std::string& token) {
    return world.send(
        {.method = "GET",
         .target = "/v1/user-only",
         .fields = {{"Authorization", "Bearer " + token}}}
    );
}

TEST(UserOnlyOperation, RefusesAnAppOnlyToken) {
    small_world world{"{}"};

    const auto answer = ask(world, world.token());

    EXPECT_EQ(answer.status, 403U);
    EXPECT_EQ(
        answer.body,
        R"({"code":900329,"description":"this operation needs an app+user token","data":[],"source":"PartnerFD"})"
    );
    EXPECT_FALSE(answer.find("WWW-Authenticate"));
}

TEST(UserOnlyOperation, TakesAnAppUserToken) {
    small_world world{"{}"};
    const user_record user{
        .id = testing::id("5a0d3a86-7f6d-4b0c-9c5f-0f6e7a1b2c3d"),
        .partner_id = world.partner_id,
        .user_principal_name = "ann@lumen.example"};
    ASSERT_TRUE(block_on(world.data().tenants().add_user(user)));

    const auto answer = ask(world, world.user_token(user, "HelpdeskAgents"));

    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.body, user.user_principal_name);
}

}  // namespace
}  // namespace partner_center
