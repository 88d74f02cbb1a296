// POST /v1/validations/address, judged as the service does now.
// SPDX-License-Identifier: MIT
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/conformance/api_under_test.hpp"
#include <partner_center/json.hpp>

namespace partner_center {
namespace {

using testing::api_under_test;
using testing::fields;
using ::testing::HasSubstr;

[[nodiscard]] api_under_test& api() {
    return api_under_test::instance();
}

[[nodiscard]] http::response post(std::string body, fields more) {
    more.push_back({"Authorization", "Bearer " + api().token_of(api().partner())});
    return api().exchange({
        .method = "POST",
        .target = "/v1/validations/address",
        .fields = std::move(more),
        .body = std::move(body),
    });
}

[[nodiscard]] http::response post(std::string body) {
    return post(std::move(body), {{"Content-Type", "application/json"}});
}

[[nodiscard]] address pier() {
    return {
        .country = "us",
        .city = "Astoria",
        .state = "or",
        .address_line1 = "410 Pier Rd",
        .postal_code = "97103",
    };
}

/// A body that is well-formed and the properties that its verdict names; none: it is good.
struct judged_body {
    std::string body{};
    std::string bad_fields{};
};

/// The members of a good address but for those that the case is about.
[[nodiscard]] std::string with(const std::string& members) {
    return R"({"country":"US","city":"Astoria","state":"OR","addressLine1":"410 Pier Rd","postalCode":"97103",)" +
           members + '}';
}

TEST(ValidateAddress, GivesItsVerdictThroughTheCallChain) {
    const client client = api().client_of(api().partner());

    const auto verdict = client.validations().is_address_valid(pier()).value();

    EXPECT_EQ(verdict.status, "VerifiedShippable");
    EXPECT_EQ(verdict.original_address, pier()) << "as it was sent";
    ASSERT_EQ(verdict.suggested_addresses.size(), 1U);
    EXPECT_EQ(verdict.suggested_addresses[0].country, "US");
    EXPECT_EQ(verdict.suggested_addresses[0].state, "OR");
    EXPECT_FALSE(verdict.validation_message);
    EXPECT_EQ(client.validations().is_address_valid_async(pier()).get().value(), verdict);
}

TEST(ValidateAddress, AnswersGoodAndBadAlikeWith200) {
    const auto good = post(
        R"({"addressLine1":"410 Pier Rd","city":"Astoria","state":"OR","postalCode":"97104","country":"US"})"
    );
    EXPECT_EQ(good.status, 200U);
    EXPECT_EQ(
        good.body,
        R"({"originalAddress":{"country":"US","city":"Astoria","state":"OR","addressLine1":"410 Pier Rd","postalCode":"97104"},"suggestedAddresses":[{"country":"US","city":"Astoria","state":"OR","addressLine1":"410 Pier Rd","postalCode":"97104"}],"status":"VerifiedShippable"})"
    );

    const auto bad =
        post(R"({"addressLine1":"0 Void St","state":"OR","postalCode":"0","country":"US"})");
    EXPECT_EQ(bad.status, 200U);
    EXPECT_EQ(
        bad.body,
        R"({"originalAddress":{"country":"US","state":"OR","addressLine1":"0 Void St","postalCode":"0"},"suggestedAddresses":[],"status":"None","validationMessage":"Invalid address fields: 'City', 'PostalCode'"})"
    );
}

TEST(ValidateAddress, JudgesEveryFormOfBody) {
    const std::vector<judged_body> bodies{
        // As Microsoft's .NET SDK sends it, byte for byte.
        {R"({"Country":"US","Region":null,"City":"Astoria","State":"OR","AddressLine1":"410 Pier Rd","AddressLine2":null,"PostalCode":"97103","FirstName":null,"MiddleName":null,"LastName":null,"PhoneNumber":null})",
         ""},
        {R"({"Country":null,"Region":null,"City":null,"State":null,"AddressLine1":null,"AddressLine2":null,"PostalCode":null,"FirstName":null,"MiddleName":null,"LastName":null,"PhoneNumber":null})",
         "'Country', 'AddressLine1', 'City'"},
        {"{}", "'Country', 'AddressLine1', 'City'"},
        {"\xEF\xBB\xBF" + with(R"("region":"")"), ""},
        {with(R"("region":"Northwest",)"), ""},
        {" \r\n\t" + with(R"("region":"x")") + "\n", ""},
        // Unknown members, whatever they hold.
        {with(R"("planet":"Earth","x":{"country":"UK"},"address_line1":"")"), ""},
        {with(R"("planet":)" + std::string(63, '[') + std::string(63, ']')), ""},
        // The last of several counts.
        {with(R"("Country":"UK","COUNTRY":"US")"), ""},
        {with(R"("Country":"UK")"), "'Country'"},
        {with(R"("city":null)"), "'City'"},
        // Numbers and truth values stand for their texts.
        {with(R"("PostalCode":97103)"), ""},
        {with(R"("PostalCode":9710)"), "'PostalCode'"},
        {with(R"("AddressLine2":true)"), ""},
        // Empty, too long, of another form.
        {with(R"("addressLine2":"","firstName":"","phoneNumber":"","region":"")"), ""},
        {with(R"("city":"","addressLine1":"","state":"","postalCode":"")"),
         "'AddressLine1', 'City', 'State', 'PostalCode'"},
        {with(
             R"("addressLine1":")" + std::string(200, 'x') + R"(","city":")" +
             std::string(100, 'x') + '"'
         ),
         ""},
        {with(
             R"("addressLine1":")" + std::string(201, 'x') + R"(","city":")" +
             std::string(101, 'x') + '"'
         ),
         "'City', 'AddressLine1'"},
        {with(R"("middleName":")" + std::string(51, 'x') + '"'), "'MiddleName'"},
        {with(R"("state":"ON")"), "'State'"},
        {with(R"("phoneNumber":"12")"), "'PhoneNumber'"},
        {R"({"country":"MX","city":"x","state":"CMX","addressLine1":"x"})", ""},
        {R"({"country":"FR","city":"x","state":"IDF","addressLine1":"x"})", "'State'"},
        {R"({"country":"FR","city":"x","addressLine1":"x"})", ""},
    };
    for (const judged_body& each : bodies) {
        const auto answer = post(each.body);
        ASSERT_EQ(answer.status, 200U) << each.body << answer.body;
        const auto verdict =
            from_json<address_validation_response>(answer.body, json_reading::response).value();
        EXPECT_EQ(verdict.status, each.bad_fields.empty() ? "VerifiedShippable" : "None")
            << each.body;
        EXPECT_EQ(verdict.suggested_addresses.size(), each.bad_fields.empty() ? 1U : 0U);
        const std::string message =
            each.bad_fields.empty() ? "" : "Invalid address fields: " + each.bad_fields;
        EXPECT_EQ(verdict.validation_message.value_or(""), message) << each.body;
    }
}

TEST(ValidateAddress, RefusesBodiesThatAreNoAddress) {
    for (const std::string& body : std::vector<std::string>{
             "",
             " ",
             "null",
             "true",
             "12",
             "\"US\"",
             "[]",
             "{",
             "{}{}",
             "{'country':'US'}",
             R"({"country":})",
             R"({"country":"US",,})",
             R"({"country":"U)",
             R"({"country":"\uD800"})",
             "{\"country\":\"\xFF\"}",
             with(R"("city":{})"),
             with(R"("city":["Astoria"])"),
             with(R"("planet":)" + std::string(64, '[') + std::string(64, ']')),
         }) {
        const auto answer = post(body);
        EXPECT_EQ(answer.status, 400U) << body;
        EXPECT_THAT(answer.body, HasSubstr(R"({"code":800002,"description":")")) << body;
    }
    EXPECT_THAT(post(with(R"("city":{})")).body, HasSubstr("city must be a string."));
}

TEST(ValidateAddress, NeedsItsContentTypeAndMethod) {
    const std::string body = with(R"("region":"")");
    EXPECT_EQ(post(body, {{"Content-Type", "application/json; charset=utf-8"}}).status, 200U);
    EXPECT_EQ(post(body, {{"Content-Type", "text/plain"}}).status, 415U);
    const auto answer = api().get("/v1/validations/address", {});
    EXPECT_EQ(answer.status, 405U);
    EXPECT_EQ(answer.find("Allow"), "POST");
}

TEST(ValidateAddress, IgnoresTheLocale) {
    const std::string body = with(R"("city":"")");
    const auto answer = post(body, {{"Content-Type", "application/json"}, {"X-Locale", "de-DE"}});
    EXPECT_EQ(answer.body, post(body).body);
}

}  // namespace
}  // namespace partner_center
