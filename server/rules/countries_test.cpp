// Tests of the countries: that each of them is complete and says what the contract says.
// SPDX-License-Identifier: MIT
#include "server/rules/countries.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_directory.hpp"
#include <partner_center/json.hpp>

namespace partner_center {
namespace sources_file {

// What data/countries.json says of where its rules come from.

struct source {
    std::string id{};
    std::string title{};
    std::string date{};
};
BOOST_DESCRIBE_STRUCT(source, (), (id, title, date))

struct origin {
    std::string source{};
    std::vector<std::string> of{};
};
BOOST_DESCRIBE_STRUCT(origin, (), (source, of))

struct entry {
    country_validation_rules rules{};
    bool states_bind{};
    std::vector<origin> sources{};
};
BOOST_DESCRIBE_STRUCT(entry, (), (rules, states_bind, sources))

struct content {
    std::vector<source> sources{};
    std::vector<entry> countries{};
};
BOOST_DESCRIBE_STRUCT(content, (), (sources, countries))

}  // namespace sources_file

namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::SizeIs;

[[nodiscard]] const country& at(std::string_view code) {
    const country* const found = find_country(code);
    if (found == nullptr) throw std::out_of_range{std::string{code}};
    return *found;
}

[[nodiscard]] std::vector<std::string> words(const std::string& text) {
    std::istringstream in{text};
    return {std::istream_iterator<std::string>{in}, {}};
}

template <class Predicate>
[[nodiscard]] std::vector<std::string> codes_where(Predicate predicate) {
    std::vector<std::string> out;
    for (const country& each : countries()) {
        if (predicate(each)) out.push_back(each.rules.iso2_code);
    }
    return out;
}

TEST(Countries, Are248InOrder) {
    EXPECT_THAT(countries(), SizeIs(248));
    const auto is_less = [](const country& left, const country& right) {
        return left.rules.iso2_code < right.rules.iso2_code;
    };
    const auto all = countries();
    for (std::size_t at = 1; at < all.size(); ++at) EXPECT_TRUE(is_less(all[at - 1], all[at]));
}

TEST(Countries, AreEachComplete) {
    for (const country& each : countries()) {
        const country_validation_rules& rules = each.rules;
        SCOPED_TRACE(rules.iso2_code);
        EXPECT_THAT(rules.iso2_code, MatchesRegex("[A-Z][A-Z]"));
        EXPECT_EQ(find_country(rules.iso2_code), &each);
        EXPECT_EQ(rules.attributes.object_type, "CountryValidationRules");
        EXPECT_FALSE(rules.attributes.etag);
        EXPECT_TRUE(rules.is_city_required);
        ASSERT_FALSE(rules.supported_cultures_list.empty());
        EXPECT_EQ(rules.default_culture, rules.supported_cultures_list.front());
        EXPECT_THAT(
            rules.supported_cultures_list, Each(MatchesRegex("[a-z]{2}-([A-Z][a-z]{3}-)?[A-Z]{2}"))
        );
        for (const std::string& culture : rules.supported_cultures_list) {
            if (culture == "zh-CN") continue;
            EXPECT_THAT(rules.supported_languages_list, Contains(culture.substr(0, 2)));
        }
        for (const auto* form :
             {&each.postal_code, &each.phone_number, &each.registration_number}) {
            if (!*form) continue;
            EXPECT_NO_THROW(static_cast<void>((*form)->matches("")));
        }
        const std::set<std::string> states(
            rules.supported_states_list.begin(), rules.supported_states_list.end()
        );
        EXPECT_THAT(states, SizeIs(rules.supported_states_list.size()));
        const char* const form = rules.iso2_code == "MX" ? "[A-Z]{3}" : "[A-Z0-9]{1,2}";
        EXPECT_THAT(rules.supported_states_list, Each(MatchesRegex(form)));
    }
}

TEST(Countries, HaveTheDocumentedCultures) {
    const std::map<std::string, std::string> documented{
        {"US", "en-US es-US"},
        {"CA", "fr-CA en-US"},
        {"GB", "en-GB en-US"},
        {"XK", "en-US"},
        {"XJ", "nb-NO en-US"},
        {"AX", "sv-SE en-US"},
        {"CH", "de-CH fr-CH it-CH en-US"},
        {"ES", "es-ES ca-ES eu-ES gl-ES en-US"},
        {"RS", "sr-Latn-RS sr-Cyrl-RS en-US"},
        {"AZ", "az-Latn-AZ en-US"},
        {"MZ", "pt-PT"},
        {"SR", "nl-NL"},
        {"ZW", "en-ZW en-US"},
    };
    for (const auto& [code, cultures] : documented) {
        EXPECT_EQ(at(code).rules.supported_cultures_list, words(cultures)) << code;
    }
    const auto without_english = codes_where([](const country& each) {
        const auto& cultures = each.rules.supported_cultures_list;
        return std::ranges::find(cultures, "en-US") == cultures.end();
    });
    EXPECT_THAT(without_english, ElementsAre("MZ", "SR"));
}

TEST(Countries, RequireAStateInFour) {
    const auto requires_one = [](const country& each) { return each.rules.is_state_required; };
    const auto binds = [](const country& each) { return each.states_bind; };

    EXPECT_THAT(codes_where(requires_one), ElementsAre("CA", "CN", "MX", "US"));
    EXPECT_THAT(codes_where(binds), ElementsAre("CA", "CN", "MX", "US"));
    EXPECT_THAT(at("US").rules.supported_states_list, SizeIs(51));
    EXPECT_THAT(at("CN").rules.supported_states_list, SizeIs(31));
    EXPECT_THAT(at("MX").rules.supported_states_list, SizeIs(32));
    EXPECT_THAT(at("MX").rules.supported_states_list, Contains("CMX"));
    EXPECT_EQ(
        at("CA").rules.supported_states_list, words("AB BC MB NB NL NS NT NU ON PE QC SK YT")
    );
    EXPECT_THAT(at("JP").rules.supported_states_list, Contains("13")) << "ISO 3166-2 lends a hand";
    EXPECT_TRUE(at("FR").rules.supported_states_list.empty()) << "its codes are longer";
}

TEST(Countries, DemandAPostalCodeWhereThatWasRecordedOnly) {
    const auto demands = [](const country& each) { return each.rules.is_postal_code_required; };
    const auto checks = [](const country& each) { return each.postal_code.has_value(); };

    EXPECT_THAT(codes_where(demands), ElementsAre("CN", "DE", "GB", "US"));
    EXPECT_THAT(codes_where(checks), ElementsAre("CN", "DE", "GB", "US"));
}

TEST(Countries, WantRegistrationNumbersInEleven) {
    const auto documented = words("AM AZ BY HU KG KZ MD RU TJ UA UZ");
    const auto wants = [](const country& each) { return each.registration_number.has_value(); };

    EXPECT_EQ(codes_where(wants), documented);
    for (const country& each : countries()) {
        const bool is_documented =
            std::ranges::find(documented, each.rules.iso2_code) != documented.end();
        const auto expected = is_documented ? std::optional{true} : std::nullopt;
        const country_validation_rules& rules = each.rules;
        EXPECT_EQ(rules.customer_organization_registration_number_required, expected);
        EXPECT_EQ(rules.customer_organization_phone_number_required, expected);
        EXPECT_FALSE(rules.customer_organization_registration_number_sample);
    }
}

TEST(Countries, AreFoundInAnyLetterCase) {
    EXPECT_EQ(find_country("us"), &at("US"));
    EXPECT_EQ(find_country("gB"), &at("GB"));
    for (const std::string_view code :
         {"", "U", "USA", "UK", "EU", "ZZ", "  ", "US ", "é", "\xFF\xFF", "1A", "AA"}) {
        EXPECT_EQ(find_country(code), nullptr) << code;
    }
    EXPECT_EQ(find_country(std::string_view{"U\0", 2}), nullptr);
}

TEST(Countries, AreReadOnceByManyThreads) {
    std::vector<const country*> found(8);
    {
        std::vector<std::jthread> threads;
        for (const country*& each : found) {
            threads.emplace_back([&each] { each = find_country("SE"); });
        }
    }
    EXPECT_THAT(found, Each(&at("SE")));
}

// The recorded answer of the real service has 780 bytes, three of them a byte-order mark.
TEST(Countries, OfTheUnitedStatesAreTheRecordedBytes) {
    const std::string expected =
        R"({"iso2Code":"US","defaultCulture":"en-US","isStateRequired":true,"supportedStatesList":["AK","AL","AR","AZ","CA","CO","CT","DC","DE","FL","GA","HI","IA","ID","IL","IN","KS","KY","LA","MA","MD","ME","MI","MN","MO","MS","MT","NC","ND","NE","NH","NJ","NM","NV","NY","OH","OK","OR","PA","RI","SC","SD","TN","TX","UT","VA","VT","WA","WI","WV","WY"],"supportedLanguagesList":["en","es"],"supportedCulturesList":["en-US","es-US"],"isPostalCodeRequired":true,"postalCodeRegex":"^\\d{5}(-\\d{4})?$","isCityRequired":true,"isVatIdSupported":false,"phoneNumberRegex":"^(1[ \\-\\/\\.]?)?(\\((\\d{3})\\)|(\\d{3}))[ \\-\\/\\.]?(\\d{3})[ \\-\\/\\.]?(\\d{4})$","isTaxIdSupported":true,"isTaxIdOptional":true,"countryCallingCodesList":["1"],"attributes":{"objectType":"CountryValidationRules"}})";

    EXPECT_EQ(to_json(at("US").rules), expected);
    EXPECT_EQ(expected.size(), 777U);
}

TEST(Countries, AreTheRecordedOnesOfTheOtherThree) {
    const std::string germany =
        R"({"iso2Code":"DE","defaultCulture":"de-DE","isStateRequired":false,"supportedStatesList":[],"supportedLanguagesList":["en","de"],"supportedCulturesList":["de-DE","en-US"],"isPostalCodeRequired":true,"postalCodeRegex":"^[0-9]{5,5}$","isCityRequired":true,"isVatIdSupported":true,"taxIdFormat":"DE#########","vatIdRegex":"^DE[\\d]{9,9}$","isTaxIdSupported":false,"isTaxIdOptional":true,"countryCallingCodesList":["49"],"attributes":{"objectType":"CountryValidationRules"}})";
    EXPECT_EQ(to_json(at("DE").rules), germany);
    EXPECT_EQ(germany.size(), 469U);
    EXPECT_EQ(
        to_json(at("GB").rules),
        R"({"iso2Code":"GB","defaultCulture":"en-GB","isStateRequired":false,"supportedStatesList":[],"supportedLanguagesList":["en"],"supportedCulturesList":["en-GB","en-US"],"isPostalCodeRequired":true,"postalCodeRegex":"^([gG][iI][rR][ ]?0[aA]{2,2}|[a-zA-Z]([0-9][0-9a-zA-Z]?|[a-zA-Z][0-9][0-9a-zA-Z]?)[ ]?[0-9][a-zA-Z]{2,2})$","isCityRequired":true,"isVatIdSupported":true,"taxIdFormat":"GB#########","vatIdRegex":"^GB(([\\d]{3,3}[\\d]{4,4}[\\d]{2,2}([\\d]{3,3})?)|((GD|HA)[\\d]{3,3}))$","isTaxIdSupported":false,"isTaxIdOptional":true,"countryCallingCodesList":["44"],"attributes":{"objectType":"CountryValidationRules"}})"
    );
    EXPECT_EQ(
        to_json(at("CN").rules),
        R"({"iso2Code":"CN","defaultCulture":"zh-CN","isStateRequired":true,"supportedStatesList":["AH","BJ","CQ","FJ","GD","GS","GX","GZ","HA","HB","HE","HI","HL","HN","JL","JS","JX","LN","NM","NX","QH","SC","SD","SH","SN","SX","TJ","XJ","XZ","YN","ZJ"],"supportedLanguagesList":["zh-CHS","en"],"supportedCulturesList":["zh-CN","en-US"],"isPostalCodeRequired":true,"postalCodeRegex":"^[0-9]{6,6}$","isCityRequired":true,"isVatIdSupported":false,"isTaxIdSupported":false,"isTaxIdOptional":false,"countryCallingCodesList":["86"],"attributes":{"objectType":"CountryValidationRules"}})"
    );
}

TEST(Countries, SayOfEachRuleWhereItComesFromAndOfWhen) {
    std::ifstream file{PARTNERD_COUNTRIES};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    const auto content = from_json<sources_file::content>(text, json_reading::strict).value();

    std::set<std::string> known;
    for (const sources_file::source& each : content.sources) {
        EXPECT_FALSE(each.title.empty()) << each.id;
        EXPECT_THAT(each.date, ::testing::ContainsRegex("20[0-9]{2}")) << each.id;
        known.insert(each.id);
    }
    ASSERT_THAT(content.countries, SizeIs(countries().size()));
    for (const sources_file::entry& each : content.countries) {
        SCOPED_TRACE(each.rules.iso2_code);
        std::multiset<std::string> told;
        for (const sources_file::origin& origin : each.sources) {
            EXPECT_THAT(known, Contains(origin.source));
            told.insert(origin.of.begin(), origin.of.end());
        }
        std::multiset<std::string> rules;
        detail::for_each_member<country_validation_rules>([&](auto member) {
            const std::string name{
                detail::wire_name_of<country_validation_rules, decltype(member)>.view()};
            std::string written = "{";
            detail::append_member(written, name, each.rules.*member.pointer);
            if (written != "{" && name != "attributes") rules.insert(name);
        });
        if (each.states_bind) rules.insert("statesBind");
        EXPECT_EQ(told, rules);
    }
}

/// Brings the built-in countries back.
class CountriesFile : public ::testing::Test {
protected:
    ~CountriesFile() override { use_countries(PARTNERD_COUNTRIES); }

    [[nodiscard]] std::filesystem::path file(const std::string& text) const {
        const std::filesystem::path path = directory_ / "countries.json";
        std::ofstream{path} << text;
        return path;
    }
    [[nodiscard]] std::string refusal_of(const std::string& text) const {
        try {
            use_countries(file(text));
        } catch (const std::runtime_error& problem) {
            return problem.what();
        }
        return "taken";
    }

private:
    testing::temporary_directory directory_{};
};

/// A country, with more members of its rules.
[[nodiscard]] std::string written(const std::string& code, const std::string& more) {
    return R"({"rules":{"iso2Code":")" + code +
           R"(","defaultCulture":"en-US","supportedCulturesList":["en-US"],)"
           R"("supportedLanguagesList":["en"])" +
           more +
           R"(,"attributes":{"objectType":"CountryValidationRules"}},"statesBind":true,)"
           R"("sources":[]})";
}

TEST_F(CountriesFile, CountsInPlaceOfTheBuiltInOnes) {
    const std::string states = R"(,"supportedStatesList":["CMX"])";
    const std::string number = R"(,"customerOrganizationRegistrationNumberRegex":"^[0-9]{8}$")";

    use_countries(file(
        R"({"countries":[)" + written("MX", states + number) + "," + written("BR", states) + "]}"
    ));

    EXPECT_EQ(countries().size(), 2U);
    ASSERT_NE(find_country("mx"), nullptr);
    EXPECT_TRUE(find_country("mx")->registration_number->matches("12345678"));
    EXPECT_NE(find_country("BR"), nullptr);
    EXPECT_EQ(find_country("US"), nullptr);
}

TEST_F(CountriesFile, IsRefusedWhenACountryIsNotWhole) {
    const std::string states = R"(,"supportedStatesList":["CMX"])";
    const auto one = [&](const std::string& code, const std::string& more) {
        return R"({"countries":[)" + written(code, more) + "]}";
    };
    EXPECT_EQ(refusal_of(one("MX", states)), "taken");
    EXPECT_THAT(refusal_of("{"), HasSubstr("countries.json: request body is not valid JSON"));
    EXPECT_THAT(refusal_of("{}"), HasSubstr("has no countries"));
    EXPECT_THAT(refusal_of(one("mx", states)), HasSubstr("must be two capital letters"));
    EXPECT_THAT(refusal_of(one("MX", "")), HasSubstr("country MX: supportedStatesList"));
    EXPECT_THAT(
        refusal_of(one("MX", states + R"(,"defaultCulture":"de-DE")")), HasSubstr("comes twice")
    );
    EXPECT_THAT(
        refusal_of(one("MX", states + R"(,"postalCodeRegex":"(")")),
        HasSubstr("country MX: a pattern is no regular expression")
    );
    EXPECT_THAT(
        refusal_of(
            R"({"countries":[)" + written("MX", states) + "," + written("MX", states) + "]}"
        ),
        HasSubstr("country MX comes twice")
    );
    EXPECT_THROW(use_countries("/nowhere/countries.json"), std::runtime_error);
    EXPECT_EQ(countries().size(), 1U) << "what was taken last stays";
}

}  // namespace
}  // namespace partner_center
