// Tests which caller may run which operation: kinds of token, second factor, scope, roles. Calls
// roles.cpp.
// SPDX-License-Identifier: MIT
#include "server/api/roles.hpp"

#include <map>
#include <string>

#include <gtest/gtest.h>

namespace partner_center {
namespace {

using enum permission;

/// No operation of the API takes users only yet.
struct user_only_operation {
    static constexpr callers allowed = callers::user_only;
    static constexpr permission needs = permission::read_partner;
};
struct common_operation {
    static constexpr callers allowed = callers::application_or_user;
    static constexpr permission needs = permission::write_billing_profiles;
};

const principal application{};

[[nodiscard]] principal user(std::vector<std::string> roles) {
    return {
        .user_id = guid{{1}},
        .roles = std::move(roles),
        .has_mfa = true,
        .may_impersonate = true,
    };
}

TEST(Roles, MayDoWhatTheContractSays) {
    struct row {
        permission what;
        const char* who;  // A(dmin agents, global admins) S(ales) B(illing) H(elpdesk)
    };
    for (const auto& [what, who] : {
             row{read_customers, "ASBH"},
             row{write_customers, "AS"},
             row{write_billing_profiles, "ASB"},
             row{remove_customers, "A"},
             row{read_partner, "ASH"},
             row{write_partner, "A"},
             row{read_partner_billing, "ASBH"},
             row{write_partner_billing, "AB"},
         }) {
        const std::map<std::string, char> letters{
            {"AdminAgents", 'A'},
            {"GlobalAdmins", 'A'},
            {"SalesAgents", 'S'},
            {"BillingAdmins", 'B'},
            {"HelpdeskAgents", 'H'}};
        for (const auto& [name, letter] : letters) {
            const bool refused =
                refusal_of(user({name}), {}, callers::application_or_user, what).has_value();
            EXPECT_EQ(refused, std::string{who}.find(letter) == std::string::npos)
                << name << ' ' << static_cast<int>(what);
        }
    }
}

TEST(Roles, AreComparedWithoutLetterCaseButWhole) {
    for (const char* name : {"adminagents", "ADMINAGENTS", "AdminAgents"}) {
        EXPECT_FALSE(refusal_of<common_operation>(user({name}), {})) << name;
    }
    for (const char* name : {"AdminAgent", "AdminAgentsX", "Admin Agents", " AdminAgents", ""}) {
        EXPECT_EQ(refusal_of<common_operation>(user({name}), {}), fault_kind::insufficient_role)
            << name;
    }
}

TEST(Roles, AddUp) {
    EXPECT_FALSE(refusal_of<common_operation>(user({"x", "HelpdeskAgents", "SalesAgents"}), {}));
    EXPECT_EQ(
        refusal_of<common_operation>(user({"x", "HelpdeskAgents"}), {}),
        fault_kind::insufficient_role
    );
    EXPECT_EQ(refusal_of<common_operation>(user({}), {}), fault_kind::insufficient_role);
}

TEST(UserOnlyOperation, RefusesApplications) {
    EXPECT_EQ(refusal_of<user_only_operation>(application, {}), fault_kind::user_token_required);
    EXPECT_FALSE(refusal_of<user_only_operation>(user({"HelpdeskAgents"}), {}));
}

TEST(CommonOperation, TakesApplicationsWhateverTheySay) {
    EXPECT_FALSE(refusal_of<common_operation>(application, {}));
    EXPECT_FALSE(refusal_of<common_operation>(application, {.require_mfa = false}));
}

TEST(Users, NeedFirstASecondFactorThenTheScopeThenARole) {
    principal caller = user({});
    caller.has_mfa = false;
    caller.may_impersonate = false;

    EXPECT_EQ(refusal_of<common_operation>(caller, {}), fault_kind::mfa_required);
    EXPECT_EQ(
        refusal_of<common_operation>(caller, {.require_mfa = false}), fault_kind::insufficient_scope
    );
    caller.has_mfa = true;
    EXPECT_EQ(refusal_of<common_operation>(caller, {}), fault_kind::insufficient_scope);
    caller.may_impersonate = true;
    EXPECT_EQ(refusal_of<common_operation>(caller, {}), fault_kind::insufficient_role);
    caller.roles = {"BillingAdmins"};
    EXPECT_FALSE(refusal_of<common_operation>(caller, {}));
}

}  // namespace
}  // namespace partner_center
