// POST /v1/customers: what is made of a body, who may send which, domains that are taken, a full
// sandbox, repetition, and what is written down about it.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/conformance/api_under_test.hpp"
#include "tests/support/changing_world.hpp"

namespace partner_center {
namespace {

using testing::api_under_test;
using testing::code_of;
using testing::customer_in;
using ::testing::ElementsAre;
using testing::golden;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

constexpr const char* some_request = "0d6a4b8e-1f2c-4c57-93aa-7e51b9c20d14";

class world : public testing::changing_world {
public:
    [[nodiscard]] http::request post_request(std::string body, testing::fields more) {
        http::request out = request("POST", "/v1/customers", std::move(body), {});
        out.fields.insert(out.fields.end(), more.begin(), more.end());
        return out;
    }
    [[nodiscard]] http::response post(std::string body) {
        return send(post_request(std::move(body), {}));
    }
    [[nodiscard]] http::response post_as(const std::string& token, std::string body) {
        return send(request("POST", "/v1/customers", std::move(body), token));
    }
    [[nodiscard]] std::int64_t customers() {
        return number("SELECT count(*) FROM customers WHERE company_name <> ''");
    }
};

[[nodiscard]] std::string minimal() {
    return golden("create_customer/minimal_request");
}

[[nodiscard]] std::string with_domain(std::string body, const std::string& domain) {
    const std::string before = "tidewatercoop.onmicrosoft.com";
    return body.replace(body.find(before), before.size(), domain);
}

/// A body with a member more at its top.
[[nodiscard]] std::string with(const std::string& member) {
    return "{" + member + "," + minimal().substr(1);
}

/// The golden answer's ids and secrets in place of those of this one.
[[nodiscard]] std::string like_golden(const http::response& answer) {
    customer model = customer_in(answer);
    std::string out = answer.body;
    const auto replace = [&](const std::string& text, const std::string& by) {
        for (auto at = out.find(text); at != std::string::npos; at = out.find(text, at)) {
            out.replace(at, text.size(), by);
        }
    };
    replace(*model.id, "6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3");
    replace(*model.commerce_id, "41f0c2d8-98ab-4c3e-b7f1-6d2a905e13cc");
    replace(*model.billing_profile->id, "9a3e6b1d-7c42-5f08-a1d9-04c6e2b87f55");
    replace('"' + *model.billing_profile->attributes.etag + '"', R"("-3187205566410928834")");
    replace(*model.user_credentials->password, "q7!Rv.2m_Kt");
    return out;
}

TEST(CreateCustomer, AnswersWithTheGoldenBody) {
    for (const char* sent : {"create_customer/minimal_request", "create_customer/dotnet_request"}) {
        world api;

        const auto answer = api.post(golden(sent));

        EXPECT_EQ(answer.status, 201U) << answer.body;
        EXPECT_FALSE(answer.find("Location"));
        EXPECT_EQ(like_golden(answer), golden("create_customer/answer"));
    }
}

TEST(CreateCustomer, MakesWhatIsReadAfterwards) {
    world api;
    const customer created = customer_in(api.post(minimal()));

    const customer found = customer_in(api.get_at("/v1/customers/" + *created.id));

    EXPECT_EQ(found.commerce_id, created.commerce_id);
    EXPECT_EQ(found.billing_profile, created.billing_profile);
    EXPECT_EQ(found.company_profile->address->region, "OR");
    EXPECT_EQ(found.company_profile->email, "ap@tidewater-coop.example");
    EXPECT_EQ(found.allow_delegated_access, true);
    EXPECT_EQ(found.custom_domains, std::vector<std::string>{"tidewatercoop.onmicrosoft.com"});
    EXPECT_FALSE(found.user_credentials);
    EXPECT_EQ(api.get(*created.id).body, to_json(*created.billing_profile));
    EXPECT_THAT(api.get_at("/v1/customers").body, HasSubstr(*created.id));
    EXPECT_EQ(api.domain_status("TidewaterCoop.onmicrosoft.com"), 200U);
}

TEST(CreateCustomer, KeepsEveryMemberOfTheFullBody) {
    world api;

    const auto answer = api.post_as(api.admin_token(), golden("create_customer/full_request"));

    ASSERT_EQ(answer.status, 201U) << answer.body;
    const customer created = customer_in(answer);
    EXPECT_EQ(created.associated_partner_id, "4810027");
    EXPECT_EQ(created.company_profile->organization_registration_number, "12345678");
    EXPECT_EQ(created.billing_profile->default_address->middle_name, "Anna");
    const customer found = customer_in(api.get_at("/v1/customers/" + *created.id));
    EXPECT_EQ(found.associated_partner_id, "4810027");
    EXPECT_EQ(found.allow_delegated_access, false);
    EXPECT_FALSE(found.custom_domains);
    EXPECT_EQ(found.company_profile->organization_registration_number, "12345678");
    EXPECT_FALSE(found.company_profile->email);
}

TEST(CreateCustomer, MakesEveryIdAndPasswordAnew) {
    world api;
    std::set<std::string> made;
    for (int number = 0; number < 20; ++number) {
        const std::string domain = "made" + std::to_string(number) + ".onmicrosoft.com";
        const customer created = customer_in(api.post(with_domain(minimal(), domain)));
        const std::string password = *created.user_credentials->password;
        made.insert({*created.id, *created.commerce_id, *created.billing_profile->id, password});
        EXPECT_EQ(password.size(), 16U);
        for (const char* kind : {"[a-z]", "[A-Z]", "[0-9]", "[^a-zA-Z0-9]"}) {
            EXPECT_THAT(password, MatchesRegex(std::string{".*"} + kind + ".*"));
        }
        EXPECT_THAT(*created.id, MatchesRegex(".{14}4.*"));                   // random
        EXPECT_THAT(*created.billing_profile->id, MatchesRegex(".{14}5.*"));  // of a name
    }
    EXPECT_EQ(made.size(), 80U);
}

TEST(CreateCustomer, IgnoresWhatOnlyTheServiceSays) {
    world api;

    const auto answer = api.post(with(
        R"("id":"6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f4","commerceId":"x","relationshipToPartner":"none",)"
        R"("allowDelegatedAccess":false,"customDomains":["evil.example"],"links":{"self":{"uri":"/evil"}},)"
        R"("attributes":{"objectType":"Evil","etag":"7"},"userCredentials":{"userName":"evil"})"
    ));

    ASSERT_EQ(answer.status, 201U) << answer.body;
    EXPECT_EQ(like_golden(answer), golden("create_customer/answer"));
    EXPECT_EQ(
        customer_in(api.get_at("/v1/customers/" + *customer_in(answer).id)).allow_delegated_access,
        true
    );
}

TEST(CreateCustomer, LooksAtNoneOfIt) {
    for (const char* const ignored :
         {R"("id":{})",
          R"("commerceId":[])",
          R"("relationshipToPartner":"unknown")",
          R"("allowDelegatedAccess":"maybe")",
          R"("customDomains":{})",
          R"("links":[])",
          R"("attributes":{"objectType":[]})",
          R"("userCredentials":{"userName":[],"password":""})"}) {
        world api;
        EXPECT_EQ(api.post(with(ignored)).status, 201U) << ignored;
    }
}

TEST(CreateCustomer, RefusesAPasswordOfTheCaller) {
    world api;

    const auto answer = api.post(with(R"("userCredentials":{"password":"Secret1!"})"));

    EXPECT_EQ(answer.status, 400U);
    EXPECT_EQ(code_of(answer), 800002);
    EXPECT_THAT(answer.body, Not(HasSubstr("Secret1!")));
    EXPECT_EQ(api.customers(), 0);
}

TEST(CreateCustomer, TakesAnIndirectResellerFromPeopleOnly) {
    world api;
    const std::string body = with(R"("associatedPartnerId":"4810027")");

    const auto refused = api.post(body);

    EXPECT_EQ(refused.status, 403U);
    EXPECT_EQ(code_of(refused), 900329);
    EXPECT_EQ(code_of(api.post_as(api.admin_token(), with(R"("associatedPartnerId":"")"))), 3000);
    EXPECT_EQ(api.post_as(api.admin_token(), body).status, 201U);
}

TEST(CreateCustomer, IsFoundByItsIndirectReseller) {
    world api;
    const auto create = [&](const std::string& domain, const std::string& reseller) {
        const std::string body = with(R"("associatedPartnerId":")" + reseller + '"');
        const auto answer = api.post_as(api.admin_token(), with_domain(body, domain));
        return customer_in(answer).id.value();
    };
    const std::string first = create("first.onmicrosoft.com", "4810027");
    const std::string second = create("second.onmicrosoft.com", "48x");
    create("third.onmicrosoft.com", "5810027");
    const auto found = [&](std::string_view field, std::string_view value, std::string_view size) {
        std::string target{"/v1/customers?size="};
        target.append(size).append(R"(&filter={"Field":")").append(field);
        target.append(R"(","Value":")").append(value).append(R"(","Operator":"starts_with"})");
        return from_json<customer_collection>(api.get_at(target).body, json_reading::response)
            .value();
    };
    const auto ids = [](const customer_collection& page) {
        std::vector<std::string> out;
        for (const customer& each : page.items) out.push_back(*each.id);
        return out;
    };

    for (const char* field : {"IndirectReseller", "indirect_cloud_solution_provider"}) {
        EXPECT_THAT(ids(found(field, "48", "0")), UnorderedElementsAre(first, second));
        EXPECT_THAT(ids(found(field, "48X", "0")), ElementsAre(second));
        EXPECT_EQ(found(field, "", "0").total_count, 3);
        EXPECT_EQ(found(field, "9", "0").total_count, 0);
    }
    const auto page = found("IndirectReseller", "48", "1");
    http::request rest = api.request("GET", "/v1/customers?seekOperation=Next", {}, {});
    rest.fields.push_back({"MS-ContinuationToken", page.continuation_token.value()});
    const auto next =
        from_json<customer_collection>(api.send(rest).body, json_reading::response).value();
    EXPECT_THAT(
        (std::vector{ids(page).at(0), ids(next).at(0)}), UnorderedElementsAre(first, second)
    );
    EXPECT_FALSE(next.continuation_token);
}

TEST(CreateCustomer, LetsTheRolesCreateThatMay) {
    world api;
    for (const auto& [role, status] :
         {std::pair{"HelpdeskAgents", 403U},
          std::pair{"BillingAdmins", 403U},
          std::pair{"SalesAgents", 201U}}) {
        EXPECT_EQ(api.post_as(api.user_token(api.admin, role), minimal()).status, status) << role;
    }
}

TEST(CreateCustomer, RefusesWhatBreaksTheRules) {
    world api;
    const auto code = [&](const std::string& body) {
        const auto answer = api.post(body);
        EXPECT_EQ(answer.status, 400U) << body;
        return code_of(answer);
    };
    std::string no_phone = golden("create_customer/full_request");
    no_phone.replace(no_phone.find(R"("associatedPartnerId":"4810027",)"), 32, "");
    no_phone.replace(no_phone.find("+36625550123"), 12, "");
    std::string no_number = golden("create_customer/full_request");
    no_number.replace(no_number.find(R"("associatedPartnerId":"4810027",)"), 32, "");
    no_number.replace(no_number.find("12345678"), 8, "");
    std::string unwanted = minimal();
    unwanted.replace(unwanted.find(R"({"domain")"), 1, R"({"organizationRegistrationNumber":"1",)");

    EXPECT_EQ(code("{}"), 3000);
    EXPECT_EQ(code("[]"), 800002);
    EXPECT_EQ(code(""), 800002);
    EXPECT_EQ(code(with_domain(minimal(), "tidewatercoop.example")), 3000);
    EXPECT_EQ(code(with_domain(minimal(), "tidewater-coop.onmicrosoft.com")), 3000);
    EXPECT_EQ(code(with_domain(minimal(), "sandboxes.ccsctp.net")), 3000);
    EXPECT_EQ(code(no_phone), 600051);
    EXPECT_EQ(code(no_number), 600049);
    EXPECT_EQ(code(unwanted), 600002);
    EXPECT_EQ(code(with(R"("relationshipToPartner":"spouse")")), 900126);
    EXPECT_EQ(api.customers(), 0);
}

TEST(CreateCustomer, HasTheDomainsOfItsCloud) {
    world api;
    api.move_to(clouds::china);

    EXPECT_EQ(code_of(api.post(minimal())), 3000);
    EXPECT_EQ(api.post(with_domain(minimal(), "coop.partner.onmschina.cn")).status, 201U);
}

TEST(CreateCustomer, HasTheDomainsOfTheSetting) {
    world api;
    api.options.suffixes["global"] = {".one.example", ".two.example"};

    EXPECT_EQ(api.post(with_domain(minimal(), "tidewater.two.example")).status, 201U);
    const auto refused = api.post(with_domain(minimal(), "tidewater.onmicrosoft.com"));

    EXPECT_EQ(code_of(refused), 3000);
    EXPECT_THAT(refused.body, HasSubstr("before .one.example or .two.example"));
}

TEST(CreateCustomer, RefusesADomainThatAnybodyHas) {
    world api;
    api.write(
        "UPDATE customers SET domain = 'theirs.onmicrosoft.com' WHERE domain = 'theirs.example'", {}
    );
    api.write(
        "UPDATE partners SET domain = 'other.onmicrosoft.com' WHERE domain = 'other.example'", {}
    );
    api.write(
        "UPDATE customers SET domain = 'gone.onmicrosoft.com', relationship = 'none' WHERE domain "
        "= 'ours.example'",
        {}
    );
    for (const char* taken :
         {"Theirs.onmicrosoft.com", "other.onmicrosoft.com", "gone.onmicrosoft.com"}) {
        const auto answer = api.post(with_domain(minimal(), taken));

        EXPECT_EQ(answer.status, 409U) << taken;
        EXPECT_EQ(code_of(answer), 800002);
        EXPECT_EQ(api.domain_status(taken), 200U);
    }
    EXPECT_EQ(api.customers(), 0);
    const auto lines = api.audit();
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_EQ(lines[0].operation_status, operation_status::failed);
    EXPECT_FALSE(lines[0].customer_id);
    EXPECT_EQ(lines[0].customer_name, "Tidewater Cooperative");
}

TEST(CreateCustomer, GivesADomainToOneOfThoseWhoAskAtOnce) {
    world api;
    const std::vector<http::request> rivals(64, api.post_request(minimal(), {}));

    const auto answers = api.send_at_once(rivals);

    EXPECT_EQ(std::ranges::count(answers, 201U, &http::response::status), 1);
    EXPECT_EQ(std::ranges::count(answers, 409U, &http::response::status), 63);
    EXPECT_EQ(api.customers(), 1);
}

/// The partner has 74 customers.
TEST(CreateCustomer, FillsASandboxToTheLastPlace) {
    world api;
    api.make_sandbox();
    std::vector<new_customer> before;
    for (int number = 0; number < 73; ++number) {
        const guid id = short_hash(std::to_string(number));
        before.push_back(
            {.id = id,
             .domain = std::to_string(number) + ".example",
             .billing = {golden("get_billing_profile/minimal")}}
        );
    }
    ASSERT_TRUE(block_on(api.data().add_customers(api.partner_id, std::move(before))));
    std::vector<http::request> rivals;
    for (int number = 0; number < 64; ++number) {
        const std::string domain = "rival" + std::to_string(number) + ".ccsctp.net";
        rivals.push_back(api.post_request(with_domain(minimal(), domain), {}));
    }

    const auto answers = api.send_at_once(rivals);

    EXPECT_EQ(std::ranges::count(answers, 201U, &http::response::status), 1);
    EXPECT_EQ(std::ranges::count(answers, 800018, &code_of), 63);
    EXPECT_EQ(
        api.number("SELECT count(*) FROM customers JOIN partners ON partner_id = partners.id"
                   " WHERE partners.domain = 'lumen.example'"),
        75
    );
}

TEST(CreateCustomer, AnswersTheSameRequestOnceMoreWithTheFirstAnswer) {
    world api;
    const testing::fields same{{"MS-RequestId", some_request}};
    const auto first = api.send(api.post_request(minimal(), same));
    ASSERT_EQ(first.status, 201U);

    const auto again = api.send(api.post_request(minimal(), same));
    const auto other =
        api.send(api.post_request(with_domain(minimal(), "other.onmicrosoft.com"), same));

    EXPECT_EQ(again.status, 201U);
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(again.find("Content-Type"), first.find("Content-Type"));
    EXPECT_EQ(other.status, 409U);
    EXPECT_EQ(code_of(other), 800002);
    EXPECT_EQ(api.customers(), 1);
}

TEST(CreateCustomer, RefusesAnotherBodyThatComesAtOnceUnderTheSameId) {
    const testing::fields same{{"MS-RequestId", some_request}};
    world api;

    const auto answers =
        api.send_at_once({api.post_request(minimal(), same), api.post_request("{}", same)});

    EXPECT_EQ(answers.at(0).status, 201U);
    EXPECT_EQ(answers.at(1).status, 409U) << answers.at(1).body;
    EXPECT_EQ(code_of(answers.at(1)), 800002);
    const auto lines = api.audit();
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[1].operation_status, operation_status::failed);
    EXPECT_EQ(lines[1].customized_data.at(0).value, "800002");
}

TEST(CreateCustomer, SaysSoWhenItsAnswerIsLost) {
    world api;
    const testing::fields same{{"MS-RequestId", some_request}};
    ASSERT_EQ(api.send(api.post_request(minimal(), same)).status, 201U);
    api.replace_sealing_key();

    const auto again = api.send(api.post_request(minimal(), same));

    EXPECT_EQ(again.status, 409U);
    EXPECT_EQ(code_of(again), 800002);
    EXPECT_THAT(again.body, HasSubstr("its answer cannot be repeated"));
    EXPECT_EQ(api.customers(), 1);
}

TEST(CreateCustomer, IsDoneOnceByAThousandTwins) {
    world api;
    const std::vector<http::request> twins(
        1'000, api.post_request(minimal(), {{"MS-RequestId", some_request}})
    );

    const auto answers = api.send_at_once(twins);

    EXPECT_EQ(answers.front().status, 201U);
    EXPECT_EQ(std::ranges::count(answers, answers.front().body, &http::response::body), 1'000);
    EXPECT_EQ(api.customers(), 1);
    EXPECT_EQ(api.audit().size(), 1U);
}

TEST(CreateCustomer, KeepsThePasswordNowhereInClear) {
    world api;
    const auto answer = api.send(api.post_request(minimal(), {{"MS-RequestId", some_request}}));
    const std::string password = *customer_in(answer).user_credentials->password;

    std::string everything;
    for (const std::string& table :
         api.texts("SELECT name FROM sqlite_master WHERE type = 'table'")) {
        const std::string columns =
            "SELECT group_concat('coalesce(CAST(\"' || name || '\" AS TEXT), '''')', '||') FROM "
            "pragma_table_info('" +
            table + "')";
        const std::string sql = "SELECT " + api.texts(columns).at(0) + " FROM \"" + table + '"';
        for (const std::string& row : api.texts(sql)) everything += row + '\n';
    }

    EXPECT_THAT(everything, HasSubstr("Tidewater"));
    EXPECT_THAT(everything, Not(HasSubstr(password)));
    EXPECT_EQ(api.number("SELECT count(*) FROM requests WHERE sealed = 1"), 1);
}

TEST(CreateCustomer, WritesDownWhoCreatedWhom) {
    world api;
    const customer created = customer_in(api.post(minimal()));

    const auto lines = api.audit();

    ASSERT_EQ(lines.size(), 1U);
    EXPECT_EQ(lines[0].operation_type, "add_customer");
    EXPECT_EQ(lines[0].resource_type, "customer");
    EXPECT_EQ(lines[0].operation_status, operation_status::succeeded);
    EXPECT_EQ(lines[0].customer_id, created.id);
    EXPECT_EQ(lines[0].customer_name, "Tidewater Cooperative");
    EXPECT_FALSE(lines[0].resource_old_value);
    EXPECT_THAT(
        lines[0].resource_new_value.value(),
        HasSubstr(R"("UserCredentials":{"UserName":"admin","Password":""})")
    );
    ASSERT_EQ(lines[0].customized_data.size(), 2U);
    EXPECT_EQ(lines[0].customized_data[0].key, "PrimaryDomainName");
    EXPECT_EQ(lines[0].customized_data[0].value, "tidewatercoop.onmicrosoft.com");
    EXPECT_EQ(lines[0].customized_data[1].value, "reseller");
}

TEST(CreateCustomer, FollowsTheSwitchOfLinks) {
    world api;
    api.options.links = links_form::unversioned;

    EXPECT_THAT(api.post(minimal()).body, Not(HasSubstr("/v1/")));
}

/// In the sandbox, where what was made can be taken away again.
TEST(CreateCustomer, GoesThroughTheCallChain) {
    const auto& api = api_under_test::instance();
    const auto& partners = api.world().partners;
    const demo_partner& sandbox = *std::ranges::find_if(partners, &demo_partner::sandbox);
    const auto customers = api.client_of(sandbox).customers();
    const auto body =
        from_json<customer>(with_domain(minimal(), "callchain.ccsctp.net"), json_reading::request);

    const customer created = customers.create(*body).value();

    EXPECT_TRUE(created.user_credentials);
    EXPECT_EQ(customers.create_async(*body).get().error().category, error_category::already_exists);
    EXPECT_EQ(customers.by_id(*created.id).get().value().billing_profile, created.billing_profile);
    EXPECT_TRUE(customers.by_id(*created.id).remove());
}

}  // namespace
}  // namespace partner_center
