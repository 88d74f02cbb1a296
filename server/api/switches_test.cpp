// Tests of switches that a partner has for itself, and of requests that are too many, as callers
// see both.
// SPDX-License-Identifier: MIT
#include <fstream>
#include <functional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/small_world.hpp"

namespace partner_center {
namespace {

using namespace std::chrono_literals;
using testing::small_world;

constexpr const char* customer = "6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3";
constexpr const char* unknown_customer = "11111111-2222-4333-8444-555555555555";

[[nodiscard]] std::string golden(const std::string& name) {
    std::ifstream file{PARTNERD_GOLDEN "/" + name + ".json"};
    return {std::istreambuf_iterator<char>{file}, {}};
}

/// The contract's golden customer, and a person who signed in without a second factor.
class switched_world : public small_world {
public:
    switched_world() : small_world{golden("get_billing_profile/minimal")} {
        block_on(data().tenants().add_user(person_));
    }

    [[nodiscard]] http::response ask(
        const char* method, const std::string& target, std::string body
    ) {
        return ask_with(token(), method, target, std::move(body));
    }
    [[nodiscard]] http::response ask_as_person(const std::string& target) {
        return ask_with(user_token(person_, "AdminAgents"), "GET", target, {});
    }
    [[nodiscard]] http::response ask_without_mfa(const std::string& target) {
        std::string token = user_token(person_, "AdminAgents");
        const auto first = token.find('.') + 1;
        std::string payload = *from_base64url(token.substr(first, token.rfind('.') - first));
        payload.replace(payload.find(R"(["mfa"])"), 7, R"(["pwd"])");
        return ask_with(make_jws(keys().ring()->signing, payload), "GET", target, {});
    }
    [[nodiscard]] http::response put_profile(const std::string& request_id) {
        const auto profile =
            from_json<billing_profile>(get(customer).body, json_reading::response).value();
        return send(
            {.method = "PUT",
             .target = path("/profiles/billing"),
             .fields =
                 {{"Authorization", "Bearer " + token()},
                  {"MS-RequestId", request_id},
                  {"If-Match", "*"}},
             .body = to_json(profile)}
        );
    }
    [[nodiscard]] static std::string path(const std::string& rest) {
        return std::string{"/v1/customers/"} + customer + rest;
    }
    [[nodiscard]] std::size_t audit_records() {
        rows found = block_on(connect()->read("SELECT count(*) FROM audit_records", {}));
        return static_cast<std::size_t>(found.take<std::int64_t>(0, 0));
    }

private:
    [[nodiscard]] http::response ask_with(
        const std::string& token, const char* method, const std::string& target, std::string body
    ) {
        return send(
            {.method = method,
             .target = target,
             .fields = {{"Authorization", "Bearer " + token}},
             .body = std::move(body)}
        );
    }

    const user_record person_{
        .id = testing::id("7d1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3"),
        .partner_id = partner_id,
        .user_principal_name = "ops@lumen.example"};
};

/// A switch that is not at its default, and whether an answer shows that.
struct switched {
    const char* name{};
    switches options{};
    std::function<bool(switched_world&)> is_seen{};
};

const std::string address_without_a_state =
    R"({"addressLine1":"410 Pier Rd","city":"Astoria","state":"ZZ","postalCode":"97103","country":"US"})";

[[nodiscard]] bool is_status(const http::response& answer, unsigned status) {
    return answer.status == status;
}

const std::vector<switched> every_switch{
    {"links",
     {.links = links_form::unversioned},
     [](switched_world& world) {
         return world.get(customer).body.find(R"("uri":"/customers)") != std::string::npos;
     }},
    {"bom",
     {.bom = true},
     [](switched_world& world) { return world.get(customer).body.starts_with("\xEF\xBB\xBF"); }},
    {"fault-code",
     {.fault_code = fault_code_form::string},
     [](switched_world& world) { return world.get("x").body.starts_with(R"({"code":"2000")"); }},
    {"hide-unknown-tenants",
     {.hide_unknown_tenants = true},
     [](switched_world& world) { return is_status(world.get(unknown_customer), 403); }},
    {"address-validation",
     {.address_validation = address_validation_form::legacy},
     [](switched_world& world) {
         return is_status(
             world.ask("POST", "/v1/validations/address", address_without_a_state), 400
         );
     }},
    {"address-check",
     {.address_check = address_check::on},
     [](switched_world& world) {
         auto profile =
             from_json<billing_profile>(world.get(customer).body, json_reading::response).value();
         profile.default_address->country = "US";
         profile.default_address->state = "ZZ";
         const auto answer = world.ask("PUT", world.path("/profiles/billing"), to_json(profile));
         EXPECT_EQ(answer.status, 400U);
         return answer.body.find(R"("code":2007)") != std::string::npos;
     }},
    {"company-profile-user-only",
     {.company_profile_user_only = false},
     [](switched_world& world) {
         return !is_status(world.ask("GET", world.path("/profiles/company"), {}), 403);
     }},
    {"require-etag",
     {.require_etag = false},
     [](switched_world& world) {
         auto profile =
             from_json<billing_profile>(world.get(customer).body, json_reading::response).value();
         profile.attributes.etag.reset();
         return is_status(world.ask("PUT", world.path("/profiles/billing"), to_json(profile)), 200);
     }},
    {"require-mfa",
     {.require_mfa = false},
     [](switched_world& world) {
         return is_status(world.ask_without_mfa(world.path("/profiles/billing")), 200);
     }},
    {"throttle",
     {.throttle = {.per_partner = 1}},
     [](switched_world& world) {
         static_cast<void>(world.ask("GET", world.path("/profiles/billing"), {}));
         return is_status(world.ask("GET", world.path("/profiles/billing"), {}), 429);
     }},
    {"throttle-per-customer",
     {.throttle = {.per_customer = 1}},
     [](switched_world& world) {
         static_cast<void>(world.ask("GET", world.path("/profiles/billing"), {}));
         return is_status(world.ask("GET", world.path("/profiles/billing"), {}), 429);
     }},
};

TEST(OwnSwitches, HoldForTheirPartnerAndBeatTheServers) {
    for (const switched& each : every_switch) {
        switched_world world;
        EXPECT_FALSE(each.is_seen(world)) << each.name << " is off by default";
        world.own_options = {{world.partner_id, each.options}};
        EXPECT_TRUE(each.is_seen(world)) << each.name << " of the partner";
        world.own_options = {{world.other_partner_id, each.options}};
        EXPECT_FALSE(each.is_seen(world)) << each.name << " of another partner";
        world.options = each.options;
        EXPECT_TRUE(each.is_seen(world)) << each.name << " of the server";
        world.own_options = {{world.partner_id, {}}};
        EXPECT_FALSE(each.is_seen(world)) << each.name << " of the server, but not of the partner";
    }
}

TEST(OwnSwitches, AreTheServersUntilTheCallerIsKnown) {
    switched_world world;
    world.own_options = {{world.partner_id, {.fault_code = fault_code_form::string}}};

    const auto nobody = world.send({.method = "GET", .target = world.path("/profiles/billing")});
    EXPECT_THAT(nobody.body, ::testing::StartsWith(R"({"code":800001,)"));
}

TEST(TooManyRequests, AreRefusedInTheGatewaysForm) {
    switched_world world;
    world.options.throttle.per_partner = 1;
    EXPECT_EQ(world.get(customer).status, 200U);

    const auto answer = world.get(customer);

    EXPECT_EQ(answer.status, 429U);
    const std::string wait{answer.find("Retry-After").value_or("")};
    EXPECT_THAT(wait, ::testing::MatchesRegex("[1-9][0-9]?"));
    EXPECT_EQ(
        answer.body,
        R"({ "statusCode": 429, "message": "Rate limit is exceeded. Try again in )" + wait +
            R"( seconds." })"
    );
    EXPECT_EQ(answer.body.size(), 82 + wait.size()) << "84 as published, with two digits";
    EXPECT_EQ(answer.find("Content-Type"), "application/json");
    EXPECT_TRUE(answer.find("MS-CorrelationId"));
    EXPECT_TRUE(answer.find("MS-RequestId"));
}

TEST(TooManyRequests, AreCountedWhateverTheirAnswer) {
    switched_world world;
    world.options.throttle.per_partner = 3;

    EXPECT_EQ(world.get("x").status, 400U);
    EXPECT_EQ(world.get(unknown_customer).status, 404U);
    EXPECT_EQ(world.ask("GET", "/v1//customers?size=1", {}).status, 200U);
    EXPECT_EQ(world.ask("GET", "/v1/customers?size=x", {}).status, 429U);
}

TEST(TooManyRequests, AreNoneOutsideOfCustomers) {
    switched_world world;
    world.options.throttle.per_partner = 1;

    for (int count = 0; count < 3; ++count) {
        EXPECT_EQ(world.ask("GET", "/v1/countryvalidationrules/US", {}).status, 200U);
        EXPECT_EQ(world.ask("HEAD", "/v1/domains/free.example", {}).status, 404U);
    }
    EXPECT_EQ(world.get(customer).status, 200U);
}

TEST(TooManyRequests, AreAskedAboutAfterWhoCallsAndBeforeWhatIsAccepted) {
    switched_world world;
    world.options.throttle.per_partner = 1;
    const std::string company = world.path("/profiles/company");
    const auto status_of = [&](const std::string& target, const std::string& bearer) {
        return world
            .send(
                {.method = "GET",
                 .target = target,
                 .fields = {{"Authorization", bearer}, {"Accept", "text/html"}}}
            )
            .status;
    };

    EXPECT_EQ(status_of(company, "Bearer x"), 401U) << "nobody's";
    EXPECT_EQ(status_of(company, "Bearer " + world.token()), 403U) << "of the wrong kind";
    EXPECT_EQ(status_of("/v1/customers", "Bearer " + world.token()), 406U) << "the first";
    EXPECT_EQ(status_of("/v1/customers", "Bearer " + world.token()), 429U);
    EXPECT_EQ(status_of(company, "Bearer " + world.token()), 403U);
    EXPECT_EQ(world.ask_as_person(company).status, 429U)
        << "an application and a person, one partner";
}

TEST(TooManyRequests, AboutOneCustomerLeaveTheOthersAlone) {
    switched_world world;
    world.options.throttle.per_customer = 1;

    EXPECT_EQ(world.get(customer).status, 200U);
    EXPECT_EQ(
        world.ask("GET", std::string{"/v1/customers/6F1C9A52-3d0e-4b7c-9c11-5a2e8d40b7f%33"}, {})
            .status,
        429U
    ) << "however it is spelt";
    EXPECT_EQ(world.get(unknown_customer).status, 404U);
    EXPECT_EQ(world.ask("GET", "/v1/customers", {}).status, 200U);
    EXPECT_EQ(world.ask("GET", "/v1/customers", {}).status, 200U) << "about no customer";
}

TEST(TooManyRequests, AreNeitherAuditedNorRemembered) {
    switched_world world;
    const std::string request_id = "0d6a4b8e-1f2c-4c57-93aa-7e51b9c20d14";
    world.own_options = {{world.partner_id, {.throttle = {.per_partner = 1}}}};
    EXPECT_EQ(world.put_profile(request_id).status, 429U) << "the GET before it was the one";
    EXPECT_EQ(world.audit_records(), 0U);

    world.own_options.clear();

    EXPECT_EQ(world.put_profile(request_id).status, 200U);
    EXPECT_EQ(world.audit_records(), 1U);
}

TEST(TooManyRequests, AreAnsweredAfterAPause) {
    switched_world world;
    throttle requests{1h};
    world.options.throttle.per_partner = 1;
    EXPECT_EQ(world.get(customer).status, 200U);
    dispatcher patient = world.dispatcher_with(requests);
    static_cast<void>(
        requests.count({.per_partner = 1}, world.partner_id, {}, std::chrono::steady_clock::now())
    );
    const std::string bearer = "Bearer " + world.token();
    const std::vector<http::field_view> fields{{"Authorization", bearer}};
    const http::request_view request{.method = "GET", .target = "/v1/customers", .fields = fields};
    http::answer answer;
    boost::asio::io_context reactor{1};

    auto done =
        boost::asio::co_spawn(reactor, patient.respond(request, answer), boost::asio::use_future);
    while (answer.status == 0) reactor.poll();

    EXPECT_EQ(answer.status, 429U);
    reactor.poll();
    EXPECT_EQ(done.wait_for(0s), std::future_status::timeout);
}

}  // namespace
}  // namespace partner_center
