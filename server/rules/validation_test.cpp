// Tests of the checks: every country, each limit at n and n + 1, each rule with a good and a bad
// value, and what a refusal says.
// SPDX-License-Identifier: MIT
#include "server/rules/validation.hpp"

#include <array>
#include <functional>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/rules/countries.hpp"
#include <partner_center/names.hpp>

namespace partner_center {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

using text = std::optional<std::string>;

const std::array<std::string, 2> suffixes{".onmicrosoft.com", ".partner.onmschina.cn"};

[[nodiscard]] billing_profile profile_in(const country& where) {
    const std::string& code = where.rules.iso2_code;
    billing_profile made{
        .email = "ap@tidewater-coop.example",
        .culture = where.rules.default_culture,
        .language = where.rules.default_culture.substr(0, 2),
        .company_name = "Tidewater Cooperative",
    };
    address& place = made.default_address.emplace();
    place.country = code;
    place.city = "Astoria";
    place.address_line1 = "410 Pier Road";
    place.first_name = "Maren";
    place.last_name = "Oyelaran";
    if (where.rules.is_state_required) place.state = where.rules.supported_states_list.back();
    if (code == "US" || code == "DE") place.postal_code = "97103";
    if (code == "CN") place.postal_code = "200000";
    if (code == "GB") place.postal_code = "SW1A 1AA";
    if (where.registration_number) place.phone_number = "+36625550123";
    return made;
}

[[nodiscard]] billing_profile profile_in(std::string_view code) {
    return profile_in(*find_country(code));
}

[[nodiscard]] customer customer_in(std::string_view code) {
    customer made{.billing_profile = profile_in(code)};
    company_profile& company = made.company_profile.emplace();
    company.domain = "tidewatercoop.onmicrosoft.com";
    if (find_country(code)->registration_number) company.organization_registration_number = "1234";
    return made;
}

[[nodiscard]] std::vector<std::string> problems_of(const billing_profile& profile) {
    const auto checked = checked_for_update(profile);
    return checked ? std::vector<std::string>{} : checked.error().data;
}

[[nodiscard]] std::vector<std::string> problems_of(const customer& created) {
    const auto checked = checked_for_create(created, suffixes);
    return checked ? std::vector<std::string>{} : checked.error().data;
}

/// Any texts of any length: two bytes of UTF-8 for each character.
[[nodiscard]] std::string long_text(std::size_t characters) {
    std::string out;
    for (std::size_t at = 0; at < characters; ++at) out += "é";
    return out;
}

/// A member of a billing profile by its path.
struct member {
    std::string path{};
    std::function<text&(billing_profile&)> of{};
};

[[nodiscard]] member in_profile(std::string path, text billing_profile::*which) {
    return {std::move(path), [which](billing_profile& profile) -> text& { return profile.*which; }};
}

[[nodiscard]] member in_address(const std::string& name, text address::*which) {
    return {"defaultAddress." + name, [which](billing_profile& profile) -> text& {
                return (*profile.default_address).*which;
            }};
}

const std::vector<member> required_members{
    in_profile("email", &billing_profile::email),
    in_profile("culture", &billing_profile::culture),
    in_profile("language", &billing_profile::language),
    in_profile("companyName", &billing_profile::company_name),
    in_address("country", &address::country),
    in_address("addressLine1", &address::address_line1),
    in_address("city", &address::city),
    in_address("firstName", &address::first_name),
    in_address("lastName", &address::last_name),
    in_address("state", &address::state),
    in_address("postalCode", &address::postal_code),
};

TEST(BillingProfileRules, TakeAGoodProfileInEveryCountryAsItIs) {
    for (const country& each : countries()) {
        const billing_profile profile = profile_in(each);
        const auto checked = checked_for_update(profile);
        ASSERT_TRUE(checked) << each.rules.iso2_code << ' ' << checked.error().description;
        EXPECT_EQ(*checked, profile) << each.rules.iso2_code;
    }
}

TEST(BillingProfileRules, TakeEveryCultureAndLanguageOfEveryCountryInAnyLetterCase) {
    for (const country& each : countries()) {
        const std::string& code = each.rules.iso2_code;
        billing_profile profile = profile_in(each);
        for (const std::string& culture : each.rules.supported_cultures_list) {
            profile.culture = culture;
            for (char& c : *profile.culture) c = detail::to_upper(c);
            EXPECT_EQ(checked_for_update(profile).value().culture, culture) << code;
        }
        for (const std::string& language : each.rules.supported_languages_list) {
            profile.language = language;
            for (char& c : *profile.language) c = detail::to_upper(c);
            std::string lower = language;
            for (char& c : lower) c = detail::to_lower(c);
            EXPECT_EQ(checked_for_update(profile).value().language, lower) << code;
        }
    }
}

TEST(BillingProfileRules, RefuseForeignCulturesAndLanguagesInEveryCountry) {
    for (const country& each : countries()) {
        billing_profile profile = profile_in(each);
        for (const char* culture : {"xx-XX", "en", "en-U", "en-USA", "e", "-", " en-US"}) {
            profile.culture = culture;
            const auto checked = checked_for_update(profile);
            ASSERT_FALSE(checked) << each.rules.iso2_code << culture;
            EXPECT_THAT(checked.error().data, ElementsAre(HasSubstr("culture must be one of ")));
        }
        profile = profile_in(each);
        for (const char* language :
             {"xx", "e", "english", "-", "xx-en", " en", "en-", "en-x", "en-US\n", "en-US-x"}) {
            profile.language = language;
            EXPECT_THAT(problems_of(profile), ElementsAre(HasSubstr("language must be one of ")))
                << each.rules.iso2_code << language;
        }
    }
}

TEST(BillingProfileRules, CompareLanguagesWholeAndThenByTheirFirstPart) {
    billing_profile chinese = profile_in("CN");
    for (const char* language : {"zh-CHS", "ZH-chs", "zh", "zh-CN", "en"}) {
        chinese.language = language;
        EXPECT_THAT(problems_of(chinese), IsEmpty()) << language;
    }
    for (const std::string& longer : {"zh-" + long_text(3'000), std::string{"zh-CN\n"}}) {
        chinese.language = longer;
        EXPECT_THAT(problems_of(chinese), ElementsAre("language must be one of zh-CHS, en"));
    }
    chinese.language = "zh-CHS";
    EXPECT_EQ(checked_for_update(chinese).value().language, "zh-chs");
}

TEST(BillingProfileRules, StoreTheCanonicalSpellingAndTrimNothing) {
    billing_profile profile = profile_in("US");
    profile.culture = "EN-US";
    profile.language = "En";
    profile.default_address->country = "us";
    profile.default_address->state = "or";
    profile.default_address->city = "Redmond ";

    const billing_profile stored = checked_for_update(profile).value();

    EXPECT_EQ(stored.culture, "en-US");
    EXPECT_EQ(stored.language, "en");
    EXPECT_EQ(stored.default_address->country, "US");
    EXPECT_EQ(stored.default_address->state, "OR");
    EXPECT_EQ(stored.default_address->city, "Redmond ");
}

TEST(BillingProfileRules, DemandTheRequiredMembers) {
    for (const member& each : required_members) {
        billing_profile profile = profile_in("US");
        for (const text& nothing : {text{}, text{""}}) {
            each.of(profile) = nothing;
            const auto checked = checked_for_update(profile);
            ASSERT_FALSE(checked) << each.path;
            EXPECT_EQ(checked.error().kind, fault_kind::invalid_value);
            EXPECT_EQ(checked.error().description, each.path + " must be present");
            EXPECT_EQ(checked.error().data.front(), checked.error().description);
        }
    }
    billing_profile profile = profile_in("US");
    profile.default_address.reset();
    EXPECT_THAT(problems_of(profile), ElementsAre("defaultAddress must be present"));
}

TEST(BillingProfileRules, DemandAStateAndAPostalCodeWhereTheCountryDoes) {
    for (const country& each : countries()) {
        SCOPED_TRACE(each.rules.iso2_code);
        std::vector<std::string> expected;
        if (each.rules.is_state_required)
            expected.push_back("defaultAddress.state must be present");
        if (each.rules.is_postal_code_required) {
            expected.push_back("defaultAddress.postalCode must be present");
        }
        for (const text& nothing : {text{}, text{""}}) {
            billing_profile profile = profile_in(each);
            profile.default_address->state = nothing;
            profile.default_address->postal_code = nothing;
            EXPECT_EQ(problems_of(profile), expected);
        }
    }
}

TEST(BillingProfileRules, CountCodePoints) {
    const std::vector<std::pair<member, std::size_t>> limits{
        {in_profile("firstName", &billing_profile::first_name), 50},
        {in_profile("lastName", &billing_profile::last_name), 50},
        {in_profile("companyName", &billing_profile::company_name), 200},
        {in_address("city", &address::city), 100},
        {in_address("state", &address::state), 2},
        {in_address("addressLine1", &address::address_line1), 200},
        {in_address("addressLine2", &address::address_line2), 200},
        {in_address("addressLine3", &address::address_line3), 200},
        {in_address("firstName", &address::first_name), 50},
        {in_address("lastName", &address::last_name), 50},
        {in_address("middleName", &address::middle_name), 50},
    };
    for (const auto& [each, most] : limits) {
        SCOPED_TRACE(each.path);
        billing_profile profile = profile_in("FR");
        each.of(profile) = long_text(most);
        EXPECT_THAT(problems_of(profile), IsEmpty());
        each.of(profile) = long_text(most + 1);
        EXPECT_THAT(
            problems_of(profile),
            ElementsAre(each.path + " must be at most " + std::to_string(most) + " characters long")
        );
    }
}

TEST(BillingProfileRules, LeaveAloneWhatHasNoRule) {
    billing_profile profile = profile_in("FR");
    profile.id = "anything";
    address& place = *profile.default_address;
    for (text* each :
         {&place.region,
          &place.district,
          &place.postal_code,
          &place.phone_number,
          &place.email_address}) {
        *each = long_text(1000);
    }
    EXPECT_THAT(problems_of(profile), IsEmpty());
    for (text* each :
         {&place.region,
          &place.state,
          &place.district,
          &place.address_line2,
          &place.address_line3,
          &place.postal_code,
          &place.phone_number,
          &place.email_address,
          &place.middle_name,
          &profile.first_name,
          &profile.last_name}) {
        *each = "";
    }
    EXPECT_EQ(checked_for_update(profile).value(), profile) << "empty texts are kept";
}

TEST(BillingProfileRules, RefuseUnknownCountries) {
    for (const char* code : {"UK", "EU", "ZZ", "U", "USA", "U\t", "1A", "ÄÖ"}) {
        billing_profile profile = profile_in("US");
        profile.default_address->country = code;
        EXPECT_THAT(
            problems_of(profile),
            ElementsAre("defaultAddress.country must be one of the supported ISO 3166-1 codes; "
                        "use GB, not UK")
        ) << code;
    }
}

TEST(BillingProfileRules, RefuseAStateThatIsNotInTheListOfTheFour) {
    for (const country& each : countries()) {
        billing_profile profile = profile_in(each);
        profile.default_address->state = "ZQ";
        if (each.states_bind) {
            EXPECT_THAT(
                problems_of(profile), ElementsAre(HasSubstr("defaultAddress.state must be one of "))
            ) << each.rules.iso2_code;
        } else {
            EXPECT_THAT(problems_of(profile), IsEmpty()) << each.rules.iso2_code;
        }
    }
}

TEST(BillingProfileRules, TakeEveryStateOfTheFourInAnyLetterCase) {
    for (const country& each : countries()) {
        if (!each.states_bind) continue;
        billing_profile profile = profile_in(each);
        for (const std::string& state : each.rules.supported_states_list) {
            profile.default_address->state = state;
            for (char& c : *profile.default_address->state) c = detail::to_lower(c);
            const auto checked = checked_for_update(profile);
            ASSERT_TRUE(checked) << state;
            EXPECT_EQ(checked->default_address->state, state);
        }
    }
}

TEST(BillingProfileRules, TakePostalCodesOfTheCountrysForm) {
    const std::vector<std::pair<std::string, std::vector<std::string>>> good{
        {"US", {"97103", "97103-2210"}},
        {"CN", {"200000"}},
        {"DE", {"01067"}},
        {"GB", {"SW1A 1AA", "sw1a1aa", "M1 1AE", "GIR 0AA", "EC1A 1BB"}},
        {"FR", {"75001", "anything", " ", "№"}},
    };
    for (const auto& [code, values] : good) {
        billing_profile profile = profile_in(code);
        for (const std::string& value : values) {
            profile.default_address->postal_code = value;
            EXPECT_EQ(checked_for_update(profile).value(), profile) << code << value;
        }
    }
    const std::vector<std::pair<std::string, std::vector<std::string>>> bad{
        {"US", {"9710", "971033", "97103-221", "97103 2210", " 97103", "97103\n", "٩٧١٠٣"}},
        {"CN", {"20000", "2000000", "20000a"}},
        {"DE", {"0106", "010677", "D-01067"}},
        {"GB", {"SW1A  1AA", "SW1A 1A", "1AA SW1A", "GIR 0AB"}},
    };
    for (const auto& [code, values] : bad) {
        billing_profile profile = profile_in(code);
        for (const std::string& value : values) {
            profile.default_address->postal_code = value;
            EXPECT_THAT(
                problems_of(profile),
                ElementsAre(
                    "defaultAddress.postalCode must be a text that matches " +
                    *find_country(code)->rules.postal_code_regex
                )
            ) << code
              << value;
        }
    }
}

TEST(BillingProfileRules, TakePhoneNumbersOfTheCountrysForm) {
    billing_profile profile = profile_in("US");
    for (const char* number :
         {"", "5035550142", "1 503 555 0142", "(503) 555-0142", "1-503/555.0142", "503.555.0142"}) {
        profile.default_address->phone_number = number;
        EXPECT_EQ(checked_for_update(profile).value(), profile) << number;
    }
    for (const char* number : {"555-0142", "+1 503 555 0142", "503 555 01422", "call me", " "}) {
        profile.default_address->phone_number = number;
        EXPECT_THAT(
            problems_of(profile),
            ElementsAre(HasSubstr("defaultAddress.phoneNumber must be a text"))
        ) << number;
    }
}

TEST(BillingProfileRules, TakeEmailAddresses) {
    billing_profile profile = profile_in("US");
    const std::string local_part_of_64(64, 'a');
    const std::string domain_of_189 = std::string(181, 'b') + ".example";
    for (const std::string& email : std::vector<std::string>{
             "a@b.c",
             "first.last+tag@sub.domain.example",
             "\"a@b\"@c.example",
             "\"a\\\"@\"@c.example",
             "jürgen@müller.example",
             local_part_of_64 + "@c.example",
             long_text(64) + "@c.example",
             local_part_of_64 + '@' + domain_of_189,
         }) {
        profile.email = email;
        EXPECT_EQ(checked_for_update(profile).value(), profile) << email;
    }
    for (const std::string& email : std::vector<std::string>{
             "a",
             "@",
             "a@",
             "@b.c",
             "a@b",
             "a@.",
             "a@.b",
             "a@b.",
             "a@b@c.d",
             "\"a@b.c",
             "a@b\".c",
             "\"a@b.c\"",
             "a b@c.d",
             "\"a b\"@c.d",
             " a@b.c",
             "a@b.c ",
             "a@b.c\n",
             "a\t@b.c",
             "a@b\x7F.c",
             "a\xC2\x80@b.c",
             "a\xC2\xA0@b.c",
             local_part_of_64 + "a@c.example",
             local_part_of_64 + '@' + domain_of_189 + 'e',
         }) {
        profile.email = email;
        EXPECT_THAT(problems_of(profile), ElementsAre("email must be an e-mail address")) << email;
    }
    ASSERT_EQ(local_part_of_64.size() + 1 + domain_of_189.size(), 254U);
}

TEST(BillingProfileRules, DemandAPhoneNumberWhereRegistrationIsDemanded) {
    for (const country& each : countries()) {
        for (const text& nothing : {text{}, text{""}}) {
            billing_profile profile = profile_in(each);
            profile.default_address->phone_number = nothing;
            const auto checked = checked_for_update(profile);
            ASSERT_EQ(checked.has_value(), !each.registration_number) << each.rules.iso2_code;
            if (checked) continue;
            EXPECT_EQ(checked.error().kind, fault_kind::phone_number_missing);
            EXPECT_EQ(row_of(checked.error().kind).code, 600051);
            EXPECT_EQ(checked.error().description, "defaultAddress.phoneNumber must be present");
        }
    }
}

TEST(BillingProfileRules, TellEveryProblemInTheOrderOfTheChecks) {
    billing_profile profile = profile_in("US");
    profile.email = "nobody";
    profile.language = "xx";
    profile.culture.reset();
    profile.first_name = long_text(51);
    profile.default_address->city = "";
    profile.default_address->address_line1 = long_text(201);
    profile.default_address->phone_number = "x";
    profile.default_address->state = "xx";
    profile.default_address->postal_code = "x";

    const fault refused = checked_for_update(profile).error();

    EXPECT_EQ(refused.description, "culture must be present");
    EXPECT_THAT(
        refused.data,
        ElementsAre(
            "culture must be present",
            "defaultAddress.city must be present",
            "firstName must be at most 50 characters long",
            "defaultAddress.addressLine1 must be at most 200 characters long",
            "language must be one of en, es",
            "email must be an e-mail address",
            HasSubstr("defaultAddress.phoneNumber must be a text that matches "),
            HasSubstr("defaultAddress.state must be one of AK, AL, "),
            R"(defaultAddress.postalCode must be a text that matches ^\d{5}(-\d{4})?$)"
        )
    );
}

TEST(BillingProfileRules, TellAnotherIdAmongTheProblems) {
    billing_profile profile = profile_in("US");
    profile.email = "nobody";
    profile.id = "9A3E6B1D-7c42-5f08-a1d9-04c6e2b87f55";
    const std::string own = "9a3e6b1d-7c42-5f08-a1d9-04c6e2b87f55";

    EXPECT_THAT(
        checked_for_update(profile, own, address_check::off).error().data,
        ElementsAre("email must be an e-mail address")
    );
    EXPECT_THAT(
        checked_for_update(profile, "another", address_check::off).error().data,
        ElementsAre(
            "email must be an e-mail address", "id must be left out or be the profile's own"
        )
    );
}

TEST(CustomerRules, TellABadResellerAmongTheProblems) {
    for (const std::string& id : {std::string{}, long_text(51)}) {
        customer created = customer_in("US");
        created.associated_partner_id = id;
        created.billing_profile->email = "nobody";

        EXPECT_THAT(
            checked_for_create(created, suffixes).error().data,
            ElementsAre(
                "billingProfile.email must be an e-mail address",
                "associatedPartnerId must be 1 to 50 characters long"
            )
        );
    }
}

TEST(BillingProfileRules, RepeatNothingOfTheBody) {
    const std::string canary = "cAnArY";
    customer created = customer_in("HU");
    billing_profile& profile = *created.billing_profile;
    for (const member& each : required_members) each.of(profile) = canary + long_text(300);
    profile.default_address->country = "US";
    profile.default_address->phone_number = canary;
    created.company_profile->domain = canary;

    const fault refused = checked_for_create(created, suffixes, address_check::on).error();

    EXPECT_GT(refused.data.size(), 10U);
    EXPECT_THAT(refused.description, Not(HasSubstr(canary)));
    for (const std::string& each : refused.data) EXPECT_THAT(each, Not(HasSubstr(canary)));
}

TEST(AddressCheck, MakesAnotherFaultOfAPlaceThatTheCountryDoesNotHave) {
    for (const auto bad : {&address::state, &address::postal_code}) {
        billing_profile profile = profile_in("US");
        *profile.default_address.*bad = "xx";

        EXPECT_EQ(checked_for_update(profile).error().kind, fault_kind::invalid_value);

        const fault refused = checked_for_update(profile, profile.id, address_check::on).error();
        EXPECT_EQ(refused.kind, fault_kind::address_rejected);
        EXPECT_EQ(row_of(refused.kind).code, 2007);
        const std::string name = bad == &address::state ? "State" : "PostalCode";
        EXPECT_EQ(
            refused.description,
            R"({"code":"60071","reason":"AddressInvalid - Details: Invalid address fields: &#39;)" +
                name + R"(&#39;","object_type":"AddressValidation","resource_status":"Active"})"
        );
        EXPECT_EQ(refused.data, problems_of(profile));
    }
}

TEST(AddressCheck, NamesNothingThatIsNoPartOfAPlace) {
    customer created = customer_in("US");
    created.billing_profile->default_address->state = "xx";
    created.company_profile->domain = "no-domain";

    const fault refused = checked_for_create(created, suffixes, address_check::on).error();

    EXPECT_EQ(refused.kind, fault_kind::address_rejected);
    EXPECT_THAT(refused.description, HasSubstr("address fields: &#39;State&#39;\""));
    EXPECT_EQ(refused.data.size(), 2U);
}

TEST(AddressCheck, LeavesOtherProblemsFirstWhereTheyAreFirst) {
    billing_profile profile = profile_in("US");
    profile.email = "x";
    profile.default_address->postal_code = "x";

    const fault refused = checked_for_update(profile, profile.id, address_check::on).error();

    EXPECT_EQ(refused.kind, fault_kind::invalid_value);
    EXPECT_EQ(refused.description, "email must be an e-mail address");
    EXPECT_TRUE(checked_for_update(profile_in("US"), {}, address_check::on));
}

TEST(CustomerRules, TakeAGoodCustomerInEveryCountry) {
    for (const country& each : countries()) {
        const customer created = customer_in(each.rules.iso2_code);
        const auto checked = checked_for_create(created, suffixes);
        ASSERT_TRUE(checked) << each.rules.iso2_code << checked.error().description;
        EXPECT_EQ(*checked, created);
    }
}

TEST(CustomerRules, SpellAsProfilesDo) {
    customer created = customer_in("US");
    created.billing_profile->culture = "EN-US";
    created.billing_profile->language = "En";

    const customer stored = checked_for_create(created, suffixes).value();

    EXPECT_EQ(stored.billing_profile->culture, "en-US");
    EXPECT_EQ(stored.billing_profile->language, "en");
}

TEST(CustomerRules, TellWhatIsMissingFromTheTop) {
    EXPECT_THAT(
        problems_of(customer{}),
        ElementsAre("billingProfile must be present", "companyProfile must be present")
    );
    customer created = customer_in("US");
    created.company_profile.reset();
    created.billing_profile->email.reset();
    created.billing_profile->default_address->city.reset();
    EXPECT_THAT(
        problems_of(created),
        ElementsAre(
            "companyProfile must be present",
            "billingProfile.email must be present",
            "billingProfile.defaultAddress.city must be present"
        )
    );
    created = customer_in("US");
    created.billing_profile.reset();
    created.company_profile->domain = "";
    EXPECT_THAT(
        problems_of(created),
        ElementsAre("billingProfile must be present", "companyProfile.domain must be present")
    );
}

TEST(CustomerRules, TakeDomainsOfTheSuffixes) {
    customer created = customer_in("US");
    for (const std::string& domain : std::vector<std::string>{
             "a.onmicrosoft.com",
             "A1.OnMicrosoft.com",
             "7.partner.onmschina.cn",
             std::string(27, 'a') + ".onmicrosoft.com",
         }) {
        created.company_profile->domain = domain;
        EXPECT_EQ(checked_for_create(created, suffixes).value(), created) << domain;
    }
    for (const std::string& domain : std::vector<std::string>{
             ".onmicrosoft.com",
             "onmicrosoft.com",
             "a",
             "a.b.onmicrosoft.com",
             "a-b.onmicrosoft.com",
             "ä.onmicrosoft.com",
             "a.onmicrosoft.us",
             "a.onmicrosoft.com ",
             "a.onmicrosoft.com.example",
             "aonmicrosoft.com",
             std::string(28, 'a') + ".onmicrosoft.com",
         }) {
        created.company_profile->domain = domain;
        EXPECT_THAT(
            problems_of(created),
            ElementsAre("companyProfile.domain must be 1 to 27 letters or digits before "
                        ".onmicrosoft.com or .partner.onmschina.cn")
        ) << domain;
    }
}

TEST(CustomerRules, DemandARegistrationNumberInElevenCountriesAndForbidItElsewhere) {
    for (const country& each : countries()) {
        SCOPED_TRACE(each.rules.iso2_code);
        customer created = customer_in(each.rules.iso2_code);
        text& number = created.company_profile->organization_registration_number;
        const bool is_demanded = each.registration_number.has_value();

        for (const text& nothing : {text{}, text{""}}) {
            number = nothing;
            const auto without = checked_for_create(created, suffixes);
            EXPECT_EQ(without.has_value(), !is_demanded);
            if (without) continue;
            EXPECT_EQ(row_of(without.error().kind).code, 600049);
            EXPECT_EQ(
                without.error().description,
                "companyProfile.organizationRegistrationNumber must be present"
            );
        }
        number = "1234";
        const auto with = checked_for_create(created, suffixes);
        EXPECT_EQ(with.has_value(), is_demanded);
        if (with) continue;
        EXPECT_EQ(row_of(with.error().kind).code, 600002);
    }
}

TEST(CustomerRules, RefuseRegistrationNumbersOfAnotherForm) {
    customer created = customer_in("HU");
    text& number = created.company_profile->organization_registration_number;
    number = long_text(50);
    EXPECT_THAT(problems_of(created), IsEmpty());

    for (const std::string& bad : {long_text(51), std::string{"12\n34"}}) {
        number = bad;
        const fault refused = checked_for_create(created, suffixes).error();
        EXPECT_EQ(row_of(refused.kind).code, 600050);
        EXPECT_THAT(refused.description, EndsWith("^.{1,50}$"));
    }
}

TEST(CustomerRules, CheckTheRegistrationBeforeThePhoneNumberAndAfterTheRest) {
    customer created = customer_in("HU");
    created.billing_profile->email = "x";
    created.company_profile->domain = "x";
    created.company_profile->organization_registration_number = "";
    created.billing_profile->default_address->phone_number = "";

    EXPECT_THAT(
        problems_of(created),
        ElementsAre(
            "billingProfile.email must be an e-mail address",
            HasSubstr("companyProfile.domain must be "),
            "companyProfile.organizationRegistrationNumber must be present",
            "billingProfile.defaultAddress.phoneNumber must be present"
        )
    );
}

[[nodiscard]] address place_in(std::string_view code) {
    address place = *profile_in(code).default_address;
    place.first_name.reset();
    place.last_name.reset();
    place.phone_number.reset();
    return place;
}

TEST(AddressRules, TakeAPlaceWithoutPeopleInEveryCountry) {
    for (const country& each : countries()) {
        const address place = place_in(each.rules.iso2_code);
        const address_verdict verdict = verdict_on(place);
        EXPECT_THAT(message_of(verdict.problems), EndsWith(": ")) << each.rules.iso2_code;
        EXPECT_EQ(verdict.normalised, place);
    }
}

TEST(AddressRules, NameTheMembersThatAreWrong) {
    address place = place_in("US");
    place.country = "us";
    place.state = "or";
    EXPECT_EQ(verdict_on(place).normalised.country, "US");
    EXPECT_EQ(verdict_on(place).normalised.state, "OR");

    place.city.reset();
    place.postal_code = "x";
    place.address_line2 = long_text(201);
    place.phone_number = "x";
    EXPECT_EQ(
        message_of(verdict_on(place).problems),
        "Invalid address fields: 'City', 'AddressLine2', 'PhoneNumber', 'PostalCode'"
    );
    EXPECT_EQ(
        message_of(verdict_on({}).problems),
        "Invalid address fields: 'Country', 'AddressLine1', 'City'"
    );
    place = place_in("US");
    place.country = "UK";
    EXPECT_EQ(message_of(verdict_on(place).problems), "Invalid address fields: 'Country'");
}

}  // namespace
}  // namespace partner_center
