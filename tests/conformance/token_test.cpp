// How a reseller's application signs in, and every way in which the API refuses a token.
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/conformance/api_under_test.hpp"

namespace partner_center {
namespace {

using testing::api_under_test;
using testing::billing_path;
using testing::fields;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::string_view tidewater = "6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3";
constexpr const char* resource = "https%3A%2F%2Fapi.partnercenter.microsoft.com";

[[nodiscard]] api_under_test& api() {
    return api_under_test::instance();
}

[[nodiscard]] system_time now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

[[nodiscard]] http::response with_authorization(fields authorization) {
    return api().get(billing_path(tidewater), std::move(authorization));
}

[[nodiscard]] http::response with_token(const std::string& token) {
    return with_authorization({{"Authorization", "Bearer " + token}});
}

void expect_refused(const http::response& answer, const char* code, const char* description) {
    EXPECT_EQ(answer.status, 401U);
    EXPECT_EQ(
        answer.body,
        R"({"code":)" + std::string{code} + R"(,"description":")" + description +
            R"(","data":[],"source":"PartnerFD"})"
    );
    EXPECT_EQ(
        answer.find("WWW-Authenticate"),
        "OAuth realm=urn:cpsvc:cpid:" + std::string{answer.find("MS-CorrelationId").value_or("")}
    );
}

[[nodiscard]] app_token claims_of(const demo_partner& partner) {
    return {
        .application_id = partner.applications.at(0).client_id,
        .audience = std::string{clouds::global.audience},
        .issued_at = now(),
    };
}

[[nodiscard]] http::response ask_for_token(
    const demo_partner& partner, const std::string& path, const std::string& rest
) {
    return api().exchange({
        .method = "POST",
        .target = "/" + to_string(partner.tenant_id) + path,
        .fields = {{"Content-Type", "application/x-www-form-urlencoded"}},
        .body = "grant_type=client_credentials&client_id=" +
                to_string(partner.applications.at(0).client_id) + rest,
    });
}

TEST(Token, IsMissing) {
    const char* const text = "no bearer token was presented";
    expect_refused(with_authorization({}), "800001", text);
    expect_refused(with_authorization({{"Authorization", "Bearer"}}), "800001", text);
    expect_refused(with_authorization({{"Authorization", "Basic YTpi"}}), "800001", text);
    expect_refused(
        api().get(billing_path(tidewater) + "?access_token=" + api().token_of(api().partner()), {}),
        "800001",
        text
    );
    expect_refused(
        with_authorization({{"Cookie", "token=" + api().token_of(api().partner())}}), "800001", text
    );
}

TEST(Token, IsGarbled) {
    const std::string good = api().token_of(api().partner());
    std::string altered = good;
    altered[good.size() / 2] = altered[good.size() / 2] == 'A' ? 'B' : 'A';

    for (const std::string& token :
         {std::string{"x"},
          std::string{"a.b.c"},
          good.substr(0, good.size() - 4),
          altered,
          good + "A",
          good + ".e30",
          good + "=",
          "." + good,
          std::string(17 * 1024, 'A')}) {
        expect_refused(with_token(token), "400", "Access denied");
    }
}

TEST(Token, HasExpired) {
    app_token claims = claims_of(api().partner());
    claims.issued_at -= claims.lifetime + clock_skew + std::chrono::seconds{5};

    expect_refused(
        with_token(api().signed_token(api().partner(), claims)),
        "400",
        "Access denied: the token has expired"
    );
    claims.issued_at += std::chrono::minutes{1};  // within the skew
    EXPECT_EQ(with_token(api().signed_token(api().partner(), claims)).status, 200U);
}

TEST(Token, IsMeantForAnotherResource) {
    for (const char* audience :
         {"https://graph.windows.net",
          "https://graph.microsoft.com",
          "https://api.partnercenter.microsoft.com.evil.example",
          "x"}) {
        app_token claims = claims_of(api().partner());
        claims.audience = audience;
        expect_refused(
            with_token(api().signed_token(api().partner(), claims)),
            "900420",
            "the token was issued for another audience"
        );
    }
}

TEST(Token, IsOfAnotherPartnersApplication) {
    app_token claims = claims_of(api().partner());
    claims.application_id = api().other_partner().applications.at(0).client_id;
    expect_refused(with_token(api().signed_token(api().partner(), claims)), "400", "Access denied");
}

TEST(Token, OfAnotherPartnerReachesNoneOfItsCustomers) {
    const auto answer = with_token(api().token_of(api().other_partner()));

    EXPECT_EQ(answer.status, 403U);
    EXPECT_THAT(answer.body, StartsWith(R"({"code":20002,)"));
}

TEST(TokenEndpoint, AnswersBothVersionsInTheirOwnForm) {
    const demo_partner& partner = api().partner();
    const std::string secret = "&client_secret=" + partner.applications.at(0).client_secret.value();

    const auto v1 = ask_for_token(partner, "/oauth2/token", secret + "&resource=" + resource);
    EXPECT_EQ(v1.status, 200U) << v1.body;
    EXPECT_THAT(
        v1.body,
        StartsWith(
            R"({"token_type":"Bearer","expires_in":"3599","ext_expires_in":"3599","expires_on":")"
        )
    );
    EXPECT_THAT(
        v1.body,
        HasSubstr(R"("resource":"https://api.partnercenter.microsoft.com","access_token":")")
    );

    const auto v2 =
        ask_for_token(partner, "/oauth2/v2.0/token", secret + "&scope=" + resource + "%2F.default");
    EXPECT_EQ(v2.status, 200U) << v2.body;
    EXPECT_THAT(
        v2.body,
        StartsWith(
            R"({"token_type":"Bearer","expires_in":3599,"ext_expires_in":3599,"access_token":")"
        )
    );
    EXPECT_EQ(v2.find("Cache-Control"), "no-store, no-cache");
    EXPECT_EQ(v2.find("Content-Type"), "application/json; charset=utf-8");
}

TEST(TokenEndpoint, RefusesAWrongSecret) {
    const auto answer = ask_for_token(
        api().partner(), "/oauth2/token", std::string{"&client_secret=wrong&resource="} + resource
    );
    EXPECT_EQ(answer.status, 401U);
    EXPECT_THAT(
        answer.body, StartsWith(R"({"error":"invalid_client","error_description":"AADSTS7000215: )")
    );
    EXPECT_THAT(answer.body, HasSubstr(R"("error_codes":[7000215])"));
}

TEST(Credential, TellsWhyTheAuthorityRefused) {
    demo_partner partner = api().partner();
    partner.applications.at(0).client_secret = "wrong";

    const auto outcome =
        api().client_of(partner).customers().by_id(tidewater).profiles().billing().get();

    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().category, error_category::unauthorized);
    EXPECT_THAT(outcome.error().description, HasSubstr("AADSTS7000215"));
}

TEST(Clouds, EachServeTheirOwnPartnersTokens) {
    for (const demo_partner& partner : api().world().partners) {
        const auto outcome = api()
                                 .client_of(partner)
                                 .customers()
                                 .by_id(partner.customers.at(0))
                                 .profiles()
                                 .billing()
                                 .get();
        EXPECT_TRUE(outcome) << partner.cloud << ": " << outcome.error().description;
        // The global audience is good in every cloud: demo.json names just one.
        EXPECT_EQ(
            api()
                .get(
                    billing_path(to_string(partner.customers.at(0))),
                    {{"Authorization", "Bearer " + api().signed_token(partner, claims_of(partner))}}
                )
                .status,
            200U
        );
    }
}

}  // namespace
}  // namespace partner_center
