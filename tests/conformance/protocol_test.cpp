// What holds for every operation, seen through the first: routing, methods, content negotiation,
// ids.
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/conformance/api_under_test.hpp"

namespace partner_center {
namespace {

using testing::api_under_test;
using testing::billing_path;
using testing::fields;

constexpr std::string_view tidewater = "6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3";
constexpr const char* request_id = "0d6a4b8e-1f2c-4c57-93aa-7e51b9c20d14";
constexpr const char* correlation_id = "C2B7D915-6E0A-4F3D-8A44-51F0C7E9AB36";

[[nodiscard]] api_under_test& api() {
    return api_under_test::instance();
}

class Protocol : public ::testing::Test {
protected:
    [[nodiscard]] http::response get(const std::string& target, fields more) const {
        more.push_back({"Authorization", "Bearer " + token_});
        return api().get(target, std::move(more));
    }

    const std::string token_{api().token_of(api().partner())};
};

TEST_F(Protocol, AcceptsEverySpellingOfAPathThatRealClientsProduce) {
    const std::string id{tidewater};
    for (const std::string& target : std::vector<std::string>{
             "/v1/Customers/" + id + "/Profiles/Billing",
             "/V1/CUSTOMERS/" + id + "/PROFILES/BILLING",
             "/v1//customers/" + id + "/profiles/billing",
             "//v1/customers/" + id + "/profiles/billing",
             "/v1/v1/customers/" + id + "/profiles/billing",
             "/v1//v1/customers/" + id + "/profiles/billing",
             "/v1/customers/" + id + "/profiles/billing/",
             "/v1/customers/" + id + "/profiles/billing?unknown=1&$select=x",
             "/v1/%63ustomers/" + id + "/profiles/billing",
         }) {
        EXPECT_EQ(get(target, {}).status, 200U) << target;
    }
}

TEST_F(Protocol, AnswersUnknownRoutes) {
    for (const char* target :
         {"/",
          "/v1",
          "/v1/",
          "/v1/customers/x/y",
          "/v1/customers/x/profiles/billing/more",
          "/v2/x",
          "/index.html",
          "/v1/customers//profiles/billing",
          "/favicon.ico",
          "/portal"}) {
        const auto answer = get(target, {});
        EXPECT_EQ(answer.status, 404U) << target;
        EXPECT_EQ(
            answer.body,
            R"({"code":1000,"description":"no such resource","data":[],"source":"PartnerApiServiceControllers"})"
        ) << target;
    }
}

TEST_F(Protocol, AnswersWrongMethodsWithWhatIsAllowed) {
    for (const char* method : {"POST", "PATCH", "DELETE", "OPTIONS", "BREW"}) {
        const auto answer = api().exchange({
            .method = method,
            .target = billing_path(tidewater),
            .fields = {{"Authorization", "Bearer " + token_}, {"MS-RequestId", request_id}},
        });
        EXPECT_EQ(answer.status, 405U) << method;
        EXPECT_EQ(answer.find("Allow"), "GET, PUT") << method;
        EXPECT_EQ(answer.find("MS-RequestId"), request_id) << method;
        EXPECT_EQ(
            answer.body,
            R"({"code":1000,"description":"this method is not allowed here","data":[],"source":"PartnerApiServiceControllers"})"
        ) << method;
    }
}

TEST_F(Protocol, AnswersHeadWithAnEmptyBody) {
    const auto answer = api().exchange({.method = "HEAD", .target = billing_path(tidewater)});

    EXPECT_EQ(answer.status, 405U);
    EXPECT_EQ(answer.body, "");
    EXPECT_FALSE(answer.find("Content-Type"));
}

TEST_F(Protocol, RefusesWhatAcceptsNoJson) {
    EXPECT_EQ(get(billing_path(tidewater), {{"Accept", "text/html, */*;q=0.1"}}).status, 200U);

    const auto answer = get(billing_path(tidewater), {{"Accept", "text/html"}});
    EXPECT_EQ(answer.status, 406U);
    EXPECT_EQ(answer.find("Content-Type"), "application/json; charset=utf-8");
    EXPECT_THAT(answer.body, ::testing::HasSubstr(R"("code":2000)"));
}

TEST_F(Protocol, EchoesBothIdsOnSuccessAndOnEveryFailure) {
    const fields ids{{"MS-RequestId", request_id}, {"MS-CorrelationId", correlation_id}};
    for (const std::string& target :
         {billing_path(tidewater),
          billing_path("x"),
          std::string{"/v1/none"},
          std::string{"/healthz"}}) {
        const auto answer = get(target, ids);
        EXPECT_EQ(answer.find("MS-RequestId"), request_id) << target;
        EXPECT_EQ(answer.find("MS-CorrelationId"), correlation_id) << target;
        EXPECT_TRUE(answer.find("MS-CV")) << target;
        EXPECT_TRUE(answer.find("MS-ServerId")) << target;
    }
}

TEST_F(Protocol, SendsNoEtagHeader) {
    EXPECT_FALSE(get(billing_path(tidewater), {}).find("ETag"));
}

TEST_F(Protocol, ServesTheHeadersOfTheJavaSdk) {
    const auto answer =
        get(billing_path(tidewater),
            {{"MS-CorrelationId", correlation_id},
             {"MS-PartnerCenter-Client", "Partner Center Java SDK"},
             {"Accept", "application/json"},
             {"X-Locale", "en-US"},
             {"MS-Contract-Version", "v1"},
             {"MS-SdkVersion", "1.15.4"},
             {"MS-RequestId", request_id},
             {"x-ms-client-request-id", "5f3c1f0e-3a53-4a2c-9e5b-0f6f4f0d8a11"},
             {"User-Agent", "AutoRest-Java"},
             {"Accept-Encoding", "gzip"}});
    EXPECT_EQ(answer.status, 200U);
    EXPECT_FALSE(answer.find("Content-Encoding"));
}

TEST_F(Protocol, AnswersHealthWithoutAToken) {
    EXPECT_EQ(api().get("/healthz", {}).status, 200U);
}

}  // namespace
}  // namespace partner_center
