// The steps of a call without a socket: the golden bodies, the switches, the order of checks, and
// what happens when the store cannot answer.
// SPDX-License-Identifier: MIT
#include "server/api/dispatch.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

#include <boost/asio/detached.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/api/handlers.hpp"
#include "tests/support/counting_database.hpp"
#include "tests/support/small_world.hpp"

namespace partner_center {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::small_world;
using ::testing::StartsWith;

constexpr std::string_view customer = "6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3";
constexpr std::string_view billing_path =
    "/v1/customers/6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3/profiles/billing";

[[nodiscard]] std::string golden(const std::string& name) {
    std::ifstream file{PARTNERD_GOLDEN "/get_billing_profile/" + name + ".json"};
    return {std::istreambuf_iterator<char>{file}, {}};
}

[[nodiscard]] std::string field(const http::response& response, std::string_view name) {
    return std::string{response.find(name).value_or("(none)")};
}

TEST(Dispatch, AnswersTheGoldenBodiesByteForByte) {
    small_world minimal{golden("minimal")};
    small_world full{golden("full")};

    EXPECT_EQ(minimal.get(customer).body, golden("minimal"));
    EXPECT_EQ(minimal.get(customer).body.size(), 534U);
    EXPECT_EQ(full.get(customer).body, golden("full"));
    EXPECT_EQ(full.get(customer).body.size(), 751U);
}

TEST(Dispatch, KnowsNoAddressOfAnAuthorityThatIsSwitchedOff) {
    small_world world{golden("minimal")};
    const http::request document{
        .method = "GET", .target = "/common/discovery/instance?api-version=1.1"};
    const http::request token{.method = "POST", .target = "/common/oauth2/v2.0/token"};
    EXPECT_EQ(world.send(document).status, 200U);
    world.policy.has_authority = false;
    EXPECT_EQ(world.send(document).status, 404U);
    EXPECT_EQ(world.send(token).status, 404U);
    EXPECT_EQ(world.get(customer).status, 401U) << "nor is its token believed";
}

TEST(Dispatch, GivesEveryAnswerItsIds) {
    small_world world{golden("minimal")};
    const std::string guid_form =
        "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";

    for (const char* target : {billing_path.data(), "/v1/nothing", "/healthz"}) {
        const auto first = world.send({.method = "GET", .target = target});
        const auto second = world.send({.method = "GET", .target = target});
        for (const char* name : {"MS-RequestId", "MS-CorrelationId"}) {
            EXPECT_THAT(field(first, name), ::testing::ContainsRegex(guid_form)) << target;
            EXPECT_NE(field(first, name), field(second, name)) << target;
        }
        EXPECT_NE(field(first, "MS-RequestId"), field(first, "MS-CorrelationId"));
        EXPECT_THAT(field(first, "MS-CV"), ::testing::ContainsRegex("^[A-Za-z0-9+/]{16}\\.0$"));
        EXPECT_THAT(field(first, "MS-ServerId"), ::testing::ContainsRegex("^[0-9]{9}$"));
    }
}

TEST(Dispatch, EchoesIdsInTheCallersSpelling) {
    small_world world{golden("minimal")};

    const auto answer = world.send({
        .method = "GET",
        .target = std::string{billing_path},
        .fields =
            {{"ms-requestid", "0D6A4B8E-1F2C-4C57-93AA-7E51B9C20D14"},
             {"MS-CORRELATIONID", "c2b7d915-6E0A-4f3d-8a44-51f0c7e9ab36"}},
    });

    EXPECT_EQ(answer.status, 401U);
    EXPECT_EQ(field(answer, "MS-RequestId"), "0D6A4B8E-1F2C-4C57-93AA-7E51B9C20D14");
    EXPECT_EQ(field(answer, "MS-CorrelationId"), "c2b7d915-6E0A-4f3d-8a44-51f0c7e9ab36");
    EXPECT_EQ(
        field(answer, "WWW-Authenticate"),
        "OAuth realm=urn:cpsvc:cpid:c2b7d915-6E0A-4f3d-8a44-51f0c7e9ab36"
    );
}

TEST(Dispatch, ReplacesIdsThatAreNoGuid) {
    small_world world{golden("minimal")};

    for (const char* text :
         {"", "x", "{0d6a4b8e-1f2c-4c57-93aa-7e51b9c20d14}", "0d6a4b8e1f2c4c5793aa7e51b9c20d14"}) {
        const auto answer =
            world.send({.method = "GET", .target = "/v1/x", .fields = {{"MS-RequestId", text}}});
        EXPECT_EQ(field(answer, "MS-RequestId").size(), guid_text_length) << text;
        EXPECT_NE(field(answer, "MS-RequestId"), text);
    }
}

TEST(Dispatch, ChecksInTheContractsOrder) {
    small_world world{golden("minimal")};
    const std::string bearer = "Bearer " + world.token();
    const std::string bad_id_path = "/v1/customers/x/profiles/billing";
    const auto status_of = [&](const char* method,
                               const std::string& target,
                               std::vector<http::field> fields) {
        return world.send({.method = method, .target = target, .fields = std::move(fields)}).status;
    };

    // Each request has every later fault as well; the earliest decides.
    EXPECT_EQ(status_of("POST", "/v1/none", {{"Accept", "text/html"}}), 404U);
    EXPECT_EQ(status_of("POST", bad_id_path, {{"Accept", "text/html"}}), 405U);
    EXPECT_EQ(status_of("GET", bad_id_path, {{"Accept", "text/html"}}), 401U);
    EXPECT_EQ(
        status_of("GET", bad_id_path, {{"Authorization", bearer}, {"Accept", "text/html"}}), 406U
    );
    EXPECT_EQ(status_of("GET", bad_id_path, {{"Authorization", bearer}}), 400U);
}

TEST(Dispatch, ReadsTheAuthorizationHeaderStrictly) {
    small_world world{golden("minimal")};
    const std::string token = world.token();
    const auto outcome = [&](std::vector<http::field> fields) {
        const auto answer = world.send(
            {.method = "GET", .target = std::string{billing_path}, .fields = std::move(fields)}
        );
        return std::to_string(answer.status) + " " + answer.body.substr(0, answer.body.find(','));
    };
    const std::string missing = R"(401 {"code":800001)";
    const std::string bad = R"(401 {"code":400)";

    EXPECT_TRUE(outcome({{"authorization", "bearer " + token}}).starts_with("200"));
    EXPECT_TRUE(outcome({{"Authorization", "BEARER   " + token}}).starts_with("200"));
    EXPECT_EQ(outcome({}), missing);
    EXPECT_EQ(outcome({{"Authorization", ""}}), missing);
    EXPECT_EQ(outcome({{"Authorization", "Bearer"}}), missing);
    EXPECT_EQ(outcome({{"Authorization", "Bearer  "}}), missing);
    EXPECT_EQ(outcome({{"Authorization", "Basic " + token}}), missing);
    EXPECT_EQ(outcome({{"Authorization", token}}), missing);
    EXPECT_EQ(outcome({{"Authorization", "Bearer " + token + " x"}}), bad);
    EXPECT_EQ(outcome({{"Authorization", "Bearer " + token.substr(1)}}), bad);
    EXPECT_EQ(
        outcome({{"Authorization", "Bearer " + token}, {"Authorization", "Bearer " + token}}), bad
    );
}

TEST(Dispatch, RefusesTheLegacyAudienceUnlessItIsSwitchedOn) {
    small_world world{golden("minimal")};
    const http::request request{
        .method = "GET",
        .target = std::string{billing_path},
        .fields = {{"Authorization", "Bearer " + world.token_for("https://graph.windows.net")}},
    };

    const auto refused = world.send(request);
    EXPECT_EQ(refused.status, 401U);
    EXPECT_THAT(refused.body, HasSubstr(R"("code":900420)"));

    world.policy.accept_legacy_audience = true;
    EXPECT_EQ(world.send(request).status, 200U);
}

TEST(Dispatch, TellsForeignFromUnknownUnlessItIsSwitchedOff) {
    small_world world{golden("minimal")};
    const std::string foreign = to_string(world.foreign_customer_id);
    const std::string unknown = "11111111-2222-4333-8444-555555555555";

    EXPECT_EQ(world.get(foreign).status, 403U);
    EXPECT_THAT(world.get(foreign).body, HasSubstr(R"("code":20002)"));
    EXPECT_EQ(world.get(unknown).status, 404U);
    EXPECT_THAT(world.get(unknown).body, HasSubstr(R"("code":60003)"));

    world.options.hide_unknown_tenants = true;
    EXPECT_EQ(world.get(unknown).status, 403U);
    EXPECT_EQ(
        world.get(unknown).body,
        R"({"code":20002,"description":"partner b0d7e3a4-52c8-4f19-8e6d-1fa3c95b2e70 has no commerce relationship with customer 11111111-2222-4333-8444-555555555555","data":[],"source":"PartnerFD"})"
    );
    std::string of_foreign = world.get(foreign).body;
    of_foreign.replace(of_foreign.find(foreign), foreign.size(), unknown);
    EXPECT_EQ(world.get(unknown).body, of_foreign);
}

TEST(Dispatch, AsksTheStoreAsMuchAboutAForeignCustomerAsAboutAnUnknownOne) {
    small_world world{golden("minimal")};
    auto counting = std::make_unique<testing::counting_database>(world.connect());
    const testing::counting_database& statements = *counting;
    store data{std::move(counting)};
    const principal caller{.partner_id = world.partner_id};
    std::mt19937_64 random;
    const auto asked_for = [&](const guid& customer_id) {
        const std::size_t before = statements.reads();
        call call{
            .caller = caller,
            .store = data,
            .options = world.options,
            .keys = world.keys(),
            .random = random};
        EXPECT_FALSE(block_on(handle(call, get_billing_profile{customer_id})));
        return statements.reads() - before;
    };

    for (const bool hidden : {false, true}) {
        world.options.hide_unknown_tenants = hidden;
        EXPECT_EQ(asked_for(world.foreign_customer_id), 2U);
        EXPECT_EQ(asked_for(testing::id("11111111-2222-4333-8444-555555555555")), 2U);
    }
}

TEST(Dispatch, FollowsTheSwitchesOfForm) {
    small_world world{golden("minimal")};

    world.options.links = links_form::unversioned;
    std::string unversioned = golden("minimal");
    unversioned.replace(unversioned.find("/v1/customers"), 3, "");
    EXPECT_EQ(world.get(customer).body, unversioned);

    world.options = {.bom = true};
    EXPECT_EQ(world.get(customer).body, "\xEF\xBB\xBF" + golden("minimal"));
    EXPECT_EQ(world.get("x").body.front(), '{');  // never before a fault

    world.options = {.fault_code = fault_code_form::string};
    EXPECT_THAT(world.get("x").body, HasSubstr(R"("code":"2000")"));
}

TEST(Dispatch, AnswersHeadWithoutABody) {
    small_world world{golden("minimal")};

    const auto known = world.send({.method = "HEAD", .target = std::string{billing_path}});
    EXPECT_EQ(known.status, 405U);
    EXPECT_EQ(field(known, "Allow"), "GET, PUT");
    EXPECT_EQ(known.body, "");
    EXPECT_FALSE(known.find("Content-Type"));
    EXPECT_EQ(world.send({.method = "HEAD", .target = "/v1/none"}).body, "");
}

TEST(Dispatch, SaysNothingOfAStoreThatCannotAnswerAndRecovers) {
    small_world world{golden("minimal")};
    const auto other = world.connect();
    const auto run = [&](std::string_view sql) {
        std::vector<statement> change{{.sql = sql}};
        static_cast<void>(block_on(other->write(std::move(change))));
    };

    run("alter table profiles rename to gone");
    const auto down = world.get(customer);
    EXPECT_EQ(down.status, 503U);
    EXPECT_EQ(
        down.body,
        R"({"code":800003,"description":"the service is not available at the moment; try again","data":[],"source":"PartnerFD"})"
    );
    EXPECT_EQ(field(down, "Retry-After"), "1");

    run("alter table gone rename to profiles");
    EXPECT_EQ(world.get(customer).status, 200U);

    // The authority says the same in OAuth's form.
    run("alter table partners rename to gone");
    const auto no_tenant =
        world.send({.method = "GET", .target = "/lumen.example/.well-known/openid-configuration"});
    EXPECT_EQ(no_tenant.status, 503U);
    EXPECT_THAT(no_tenant.body, StartsWith(R"({"error":"temporarily_unavailable",)"));
    EXPECT_THAT(no_tenant.body, Not(HasSubstr("partners")));
    EXPECT_EQ(field(no_tenant, "Retry-After"), "2");
    EXPECT_EQ(field(no_tenant, "Cache-Control"), "no-store, no-cache");
}

TEST(Dispatch, RefusesTheTokensOfADisabledApplicationSoon) {
    small_world world{golden("minimal")};
    const http::request request{
        .method = "GET",
        .target = std::string{billing_path},
        .fields = {{"Authorization", "Bearer " + world.token()}},
    };
    ASSERT_EQ(world.send(request).status, 200U);

    ASSERT_TRUE(block_on(world.data().tenants().disable_application(world.application_id)));

    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    unsigned status = 200;
    while (status == 200 && std::chrono::steady_clock::now() < deadline) {
        status = world.send(request).status;
    }
    EXPECT_EQ(status, 401U);
}

TEST(Dispatch, RefusesADisabledPartner) {
    small_world world{golden("minimal")};
    std::vector<statement> change{{.sql = "update partners set disabled = 1"}};
    static_cast<void>(block_on(world.connect()->write(std::move(change))));

    const auto answer = world.get(customer);

    EXPECT_EQ(answer.status, 403U);
    EXPECT_EQ(
        answer.body,
        R"({"code":2032,"description":"the partner's account is disabled","data":[],"source":"PartnerFD"})"
    );
}

TEST(Dispatch, AnswersHealthToReadersOnly) {
    small_world world{golden("minimal")};

    EXPECT_EQ(world.send({.method = "GET", .target = "/healthz"}).body, R"({"status":"ok"})");
    EXPECT_EQ(world.send({.method = "HEAD", .target = "/healthz"}).status, 200U);
    EXPECT_EQ(field(world.send({.method = "POST", .target = "/healthz"}), "Allow"), "GET, HEAD");
}

TEST(Dispatch, NamesATokenRefusalByTheIdsOfItsExchange) {
    small_world world{golden("minimal")};
    const std::string correlation_id = "c2b7d915-6e0a-4f3d-8a44-51f0c7e9ab36";

    const auto answer = world.send({
        .method = "POST",
        .target = "/lumen.example/oauth2/token",
        .fields = {{"MS-CorrelationId", correlation_id}},
    });

    EXPECT_EQ(answer.status, 400U);
    EXPECT_THAT(answer.body, HasSubstr(R"("correlation_id":")" + correlation_id));
    EXPECT_THAT(answer.body, HasSubstr(R"("trace_id":")" + field(answer, "MS-RequestId")));
}

TEST(Dispatch, EchoesTheIdsOfAHeadWhoseBodyIsRefused) {
    small_world world{golden("minimal")};
    const std::string correlation_id = "C2B7D915-6e0a-4f3d-8a44-51f0c7e9ab36";
    const std::vector<http::field_view> fields{{"ms-correlationid", correlation_id}};
    http::answer answer;

    world.dispatch().refuse(
        {.kind = fault_kind::body_too_large}, {.method = "PUT", .fields = fields}, answer
    );
    EXPECT_EQ(answer.status, 413U);
    EXPECT_THAT(answer.fields, HasSubstr("MS-CorrelationId: " + correlation_id + "\r\n"));

    world.dispatch().refuse({.kind = fault_kind::body_too_large}, {.method = "HEAD"}, answer);
    EXPECT_EQ(answer.body, "");
}

TEST(Dispatch, AnswersBytesThatAreNoRequest) {
    small_world world{golden("minimal")};
    http::answer answer;

    world.dispatch().refuse({.kind = fault_kind::head_too_large}, {}, answer);

    EXPECT_EQ(answer.status, 431U);
    EXPECT_THAT(answer.fields, HasSubstr("MS-CorrelationId: "));
    EXPECT_THAT(answer.body, HasSubstr(R"("source":"PartnerApiServiceControllers")"));
}

/// How many exchanges of a kind were answered with a status.
[[nodiscard]] std::uint64_t counted(
    const small_world& world, std::string_view kind, unsigned status
) {
    const auto kind_at = std::ranges::find(exchange_names(), kind);
    const auto status_at = std::ranges::find(counted_statuses, status);
    exchange_totals sum;
    world.counts().add_to(sum, static_cast<std::size_t>(kind_at - exchange_names().begin()));
    return sum.answered.at(static_cast<std::size_t>(status_at - counted_statuses.begin()));
}

TEST(Dispatch, CountsEveryExchangeWhateverIsLogged) {
    small_world world{golden("minimal")};  // logs errors only
    http::answer answer;
    static_cast<void>(world.get(customer));
    static_cast<void>(world.get(customer));
    static_cast<void>(world.get("x"));
    static_cast<void>(world.send({.method = "GET", .target = "/healthz"}));
    static_cast<void>(world.send({.method = "GET", .target = "/v1/none"}));
    static_cast<void>(world.send({.method = "POST", .target = std::string{billing_path}}));
    static_cast<void>(world.send({.method = "POST", .target = "/lumen.example/oauth2/v2.0/token"}));
    world.dispatch().refuse({.kind = fault_kind::head_too_large}, {}, answer);

    EXPECT_EQ(counted(world, "get_billing_profile", 200), 2U);
    EXPECT_EQ(counted(world, "get_billing_profile", 400), 1U);
    EXPECT_EQ(counted(world, "health", 200), 1U);
    EXPECT_EQ(counted(world, "no_route", 404), 1U);
    EXPECT_EQ(counted(world, "no_route", 405), 1U);
    EXPECT_EQ(counted(world, "token_v2", 400), 1U);
    EXPECT_EQ(counted(world, "unreadable", 431), 1U);
}

TEST(Dispatch, LetsAReadPassThatComesAfterManyChanges) {
    small_world world{golden("minimal")};
    const std::string bearer = "Bearer " + world.token();
    const std::string profile = world.get(customer).body;
    const std::vector<http::field_view> fields{
        {"Authorization", bearer}, {"MS-RequestId", "0d6a4b8e-1f2c-4c57-93aa-7e51b9c20d14"}};
    const http::request_view change{
        .method = "PUT", .target = billing_path, .fields = fields, .body = profile};
    const http::request_view read{.method = "GET", .target = billing_path, .fields = fields};
    std::string order;
    const auto ask = [&](const http::request_view& request) -> awaitable<void> {
        http::answer answer;
        co_await world.dispatch().respond(request, answer);
        EXPECT_EQ(answer.status, 200U);
        order += request.method.front();
    };
    const auto run = [&](const std::vector<const http::request_view*>& requests) {
        boost::asio::io_context reactor{1};
        for (const http::request_view* const each : requests) {
            boost::asio::co_spawn(reactor, ask(*each), boost::asio::detached);
        }
        reactor.run();
        return std::exchange(order, {});
    };
    EXPECT_EQ(run({&change}), "P");

    // Answered as before, without a wait for the store.
    EXPECT_EQ(run({&change, &change, &change, &read}), "GPPP");
}

TEST(Dispatch, NamesEachKindOfExchangeOnce) {
    const auto names = exchange_names();
    const std::set<std::string_view> different{names.begin(), names.end()};
    EXPECT_EQ(different.size(), names.size());
}

}  // namespace
}  // namespace partner_center
