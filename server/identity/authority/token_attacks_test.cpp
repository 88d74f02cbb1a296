// The catalogue of attacks on the token endpoint and on what leads to it, each tried and refused;
// what it was tried on is still good for its owner, unless the attack tells of a theft. Calls the
// authority on a real store.
// SPDX-License-Identifier: MIT
#include <chrono>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/identity/authority/browsing_testing.hpp"
#include "server/identity/authority/client_assertion.hpp"
#include "server/identity/authority/client_assertion_testing.hpp"
#include "server/identity/test_argon2.hpp"

namespace partner_center {
namespace {

using namespace std::chrono_literals;
using namespace testing;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

/// How an attack is refused.
struct refused_as {
    std::string_view error;
    int number;
};
constexpr refused_as malformed{"invalid_request", 9002313};
constexpr refused_as no_such_grant{"invalid_grant", 70008};
constexpr refused_as used_again{"invalid_grant", 54005};
constexpr refused_as wrong_verifier{"invalid_grant", 501481};
constexpr refused_as other_redirect_uri{"invalid_grant", 500112};
constexpr refused_as wrong_secret{"invalid_client", 7000215};
constexpr refused_as no_proof{"invalid_client", 7000218};
constexpr refused_as unknown_client{"invalid_client", 7000218};
constexpr refused_as assertion_for_another{"invalid_client", 700023};
constexpr refused_as of_another_tenant{"unauthorized_client", 700016};
constexpr refused_as no_such_tenant{"invalid_request", 90002};

/// A public and a confidential client, a device, and what an attacker may try with their secrets.
class TokenAttack : public BrowsingTest {
public:
    void refuses(const told& got, const refused_as& how) {
        EXPECT_THAT(got.answer.status, ::testing::AnyOf(400U, 401U)) << got.answer.body;
        EXPECT_EQ(got.read().error, how.error);
        EXPECT_THAT(got.read().error_codes, ElementsAre(how.number));
        EXPECT_EQ(got.outcome.error, how.error) << "in the log";
        for (const char* given : {"\"access_token\"", "\"refresh_token\"", "\"id_token\""}) {
            EXPECT_THAT(got.answer.body, Not(HasSubstr(given)));
        }
        EXPECT_THAT(got.answer.body, Not(HasSubstr(std::string{right_secret})));
    }
    /// The owner's own request still has its answer.
    void takes(const told& got) { EXPECT_TRUE(verify(got.read().access_token)) << got.answer.body; }

    /// Of a new sign-in.
    [[nodiscard]] std::string web_code_now() {
        jar.clear();
        return code_for(web_request());
    }
    [[nodiscard]] std::string native_code_now() {
        jar.clear();
        return code_for(native_request());
    }

    [[nodiscard]] told token_at(const std::string& tenant, const parameters& asked) {
        return ask("POST", '/' + tenant + "/oauth2/v2.0/token", encoded(asked));
    }

    [[nodiscard]] read_codes begin_on_a_device() {
        const parameters asked{
            {"client_id", to_string(native)}, {"scope", std::string{api} + "/.default"}};
        const told got = ask("POST", base + "/oauth2/v2.0/devicecode", encoded(asked));
        return from_json<read_codes>(got.answer.body, json_reading::response).value();
    }
    [[nodiscard]] told poll(const read_codes& codes, const guid& client) {
        return token(
            {{"grant_type", "urn:ietf:params:oauth:grant-type:device_code"},
             {"client_id", to_string(client)},
             {"device_code", codes.device_code}}
        );
    }
    [[nodiscard]] bool decide(const read_codes& codes, bool allowed) {
        const device_decision decision{id_of(80), true, allowed};
        return run(
            world.fresh.store.sign_in_proofs().decide_device_request(codes.user_code, decision, now)
        );
    }

    [[nodiscard]] parameters with_secret(std::string_view secret) const {
        return {
            {"grant_type", "client_credentials"},
            {"client_id", to_string(web)},
            {"client_secret", std::string{secret}},
            {"scope", std::string{api} + "/.default"},
        };
    }
    [[nodiscard]] parameters with_assertion(const std::string& assertion) const {
        parameters asked = with_secret("");
        asked["client_id"] = to_string(application_of(1));
        asked["client_assertion_type"] = oauth::jwt_bearer;
        asked["client_assertion"] = assertion;
        return asked;
    }
};

[[nodiscard]] parameters with(parameters asked, const std::string& name, const std::string& value) {
    asked[name] = value;
    return asked;
}

void replay_a_code(TokenAttack& on) {
    const std::string code = on.web_code_now();
    const read_user_answer first = on.token(on.web_code(code)).read();

    on.refuses(on.token(on.web_code(code)), used_again);
    // One of the two was a thief, so what the code gave is good no more.
    on.refuses(on.token(on.web_refresh(first.refresh_token)), no_such_grant);
    on.refuses(on.token(on.web_code(code)), used_again);
}

void redeem_a_code_of_another_client(TokenAttack& on) {
    const std::string of_native = on.native_code_now();
    on.refuses(
        on.token(with(on.native_code(of_native), "client_id", to_string(on.other_native))),
        no_such_grant
    );
    on.refuses(
        on.token(with(on.native_code(of_native), "client_id", to_string(id_of(999)))),
        unknown_client
    );
    on.refuses(
        on.token(with(on.web_code(of_native), "redirect_uri", "http://localhost:4711")),
        no_such_grant
    );
    on.takes(on.token(on.native_code(of_native)));

    const std::string of_web = on.web_code_now();
    on.refuses(
        on.token(with(on.web_code(of_web), "client_id", to_string(on.other_web))), no_such_grant
    );
    on.refuses(
        on.token(with(on.native_code(of_web), "redirect_uri", std::string{web_uri})), no_such_grant
    );
    on.takes(on.token(on.web_code(of_web)));
}

void go_without_the_proof_of_the_code(TokenAttack& on) {
    const auto refused_with = [&](const parameters& asked) {
        const told got = on.authorize(asked);
        EXPECT_EQ(got.given("code"), "");
        return got.given("error");
    };
    parameters absent = on.native_request();
    absent.erase("code_challenge");
    absent.erase("code_challenge_method");
    EXPECT_EQ(refused_with(absent), "invalid_request");
    for (const parameters& asked : {on.native_request(), on.web_request()}) {
        parameters plain = with(asked, "code_challenge", std::string{verifier});
        EXPECT_EQ(refused_with(with(plain, "code_challenge_method", "plain")), "invalid_request");
        plain.erase("code_challenge_method");  // which means plain: RFC 7636, section 4.3
        EXPECT_EQ(refused_with(plain), "invalid_request");
    }

    const std::string code = on.native_code_now();
    const parameters good = on.native_code(code);
    for (const std::string& wrong :
         {std::string{},
          std::string{challenge},
          std::string(43, 'a'),
          std::string{verifier} + "a",
          std::string{verifier.substr(0, 42)}}) {
        on.refuses(on.token(with(good, "code_verifier", wrong)), wrong_verifier);
    }
    on.takes(on.token(good));
    // A verifier where no challenge was: somebody else began this sign-in (RFC 9700, 4.8.2).
    const std::string unbound = on.web_code_now();
    on.refuses(
        on.token(with(on.web_code(unbound), "code_verifier", std::string{verifier})), wrong_verifier
    );
    on.takes(on.token(on.web_code(unbound)));
}

void send_a_code_elsewhere(TokenAttack& on) {
    for (const std::string uri :
         {"https://evil.example/back?x=1",
          "https://app.example.evil.example/back?x=1",
          "https://app.example@evil.example/back?x=1",
          "https://APP.example/back?x=1",
          "https://app.example:444/back?x=1",
          "https://app.example/back",
          "https://app.example/back?x=1&y",
          "https://app.example/back/?x=1",
          "https://app.example/./back?x=1",
          "https://app.example/back?x=1#",
          "http://app.example/back?x=1"}) {
        const told got = on.authorize(with(on.web_request(), "redirect_uri", uri));
        EXPECT_EQ(got.answer.status, 400U) << uri;
        EXPECT_EQ(got.field("Location"), "") << uri;
        EXPECT_THAT(got.answer.body, HasSubstr("AADSTS50011: ")) << uri;
    }
    const std::string of_web = on.web_code_now();
    on.refuses(
        on.token(with(on.web_code(of_web), "redirect_uri", std::string{other_uri})),
        other_redirect_uri
    );
    on.takes(on.token(on.web_code(of_web)));
    const std::string of_native = on.native_code_now();
    for (const std::string uri : {"", "http://localhost", "http://localhost:4712"}) {
        on.refuses(
            on.token(with(on.native_code(of_native), "redirect_uri", uri)), other_redirect_uri
        );
    }
    on.takes(on.token(on.native_code(of_native)));
}

void replay_a_refresh_token(TokenAttack& on) {
    const std::string first = on.token(on.native_code(on.native_code_now())).read().refresh_token;
    const std::string second = on.token(on.native_refresh(first)).read().refresh_token;
    const std::string third = on.token(on.native_refresh(second)).read().refresh_token;
    const std::string of_another_sign_in =
        on.token(on.native_code(on.native_code_now())).read().refresh_token;
    EXPECT_FALSE(third.empty());

    on.refuses(on.token(on.native_refresh(first)), used_again);
    // The whole family, and nothing else.
    on.refuses(on.token(on.native_refresh(third)), no_such_grant);
    on.refuses(on.token(on.native_refresh(second)), no_such_grant);
    on.takes(on.token(on.native_refresh(of_another_sign_in)));
}

void refresh_from_another_client(TokenAttack& on) {
    const std::string of_web = on.token(on.web_code(on.web_code_now())).read().refresh_token;
    const std::string of_native =
        on.token(on.native_code(on.native_code_now())).read().refresh_token;

    on.refuses(
        on.token(with(on.web_refresh(of_web), "client_id", to_string(on.other_web))), no_such_grant
    );
    on.refuses(on.token(on.native_refresh(of_web)), no_such_grant);
    on.refuses(on.token(on.web_refresh(of_native)), no_such_grant);
    on.refuses(
        on.token(with(on.native_refresh(of_native), "client_id", to_string(on.other_native))),
        no_such_grant
    );
    on.takes(on.token(on.web_refresh(of_web)));
    on.takes(on.token(on.native_refresh(of_native)));
}

void press_a_device_code(TokenAttack& on) {
    const system_time begun = on.now;
    const auto poll_at = [&](const read_codes& codes, std::chrono::seconds after) {
        on.now = begun + after;
        return on.poll(codes, on.native);
    };
    const read_codes pending = on.begin_on_a_device();
    on.refuses(poll_at(pending, 0s), {"authorization_pending", 70016});
    on.refuses(poll_at(pending, 4s), {"slow_down", 50196});
    on.refuses(poll_at(pending, 9s), {"slow_down", 50196});  // 10 s from now on
    on.refuses(poll_at(pending, 24s), {"authorization_pending", 70016});
    on.refuses(poll_at(pending, 899s), {"authorization_pending", 70016});
    on.refuses(poll_at(pending, 900s), {"expired_token", 70019});
    EXPECT_FALSE(on.decide(pending, true)) << "too late";

    on.now = begun;
    const read_codes allowed_but_late = on.begin_on_a_device();
    on.now = begun + 899s;
    EXPECT_TRUE(on.decide(allowed_but_late, true));
    on.refuses(poll_at(allowed_but_late, 900s), {"expired_token", 70019});

    on.now = begun;
    const read_codes denied = on.begin_on_a_device();
    EXPECT_TRUE(on.decide(denied, false));
    EXPECT_FALSE(on.decide(denied, true)) << "once";
    on.refuses(poll_at(denied, 0s), {"authorization_declined", 65004});
    on.refuses(poll_at(denied, 5s), {"authorization_declined", 65004});

    on.now = begun;
    const read_codes allowed = on.begin_on_a_device();
    EXPECT_TRUE(on.decide(allowed, true));
    on.refuses(on.poll(allowed, on.other_native), {"invalid_grant", 70018});
    on.takes(on.poll(allowed, on.native));
    on.refuses(on.poll(allowed, on.native), {"invalid_grant", 70018});
}

void guess_a_secret(TokenAttack& on) {
    const std::string right{right_secret};
    for (const std::string& wrong :
         {std::string{"wrong"},
          right.substr(0, right.size() - 1),
          right + ' ',
          right + '\0',
          "C" + right.substr(1)}) {
        forget_comparisons();
        on.refuses(on.token(on.with_secret(wrong)), wrong_secret);
        // By libargon2, whose comparison takes as long whatever differs.
        EXPECT_THAT(comparisons(), SizeIs(1)) << wrong;
    }
    on.refuses(on.token(on.with_secret("")), no_proof);
    on.refuses(on.token(with(on.web_code(on.web_code_now()), "client_secret", "x")), wrong_secret);
    EXPECT_EQ(on.token(on.with_secret(right)).read().error, "");
}

void put_a_secret_into_the_address(TokenAttack& on) {
    const auto ask_with = [&](const std::string& query) {
        return on.ask(
            "POST", on.base + "/oauth2/v2.0/token?" + query, encoded(on.with_secret(right_secret))
        );
    };
    for (const std::string query :
         {"client_secret=x",
          "client%5Fsecret=x",
          "a=b&client_secret=x",
          "client_assertion=x",
          "device_code=x",
          "code=x",
          "code_verifier=x",
          "refresh_token=x",
          "password=x",
          "client_secret=%"}) {
        on.refuses(ask_with(query), malformed);
    }
    EXPECT_EQ(ask_with("api-version=1.0").read().error, "");
}

void present_an_assertion_for_another(TokenAttack& on) {
    const certificate_record record{ours().read.thumbprint(), ours().pem};
    EXPECT_TRUE(run(on.world.tenants.add_certificates(application_of(1), {record})));
    const std::string entra = "https://login.microsoftonline.com";
    const std::string own = to_string(id_of(1));
    for (const std::string& aud :
         {std::string{"https://evil.example/oauth2/token"},
          token_url(entra, to_string(id_of(2))),
          token_url("https://login.chinacloudapi.cn", own),
          token_url("https://localhost:8443.evil.example", own),
          token_url(entra + "@evil.example", own),
          entra + '/' + own,
          std::string{api},
          std::string{}}) {
        const std::string assertion = draft{}.with("aud", in_quotes(aud)).text();
        on.refuses(on.token(on.with_assertion(assertion)), assertion_for_another);
    }
    const std::string both = R"(["https://evil.example",)" + in_quotes(token_url(entra, own)) + ']';
    for (const draft& each :
         {draft{}.with("aud", both), draft{}.with("aud", "[]"), draft{}.without("aud")}) {
        on.refuses(on.token(on.with_assertion(each.text())), assertion_for_another);
    }
    EXPECT_EQ(on.token(on.with_assertion(draft{}.text())).read().error, "");
}

void mix_up_the_issuers(TokenAttack& on) {
    // What one tenant's authority gave is presented to another's.
    const std::string other = to_string(id_of(2));
    const std::string code = on.web_code_now();
    on.refuses(on.token_at(other, on.web_code(code)), of_another_tenant);
    const read_user_answer got = on.token(on.web_code(code)).read();
    on.refuses(on.token_at(other, on.web_refresh(got.refresh_token)), of_another_tenant);
    on.refuses(on.token_at(other, on.with_secret(right_secret)), of_another_tenant);
    on.takes(on.token(on.web_refresh(got.refresh_token)));
    // And the id token says whose it is (OpenID Connect Core, 3.1.3.7).
    EXPECT_EQ(on.open_id_token(got.id_token).iss, on.world.policy.issuer_of(on.world.partner(1)));
    EXPECT_NE(on.open_id_token(got.id_token).iss, on.world.policy.issuer_of(on.world.partner(2)));
}

void name_a_tenant_that_is_not_there(TokenAttack& on) {
    const std::string code = on.web_code_now();
    for (const std::string& tenant :
         {to_string(id_of(999)),
          to_string(id_of(disabled_partner)),
          std::string{"nobody.example"},
          std::string{"partner1.onmicrosoft.com.evil.example"},
          std::string{"%2e%2e"}}) {
        on.refuses(on.token_at(tenant, on.with_secret(right_secret)), no_such_tenant);
        on.refuses(on.token_at(tenant, on.web_code(code)), no_such_tenant);
        const std::string authorize = '/' + tenant + "/oauth2/v2.0/authorize?";
        const told page = on.ask("GET", authorize + encoded(on.web_request()), "");
        EXPECT_EQ(page.answer.status, 400U) << tenant;
        EXPECT_EQ(page.field("Location"), "") << tenant;
        EXPECT_EQ(page.outcome.error, "invalid_tenant") << tenant;
    }
    on.takes(on.token(on.web_code(code)));
}

void lose_the_state(TokenAttack& on) {
    // The application gets its own state back, to the letter, in every mode and in errors too.
    const std::string state = "s t&a#=%25\"<'\xC3\xA4";
    for (const std::string mode : {"query", "fragment", "form_post"}) {
        on.jar.clear();
        parameters asked = with(on.web_request(), "response_mode", mode);
        asked["state"] = state;
        const told back = on.fill_in(on.authorize(asked));
        const std::string given =
            mode == "form_post" ? "s t&amp;a#=%25&quot;&lt;&#39;\xC3\xA4" : state;
        EXPECT_NE(back.given("code"), "") << mode;
        EXPECT_EQ(back.given("state"), given) << mode;
        const told refused = on.authorize(with(asked, "scope", "x"));
        EXPECT_EQ(refused.given("error"), "invalid_scope") << mode;
        EXPECT_EQ(refused.given("state"), given) << mode;
    }
    // Nobody else's browser can end what one began, nor can a form that was not made here.
    on.jar.clear();
    const told page = on.authorize(on.web_request());
    const parameters victim = on.jar;
    on.jar.clear();
    EXPECT_EQ(on.fill_in(page).answer.status, 400U) << "without the cookie";
    const told another = on.authorize(on.web_request());
    EXPECT_EQ(on.fill_in(page).answer.status, 400U) << "with another browser's";
    EXPECT_NE(on.fill_in(another).given("code"), "");
    on.jar = victim;
    told forged = page;
    const auto at = forged.answer.body.find(R"(name="request" value=")") + 80;
    forged.answer.body[at] = forged.answer.body[at] == 'A' ? 'B' : 'A';
    EXPECT_EQ(on.fill_in(forged).answer.status, 400U);
    EXPECT_EQ(on.ask("POST", "/common/oauth2/sign-in", "").answer.status, 400U);
    EXPECT_NE(on.fill_in(page).given("code"), "");
}

void redirect_after_sign_out(TokenAttack& on) {
    const std::string id_token = on.token(on.web_code(on.web_code_now())).read().id_token;
    const auto leave = [&](const parameters& asked) {
        const told got = on.ask("GET", on.base + "/oauth2/logout?" + encoded(asked), "");
        EXPECT_THAT(got.answer.body, Not(HasSubstr("evil")));
        return got.field("Location");
    };
    const std::string name = "post_logout_redirect_uri";
    const std::string good{other_uri};
    const std::string client = to_string(on.web);
    for (const std::string& uri :
         {std::string{"https://evil.example/"},
          std::string{"//evil.example"},
          std::string{"javascript:evil()"},
          good + "/../evil",
          good + "?evil",
          good + "@evil.example",
          good + "\r\nLocation: https://evil.example"}) {
        EXPECT_EQ(leave({{name, uri}, {"client_id", client}}), "") << uri;
        EXPECT_EQ(leave({{name, uri}, {"id_token_hint", id_token}}), "") << uri;
    }
    EXPECT_EQ(leave({{name, good}}), "");
    EXPECT_EQ(leave({{name, good}, {"id_token_hint", id_token + "x"}}), "");
    EXPECT_EQ(leave({{name, good}, {"client_id", to_string(on.native)}}), "");
    EXPECT_EQ(leave({{name, good}, {"id_token_hint", id_token}}), good);
    EXPECT_EQ(
        leave({{name, good}, {"client_id", client}, {"state", "a b\r\nx"}}),
        good + "?state=a%20b%0D%0Ax"
    );
}

/// One line of the catalogue.
struct attack {
    int number;
    const char* name;
    void (*attempt)(TokenAttack& on);
};
const std::vector<attack> attacks{
    {1, "ReplayedCode", replay_a_code},
    {2, "CodeForOtherClient", redeem_a_code_of_another_client},
    {3, "ProofKeyAbsentPlainOrMismatched", go_without_the_proof_of_the_code},
    {4, "RedirectUriNotExact", send_a_code_elsewhere},
    {5, "ReplayedRotatedRefreshToken", replay_a_refresh_token},
    {6, "RefreshFromOtherClient", refresh_from_another_client},
    {7, "DeviceCodeTooFastExpiredOrDenied", press_a_device_code},
    {8, "WrongSecret", guess_a_secret},
    {9, "SecretInQuery", put_a_secret_into_the_address},
    {10, "ClientAssertionWrongAudience", present_an_assertion_for_another},
    {11, "MixedUpIssuer", mix_up_the_issuers},
    {12, "UnknownTenant", name_a_tenant_that_is_not_there},
    {13, "StateLoss", lose_the_state},
    {14, "OpenRedirectOnLogout", redirect_after_sign_out},
};

class TokenAttacks : public TokenAttack, public ::testing::WithParamInterface<attack> {};

TEST_P(TokenAttacks, AreRefused) {
    GetParam().attempt(*this);
}
INSTANTIATE_TEST_SUITE_P(
    Catalogue,
    TokenAttacks,
    ::testing::ValuesIn(attacks),
    [](const auto& row) { return fmt::format("{:02}{}", row.param.number, row.param.name); }
);

}  // namespace
}  // namespace partner_center
