// GET /v1/countryvalidationrules/{country}.
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "tests/conformance/api_under_test.hpp"
#include <partner_center/json.hpp>

namespace partner_center {
namespace {

using testing::api_under_test;
using testing::fields;

[[nodiscard]] api_under_test& api() {
    return api_under_test::instance();
}

[[nodiscard]] client the_client() {
    return api().client_of(api().partner());
}

[[nodiscard]] http::response get(const std::string& target, fields more) {
    more.push_back({"Authorization", "Bearer " + api().token_of(api().partner())});
    return api().get(target, std::move(more));
}

TEST(GetCountryValidationRules, GivesTheRulesThroughTheCallChain) {
    const country_validation_rules rules =
        the_client().country_validation_rules().by_country("DE").get().value();

    EXPECT_EQ(rules.iso2_code, "DE");
    EXPECT_EQ(rules.default_culture, "de-DE");
    EXPECT_EQ(rules.postal_code_regex, "^[0-9]{5,5}$");
    EXPECT_EQ(rules.attributes.object_type, "CountryValidationRules");
    const client client = the_client();
    EXPECT_EQ(client.country_validation_rules().by_country("DE").get_async().get().value(), rules);
}

TEST(GetCountryValidationRules, TakesTheCodeInAnyLetterCaseAndWhateverTheLocale) {
    const http::response answer = get("/v1/countryvalidationrules/DE", {});
    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.body.size(), 469U) << "the contract's golden example";

    for (const char* target :
         {"/v1/countryvalidationrules/de",
          "/v1/CountryValidationRules/De",
          "/v1//countryvalidationrules/%64E/"}) {
        EXPECT_EQ(get(target, {{"X-Locale", "de-DE"}}).body, answer.body) << target;
    }
}

TEST(GetCountryValidationRules, GivesTheRecordedAnswerForTheUnitedStates) {
    EXPECT_EQ(get("/v1/countryvalidationrules/US", {}).body.size(), 777U);
}

TEST(GetCountryValidationRules, RefusesWhatIsNoCountryAndSaysWhatIsOne) {
    for (const char* code : {"UK", "USA", "U", "ZZ", "1A", "é", "U S", "..."}) {
        const auto refused = the_client().country_validation_rules().by_country(code).get();
        ASSERT_FALSE(refused) << code;
        EXPECT_EQ(refused.error().http_status, 400U) << code;
        EXPECT_EQ(refused.error().code, "3000") << code;
        EXPECT_EQ(
            refused.error().description,
            "country must be one of the supported ISO 3166-1 codes; use GB, not UK"
        );
    }
}

TEST(GetCountryValidationRules, IsNotThereWithoutACountry) {
    EXPECT_EQ(get("/v1/countryvalidationrules", {}).status, 404U);
    const auto refused = the_client().country_validation_rules().by_country("").get();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().category, error_category::bad_input) << "nothing was sent";
}

TEST(GetCountryValidationRules, NeedsAToken) {
    EXPECT_EQ(api().get("/v1/countryvalidationrules/US", {}).status, 401U);
}

}  // namespace
}  // namespace partner_center
