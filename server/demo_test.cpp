// Tests of the sample world: what it holds, that it keeps the contract's rules, and how it is
// opened.
// SPDX-License-Identifier: MIT
#include "server/demo.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <sys/stat.h>

#include <gmock/gmock.h>

#include "server/data_directory.hpp"
#include "server/identity/key_ring.hpp"
#include "server/identity/private_file.hpp"
#include "server/identity/secret_hasher.hpp"
#include "server/identity/totp.hpp"
#include "server/rules/validation.hpp"
#include "store/block_on.hpp"
#include "store/sqlite.hpp"
#include "tests/support/temporary_directory.hpp"
#include <partner_center/json.hpp>

namespace partner_center {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

[[nodiscard]] guid id_of(std::string_view text) {
    return parse_guid(text).value();
}

const guid lumen = id_of("b0d7e3a4-52c8-4f19-8e6d-1fa3c95b2e70");
const guid tidewater = id_of("6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3");

/// The compact body of the contract's section 10.1.
constexpr std::string_view golden_profile =
    R"({"id":"9a3e6b1d-7c42-5f08-a1d9-04c6e2b87f55","email":"ap@tidewater-coop.example",)"
    R"("culture":"en-US","language":"en","companyName":"Tidewater Cooperative","defaultAddress":)"
    R"({"country":"US","city":"Astoria","state":"OR","addressLine1":"410 Pier Road",)"
    R"("postalCode":"97103","firstName":"Maren","lastName":"Oyelaran","phoneNumber":""},)"
    R"("links":{"self":{"uri":"/v1/customers/6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3/profiles/billing",)"
    R"("method":"GET","headers":[]}},"attributes":{"etag":"-3187205566410928834",)"
    R"("objectType":"CustomerBillingProfile"}})";

[[nodiscard]] billing_profile profile_of(const new_customer& customer) {
    return from_json<billing_profile>(customer.billing.text, json_reading::strict).value();
}

[[nodiscard]] std::vector<new_customer> every_customer() {
    std::vector<new_customer> all;
    for (const demo_partner& partner : make_demo_world().partners) {
        for (new_customer& each : demo_customers(partner.tenant_id)) all.push_back(std::move(each));
        const auto invent = make_inventor(make_invention(partner, 1));
        for (std::uint64_t number = 0; number < 50; ++number) all.push_back(invent(number));
    }
    return all;
}

[[nodiscard]] std::size_t code_points(const std::optional<std::string>& text) {
    const auto starts = [](char each) {
        return (static_cast<unsigned char>(each) & 0xC0U) != 0x80U;
    };
    if (!text) return 0;
    return static_cast<std::size_t>(std::count_if(text->begin(), text->end(), starts));
}

[[nodiscard]] bool has_word(std::string_view list, std::string_view word) {
    std::istringstream words{std::string{list}};
    return std::find(std::istream_iterator<std::string>{words}, {}, word) !=
           std::istream_iterator<std::string>{};
}

/// The contract's data about the countries that require a state. Sources: section 7.5, appendix B.
const std::map<std::string, std::string_view> states{
    {"US",
     "AK AL AR AZ CA CO CT DC DE FL GA HI IA ID IL IN KS KY LA MA MD ME MI MN MO MS MT NC ND "
     "NE NH NJ NM NV NY OH OK OR PA RI SC SD TN TX UT VA VT WA WI WV WY"},
    {"CA", "AB BC MB NB NL NS NT NU ON PE QC SK YT"},
    {"CN",
     "AH BJ CQ FJ GD GS GX GZ HA HB HE HI HL HN JL JS JX LN NM NX QH SC SD SH SN SX TJ XJ XZ "
     "YN ZJ"},
    {"MX",
     "AGU BCN BCS CAM CHH CHP CMX COA COL DUR GRO GUA HID JAL MEX MIC MOR NAY NLE OAX PUE QUE "
     "ROO SIN SLP SON TAB TAM TLA VER YUC ZAC"},
};
/// The contract's patterns as POSIX writes them: the library's regex does not build with
/// sanitizers.
const std::map<std::string, std::string> postal_patterns{
    {"US", "[0-9]{5}(-[0-9]{4})?"},
    {"CN", "[0-9]{6}"},
    {"DE", "[0-9]{5}"},
    {"GB",
     "[gG][iI][rR][ ]?0[aA]{2}|[a-zA-Z]([0-9][0-9a-zA-Z]?|[a-zA-Z][0-9][0-9a-zA-Z]?)[ ]?"
     "[0-9][a-zA-Z]{2}"},
};
const std::string us_phone = "(1[ /.-]?)?(\\([0-9]{3}\\)|[0-9]{3})[ /.-]?[0-9]{3}[ /.-]?[0-9]{4}";
constexpr std::string_view phone_required = "AM AZ BY HU KZ KG MD RU TJ UZ UA";

void expect_required_members(const billing_profile& profile) {
    const address& where = profile.default_address.value();
    for (const auto* member :
         {&profile.email,
          &profile.culture,
          &profile.language,
          &profile.company_name,
          &where.country,
          &where.city,
          &where.address_line1,
          &where.first_name,
          &where.last_name}) {
        EXPECT_GE(code_points(*member), 1U);
    }
}

void expect_lengths(const billing_profile& profile) {
    const address& where = profile.default_address.value();
    EXPECT_LE(code_points(profile.company_name), 200U);
    for (const auto* name :
         {&profile.first_name,
          &profile.last_name,
          &where.first_name,
          &where.last_name,
          &where.middle_name}) {
        EXPECT_LE(code_points(*name), 50U);
    }
    for (const auto* line : {&where.address_line1, &where.address_line2, &where.address_line3}) {
        EXPECT_LE(code_points(*line), 200U);
    }
    EXPECT_LE(code_points(where.city), 100U);
    EXPECT_LE(code_points(where.state), where.country == "MX" ? 3U : 2U);
}

void expect_formats(const billing_profile& profile) {
    const address& where = profile.default_address.value();
    const std::string country = where.country.value();
    const std::string culture = profile.culture.value();
    EXPECT_THAT(culture, MatchesRegex("[a-z]{2}-" + country + "|en-US"));
    const std::string language = culture == "zh-CN" ? "zh-chs" : culture.substr(0, 2);
    EXPECT_EQ(profile.language, language);
    if (states.contains(country)) {
        EXPECT_TRUE(has_word(states.at(country), where.state.value_or("")));
    }
    if (postal_patterns.contains(country)) {
        EXPECT_THAT(where.postal_code.value_or(""), MatchesRegex(postal_patterns.at(country)));
    }
    const std::string phone = where.phone_number.value_or("");
    if (country == "US" && !phone.empty()) {
        EXPECT_THAT(phone, MatchesRegex(us_phone));
    }
    EXPECT_FALSE(has_word(phone_required, country) && phone.empty());
}

void expect_fictitious_email(const std::optional<std::string>& email) {
    const std::string local = R"re(("[^"[:space:]]+"|[^"@[:space:]]+))re";
    ASSERT_THAT(email.value(), MatchesRegex(local + "@([a-z0-9-]{1,63}\\.)+example"));
    EXPECT_LE(email->rfind('@'), 64U);
    EXPECT_LE(email->size(), 254U);
}

/// A directory and an SQLite store of its own in it; reopen() is a restart.
class DemoWorld : public ::testing::Test {
protected:
    DemoWorld() { reopen(); }
    ~DemoWorld() override {
        store_.reset();
        file_.reset();
    }

    void reopen() {
        store_.reset();
        file_.reset();
        file_ = std::make_unique<sqlite_file>(sqlite_options{.file = directory_ / "partnerd.db"});
        store_ = std::make_unique<store>(file_->connect());
    }
    [[nodiscard]] demo_world open() { return block_on(open_demo_world(*store_, directory_)); }
    [[nodiscard]] std::filesystem::path json_file() const { return directory_ / "demo.json"; }
    [[nodiscard]] std::string json_text() const {
        std::ifstream in{json_file(), std::ios::binary};
        return {std::istreambuf_iterator<char>{in}, {}};
    }
    /// What open() says to the operator.
    [[nodiscard]] std::string complaint() {
        try {
            (void)open();
        } catch (const demo_error& error) {
            return error.what();
        }
        return {};
    }
    void add_partner(const guid& id) {
        partner_record record{.id = id, .name = "Somebody", .domain = "somebody.example"};
        EXPECT_TRUE(block_on(store_->tenants().add_partner(std::move(record))));
    }

    testing::temporary_directory scratch_{};
    const std::filesystem::path& directory_{scratch_.path()};
    std::unique_ptr<sqlite_file> file_;
    std::unique_ptr<store> store_;
};

TEST(DemoCustomers, AreEnoughForEveryPartner) {
    const demo_world world = make_demo_world();

    std::map<std::string, int> partners;
    for (const demo_partner& each : world.partners) {
        EXPECT_GE(each.customers.size(), 5U) << each.name;
        EXPECT_FALSE(each.applications.empty());
        ++partners[each.cloud + (each.sandbox ? " sandbox" : "")];
    }

    EXPECT_GE(partners["global"], 2);
    EXPECT_EQ(partners["global sandbox"], 1);
    EXPECT_EQ(partners["china"], 1);
    EXPECT_EQ(partners["us_government"], 1);
    EXPECT_EQ(world.partners.front().tenant_id, lumen);
}

TEST(DemoCustomers, OfTheFirstPartnerAre250In30Countries) {
    const auto customers = demo_customers(lumen);

    std::set<std::string> countries;
    for (const new_customer& each : customers) {
        countries.insert(profile_of(each).default_address->country.value());
    }

    EXPECT_EQ(customers.size(), 250U);
    EXPECT_EQ(countries.size(), 30U);
}

TEST(DemoCustomers, LiveWhereTheirPartnersCloudIs) {
    for (const demo_partner& partner : make_demo_world().partners) {
        const std::string_view suffix = clouds::find(partner.cloud)->domain_suffix;
        EXPECT_TRUE(partner.domain.ends_with(suffix)) << partner.domain;
        for (const new_customer& each : demo_customers(partner.tenant_id)) {
            const std::string country = profile_of(each).default_address->country.value();
            EXPECT_TRUE(each.domain.ends_with(suffix)) << each.domain;
            EXPECT_EQ(country == "CN", partner.cloud == "china");
            EXPECT_TRUE(country == "US" || partner.cloud != "us_government") << country;
        }
    }
}

TEST(DemoCustomers, BeginWithTheOnesOfTheContract) {
    const auto customers = demo_customers(lumen);

    ASSERT_EQ(golden_profile.size(), 534U);
    EXPECT_EQ(customers[0].billing.text, golden_profile);
    EXPECT_EQ(customers[0].id, tidewater);
    EXPECT_EQ(customers[0].commerce_id, id_of("41f0c2d8-98ab-4c3e-b7f1-6d2a905e13cc"));
    EXPECT_EQ(customers[0].company_name, "Tidewater Cooperative");
    EXPECT_EQ(customers[0].domain, "tidewatercoop.onmicrosoft.com");
    EXPECT_EQ(customers[0].etag, -3187205566410928834);
    EXPECT_EQ(customers[1].id, id_of("a3327be0-0b44-4d8a-9d52-7711c60fe2b9"));
    EXPECT_EQ(customers[1].domain, "umberkiln.onmicrosoft.com");
    EXPECT_EQ(customers[2].id, id_of("e58c1d07-64f2-49a3-8b0c-2d9f7ae31c60"));
    EXPECT_EQ(customers[2].domain, "vesperlantern.onmicrosoft.com");
}

TEST(DemoCustomers, KeepTheRulesForProfiles) {
    for (const new_customer& each : every_customer()) {
        SCOPED_TRACE(each.billing.text);
        const billing_profile profile = profile_of(each);
        expect_required_members(profile);
        expect_lengths(profile);
        expect_formats(profile);
        expect_fictitious_email(profile.email);
        const auto checked = checked_for_update(profile);
        EXPECT_TRUE(checked && *checked == profile) << "what is served could not be sent back";
        const auto contact = profile.default_address->email_address.value_or("");
        if (!contact.empty()) expect_fictitious_email(contact);
        EXPECT_THAT(each.domain, MatchesRegex("[a-z0-9]{1,27}\\.[a-z.]+"));
    }
}

TEST(DemoCustomers, HaveDocumentsThatSayWhatTheRowSays) {
    for (const new_customer& each : every_customer()) {
        const billing_profile profile = profile_of(each);
        EXPECT_EQ(profile.attributes.etag, std::to_string(each.etag));
        EXPECT_EQ(profile.attributes.object_type, "CustomerBillingProfile");
        EXPECT_EQ(
            profile.links->self->uri, "/v1/customers/" + to_string(each.id) + "/profiles/billing"
        );
        EXPECT_EQ(profile.company_name, each.company_name);
        EXPECT_NE(profile.id, to_string(each.id));
        EXPECT_EQ(to_json(profile), each.billing.text);
    }
}

TEST(DemoCustomers, ShareNoIdAndNoDomain) {
    std::set<std::string> ids;
    std::set<std::string> domains;
    const auto customers = every_customer();
    for (const new_customer& each : customers) {
        ids.insert(to_string(each.id));
        ids.insert(to_string(each.commerce_id));
        ids.insert(profile_of(each).id.value());
        domains.insert(each.domain);
    }

    EXPECT_EQ(ids.size(), 3 * customers.size());
    EXPECT_EQ(domains.size(), customers.size());
}

TEST(DemoCustomers, AreTheSameForEver) {
    const auto once = every_customer();
    const auto again = every_customer();

    ASSERT_EQ(once.size(), again.size());
    for (std::size_t at = 0; at < once.size(); ++at) {
        EXPECT_EQ(once[at].id, again[at].id);
        EXPECT_EQ(once[at].billing.text, again[at].billing.text);
    }
    // Two that are combined from building blocks: users' scripts may hold their ids.
    const auto customers = demo_customers(lumen);
    EXPECT_EQ(to_string(customers[25].id), "feff37ef-c94c-5ea6-88e2-8a42297d2799");
    EXPECT_EQ(to_string(customers[249].id), "1eac0a04-2ed7-502d-a30d-a03770909557");
    EXPECT_EQ(customers[249].domain, "wattleanddaubjoinery.onmicrosoft.com");
}

TEST(DemoCustomers, ExerciseLongEmptyAndAbsentValues) {
    std::size_t long_names = 0, longest_names = 0, longest_lines = 0;
    std::size_t empty_phones = 0, absent_phones = 0, unnamed = 0, stateless = 0, complete = 0;
    for (const new_customer& each : demo_customers(lumen)) {
        const billing_profile profile = profile_of(each);
        const address& where = *profile.default_address;
        const std::size_t name = code_points(profile.company_name);
        long_names += name > 100 && name < 200;
        longest_names += name == 200;
        longest_lines += code_points(where.address_line1) == 200;
        empty_phones += where.phone_number == "";
        absent_phones += !where.phone_number;
        unnamed += !profile.first_name && !profile.last_name;
        stateless += !where.state;
        complete += profile.first_name && profile.last_name && where.region && where.state &&
                    where.district && where.postal_code && where.address_line2 &&
                    where.address_line3 && where.email_address && where.middle_name;
    }

    for (const std::size_t count :
         {long_names,
          longest_names,
          longest_lines,
          empty_phones,
          absent_phones,
          unnamed,
          stateless,
          complete}) {
        EXPECT_GE(count, 1U);
    }
}

TEST(DemoCustomers, ExerciseScriptsAndCharactersThatNeedEscapes) {
    std::string all;
    for (const new_customer& each : demo_customers(lumen)) all += each.billing.text;

    const std::array parts{
        "Київ", "東京都", "𠮷",    "شركة",  "กรุงเทพ",  "ऋत्विक्", "Αθήνα",           "Երևան",
        "בע״מ", "서울",   "İ",     "ẞ",     "e\u0301", "🦊",  "👩🏽‍🍳", "O'Malley",
        " & ",  R"(\\)",  R"(\")", R"(\t)", "\u2028",
    };
    for (const char* part : parts) {
        EXPECT_THAT(all, HasSubstr(part));
    }
}

TEST(DemoCustomers, OfAStrangerAreNone) {
    EXPECT_TRUE(demo_customers(tidewater).empty());
}

TEST(DemoSecrets, DifferAtEveryCall) {
    const demo_world one = make_demo_world();
    const demo_world other = make_demo_world();

    const demo_partner& first = one.partners.front();
    const demo_partner& second = other.partners.front();
    EXPECT_NE(first.applications[0].client_secret, second.applications[0].client_secret);
    EXPECT_NE(first.users[0].password, second.users[0].password);
    EXPECT_NE(first.users[0].totp_secret, second.users[0].totp_secret);
    EXPECT_THAT(first.users[0].totp_secret, MatchesRegex("[A-Z2-7]{32}"));
}

TEST_F(DemoWorld, FillsAnEmptyStore) {
    const demo_world world = open();

    for (const demo_partner& partner : world.partners) {
        const auto record = block_on(store_->tenants().find_partner(partner.tenant_id));
        ASSERT_TRUE(record);
        EXPECT_EQ(record->domain, partner.domain);
        EXPECT_EQ(record->sandbox, partner.sandbox);
        EXPECT_EQ(record->where->name, partner.cloud);
        for (const new_customer& each : demo_customers(partner.tenant_id)) {
            const auto found = block_on(
                store_->find_profile<billing_profile>(partner.tenant_id, each.id, std::string{})
            );
            ASSERT_TRUE(found);
            EXPECT_EQ(found->text, each.billing.text);
        }
    }
}

TEST_F(DemoWorld, StoresHashesOfTheSecrets) {
    const demo_world world = open();

    secret_hasher hasher{2};
    for (const demo_partner& partner : world.partners) {
        for (const demo_application& each : partner.applications) {
            const auto record = block_on(store_->tenants().find_application(each.client_id));
            ASSERT_TRUE(record);
            EXPECT_EQ(record->partner_id, partner.tenant_id);
            EXPECT_FALSE(record->redirect_uris.empty());
            EXPECT_EQ(record->is_public, !each.client_secret);
            const bool right =
                block_on(hasher.verify({each.client_secret.value_or(""), record->secret_hash}));
            EXPECT_EQ(right, !record->is_public);
        }
        EXPECT_TRUE(partner.applications.front().client_secret);
        EXPECT_FALSE(partner.applications.back().client_secret);
    }
}

TEST_F(DemoWorld, StoresItsUsers) {
    const demo_world world = open();

    const auto connection = file_->connect();
    secret_hasher hasher{2};
    const auto key = load_or_create_sealing_key(second_factor_key_file(keys_in(directory_)));
    for (const demo_partner& partner : world.partners) {
        for (const demo_user& user : partner.users) {
            const std::vector<value> values{user.user_principal_name, partner.tenant_id};
            rows found = block_on(connection->read(
                "SELECT password_hash, totp_secret, roles FROM users"
                " WHERE user_principal_name = $1 AND partner_id = $2",
                values
            ));
            ASSERT_EQ(found.size(), 1U);
            EXPECT_TRUE(
                block_on(hasher.verify({user.password, std::get<std::string>(found.cell(0, 0))}))
            );
            EXPECT_EQ(
                open_totp_secret(
                    key, demo_user_id(partner, user), std::get<std::string>(found.cell(0, 1))
                ),
                user.totp_secret
            );
            EXPECT_THAT(std::get<std::string>(found.cell(0, 2)), StartsWith(user.roles.front()));
        }
    }
}

TEST_F(DemoWorld, WritesTheFileThatScriptsRead) {
    publish(open(), directory_, "http://127.0.0.1:8080");

    EXPECT_THAT(
        json_text(),
        StartsWith(
            R"({"url":"http://127.0.0.1:8080","authority":"http://127.0.0.1:8080",)"
            R"("audience":"https://api.partnercenter.microsoft.com","partners":[)"
            R"({"tenantId":"b0d7e3a4-52c8-4f19-8e6d-1fa3c95b2e70","name":"Lumen Partner",)"
            R"("domain":"lumenpartner.onmicrosoft.com","cloud":"global","sandbox":false,)"
            R"("applications":[{"clientId":"2c4e9b70-15d3-4a8b-8e8f-c60a1b7d9922","clientSecret":")"
        )
    );
    EXPECT_THAT(
        json_text(),
        AllOf(
            HasSubstr(R"("customers":["6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3",)"),
            HasSubstr(R"({"clientId":"8f27d1b4-3c69-4e05-a7b8-52d96e0c41fa"})"),
            HasSubstr(R"("totpSecret":")"),
            HasSubstr(R"("totpSecret":"","roles":["HelpdeskAgents"])")
        )
    );
}

TEST_F(DemoWorld, KeepsItsFileFromOthers) {
    publish(open(), directory_, "http://127.0.0.1:8080");

    struct stat status {};
    ASSERT_EQ(::stat(json_file().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(DemoWorld, KeepsItsSecretsOverARestart) {
    const demo_world before = open();
    publish(before, directory_, "http://127.0.0.1:8080");

    reopen();
    const demo_world after = open();

    EXPECT_EQ(to_json(after.partners), to_json(before.partners));
    EXPECT_EQ(after.url, "http://127.0.0.1:8080");
}

TEST_F(DemoWorld, IsCompletedAfterACrashHalfWay) {
    const demo_world secrets = make_demo_world();
    publish(secrets, directory_, "");
    add_partner(lumen);

    const demo_world world = open();

    EXPECT_EQ(to_json(world.partners), to_json(secrets.partners));
    EXPECT_TRUE(block_on(store_->find_profile<billing_profile>(lumen, tidewater, std::string{})));
    const guid last = world.partners.back().applications.back().client_id;
    EXPECT_TRUE(block_on(store_->tenants().find_application(last)));
}

TEST_F(DemoWorld, MakesNewSecretsForANewStore) {
    const demo_world other = make_demo_world();
    publish(other, directory_, "");

    const demo_world world = open();

    EXPECT_NE(to_json(world.partners), to_json(other.partners));
    EXPECT_THAT(json_text(), HasSubstr(world.partners[0].applications[0].client_secret.value()));
}

TEST_F(DemoWorld, RefusesAStoreWithPartnersAndNoFile) {
    add_partner(lumen);

    EXPECT_THAT(
        complaint(), StartsWith("invented data wants an empty data directory or one that --demo")
    );
    EXPECT_FALSE(std::filesystem::exists(json_file()));
}

TEST_F(DemoWorld, RefusesAStoreOfOtherPartners) {
    publish(make_demo_world(), directory_, "");
    add_partner(tidewater);

    EXPECT_THAT(
        complaint(), StartsWith("invented data wants an empty data directory or one that --demo")
    );
    EXPECT_FALSE(block_on(store_->tenants().find_partner(lumen)));
}

TEST_F(DemoWorld, RefusesADamagedFileWithoutQuotingIt) {
    (void)open();
    std::ofstream{json_file()} << R"({"partners":[{"clientSecret":"hush)";

    EXPECT_THAT(complaint(), AllOf(HasSubstr("demo.json is damaged"), Not(HasSubstr("hush"))));
}

TEST_F(DemoWorld, SaysWhyItsFileCannotBeWritten) {
    const demo_world world = make_demo_world();

    std::ofstream{directory_ / "file"};

    EXPECT_THROW(publish(world, directory_ / "file" / "inside", ""), file_error);
}

}  // namespace
}  // namespace partner_center
