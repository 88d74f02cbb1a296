// Tests that people sign in to applications, as browsers and applications see it: pages, redirects,
// codes, refresh tokens, and each refusal. Calls authority.cpp on a real store.
// SPDX-License-Identifier: MIT
#include <functional>
#include <vector>

#include <gmock/gmock.h>

#include "server/identity/authority/browsing_testing.hpp"
#include "server/identity/base64url.hpp"
#include "server/identity/digest.hpp"
#include "server/identity/test_argon2.hpp"

namespace partner_center {
namespace {

using namespace testing;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class SignIn : public BrowsingTest {};

TEST_F(SignIn, GivesACodeAndForItTokensOfTheUser) {
    const told page = authorize(web_request());
    const told back = fill_in(page);

    EXPECT_EQ(page.answer.status, 200U);
    EXPECT_EQ(back.answer.status, 303U);
    EXPECT_THAT(back.field("Location"), StartsWith(std::string{web_uri} + "&code="));
    EXPECT_EQ(back.given("state"), "s t&a");
    EXPECT_EQ(back.outcome.error, "");
    EXPECT_EQ(back.outcome.application_id, web);
    EXPECT_EQ(back.outcome.partner_id, id_of(1));

    parameters asked = web_code(back.given("code"));
    asked["client_info"] = "1";
    const read_user_answer got = token(asked).read();
    EXPECT_EQ(
        got.scope,
        fmt::format("{0}/user_impersonation {0}/.default openid profile offline_access", api)
    );
    const auto caller = verify(got.access_token);
    ASSERT_TRUE(caller);
    EXPECT_EQ(caller->partner_id, id_of(1));
    EXPECT_EQ(caller->application_id, web);
    EXPECT_EQ(caller->user_id, id_of(80));
    EXPECT_EQ(caller->user_principal_name, "User80@partner.example");
    EXPECT_THAT(caller->roles, ElementsAre("AdminAgents"));
    EXPECT_TRUE(caller->may_impersonate);
    EXPECT_FALSE(caller->has_mfa);
    EXPECT_FALSE(got.refresh_token.empty());

    const read_claims_of_id_token identity = open_id_token(got.id_token);
    EXPECT_EQ(identity.aud, to_string(web));
    EXPECT_EQ(identity.iss, "https://sts.windows.net" + base + '/');
    EXPECT_EQ(identity.nonce, "n-1");
    EXPECT_EQ(identity.tid, to_string(id_of(1)));
    EXPECT_EQ(identity.oid, to_string(id_of(80)));
    EXPECT_EQ(identity.preferred_username, "User80@partner.example");
    EXPECT_EQ(identity.name, "User80@partner.example");
    EXPECT_EQ(identity.ver, "2.0");
    EXPECT_EQ(
        from_base64url(got.client_info),
        fmt::format(R"({{"uid":"{}","utid":"{}"}})", to_string(id_of(80)), to_string(id_of(1)))
    );
}

TEST_F(SignIn, GoesOnWhenTheSigningKeyIsRotatedMeanwhile) {
    const temporary_directory folder;
    authority_keys all{folder.path()};
    reactor_keys own{all};
    keys = &own;
    const auto rotate = [&] {
        static_cast<void>(rotate_keys(folder.path(), now));
        EXPECT_EQ(all.refresh(now).problem, "");
    };
    const told page = authorize(web_request());
    rotate();
    const told back = fill_in(page);
    rotate();
    const read_user_answer got = token(web_code(back.given("code"))).read();
    rotate();

    EXPECT_TRUE(verify(got.access_token));
    EXPECT_EQ(open_id_token(got.id_token).aud, to_string(web));
    EXPECT_NE(authorize(web_request()).given("code"), "") << "the session is still there";
    const parameters leaving{
        {"post_logout_redirect_uri", std::string{other_uri}}, {"id_token_hint", got.id_token}};
    const told left = ask("GET", base + "/oauth2/logout?" + encoded(leaving), "");
    EXPECT_EQ(left.field("Location"), other_uri);
}

// The secure application model's sample: no resource until the code is redeemed.
TEST_F(SignIn, GivesCodeAndIdTokenInAFormAtVersion1) {
    parameters asked = web_request();
    asked["response_type"] = "code id_token";
    asked["response_mode"] = "form_post";
    asked["scope"] = "openid profile";
    const told back = fill_in(authorize_v1(asked));

    EXPECT_EQ(back.answer.status, 200U);
    EXPECT_EQ(back.answer.content_type, "text/html; charset=utf-8");
    EXPECT_THAT(
        back.answer.body, HasSubstr(R"(<form method="post" action="https://app.example/back?x=1">)")
    );
    EXPECT_THAT(back.answer.body, HasSubstr(R"(<button type="submit" autofocus>Continue)"));
    EXPECT_EQ(back.given("state"), "s t&amp;a");
    EXPECT_THAT(
        back.field("Content-Security-Policy"),
        AllOf(
            HasSubstr("default-src 'none'; script-src 'sha256-"),
            Not(HasSubstr("form-action")),
            Not(HasSubstr("unsafe"))
        )
    );
    const read_claims_of_id_token identity = open_id_token(back.given("id_token"));
    EXPECT_EQ(identity.nonce, "n-1");
    EXPECT_EQ(identity.upn, "User80@partner.example");
    EXPECT_EQ(identity.ver, "1.0");
    EXPECT_EQ(identity.c_hash, to_base64url(sha256(back.given("code")).substr(0, 16)));

    parameters redeemed = web_code(back.given("code"));
    redeemed["resource"] = api;
    const told tokens = token_v1(redeemed);
    EXPECT_THAT(
        tokens.answer.body,
        StartsWith(R"({"token_type":"Bearer","scope":"user_impersonation","expires_in":"3599",)")
    );
    const read_user_answer got = tokens.read();
    EXPECT_EQ(got.resource, api);
    EXPECT_TRUE(verify(got.access_token));
    EXPECT_FALSE(got.id_token.empty());

    parameters other = web_refresh(got.refresh_token);
    other["resource"] = "https://graph.windows.net";
    EXPECT_EQ(token_v1(other).read().resource, "https://graph.windows.net");
    other.erase("resource");
    other["scope"] = std::string{api} + "/.default";
    EXPECT_TRUE(verify(token(other).read().access_token)) << "version 2.0 takes it as well";
}

TEST_F(SignIn, AnswersInTheFragmentAndWithAnIdTokenAlone) {
    parameters asked = web_request();
    asked["response_mode"] = "fragment";
    const std::string code = fill_in(authorize(asked)).field("Location");
    asked.erase("response_mode");
    asked["response_type"] = "id_token";
    jar.clear();
    const told alone = fill_in(authorize(asked));

    EXPECT_THAT(code, StartsWith(std::string{web_uri} + "#code="));
    EXPECT_THAT(alone.field("Location"), StartsWith(std::string{web_uri} + "#id_token="));
    EXPECT_EQ(open_id_token(alone.given("id_token")).c_hash, "");
}

TEST_F(SignIn, SaysWhenTheUserSignedInWhereThatWasAsked) {
    parameters asked = web_request();
    const auto auth_time_of = [&](const told& back) {
        const read_user_answer got = token(web_code(back.given("code"))).read();
        return open_id_token(got.id_token).auth_time;
    };
    EXPECT_EQ(auth_time_of(fill_in(authorize(asked))), 0) << "not asked";
    const std::int64_t signed_in = now.time_since_epoch().count();
    now += std::chrono::seconds{100};
    asked["max_age"] = "100";
    EXPECT_EQ(auth_time_of(authorize(asked)), signed_in);
    asked["response_type"] = "code id_token";
    const told both = authorize(asked);
    EXPECT_EQ(open_id_token(both.given("id_token")).auth_time, signed_in);
    asked = web_request();
    asked["max_age"] = "99";
    EXPECT_EQ(auth_time_of(fill_in(authorize(asked))), signed_in + 100);
    asked["max_age"] = "0";
    EXPECT_EQ(authorize(asked).given("code"), "") << "signed in in this very second";
    asked["prompt"] = "none";
    EXPECT_EQ(authorize(asked).given("error"), "login_required");
}

TEST_F(SignIn, EndsASessionWhoeverHasItsCookie) {
    ASSERT_FALSE(code_for(web_request()).empty());
    const parameters kept = jar;
    const told out = ask("GET", base + "/oauth2/logout", "");
    EXPECT_EQ(out.answer.status, 200U);

    jar = kept;
    EXPECT_EQ(authorize(web_request()).given("code"), "");
    ASSERT_FALSE(code_for(web_request()).empty()) << "signs in again";
    EXPECT_FALSE(authorize(web_request()).given("code").empty());
    jar = kept;
    EXPECT_EQ(authorize(web_request()).given("code"), "");
}

TEST_F(SignIn, TakesARequestThatIsPosted) {
    const told page = ask("POST", "/organizations/oauth2/v2.0/authorize", encoded(web_request()));

    EXPECT_FALSE(fill_in(page).given("code").empty());
}

TEST_F(SignIn, KeepsAMissingStateMissing) {
    parameters asked = web_request();
    asked.erase("state");

    EXPECT_THAT(fill_in(authorize(asked)).field("Location"), Not(HasSubstr("state")));
    asked["prompt"] = "none";
    asked["max_age"] = "0";
    now += std::chrono::seconds{1};
    EXPECT_THAT(
        authorize(asked).field("Location"),
        AllOf(HasSubstr("error=login_required"), Not(HasSubstr("state")))
    );
}

TEST_F(SignIn, LetsAPublicClientInAtAnyPortOfThisMachine) {
    const std::string code = code_for(native_request());
    const read_user_answer got = token(native_code(code)).read();
    const auto caller = verify(got.access_token);

    ASSERT_TRUE(caller) << got.error;
    EXPECT_EQ(caller->application_id, native);
    EXPECT_EQ(got.scope, fmt::format("{}/user_impersonation openid offline_access", api));
}

TEST_F(SignIn, AsksForTheDigitsOfWhoHasASecondFactor) {
    now = digits_time;
    const told first = authorize(native_request());
    const told second =
        send(first, {{"user", "user81@partner.example"}, {"password", std::string{right_secret}}});
    ASSERT_THAT(second.answer.body, HasSubstr(R"(autocomplete="one-time-code")"));
    EXPECT_EQ(second.field("Location"), "");

    const told wrong = send(second, {{"digits", "000000"}});
    EXPECT_THAT(wrong.answer.body, HasSubstr(R"(aria-describedby="problem")"));
    EXPECT_EQ(wrong.outcome.error, "access_denied");
    const told right = send(wrong, {{"digits", "081 804"}});
    const auto caller = verify(token(native_code(right.given("code"))).read().access_token);
    ASSERT_TRUE(caller);
    EXPECT_TRUE(caller->has_mfa);

    const told replayed = send(second, {{"digits", std::string{digits}}});
    EXPECT_EQ(replayed.field("Location"), "");
    const told next = send(second, {{"digits", std::string{next_digits}}});
    EXPECT_FALSE(next.given("code").empty());
}

TEST_F(SignIn, TellsNobodyWhyNameOrPasswordAreRefused) {
    const told page = authorize(web_request());
    std::vector<std::string> bodies;
    const parameters wrong{{"user", user_name}, {"password", "wrong"}};
    for (const std::string name :
         {user_name.c_str(),
          "nobody@partner.example",
          "user78@partner.example",     // disabled
          "user82@partner.example"}) {  // of another partner
        parameters filled_in{{"user", name}, {"password", std::string{right_secret}}};
        if (name == user_name) filled_in = wrong;
        forget_comparisons();
        const told got = send(page, filled_in);
        EXPECT_THAT(comparisons(), ElementsAre("$argon2id$v=19$m=19456,t=2,p=1$")) << name;
        EXPECT_EQ(got.field("Location"), "") << name;
        bodies.push_back(between(got.answer.body, R"(role="alert">)", "<"));
    }
    run_sql("UPDATE users SET disabled = 1");
    bodies.push_back(between(fill_in(page).answer.body, R"(role="alert">)", "<"));
    for (const std::string& body : bodies) {
        EXPECT_EQ(body, "The user name or the password is not right.");
    }
}

TEST_F(SignIn, PageWorksWithoutScriptsAndCannotBeFramed) {
    const told page = authorize(native_request());

    EXPECT_EQ(page.answer.content_type, "text/html; charset=utf-8");
    EXPECT_THAT(
        page.answer.body,
        AllOf(
            HasSubstr(R"(<html lang="en">)"),
            HasSubstr("<title>Sign in</title>"),
            HasSubstr("&lt;App &amp; co&gt;"),
            HasSubstr(R"(<label for="user">)"),
            HasSubstr(R"(<label for="password">)"),
            HasSubstr(R"(autocomplete="username")"),
            HasSubstr(R"(autocomplete="current-password")"),
            HasSubstr(" autofocus"),
            Not(HasSubstr("<script"))
        )
    );
    EXPECT_THAT(
        page.field("Content-Security-Policy"),
        AllOf(
            StartsWith("default-src 'none'; style-src 'sha256-"),
            HasSubstr("; frame-ancestors 'none'; base-uri 'none'"),
            Not(HasSubstr("form-action"))
        )
    );
    EXPECT_EQ(page.field("Referrer-Policy"), "no-referrer");
    EXPECT_EQ(page.field("X-Content-Type-Options"), "nosniff");
    EXPECT_THAT(page.field("Cache-Control"), HasSubstr("no-store"));
    EXPECT_THAT(
        page.field("Set-Cookie"),
        AllOf(
            StartsWith("__Host-partnerd-browser="),
            HasSubstr("; Path=/; HttpOnly; SameSite=Lax; Secure")
        )
    );
}

TEST_F(SignIn, NamesItsCookiePlainlyWhereThereIsNoTls) {
    world.policy.public_url = "http://127.0.0.1:8080";
    const told page = authorize(native_request());

    EXPECT_THAT(page.field("Set-Cookie"), StartsWith("partnerd-browser="));
    EXPECT_THAT(page.field("Set-Cookie"), Not(HasSubstr("Secure")));
    EXPECT_FALSE(fill_in(page).given("code").empty());
}

TEST_F(SignIn, FillsInTheHintAndEscapesIt) {
    parameters asked = web_request();
    asked["login_hint"] = R"("><script>)";

    EXPECT_THAT(authorize(asked).answer.body, HasSubstr(R"(value="&quot;&gt;&lt;script&gt;")"));
}

TEST_F(SignIn, LetsTheUserCancel) {
    const told back = send(authorize(web_request()), {{"cancel", "1"}});

    EXPECT_EQ(back.given("error"), "access_denied");
    EXPECT_EQ(back.given("state"), "s t&a");
}

TEST_F(SignIn, EndsAfterTenMinutes) {
    const told page = authorize(web_request());

    now += std::chrono::minutes{10};
    EXPECT_EQ(fill_in(page).answer.status, 400U);
    now -= std::chrono::seconds{1};
    EXPECT_FALSE(fill_in(page).given("code").empty());
}

TEST_F(SignIn, StopsWhenApplicationOrPartnerIsDisabledMeanwhile) {
    const told page = authorize(web_request());

    ASSERT_TRUE(run(world.tenants.disable_application(web)));
    EXPECT_EQ(fill_in(page).outcome.error, "unauthorized_client");
    run_sql("UPDATE applications SET disabled = 0");
    run_sql("UPDATE partners SET disabled = 1");
    EXPECT_EQ(fill_in(page).outcome.error, "unauthorized_client");
}

TEST_F(SignIn, IsSilentInASessionUntilTheUserSignsOut) {
    ASSERT_FALSE(fill_in(authorize(web_request())).given("code").empty());
    parameters asked = web_request();
    asked["prompt"] = "none";

    const told silent = authorize(asked);
    EXPECT_EQ(silent.answer.status, 302U);
    EXPECT_FALSE(silent.given("code").empty());
    asked["login_hint"] = "somebody@else.example";
    EXPECT_EQ(authorize(asked).given("error"), "login_required");
    asked = web_request();
    asked["prompt"] = "login";
    EXPECT_EQ(authorize(asked).answer.status, 200U);

    const told out = ask("GET", base + "/oauth2/v2.0/logout", "");
    EXPECT_EQ(out.answer.status, 200U);
    EXPECT_THAT(out.field("Set-Cookie"), HasSubstr("Max-Age=0"));
    asked["prompt"] = "none";
    EXPECT_EQ(authorize(asked).given("error"), "login_required");
}

TEST_F(SignIn, EndsTheSessionOfADisabledUserAndAfterEightHours) {
    ASSERT_FALSE(fill_in(authorize(web_request())).given("code").empty());
    parameters asked = web_request();
    asked["prompt"] = "none";

    now += std::chrono::hours{8};
    EXPECT_EQ(authorize(asked).given("error"), "login_required");
    now -= std::chrono::seconds{1};
    EXPECT_EQ(authorize(asked).given("error"), "");
    run_sql("UPDATE users SET disabled = 1");
    EXPECT_EQ(authorize(asked).given("error"), "login_required");
}

TEST_F(SignIn, EndsTheSessionWithAChangeOfTheUsersCredentials) {
    parameters asked = web_request();
    asked["prompt"] = "none";
    const std::vector<std::function<bool()>> changes{
        [&] { return run(tenants->set_password_hash(id_of(80), right_hash())); },
        [&] { return run(tenants->set_totp_secret(id_of(80), "")); },
        [&] { return run(tenants->set_roles(id_of(80), {})); },
        [&] {
            return run(tenants->set_disabled(directory_entry::user, id_of(80), true)) &&
                   run(tenants->set_disabled(directory_entry::user, id_of(80), false));
        },
    };
    for (const auto& change : changes) {
        ASSERT_FALSE(code_for(web_request()).empty());
        ASSERT_EQ(authorize(asked).given("error"), "");
        ASSERT_TRUE(run(tenants->set_password_hash(id_of(bob), right_hash())));
        EXPECT_EQ(authorize(asked).given("error"), "") << "somebody else's";
        ASSERT_TRUE(change());
        EXPECT_EQ(authorize(asked).given("error"), "login_required");
        jar.clear();
    }
}

TEST_F(SignIn, WantsThePasswordAgainWhenItIsResetBeforeTheDigits) {
    now = digits_time;
    const told second = send(
        authorize(native_request()),
        {{"user", "user81@partner.example"}, {"password", std::string{right_secret}}}
    );
    ASSERT_TRUE(run(tenants->set_password_hash(id_of(bob), hash_secret("another one"))));
    const told again = send(second, {{"digits", std::string{digits}}});
    EXPECT_EQ(again.field("Location"), "");
    EXPECT_THAT(again.answer.body, HasSubstr(R"(autocomplete="current-password")"));
}

/// A change of a good request, and the answer to it.
struct refused_request {
    const char* name;
    parameters changes;  ///< an empty value takes the parameter out
    std::string error;
    int number;
};

class RefusedToApplication : public SignIn,
                             public ::testing::WithParamInterface<refused_request> {};

TEST_P(RefusedToApplication, WithItsErrorAndTheState) {
    parameters asked = web_request();
    for (const auto& [name, value] : GetParam().changes) asked[name] = value;
    const told got = authorize(asked);

    EXPECT_THAT(got.field("Location"), StartsWith("https://app.example/back?x=1"));
    EXPECT_EQ(got.given("error"), GetParam().error);
    EXPECT_THAT(
        got.given("error_description"), StartsWith(fmt::format("AADSTS{}: ", GetParam().number))
    );
    EXPECT_EQ(got.given("state"), "s t&a");
    EXPECT_EQ(got.outcome.error, GetParam().error);
}

const std::vector<refused_request> to_application{
    {"NoneWithAnotherPrompt", {{"prompt", "none login"}}, "invalid_request", 9002313},
    {"MaxAgeNoNumber", {{"max_age", "an hour"}}, "invalid_request", 9002313},
    {"MaxAgeWithMore", {{"max_age", "60s"}}, "invalid_request", 9002313},
    {"MaxAgeNegative", {{"max_age", "-1"}}, "invalid_request", 9002313},
    {"NoResponseType", {{"response_type", ""}}, "invalid_request", 900144},
    {"Implicit", {{"response_type", "token"}}, "unsupported_response_type", 700054},
    {"HybridWithToken", {{"response_type", "code token"}}, "unsupported_response_type", 700054},
    {"IdTokenInQuery",
     {{"response_type", "id_token"}, {"response_mode", "query"}},
     "invalid_request",
     9002313},
    {"UnknownMode", {{"response_mode", "web_message"}}, "invalid_request", 9002313},
    {"IdTokenWithoutNonce",
     {{"response_type", "code id_token"}, {"nonce", ""}},
     "invalid_request",
     900144},
    {"IdTokenWithoutOpenid",
     {{"response_type", "id_token"}, {"scope", "profile"}},
     "invalid_request",
     9002313},
    {"MethodWithoutChallenge", {{"code_challenge_method", "S256"}}, "invalid_request", 9002313},
    {"ShortChallenge",
     {{"code_challenge", "E9Melhoa"}, {"code_challenge_method", "S256"}},
     "invalid_request",
     9002313},
    {"NoScope", {{"scope", ""}}, "invalid_request", 900144},
    {"UnknownScope", {{"scope", "openid User.Read"}}, "invalid_scope", 70011},
    {"UnknownResource", {{"scope", "https://evil.example/.default"}}, "invalid_scope", 500011},
    {"TwoResources",
     {{"scope", std::string{api} + "/.default https://graph.windows.net/.default"}},
     "invalid_scope",
     70011},
    {"RequestObject", {{"request", "e30.e30."}}, "invalid_request", 9002313},
    {"RequestByReference", {{"request_uri", "https://app.example/r"}}, "invalid_request", 9002313},
    {"SilentWithoutSession", {{"prompt", "none"}}, "login_required", 50058},
};
INSTANTIATE_TEST_SUITE_P(
    Authorize,
    RefusedToApplication,
    ::testing::ValuesIn(to_application),
    [](const auto& tried) { return std::string{tried.param.name}; }
);

TEST_F(SignIn, TellsErrorsInTheModeThatWasAsked) {
    parameters asked = web_request();
    asked["scope"] = "x";
    asked["response_mode"] = "fragment";
    EXPECT_THAT(
        authorize(asked).field("Location"),
        StartsWith(std::string{web_uri} + "#error=invalid_scope&error_description=AADSTS70011%3A")
    );
    asked["response_mode"] = "form_post";
    EXPECT_EQ(authorize(asked).given("error"), "invalid_scope");
}

class RefusedToUser : public SignIn, public ::testing::WithParamInterface<refused_request> {};

TEST_P(RefusedToUser, WithAPageAndWithoutARedirect) {
    parameters asked = web_request();
    for (const auto& [name, value] : GetParam().changes) asked[name] = value;
    const told got = authorize(asked);

    EXPECT_EQ(got.answer.status, 400U);
    EXPECT_EQ(got.answer.content_type, "text/html; charset=utf-8");
    EXPECT_EQ(got.field("Location"), "");
    EXPECT_EQ(got.outcome.error, GetParam().error);
    EXPECT_THAT(got.answer.body, HasSubstr(fmt::format("AADSTS{}: ", GetParam().number)));
    EXPECT_THAT(got.answer.body, Not(HasSubstr("evil")));
}

const std::vector<refused_request> to_user{
    {"NoClient", {{"client_id", ""}}, "invalid_request", 900144},
    {"UnknownClient", {{"client_id", to_string(id_of(999))}}, "unauthorized_client", 700016},
    {"NoGuid", {{"client_id", "evil"}}, "unauthorized_client", 700016},
    {"DisabledClient",
     {{"client_id", to_string(disabled_application())}},
     "unauthorized_client",
     700016},
    {"ClientOfAnotherPartner",
     {{"client_id", to_string(id_of(305))}},
     "unauthorized_client",
     700016},
    {"ClientOfADisabledPartner",
     {{"client_id", to_string(application_of(disabled_partner))}},
     "unauthorized_client",
     700016},
    {"NoRedirectUriOfTwo", {{"redirect_uri", ""}}, "invalid_request", 900144},
    {"Script", {{"redirect_uri", "javascript:evil()"}}, "invalid_request", 50011},
    {"NoUtf8", {{"state", "\xFF"}}, "invalid_request", 9002313},
    {"TooLong", {{"state", std::string(3'000, '\n')}}, "invalid_request", 9002313},
};
INSTANTIATE_TEST_SUITE_P(
    Authorize,
    RefusedToUser,
    ::testing::ValuesIn(to_user),
    [](const auto& tried) { return std::string{tried.param.name}; }
);

TEST_F(SignIn, RefusesTenantsThatAreNotThereAndParametersThatComeTwice) {
    const std::string query = "/oauth2/v2.0/authorize?" + encoded(web_request());

    EXPECT_EQ(ask("GET", "/nobody.example" + query, "").outcome.error, "invalid_tenant");
    EXPECT_EQ(
        ask("GET", '/' + to_string(id_of(2)) + query, "").outcome.error, "unauthorized_client"
    );
    EXPECT_EQ(ask("GET", base + query + "state=2", "").outcome.error, "invalid_request");
    EXPECT_EQ(ask("PUT", base + query, "").answer.status, 405U);
}

TEST_F(SignIn, KnowsTheAddressesOfThisMachineExactly) {
    for (const std::string uri :
         {"http://localhost",
          "http://localhost:1",
          "http://localhost:65535",
          "http://127.0.0.1/back",
          "http://127.0.0.1:8400/back",
          "myapp://auth"}) {
        parameters asked = native_request();
        asked["redirect_uri"] = uri;
        EXPECT_EQ(authorize(asked).answer.status, 200U) << uri;
    }
    for (const std::string uri :
         {"http://localhost/",
          "http://localhost:1/x",
          "http://localhost:",
          "http://localhost:123456",
          "http://localhost:1@evil.example",
          "http://localhost:1.evil.example",
          "http://localhost.evil.example",
          "http://127.0.0.1:8400",
          "http://127.0.0.1:8400/back/",
          "https://localhost:1",
          "http://[::1]:1",
          "myapp://auth:1"}) {
        parameters asked = native_request();
        asked["redirect_uri"] = uri;
        EXPECT_EQ(authorize(asked).answer.status, 400U) << uri;
    }
}

TEST_F(SignIn, TakesTheOnlyRedirectUriWhenNoneIsNamed) {
    parameters asked = web_request();
    asked["client_id"] = to_string(other_web);
    asked.erase("redirect_uri");
    const told back = fill_in(authorize(asked));
    ASSERT_THAT(back.field("Location"), StartsWith(std::string{web_uri}));

    parameters redeemed = web_code(back.given("code"));
    redeemed["client_id"] = to_string(other_web);
    EXPECT_EQ(token(redeemed).read().error, "invalid_grant") << "and then neither may the other";
    redeemed.erase("redirect_uri");
    EXPECT_EQ(token(redeemed).read().error, "");
}

/// A change of a good token request for a public client's code.
class RefusedCode : public SignIn, public ::testing::WithParamInterface<refused_request> {};

TEST_P(RefusedCode, AndStaysGoodForItsOwnClient) {
    const std::string code = code_for(native_request());
    parameters asked = native_code(code);
    for (const auto& [name, value] : GetParam().changes) asked[name] = value;
    const read_user_answer got = token(asked).read();

    EXPECT_EQ(got.error, GetParam().error);
    EXPECT_THAT(got.error_codes, ElementsAre(GetParam().number));
    EXPECT_TRUE(verify(token(native_code(code)).read().access_token));
}

const std::vector<refused_request> codes{
    {"NoCode", {{"code", ""}}, "invalid_request", 900144},
    {"UnknownCode", {{"code", "x"}}, "invalid_grant", 70008},
    {"NoClient", {{"client_id", ""}}, "invalid_request", 900144},
    {"PublicClientWithSecret",
     {{"client_secret", std::string{right_secret}}},
     "invalid_client",
     700025},
    {"WidenedScope", {{"scope", "https://graph.windows.net/.default"}}, "invalid_scope", 500011},
};
INSTANTIATE_TEST_SUITE_P(Token, RefusedCode, ::testing::ValuesIn(codes), [](const auto& tried) {
    return std::string{tried.param.name};
});

TEST_F(SignIn, TakesACodeForTenMinutes) {
    const std::string early = code_for(web_request());
    jar.clear();
    const std::string late = code_for(web_request());

    now += std::chrono::minutes{10};
    EXPECT_EQ(token(web_code(late)).read().error, "invalid_grant");
    now -= std::chrono::seconds{1};
    EXPECT_EQ(token(web_code(early)).read().error, "");
}

TEST_F(SignIn, GivesARefreshTokenAtVersion2OnlyForOfflineAccess) {
    parameters asked = web_request();
    asked["scope"] = std::string{api} + "/.default";
    parameters redeemed = web_code(code_for(asked));
    redeemed["scope"] = asked["scope"] + " openid offline_access";
    const read_user_answer got = token(redeemed).read();

    EXPECT_EQ(got.scope, fmt::format("{0}/user_impersonation {0}/.default", api));
    EXPECT_EQ(got.refresh_token, "");
    EXPECT_EQ(got.id_token, "");
    EXPECT_TRUE(verify(got.access_token));
}

TEST_F(SignIn, IsForTheAudiencesOfTheServersSettingToo) {
    parameters asked = web_request();
    asked["scope"] = "https://api.example/.default";
    EXPECT_EQ(authorize(asked).given("error"), "invalid_scope");
    world.policy.accepted_audiences = {"https://api.example"};
    const read_user_answer got = token(web_code(code_for(asked))).read();

    EXPECT_EQ(got.scope, "https://api.example/user_impersonation https://api.example/.default");
    EXPECT_TRUE(verify(got.access_token));
}

TEST_F(SignIn, GivesForASignInAloneNoTokenOfTheApi) {
    parameters asked = web_request();
    asked["scope"] = "openid profile";
    const read_user_answer got = token(web_code(code_for(asked))).read();

    EXPECT_EQ(got.scope, "openid profile");
    EXPECT_FALSE(got.id_token.empty());
    EXPECT_EQ(verify(got.access_token).error().kind, fault_kind::wrong_audience);
}

TEST_F(SignIn, GivesIdTokensThatAreNoAccessTokens) {
    const read_user_answer v2 = token(web_code(code_for(web_request()))).read();
    const read_user_answer v1 = token_v1(web_refresh(v2.refresh_token)).read();

    for (const std::string& text : {v1.id_token, v2.id_token, v2.refresh_token}) {
        ASSERT_FALSE(text.empty());
        EXPECT_FALSE(verify(text));
    }
}

TEST_F(SignIn, LetsAConfidentialClientUseItsRefreshTokensUntilTheyAgeOut) {
    const std::string first = token(web_code(code_for(web_request()))).read().refresh_token;
    const read_user_answer once = token(web_refresh(first)).read();
    const read_user_answer again = token(web_refresh(first)).read();

    EXPECT_TRUE(verify(once.access_token));
    EXPECT_TRUE(verify(again.access_token));
    EXPECT_NE(once.refresh_token, again.refresh_token);
    EXPECT_EQ(open_id_token(again.id_token).nonce, "");
    now += std::chrono::hours{90 * 24 - 1};
    const read_user_answer later = token(web_refresh(again.refresh_token)).read();
    EXPECT_EQ(later.error, "");
    now += std::chrono::hours{1};
    EXPECT_EQ(token(web_refresh(first)).read().error, "invalid_grant");
    EXPECT_EQ(token(web_refresh(later.refresh_token)).read().error, "");
}

TEST_F(SignIn, RefusesRefreshTokensOfUsersWhoMayNotSignInAnyMore) {
    const std::string web_token = token(web_code(code_for(web_request()))).read().refresh_token;
    parameters nameless = web_refresh(web_token);
    nameless.erase("refresh_token");
    EXPECT_EQ(token(nameless).read().error, "invalid_request");

    run_sql("UPDATE users SET disabled = 1");
    EXPECT_EQ(token(web_refresh(web_token)).read().error, "invalid_grant");
    run_sql("UPDATE users SET disabled = 0");
    run_sql("UPDATE partners SET disabled = 1");
    EXPECT_NE(token(web_refresh(web_token)).read().error, "");
    run_sql("UPDATE partners SET disabled = 0");
    ASSERT_TRUE(run(world.tenants.set_password_hash(id_of(80), right_hash())));
    EXPECT_EQ(token(web_refresh(web_token)).read().error, "invalid_grant");
    jar.clear();
    const std::string next = token(web_code(code_for(web_request()))).read().refresh_token;
    ASSERT_TRUE(run(world.tenants.disable_application(web)));
    EXPECT_EQ(token(web_refresh(next)).read().error, "invalid_client");
    ASSERT_TRUE(run(world.tenants.set_disabled(directory_entry::application, web, false)));
    EXPECT_EQ(token(web_refresh(next)).read().error, "invalid_grant");
}

TEST_F(SignIn, RefusesPasswordsAtTheTokenEndpoint) {
    parameters asked = web_refresh("x");
    asked["grant_type"] = "password";

    EXPECT_EQ(token_v1(asked).read().error, "unsupported_grant_type");
}

}  // namespace
}  // namespace partner_center
