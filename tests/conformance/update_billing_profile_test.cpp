// PUT /v1/customers/{customer-tenant-id}/profiles/billing: replacement, versions, repetition, and
// what is written down about it.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/conformance/api_under_test.hpp"
#include "tests/support/small_world.hpp"
#include <partner_center/json.hpp>
#include <partner_center/models/audit_record.hpp>

namespace partner_center {
namespace {

using testing::api_under_test;
using testing::billing_path;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::small_world;

constexpr const char* first_etag = "-3187205566410928834";
constexpr const char* customer = "6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3";
constexpr const char* foreign_customer = "a3327be0-0b44-4d8a-9d52-7711c60fe2b9";
constexpr const char* some_request = "0d6a4b8e-1f2c-4c57-93aa-7e51b9c20d14";
constexpr const char* other_request = "1e7b5c9f-203d-4d68-a4bb-8f62cad31e25";

[[nodiscard]] std::string golden(const std::string& name) {
    std::ifstream file{std::string{PARTNERD_SOURCE} + "/tests/golden/" + name + ".json"};
    return {std::istreambuf_iterator<char>{file}, {}};
}

[[nodiscard]] std::string dotnet_body() {
    return golden("update_billing_profile/dotnet_request");
}

/// The API, without a socket, of the contract's golden customer.
class world : public small_world {
public:
    world() : small_world{golden("get_billing_profile/minimal")} {}

    [[nodiscard]] http::request put_request(
        std::string body, testing::fields more, const char* whose = customer
    ) {
        more.push_back({"Authorization", "Bearer " + token()});
        return {
            .method = "PUT",
            .target = billing_path(whose),
            .fields = std::move(more),
            .body = std::move(body)};
    }
    [[nodiscard]] http::response put(std::string body, testing::fields more) {
        return send(put_request(std::move(body), std::move(more)));
    }
    [[nodiscard]] std::string stored() { return get(customer).body; }
    [[nodiscard]] std::string etag() {
        return from_json<billing_profile>(stored(), json_reading::response)
            .value()
            .attributes.etag.value();
    }
    /// What the audit has, oldest first.
    [[nodiscard]] std::vector<audit_record> audit() {
        const auto other = connect();
        rows found =
            block_on(other->read("SELECT document FROM audit_records ORDER BY number", {}));
        std::vector<audit_record> out;
        for (std::size_t row = 0; row < found.size(); ++row) {
            const auto text = found.take<std::string>(row, 0);
            out.push_back(from_json<audit_record>(text, json_reading::response).value());
        }
        return out;
    }
};

[[nodiscard]] int code_of(const http::response& answer) {
    const auto at = answer.body.find(R"("code":)");
    return at == std::string::npos ? 0 : std::stoi(answer.body.substr(at + 7));
}

[[nodiscard]] std::string with_etag(std::string body, const std::string& etag) {
    const std::string before = R"("etag":")";
    const auto at = body.find(before) + before.size();
    return body.replace(at, body.find('"', at) - at, etag);
}

TEST(UpdateBillingProfile, AnswersWhatDotNetSendsWithTheGoldenBody) {
    world api;

    const auto answer = api.put(dotnet_body(), {{"Content-Type", "application/json"}});

    EXPECT_EQ(answer.status, 200U);
    const std::string etag = api.etag();
    EXPECT_NE(etag, first_etag);
    EXPECT_EQ(answer.body, with_etag(golden("update_billing_profile/answer"), etag));
    EXPECT_EQ(answer.body, api.stored());
}

TEST(UpdateBillingProfile, TakesTheVersionFromIfMatch) {
    world api;

    const auto answer = api.put(
        golden("update_billing_profile/minimal_request"),
        {{"Content-Type", "application/json"}, {"If-Match", "\"-3187205566410928834\""}}
    );

    EXPECT_EQ(answer.status, 200U);
    EXPECT_THAT(answer.body, HasSubstr("411 Pier Road"));
}

TEST(UpdateBillingProfile, TakesAnyVersionOfSeveralLines) {
    world api;

    const auto answer = api.put(
        golden("update_billing_profile/minimal_request"),
        {{"If-Match", "\"1\""}, {"If-Match", "\"-3187205566410928834\""}}
    );

    EXPECT_EQ(answer.status, 200U) << answer.body;
}

TEST(UpdateBillingProfile, IsAnotherRequestWithAnotherIfMatch) {
    world api;
    const auto put = [&](const char* if_match) {
        return api.put(
            golden("update_billing_profile/minimal_request"),
            {{"MS-RequestId", some_request}, {"If-Match", if_match}}
        );
    };
    ASSERT_EQ(put("\"1\"").status, 412U);

    const auto done = put("\"-3187205566410928834\"");

    EXPECT_EQ(done.status, 200U) << done.body;
    EXPECT_EQ(put("\"-3187205566410928834\"").body, done.body);
    EXPECT_EQ(api.audit().size(), 2U);
}

TEST(UpdateBillingProfile, LooksAtNothingThatOnlyTheServiceSays) {
    for (const char* const ignored :
         {R"("links":[])", R"("links":{"self":{"uri":{}}})", R"("attributes":{"objectType":[]})"}) {
        world api;
        const std::string body = std::string{"{"} + ignored + "," +
                                 golden("update_billing_profile/minimal_request").substr(1);
        EXPECT_EQ(api.put(body, {{"If-Match", "*"}}).status, 200U) << ignored;
    }
}

TEST(UpdateBillingProfile, ForgetsWhatTheBodyLeavesOut) {
    small_world full{golden("get_billing_profile/full")};
    const auto answer = full.send(
        {.method = "PUT",
         .target = billing_path(customer),
         .fields = {{"Authorization", "Bearer " + full.token()}, {"If-Match", "*"}},
         .body = golden("update_billing_profile/minimal_request")}
    );

    EXPECT_EQ(answer.status, 200U);
    for (const char* gone :
         {"firstName\":\"Maren\",\"lastName\":\"Oyelaran\",\"email",
          "Clatsop",
          "middleName",
          "phoneNumber",
          "region"}) {
        EXPECT_THAT(full.get(customer).body, Not(HasSubstr(gone)));
    }
}

TEST(UpdateBillingProfile, RefusesAStaleVersionWhereItWasNamed) {
    world api;
    ASSERT_EQ(api.put(dotnet_body(), {}).status, 200U);
    const std::string before = api.stored();

    const auto in_body = api.put(dotnet_body(), {});
    const auto in_header = api.put(dotnet_body(), {{"If-Match", "\"-3187205566410928834\""}});

    EXPECT_EQ(in_body.status, 400U);
    EXPECT_EQ(in_body.body, golden("update_billing_profile/stale"));
    EXPECT_EQ(in_header.status, 412U);
    EXPECT_EQ(in_header.body, golden("update_billing_profile/stale"));
    EXPECT_EQ(api.stored(), before);
}

TEST(UpdateBillingProfile, WantsAVersion) {
    world api;
    const std::string body = golden("update_billing_profile/minimal_request");

    const auto answer = api.put(body, {});
    EXPECT_EQ(answer.status, 400U);
    EXPECT_EQ(code_of(answer), 800002);
    EXPECT_THAT(answer.body, HasSubstr("If-Match"));

    api.options.require_etag = false;
    EXPECT_EQ(api.put(body, {}).status, 200U);
}

/// Which version a change names, where, and what becomes of it. Source: wire contract, section 3.4.
struct version_case {
    const char* name{};
    std::optional<std::string> if_match{};
    std::optional<std::string> in_body{};
    unsigned status{};
    int code{};
};

const std::string right_tag{first_etag};
const std::string wrong_tag{"-3187205566410928835"};

class EtagCase : public ::testing::TestWithParam<version_case> {};

TEST_P(EtagCase, IsDecidedByTheTable) {
    world api;
    const std::string before = api.stored();
    std::string body = golden("update_billing_profile/minimal_request");
    body.pop_back();
    if (const auto& etag = GetParam().in_body)
        body += R"(,"attributes":{"etag":")" + *etag + R"("})";
    testing::fields fields;
    if (const auto& header = GetParam().if_match) fields.push_back({"If-Match", *header});

    const auto answer = api.put(body + '}', fields);

    EXPECT_EQ(answer.status, GetParam().status) << answer.body;
    EXPECT_EQ(code_of(answer), GetParam().code) << answer.body;
    EXPECT_EQ(api.stored() == before, answer.status != 200U);
}

INSTANTIATE_TEST_SUITE_P(
    UpdateBillingProfile,
    EtagCase,
    ::testing::Values(
        version_case{"HeaderGood", '"' + right_tag + '"', {}, 200, 0},
        version_case{"BodyGood", {}, right_tag, 200, 0},
        version_case{"BothGood", '"' + right_tag + '"', right_tag, 200, 0},
        version_case{"HeaderGoodBodyStale", '"' + right_tag + '"', wrong_tag, 200, 0},
        version_case{"HeaderStaleBodyGood", '"' + wrong_tag + '"', right_tag, 412, 2055},
        version_case{"BothStale", '"' + wrong_tag + '"', wrong_tag, 412, 2055},
        version_case{"Neither", {}, {}, 400, 800002},
        version_case{"BodyEmpty", {}, "", 400, 800002},
        version_case{"HeaderStale", '"' + wrong_tag + '"', {}, 412, 2055},
        version_case{"BodyStale", {}, wrong_tag, 400, 2055},
        version_case{"BodyInQuotes", {}, R"(\")" + right_tag + R"(\")", 200, 0},
        version_case{"HeaderWeak", "W/\"" + right_tag + '"', {}, 200, 0},
        version_case{"HeaderAny", "*", wrong_tag, 200, 0},
        version_case{"HeaderList", '"' + wrong_tag + "\", \"" + right_tag + '"', {}, 200, 0},
        version_case{"HeaderListOfStale", '"' + wrong_tag + "\", \"x\"", {}, 412, 2055},
        version_case{"HeaderUnquoted", right_tag, {}, 200, 0},
        version_case{"HeaderOfAnotherResource", "\"8412076935517204611\"", {}, 412, 2055},
        version_case{"HeaderOf8KiB", '"' + std::string(8'192, '7') + '"', {}, 412, 2055},
        version_case{"HeaderUnreadable", "abc def", {}, 400, 800002},
        version_case{"HeaderEmpty", "", right_tag, 400, 800002}
    ),
    [](const auto& row) { return row.param.name; }
);

TEST(UpdateBillingProfile, ChangesTheVersionEvenWhenNothingElseChanges) {
    world api;
    ASSERT_EQ(api.put(dotnet_body(), {}).status, 200U);
    const std::string once = api.stored();

    ASSERT_EQ(api.put(with_etag(once, api.etag()), {}).status, 200U);

    EXPECT_NE(api.stored(), once);
    EXPECT_EQ(with_etag(api.stored(), "1"), with_etag(once, "1"));
}

TEST(UpdateBillingProfile, LeavesTheIdAlone) {
    world api;
    std::string foreign = dotnet_body();
    foreign.replace(foreign.find("9a3e6b1d"), 8, "9a3e6b1e");
    std::string upper = dotnet_body();
    upper.replace(upper.find("9a3e6b1d"), 8, "9A3E6B1D");

    EXPECT_EQ(code_of(api.put(foreign, {})), 3000);
    EXPECT_EQ(api.put(upper, {}).status, 200U);
    EXPECT_THAT(api.stored(), HasSubstr("9a3e6b1d-7c42"));
}

TEST(UpdateBillingProfile, StoresNoneOfWhatOnlyTheServiceSays) {
    world api;
    const std::string links = R"("Links":{"Self":{"Uri":"/evil"}},"Attributes":{)"
                              R"("ObjectType":"Evil","Etag":"-3187205566410928834")";
    std::string body = dotnet_body();
    body = body.substr(0, body.find(R"("Links")")) + links + "}}";

    ASSERT_EQ(api.put(body, {}).status, 200U);

    EXPECT_THAT(api.stored(), Not(HasSubstr("vil\"")));
    EXPECT_THAT(api.stored(), HasSubstr(billing_path(customer)));
}

TEST(UpdateBillingProfile, AnswersTheSameRequestOnceMoreWithTheFirstAnswer) {
    world api;
    const testing::fields same{{"MS-RequestId", some_request}};
    const auto first = api.put(dotnet_body(), same);
    ASSERT_EQ(first.status, 200U);

    const auto again = api.put(dotnet_body(), same);
    EXPECT_EQ(again.status, 200U);
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(api.stored(), first.body);
    EXPECT_NE(again.find("MS-CorrelationId"), first.find("MS-CorrelationId"));
    EXPECT_EQ(api.audit().size(), 1U);

    // Under another id it is another request, and under the same id another body is as well.
    EXPECT_EQ(code_of(api.put(dotnet_body(), {{"MS-RequestId", other_request}})), 2055);
    const std::string anew = with_etag(first.body, api.etag());
    EXPECT_EQ(api.put(anew, same).status, 200U);
    EXPECT_NE(api.stored(), first.body);
}

TEST(UpdateBillingProfile, RemembersARefusalToo) {
    world api;
    const testing::fields same{{"MS-RequestId", some_request}};
    std::string stale = dotnet_body();
    stale.replace(stale.find(first_etag), 5, "-9999");
    const auto first = api.put(stale, same);
    ASSERT_EQ(first.status, 400U);

    const auto again = api.put(stale, same);

    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(again.find("Content-Type"), first.find("Content-Type"));
    EXPECT_EQ(api.audit().size(), 1U);
}

TEST(UpdateBillingProfile, KeepsRequestIdsOfDifferentCallersAndCustomersApart) {
    world api;
    const testing::fields same{{"MS-RequestId", some_request}};
    ASSERT_EQ(api.put(dotnet_body(), same).status, 200U);

    const auto other = api.send(api.put_request(dotnet_body(), same, foreign_customer));

    EXPECT_EQ(code_of(other), 20002);
}

/// All of them on one thread, none waiting for another.
[[nodiscard]] std::vector<std::string> answers_at_once(
    world& api, const std::vector<http::request>& requests
) {
    struct exchange {
        std::vector<http::field_view> views{};
        http::request_view view{};
        http::answer answer{};
    };
    std::vector<exchange> all(requests.size());
    boost::asio::io_context reactor{1};
    for (std::size_t at = 0; at < all.size(); ++at) {
        const http::request& request = requests[at];
        for (const http::field& each : request.fields) {
            all[at].views.push_back({each.name, each.value});
        }
        all[at].view = {request.method, request.target, all[at].views, request.body};
        boost::asio::co_spawn(
            reactor, api.dispatch().respond(all[at].view, all[at].answer), boost::asio::detached
        );
    }
    reactor.run();
    std::vector<std::string> out;
    for (const exchange& each : all) {
        out.push_back(std::to_string(each.answer.status) + each.answer.body);
    }
    return out;
}

TEST(UpdateBillingProfile, IsDoneOnceByAThousandTwins) {
    world api;
    const std::vector<http::request> twins(
        1'000, api.put_request(dotnet_body(), {{"MS-RequestId", some_request}})
    );

    const auto answers = answers_at_once(api, twins);

    EXPECT_EQ(answers.front(), "200" + api.stored());
    EXPECT_EQ(std::ranges::count(answers, answers.front()), 1'000);
    EXPECT_EQ(api.audit().size(), 1U);
}

TEST(UpdateBillingProfile, LetsOneOfSixtyFourWritersWinEachRound) {
    world api;
    for (int round = 0; round < 20; ++round) {
        const std::string body = with_etag(api.stored(), api.etag());
        const std::vector<http::request> writers(64, api.put_request(body, {}));

        const auto answers = answers_at_once(api, writers);

        const auto won = std::ranges::count_if(answers, [](const std::string& each) {
            return each.starts_with("200");
        });
        const auto lost = std::ranges::count_if(answers, [](const std::string& each) {
            return each.starts_with("400") && each.find("\"code\":2055") != std::string::npos;
        });
        EXPECT_EQ(won, 1);
        EXPECT_EQ(lost, 63);
        EXPECT_EQ(std::ranges::count(answers, "200" + api.stored()), 1);
    }
}

TEST(UpdateBillingProfile, WritesDownWhoChangedWhat) {
    world api;
    std::string renamed = dotnet_body();
    renamed.replace(renamed.find("Tidewater Cooperative"), 21, "Tidewater Collective");
    ASSERT_EQ(api.put(renamed, {{"MS-CorrelationId", some_request}}).status, 200U);

    const auto lines = api.audit();

    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0].operation_type, "update_customer_billing_profile");
    EXPECT_EQ(lines[1].operation_type, "update_customer_partner_contract_company_name");
    EXPECT_EQ(lines[0].operation_status, operation_status::succeeded);
    EXPECT_EQ(lines[0].customer_id, customer);
    EXPECT_EQ(lines[0].application_id, to_string(api.application_id));
    EXPECT_EQ(lines[0].user_principal_name, lines[0].application_id);
    EXPECT_EQ(lines[0].original_correlation_id, some_request);
    EXPECT_THAT(lines[0].resource_old_value.value(), HasSubstr("Tidewater Cooperative"));
    EXPECT_THAT(lines[0].resource_new_value.value(), HasSubstr("Tidewater Collective"));
    EXPECT_THAT(lines[0].id.value(), HasSubstr("_updatecustomerbillingprofile_"));
}

/// The text of a value with another etag, and with what every link has that Microsoft's documents
/// do not print.
[[nodiscard]] std::string value_with(std::string text, const std::string& etag) {
    const std::string of_link = R"("Headers":[])";
    text.insert(text.find(of_link) + of_link.size(), R"(,"Body":null)");
    const std::string before = R"("Etag":")";
    const auto at = text.find(before) + before.size();
    return text.replace(at, text.find('"', at) - at, etag);
}

TEST(UpdateBillingProfile, WritesDownValuesAsTheGoldenRecordHasThem) {
    world api;
    const auto page = from_json<audit_record_collection>(
                          golden("list_audit_records/by_customer"), json_reading::response
    )
                          .value();
    ASSERT_EQ(api.put(dotnet_body(), {}).status, 200U);
    const std::string first = api.etag();
    ASSERT_EQ(api.put(api.stored(), {}).status, 200U);

    const auto lines = api.audit();

    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[1].resource_old_value, value_with(*page.items[0].resource_old_value, first));
    EXPECT_EQ(
        lines[1].resource_new_value, value_with(*page.items[0].resource_new_value, api.etag())
    );
}

TEST(UpdateBillingProfile, WritesDownWhatWasRefused) {
    world api;
    static_cast<void>(api.put("{", {}));
    static_cast<void>(api.send(api.put_request(dotnet_body(), {}, foreign_customer)));
    static_cast<void>(api.put(dotnet_body(), {{"Content-Type", "text/plain"}}));

    const auto lines = api.audit();

    ASSERT_EQ(lines.size(), 3U);
    const char* const codes[]{"800002", "20002", "2000"};
    for (std::size_t at = 0; at < 3; ++at) {
        EXPECT_EQ(lines[at].operation_status, operation_status::failed);
        EXPECT_EQ(lines[at].customized_data.at(0).value, codes[at]);
        EXPECT_FALSE(lines[at].resource_new_value);
    }
}

TEST(UpdateBillingProfile, GoesThroughTheCallChain) {
    const auto& api = api_under_test::instance();
    const auto profile_of_last = api.client_of(api.partner())
                                     .customers()
                                     .by_id(api.partner().customers.back())
                                     .profiles()
                                     .billing();
    billing_profile profile = profile_of_last.get().value();
    profile.default_address->address_line1 = "1 New Street";

    const billing_profile stored = profile_of_last.update(profile).value();

    EXPECT_NE(stored.attributes.etag, profile.attributes.etag);
    EXPECT_EQ(stored.default_address->address_line1, "1 New Street");
    EXPECT_EQ(to_json(profile_of_last.get().value()), to_json(stored));
    EXPECT_EQ(profile_of_last.update(profile).error().code, "2055");
    EXPECT_EQ(profile_of_last.update_async(stored).get().value().company_name, stored.company_name);
}

}  // namespace
}  // namespace partner_center
