// Tests sign-in on another device as its client sees it: codes, polls, decisions, attacks. Calls
// the authority on a real store, at times of the tests' choice.
// SPDX-License-Identifier: MIT
#include "server/identity/authority/device_code.hpp"

#include <regex>

#include <gmock/gmock.h>

#include "server/identity/authority/asking_testing.hpp"

namespace partner_center {

struct read_device_answer {
    static constexpr auto wire_case = letter_case::snake;
    std::string user_code{};
    std::string device_code{};
    std::string verification_uri{};
    std::string verification_uri_complete{};
    std::int64_t expires_in{};
    std::int64_t interval{};
    std::string message{};
};
BOOST_DESCRIBE_STRUCT(
    read_device_answer,
    (),
    (user_code,
     device_code,
     verification_uri,
     verification_uri_complete,
     expires_in,
     interval,
     message)
)

namespace {

using namespace std::chrono_literals;
using namespace testing;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

constexpr std::string_view device_grant = "urn:ietf:params:oauth:grant-type:device_code";

[[nodiscard]] guid public_client() {
    return id_of(150);
}
[[nodiscard]] guid other_public_client() {
    return id_of(151);
}

class DeviceCodeTest : public AskingTest {
protected:
    DeviceCodeTest() {
        for (const guid& id : {public_client(), other_public_client()}) {
            const application_record added{
                .id = id, .partner_id = id_of(1), .name = "Tool", .is_public = true};
            EXPECT_TRUE(run(world.tenants.add_application(added)));
        }
    }

    [[nodiscard]] heard ask_codes(const std::string& form, const std::string& at_tenant) {
        return post(at_tenant + "/oauth2/v2.0/devicecode", form, noon);
    }
    [[nodiscard]] read_device_answer begin() {
        const heard got = ask_codes("client_id=" + to_string(public_client()) + api_scope, tenant);
        const auto read = from_json<read_device_answer>(got.answer.body, json_reading::strict);
        EXPECT_TRUE(read) << got.answer.body;
        return read ? *read : read_device_answer{};
    }
    [[nodiscard]] heard poll(
        const std::string& device_code, system_time now, const guid& client = public_client()
    ) {
        const std::string form = "grant_type=" + form_escaped(device_grant) +
                                 "&client_id=" + to_string(client) + "&device_code=" + device_code;
        return post(tenant + "/oauth2/v2.0/token", form, now);
    }
    [[nodiscard]] bool decide(
        const read_device_answer& codes, const device_decision& decision, system_time now
    ) {
        return run(known_proofs.decide_device_request(codes.user_code, decision, now));
    }
};

TEST_F(DeviceCodeTest, GivesCodesAtVersion2WithNumbers) {
    const read_device_answer got = begin();
    EXPECT_THAT(got.user_code, MatchesRegex("[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}"));
    EXPECT_EQ(got.device_code.size(), 43U);
    EXPECT_EQ(got.verification_uri, "https://localhost:8443" + tenant + "/oauth2/deviceauth");
    EXPECT_EQ(got.verification_uri_complete, got.verification_uri + "?user_code=" + got.user_code);
    EXPECT_EQ(got.expires_in, 900);
    EXPECT_EQ(got.interval, 5);
    EXPECT_THAT(got.message, HasSubstr(got.user_code));
    EXPECT_THAT(got.message, HasSubstr(got.verification_uri));
    EXPECT_THAT(got.message, Not(HasSubstr(got.device_code)));
    EXPECT_NE(begin().device_code, got.device_code);
}

TEST_F(DeviceCodeTest, GivesCodesAtVersion1AllInStrings) {
    const heard got = post(
        "/common/oauth2/devicecode", "client_id=" + to_string(public_client()) + api_resource, noon
    );
    EXPECT_THAT(
        got.answer.body,
        MatchesRegex(
            R"(\{"user_code":"[A-Z]{4}-[A-Z]{4}","device_code":"[-_A-Za-z0-9]{43}",)"
            R"("verification_url":"https://localhost:8443/[-0-9a-f]{36}/oauth2/deviceauth",)"
            R"("expires_in":"900","interval":"5","message":"To sign in, [^"]*"\})"
        )
    );
}

TEST_F(DeviceCodeTest, TellsTheClientToWaitAndThenGivesATokenOfTheUserOnce) {
    const read_device_answer codes = begin();
    EXPECT_EQ(poll(codes.device_code, noon).read().error, "authorization_pending");
    ASSERT_TRUE(decide(codes, {id_of(ann), true, true}, noon + 3s));

    const heard got = poll(codes.device_code, noon + 5s);
    ASSERT_EQ(got.answer.status, 200U) << got.answer.body;
    EXPECT_EQ(
        got.read().scope,
        "https://api.partnercenter.microsoft.com/user_impersonation"
        " https://api.partnercenter.microsoft.com/.default"
    );
    const auto caller = verify(got.read().access_token, noon + 5s);
    ASSERT_TRUE(caller);
    EXPECT_EQ(caller->user_id, id_of(ann));
    EXPECT_EQ(caller->application_id, public_client());
    EXPECT_EQ(caller->partner_id, id_of(1));
    EXPECT_TRUE(caller->has_mfa);
    EXPECT_TRUE(caller->may_impersonate);

    EXPECT_EQ(poll(codes.device_code, noon + 10s).read().error, "invalid_grant");
}

TEST_F(DeviceCodeTest, KnowsThatAUserHasNoSecondFactor) {
    const read_device_answer codes = begin();
    ASSERT_TRUE(decide(codes, {id_of(ann), false, true}, noon));
    const auto caller = verify(poll(codes.device_code, noon).read().access_token, noon);
    ASSERT_TRUE(caller);
    EXPECT_FALSE(caller->has_mfa);
}

TEST_F(DeviceCodeTest, IsRedeemedAtVersion1ByItsShortNames) {
    const read_device_answer codes = begin();
    ASSERT_TRUE(decide(codes, {id_of(ann), true, true}, noon));
    const std::string form = "grant_type=device_code&client_id=" + to_string(public_client()) +
                             "&code=" + codes.device_code + api_resource;
    const heard got = post(tenant + "/oauth2/token", form, noon);
    EXPECT_EQ(got.answer.status, 200U) << got.answer.body;
    EXPECT_EQ(got.read().scope, "user_impersonation");
    EXPECT_THAT(got.answer.body, HasSubstr(R"("expires_in":"3599")"));
}

TEST_F(DeviceCodeTest, IsForItsClientOnly) {
    const read_device_answer codes = begin();
    ASSERT_TRUE(decide(codes, {id_of(ann), true, true}, noon));
    EXPECT_EQ(poll(codes.device_code, noon, other_public_client()).read().error, "invalid_grant");
    EXPECT_EQ(poll(codes.device_code, noon, id_of(999)).read().error, "invalid_client");
    EXPECT_EQ(poll(codes.device_code + "x", noon).read().error, "invalid_grant");
    EXPECT_EQ(poll("", noon).read().error, "invalid_request");
    EXPECT_EQ(poll(codes.device_code, noon).answer.status, 200U) << "still there for its own";
}

TEST_F(DeviceCodeTest, RefusesAUserWhoMayNotSignInAnyMore) {
    const read_device_answer codes = begin();
    ASSERT_TRUE(decide(codes, {id_of(disabled_user), true, true}, noon));
    EXPECT_EQ(poll(codes.device_code, noon).read().error, "invalid_grant");
}

TEST_F(DeviceCodeTest, AsksAConfidentialClientForItsSecret) {
    const std::string confidential = "client_id=" + to_string(application_of(1));
    const std::string secret = "&client_secret=" + form_escaped(right_secret);
    EXPECT_EQ(ask_codes(confidential + api_scope, tenant).number(), 7000218);
    const heard begun = ask_codes(confidential + secret + api_scope, tenant);
    const auto codes = from_json<read_device_answer>(begun.answer.body, json_reading::strict);
    ASSERT_TRUE(codes) << begun.answer.body;
    ASSERT_TRUE(decide(*codes, {id_of(ann), true, true}, noon));

    EXPECT_EQ(poll(codes->device_code, noon, application_of(1)).number(), 7000218);
    const std::string form = "grant_type=" + form_escaped(device_grant) +
                             "&device_code=" + codes->device_code + '&' + confidential + secret;
    EXPECT_EQ(post(tenant + "/oauth2/v2.0/token", form, noon).answer.status, 200U);
}

TEST_F(DeviceCodeTest, KeepsOnlyWhatIsKnownOfTheScope) {
    std::string scope = "&scope=";
    for (int time = 0; time < 100; ++time) scope += "openid+";
    scope += form_escaped("https://api.partnercenter.microsoft.com/.default") + "+offline_access";
    const heard got = ask_codes("client_id=" + to_string(public_client()) + scope, tenant);
    const auto codes = from_json<read_device_answer>(got.answer.body, json_reading::strict);
    ASSERT_TRUE(codes) << got.answer.body;
    EXPECT_EQ(
        run(known_proofs.find_device_request(codes->user_code, noon))->scope,
        "openid https://api.partnercenter.microsoft.com/.default offline_access"
    );
}

TEST_F(DeviceCodeTest, TellsAClientThatAsksTooOftenToWait) {
    for (int time = 0; time < 50; ++time) EXPECT_NE(begin().device_code, "");
    const std::string form = "client_id=" + to_string(public_client()) + api_scope;
    const heard refused = ask_codes(form, tenant);
    EXPECT_EQ(refused.answer.status, 429U);
    EXPECT_EQ(refused.read().error, "temporarily_unavailable");
    EXPECT_THAT(refused.answer.fields, HasSubstr("Retry-After: 60\r\n"));
    const std::string others = "client_id=" + to_string(other_public_client()) + api_scope;
    EXPECT_EQ(ask_codes(others, tenant).answer.status, 200U);
    EXPECT_EQ(post(tenant + "/oauth2/v2.0/devicecode", form, noon + 900s).answer.status, 200U);
}

/// A request for codes that is refused.
struct refused_device_form {
    const char* name;
    std::string at_tenant;
    std::string form;
    unsigned status;
    std::string error;
};
class RefusedDeviceForm : public DeviceCodeTest,
                          public ::testing::WithParamInterface<refused_device_form> {};

TEST_P(RefusedDeviceForm, IsAnsweredWithItsError) {
    const auto& [name, at_tenant, form, status, error] = GetParam();
    const heard got = ask_codes(form, '/' + at_tenant);
    EXPECT_EQ(got.answer.status, status) << got.answer.body;
    EXPECT_EQ(got.read().error, error);
}

const std::string good_client = "client_id=" + to_string(public_client());
const std::string good_scope = "&scope=https://api.partnercenter.microsoft.com/.default";
const std::vector<refused_device_form> refused_device_forms{
    {"NoClient", "common", good_scope, 400, "invalid_request"},
    {"UnknownClient",
     "common",
     "client_id=" + to_string(id_of(999)) + good_scope,
     401,
     "invalid_client"},
    {"DisabledClient",
     "common",
     "client_id=" + to_string(disabled_application()) + good_scope,
     401,
     "invalid_client"},
    {"SecretOfAPublicClient",
     "common",
     good_client + "&client_secret=x" + good_scope,
     401,
     "invalid_client"},
    {"NoScope", "common", good_client, 400, "invalid_request"},
    {"UnknownScope",
     "common",
     good_client + "&scope=https://evil.example/.default",
     400,
     "invalid_scope"},
    {"OtherPermission",
     "common",
     good_client + "&scope=https://api.partnercenter.microsoft.com/all",
     400,
     "invalid_scope"},
    {"UnknownTenant", "nobody.example", good_client + good_scope, 400, "invalid_request"},
    {"TenantOfAnother", to_string(id_of(2)), good_client + good_scope, 400, "unauthorized_client"},
};
INSTANTIATE_TEST_SUITE_P(
    DeviceCode,
    RefusedDeviceForm,
    ::testing::ValuesIn(refused_device_forms),
    [](const auto& tried) { return std::string{tried.param.name}; }
);

TEST_F(DeviceCodeTest, TakesTheScopesOfAnOpenIdClient) {
    const std::string scope =
        "&scope=openid+profile+offline_access+" + form_escaped(
                                                      "https://api.partnercenter.microsoft.com"
                                                      "/user_impersonation"
                                                  );
    EXPECT_EQ(ask_codes(good_client + scope, "/organizations").answer.status, 200U);
}

TEST_F(DeviceCodeTest, RefusesACodeInTheAddress) {
    const std::string url = tenant + "/oauth2/v2.0/token?device_code=x";
    EXPECT_EQ(authority::find(url.substr(0, url.find('?')))->index, 1U);
    const read_device_answer codes = begin();
    EXPECT_THAT(poll(codes.device_code, noon).answer.body, Not(HasSubstr(codes.device_code)));
}

TEST_F(DeviceCodeTest, GivesAPublicClientNoTokenOfItsOwn) {
    const std::string form = "grant_type=client_credentials&" + good_client + api_scope;
    EXPECT_EQ(post(tenant + "/oauth2/v2.0/token", form, noon).number(), 7000218);
    EXPECT_EQ(
        post(tenant + "/oauth2/v2.0/token", form + "&client_secret=x", noon).number(), 700025
    );
}

}  // namespace
}  // namespace partner_center
