// Tests the page on which a person allows a device what it asks for, as that person's browser and
// the device see it. Calls authority.cpp on a real store.
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include "server/identity/authority/browsing_testing.hpp"

namespace partner_center {
namespace {

using namespace std::chrono_literals;
using namespace testing;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class DevicePage : public BrowsingTest {
protected:
    static constexpr std::string_view wrong_code =
        "This code is not right, or it was used before, or has expired.";

    [[nodiscard]] read_codes begin(const guid& client) {
        const parameters asked{
            {"client_id", to_string(client)},
            {"scope", std::string{api} + "/user_impersonation openid offline_access"}};
        const told got = ask("POST", base + "/oauth2/v2.0/devicecode", encoded(asked));
        const auto read = from_json<read_codes>(got.answer.body, json_reading::response);
        EXPECT_TRUE(read) << got.answer.body;
        return read ? *read : read_codes{};
    }
    [[nodiscard]] told open(const std::string& tenant) {
        return ask("GET", tenant + "/oauth2/deviceauth", "");
    }
    /// Sends a page's form where the page says.
    [[nodiscard]] told press(const told& page, parameters filled_in) {
        filled_in["request"] = between(page.answer.body, R"(name="request" value=")", "\"");
        const std::string action = between(page.answer.body, R"(action=")", "\"");
        return ask("POST", action, encoded(filled_in));
    }
    [[nodiscard]] told enter(const std::string& user_code) {
        return press(open(base), {{"user_code", user_code}});
    }
    [[nodiscard]] told give_password(const told& page, const std::string& user) {
        return press(page, {{"user", user}, {"password", std::string{right_secret}}});
    }
    /// The page that asks for a decision.
    [[nodiscard]] told consent(const std::string& user_code) {
        return give_password(enter(user_code), user_name);
    }
    [[nodiscard]] told poll(const std::string& device_code) {
        return token(
            {{"grant_type", "urn:ietf:params:oauth:grant-type:device_code"},
             {"client_id", to_string(native)},
             {"device_code", device_code}}
        );
    }
    [[nodiscard]] static std::string problem(const told& page) {
        return between(page.answer.body, R"(role="alert">)", "<");
    }
    [[nodiscard]] static std::string title(const told& page) {
        return between(page.answer.body, "<title>", "<");
    }
};

TEST_F(DevicePage, GivesTheDeviceTokensOfWhoAllowsIt) {
    const read_codes codes = begin(native);
    EXPECT_EQ(codes.verification_uri, "https://localhost:8443" + base + "/oauth2/deviceauth");
    const told page = open(base);
    ASSERT_EQ(page.answer.status, 200U);
    const told named = press(page, {{"user_code", codes.user_code}});
    EXPECT_THAT(named.answer.body, HasSubstr("to continue to <strong>&lt;App &amp; co&gt;"));
    const told asked = give_password(named, user_name);
    EXPECT_THAT(
        asked.answer.body,
        AllOf(
            HasSubstr("<strong>&lt;App &amp; co&gt;</strong> on another device"),
            HasSubstr("<strong>User80@partner.example</strong>"),
            HasSubstr(std::string{api}),
            HasSubstr("<li>stay signed in"),
            HasSubstr("<strong>" + codes.user_code + "</strong>")
        )
    );
    EXPECT_EQ(asked.outcome.application_id, native);
    EXPECT_EQ(asked.outcome.partner_id, id_of(1));
    EXPECT_EQ(poll(codes.device_code).read().error, "authorization_pending");

    EXPECT_EQ(title(press(asked, {{"decision", "allow"}})), "Signed in");
    const read_user_answer got = poll(codes.device_code).read();
    const auto caller = verify(got.access_token);
    ASSERT_TRUE(caller) << got.error;
    EXPECT_EQ(caller->user_id, id_of(80));
    EXPECT_EQ(caller->application_id, native);
    EXPECT_TRUE(caller->may_impersonate);
    EXPECT_FALSE(caller->has_mfa);
    EXPECT_TRUE(verify(token(native_refresh(got.refresh_token)).read().access_token));
    EXPECT_EQ(open_id_token(got.id_token).oid, to_string(id_of(80)));
    EXPECT_EQ(poll(codes.device_code).read().error, "invalid_grant");
}

TEST_F(DevicePage, SaysMfaOfWhoGaveDigits) {
    now = digits_time;
    const read_codes codes = begin(native);
    const told second = give_password(enter(codes.user_code), "user81@partner.example");
    ASSERT_THAT(second.answer.body, HasSubstr(R"(autocomplete="one-time-code")"));
    EXPECT_THAT(press(second, {{"decision", "allow"}}).answer.body, HasSubstr("one-time-code"));
    const told wrong = press(second, {{"digits", "000000"}});
    EXPECT_THAT(problem(wrong), StartsWith("These digits are not right"));
    const told asked = press(wrong, {{"digits", std::string{digits}}});
    EXPECT_EQ(title(press(asked, {{"decision", "allow"}})), "Signed in");

    const auto caller = verify(poll(codes.device_code).read().access_token);
    ASSERT_TRUE(caller);
    EXPECT_EQ(caller->user_id, id_of(bob));
    EXPECT_TRUE(caller->has_mfa);
}

TEST_F(DevicePage, TellsTheDeviceThatItWasDenied) {
    const read_codes codes = begin(native);
    EXPECT_EQ(title(press(consent(codes.user_code), {{"decision", "deny"}})), "Denied");
    EXPECT_EQ(poll(codes.device_code).read().error, "authorization_declined");
}

TEST_F(DevicePage, DecidesNothingWhenThePersonCancelsOrSaysNothing) {
    const read_codes codes = begin(native);
    EXPECT_EQ(title(press(enter(codes.user_code), {{"cancel", "1"}})), "Cancelled");
    EXPECT_EQ(press(consent(codes.user_code), {}).answer.status, 400U);
    EXPECT_EQ(poll(codes.device_code).read().error, "authorization_pending");
}

TEST_F(DevicePage, AsksNobodyForAPasswordWhoIsSignedIn) {
    ASSERT_FALSE(code_for(web_request()).empty());
    const read_codes codes = begin(native);
    const told asked = enter(codes.user_code);
    EXPECT_EQ(title(asked), "Allow access?");
    EXPECT_THAT(asked.answer.body, HasSubstr("User80@partner.example"));
    EXPECT_EQ(title(press(asked, {{"decision", "allow"}})), "Signed in");
    EXPECT_EQ(verify(poll(codes.device_code).read().access_token)->user_id, id_of(80));
}

TEST_F(DevicePage, LetsAnotherAccountDecideAndKeepsItSignedIn) {
    add_user(83, 1, "");
    const read_codes codes = begin(native);
    const told password = press(consent(codes.user_code), {{"decision", "other"}});
    ASSERT_THAT(password.answer.body, HasSubstr(R"(autocomplete="current-password")"));
    const told asked = give_password(password, "user83@partner.example");
    EXPECT_EQ(title(press(asked, {{"decision", "allow"}})), "Signed in");
    EXPECT_EQ(verify(poll(codes.device_code).read().access_token)->user_id, id_of(83));
    EXPECT_THAT(enter(begin(native).user_code).answer.body, HasSubstr("User83@partner.example"));
}

TEST_F(DevicePage, TakesTheCodeAsPeopleTypeItAndOnEveryPageOfItsTenant) {
    const std::string code = begin(native).user_code;
    std::string plain = code;
    plain.erase(4, 1);
    for (char& each : plain) each = static_cast<char>(each - 'A' + 'a');
    for (const std::string tenant :
         {base.c_str(), "/common", "/Organizations", "/partner1.onmicrosoft.com"}) {
        const told got = press(open(tenant), {{"user_code", plain}});
        EXPECT_EQ(title(got), "Sign in") << tenant;
    }
    EXPECT_EQ(open("/nobody.example").answer.status, 400U);
    EXPECT_EQ(open("/nobody.example").outcome.error, "invalid_tenant");
}

TEST_F(DevicePage, FillsInTheCodeOfTheCompleteAddressAndEscapesIt) {
    const read_codes codes = begin(native);
    const std::string complete =
        codes.verification_uri_complete.substr(std::string_view{"https://localhost:8443"}.size());
    const told page = ask("GET", complete, "");
    EXPECT_EQ(title(page), "Sign in on another device") << "the person confirms it";
    EXPECT_THAT(page.answer.body, HasSubstr("value=\"" + codes.user_code + '"'));
    EXPECT_THAT(
        ask("GET", base + "/oauth2/deviceauth?user_code=%22%3E%3Cscript%3E", "").answer.body,
        AllOf(HasSubstr("&quot;&gt;&lt;script&gt;"), Not(HasSubstr("<script")))
    );
}

TEST_F(DevicePage, SaysTheSameOfEveryCodeThatIsNotGood) {
    const read_codes used = begin(native);
    const read_codes disabled = begin(other_native);
    const read_codes foreign = begin(native);
    ASSERT_EQ(title(press(consent(used.user_code), {{"decision", "deny"}})), "Denied");
    ASSERT_TRUE(run(tenants->disable_application(other_native)));
    for (const std::string& code :
         {used.user_code, disabled.user_code, std::string{"BCDF-GHJK"}, std::string{}}) {
        const told got = enter(code);
        EXPECT_EQ(problem(got), wrong_code) << code;
        EXPECT_EQ(title(got), "Error: Sign in on another device");
        EXPECT_THAT(
            got.answer.body, HasSubstr(R"(aria-invalid="true" aria-describedby="problem")")
        );
        EXPECT_EQ(got.outcome.error, "access_denied");
    }
    const told elsewhere = open('/' + to_string(id_of(2)));
    EXPECT_EQ(problem(press(elsewhere, {{"user_code", foreign.user_code}})), wrong_code);
    now += 900s;
    EXPECT_EQ(problem(enter(foreign.user_code)), wrong_code);
}

TEST_F(DevicePage, NoticesAtEachStepThatTheRequestIsOver) {
    const read_codes codes = begin(native);
    const told password = enter(codes.user_code);
    const told first = consent(codes.user_code);
    ASSERT_EQ(title(press(first, {{"decision", "allow"}})), "Signed in");
    EXPECT_EQ(problem(press(first, {{"decision", "deny"}})), wrong_code);
    EXPECT_EQ(problem(give_password(password, user_name)), wrong_code);
    EXPECT_TRUE(verify(poll(codes.device_code).read().access_token));
}

TEST_F(DevicePage, LetsNoUserOfAnotherTenantIn) {
    const read_codes codes = begin(native);
    const told refused = give_password(enter(codes.user_code), "user82@partner.example");
    EXPECT_EQ(problem(refused), "The user name or the password is not right.");

    parameters foreign = web_request();
    foreign["client_id"] = to_string(id_of(305));
    const std::string query = "/oauth2/v2.0/authorize?" + encoded(foreign);
    const told page = ask("GET", '/' + to_string(id_of(2)) + query, "");
    ASSERT_NE(
        send(
            page, {{"user", "user82@partner.example"}, {"password", std::string{right_secret}}}
        ).given("code"),
        ""
    );
    EXPECT_EQ(title(enter(codes.user_code)), "Sign in") << "a session of another tenant";
}

TEST_F(DevicePage, WantsThePersonAgainWhoWasChangedMeanwhile) {
    const read_codes codes = begin(native);
    const told asked = consent(codes.user_code);
    ASSERT_TRUE(run(tenants->set_password_hash(id_of(80), right_hash())));
    EXPECT_EQ(title(press(asked, {{"decision", "allow"}})), "Sign in");
    EXPECT_EQ(poll(codes.device_code).read().error, "authorization_pending");
}

TEST_F(DevicePage, CountsOnlyInTheBrowserThatOpenedItAndForTenMinutes) {
    const read_codes codes = begin(native);
    const told asked = consent(codes.user_code);
    const parameters mine = jar;
    jar.clear();
    EXPECT_EQ(press(asked, {{"decision", "allow"}}).answer.status, 400U) << "no cookie";
    const told page = open(base);
    EXPECT_EQ(press(asked, {{"decision", "allow"}}).answer.status, 400U) << "another's cookie";
    jar = mine;
    EXPECT_EQ(press(page, {{"user_code", codes.user_code}}).answer.status, 400U);
    told altered = asked;
    const auto at = altered.answer.body.find(R"(name="request" value=")") + 80;
    altered.answer.body[at] = altered.answer.body[at] == 'A' ? 'B' : 'A';
    EXPECT_EQ(press(altered, {{"decision", "allow"}}).answer.status, 400U);
    const told other_kind = authorize(web_request());
    const parameters mixed{
        {"request", between(other_kind.answer.body, R"(name="request" value=")", "\"")},
        {"decision", "allow"}};
    const told refused = ask("POST", base + "/oauth2/deviceauth", encoded(mixed));
    EXPECT_EQ(refused.answer.status, 400U) << "sealed for another purpose";
    now += 10min;
    EXPECT_EQ(press(asked, {{"decision", "allow"}}).answer.status, 400U);
    now -= 1s;
    EXPECT_EQ(poll(codes.device_code).read().error, "authorization_pending");
    EXPECT_EQ(title(press(asked, {{"decision", "allow"}})), "Signed in");
}

TEST_F(DevicePage, SlowsDownWhoGuessesCodes) {
    peer = "192.0.2.1";
    const read_codes codes = begin(native);
    for (int tried = 0; tried < 60; ++tried) {
        ASSERT_EQ(title(enter(codes.user_code)), "Sign in") << "right ones are not counted";
    }
    for (int tried = 0; tried < 50; ++tried) EXPECT_EQ(problem(enter("BCDF-GHJK")), wrong_code);
    EXPECT_EQ(
        problem(enter(codes.user_code)), "Too many attempts have failed. Try again in 30 seconds."
    );
    peer = "192.0.2.2";
    EXPECT_EQ(title(enter(codes.user_code)), "Sign in") << "from elsewhere";
    peer = "192.0.2.1";
    now += 30s;
    EXPECT_EQ(title(enter(codes.user_code)), "Sign in");
}

TEST_F(DevicePage, NeedsNoScriptAndCannotBeFramed) {
    const read_codes codes = begin(native);
    for (const told& page : {open(base), enter(codes.user_code), consent(codes.user_code)}) {
        EXPECT_THAT(
            page.field("Content-Security-Policy"),
            AllOf(
                StartsWith("default-src 'none'; style-src 'sha256-"),
                HasSubstr("frame-ancestors 'none'; base-uri 'none'")
            )
        );
        EXPECT_THAT(
            page.answer.body, AllOf(HasSubstr(R"(<html lang="en">)"), Not(HasSubstr("<script")))
        );
        EXPECT_THAT(page.field("Cache-Control"), HasSubstr("no-store"));
        EXPECT_EQ(page.field("X-Frame-Options"), "DENY");
    }
    EXPECT_THAT(open(base).answer.body, HasSubstr(R"(<label for="user_code">)"));
    EXPECT_EQ(ask("PUT", base + "/oauth2/deviceauth", "").answer.status, 405U);
}

}  // namespace
}  // namespace partner_center
