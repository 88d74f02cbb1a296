// Tokens of outside issuers: whose they are, what they say, whom the directory lets in, and keys
// that are rolled while requests are on their way.
// SPDX-License-Identifier: MIT
#include "server/identity/issuers/outside_issuers.hpp"

#include <map>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

#include "server/identity/issuers/outside_claims.hpp"
#include "server/identity/issuers/provider_testing.hpp"
#include "server/identity/issuers/testing.hpp"
#include "server/identity/testing.hpp"

namespace partner_center {
namespace {

using namespace testing;

/// Claims by name, as JSON.
using claim_map = std::map<std::string, std::string>;

[[nodiscard]] std::string quoted(const std::string& text) {
    return '"' + text + '"';
}
[[nodiscard]] std::string quoted(const guid& id) {
    return quoted(to_string(id));
}

[[nodiscard]] std::string json_of(const claim_map& claims) {
    std::string out;
    for (const auto& [name, value] : claims) {
        out += (out.empty() ? "{" : ",") + quoted(name) + ':' + value;
    }
    return out + '}';
}

constexpr std::int64_t now_seconds = noon.time_since_epoch().count();
const std::string entra = "https://login.microsoftonline.com/";

/// What Entra ID says of an application, in version 2.0.
[[nodiscard]] claim_map application_claims(const std::string& issuer) {
    return {
        {"iss", quoted(issuer)},
        {"aud", quoted("https://api.example")},
        {"iat", std::to_string(now_seconds)},
        {"nbf", std::to_string(now_seconds)},
        {"exp", std::to_string(now_seconds + 3600)},
        {"tid", quoted(id_of(1))},
        {"azp", quoted(application_of(1))},
        {"oid", quoted(id_of(500))},
        {"sub", quoted(id_of(500))},
        {"ver", quoted("2.0")},
    };
}
/// And of a user.
[[nodiscard]] claim_map user_claims(const std::string& issuer) {
    claim_map out = application_claims(issuer);
    out["sub"] = quoted("pairwise");
    out["scp"] = quoted("other user_impersonation");
    out["preferred_username"] = quoted("ann@partner.example");
    out["roles"] = R"(["AdminAgents"])";
    out["amr"] = R"(["pwd","mfa"])";
    return out;
}
[[nodiscard]] claim_map with(claim_map claims, const std::string& name, std::string value) {
    claims[name] = std::move(value);
    return claims;
}
[[nodiscard]] claim_map without(claim_map claims, const std::string& name) {
    claims.erase(name);
    return claims;
}

[[nodiscard]] result<token_claims> read(const trusted_issuer& of, const claim_map& claims) {
    const auto tree = from_json<json_tree>(json_of(claims), json_reading::strict).value();
    return read_outside_claims(of, tree, noon);
}
[[nodiscard]] std::optional<fault_kind> fault_of(
    const trusted_issuer& of, const claim_map& claims
) {
    const auto outcome = read(of, claims);
    if (outcome) return {};
    return outcome.error().kind;
}

const std::string tenant_issuer = entra + to_string(id_of(1)) + "/v2.0";
const trusted_issuer entra_id{.issuer = tenant_issuer, .audiences = {"https://api.example/"}};

TEST(OutsideClaims, AreAnApplicationsOrAUsers) {
    const auto application = read(entra_id, application_claims(tenant_issuer));
    ASSERT_TRUE(application);
    EXPECT_FALSE(application->caller.is_user());
    EXPECT_TRUE(application->caller.is_from_outside);
    EXPECT_EQ(application->caller.partner_id, id_of(1));
    EXPECT_EQ(application->caller.application_id, application_of(1));

    const auto user = read(entra_id, user_claims(tenant_issuer));
    ASSERT_TRUE(user);
    EXPECT_EQ(user->caller.user_id, id_of(500));
    EXPECT_EQ(user->caller.directory_user(), std::nullopt);
    EXPECT_EQ(user->caller.user_principal_name, "ann@partner.example");
    EXPECT_EQ(user->caller.roles, std::vector<std::string>{"AdminAgents"});
    EXPECT_TRUE(user->caller.has_mfa);
    EXPECT_TRUE(user->caller.may_impersonate);
}

TEST(OutsideClaims, AreAUsersUnlessTheySayOtherwise) {
    const auto is_user = [](const claim_map& claims) {
        return read(entra_id, claims).value().caller.is_user();
    };
    const claim_map application = application_claims(tenant_issuer);
    EXPECT_TRUE(is_user(with(application, "sub", quoted("someone"))));
    EXPECT_TRUE(is_user(without(application, "sub")));
    EXPECT_TRUE(is_user(with(application, "preferred_username", quoted("ann"))));
    EXPECT_TRUE(is_user(with(application, "upn", quoted("ann"))));
    EXPECT_TRUE(is_user(with(with(application, "scp", quoted("")), "idtyp", quoted("app"))));
    // RFC 9068: the subject of an application's token is its client id.
    EXPECT_FALSE(is_user(without(with(application, "sub", quoted(application_of(1))), "oid")));
    EXPECT_FALSE(is_user(with(with(application, "sub", quoted("x")), "idtyp", quoted("app"))));
    EXPECT_TRUE(is_user(with(with(application, "sub", quoted("x")), "idtyp", quoted("user"))));
}

TEST(OutsideClaims, OfKeycloakAreMapped) {
    const trusted_issuer keycloak{
        .issuer = "https://sso.example/realms/partners",
        .audiences = {"partnerd"},
        .partner = id_of(1),
        .roles_claim = "realm_access.roles",
        .roles = {{"admins", "AdminAgents"}, {"readers", "HelpdeskAgents"}},
        .mfa = {"acr", "gold"},
        .app_only = {"client_id", ""},
    };
    claim_map claims = without(application_claims(keycloak.issuer), "tid");
    claims["aud"] = R"(["account","partnerd"])";
    claims["typ"] = quoted("Bearer");
    claims["oid"] = quoted("not a guid");
    claims["sub"] = quoted("not a guid");
    claims["preferred_username"] = quoted("ann");
    claims["scope"] = quoted("openid user_impersonation");
    claims["realm_access"] = R"({"roles":["offline_access","readers","AdminAgents"]})";
    claims["acr"] = quoted("gold");
    const auto user = read(keycloak, claims).value().caller;
    EXPECT_EQ(user.partner_id, id_of(1));
    EXPECT_EQ(user.roles, std::vector<std::string>{"HelpdeskAgents"});  // others are not ours
    EXPECT_TRUE(user.has_mfa);
    EXPECT_TRUE(user.may_impersonate);
    ASSERT_TRUE(user.user_id);
    EXPECT_EQ(read(keycloak, claims).value().caller.user_id, user.user_id);
    EXPECT_NE(
        read(keycloak, with(claims, "oid", quoted("another"))).value().caller.user_id, user.user_id
    );
    EXPECT_FALSE(read(keycloak, with(claims, "acr", quoted("silver"))).value().caller.has_mfa);
    EXPECT_FALSE(read(keycloak, with(claims, "client_id", quoted("any"))).value().caller.is_user());
    for (const char* kind : {"ID", "Refresh", "Offline", "Logout"}) {
        EXPECT_EQ(fault_of(keycloak, with(claims, "typ", quoted(kind))), fault_kind::bad_token);
    }
}

TEST(OutsideClaims, NameApplicationsInTheirOwnWayWhereThatIsMapped) {
    trusted_issuer okta = entra_id;
    okta.applications = {{"0oa1b2c3", application_of(1)}};
    const claim_map claims = with(application_claims(tenant_issuer), "azp", quoted("0oa1b2c3"));
    EXPECT_EQ(read(okta, claims).value().caller.application_id, application_of(1));
    EXPECT_EQ(fault_of(entra_id, claims), fault_kind::bad_token);
    EXPECT_EQ(fault_of(okta, with(claims, "azp", quoted("0oa"))), fault_kind::bad_token);
    const claim_map by_guid = application_claims(tenant_issuer);
    EXPECT_EQ(read(okta, by_guid).value().caller.application_id, application_of(1));
    // RFC 9068: the subject of an application's token is its client id.
    EXPECT_FALSE(
        read(okta, without(with(claims, "sub", quoted("0oa1b2c3")), "oid")).value().caller.is_user()
    );
}

TEST(OutsideClaims, SpeakForThePartnersThatAreListed) {
    trusted_issuer any{.issuer = entra + "{tenantid}/v2.0", .audiences = {"https://api.example"}};
    const claim_map claims = application_claims(tenant_issuer);
    EXPECT_EQ(fault_of(any, claims), std::nullopt);
    any.partners = {id_of(2), id_of(3)};
    EXPECT_EQ(fault_of(any, claims), fault_kind::bad_token);
    any.partners.push_back(id_of(1));
    EXPECT_EQ(fault_of(any, claims), std::nullopt);
}

TEST(OutsideClaims, HaveToBeWholeTimelyAndForUs) {
    using enum fault_kind;
    const claim_map good = user_claims(tenant_issuer);
    const auto fault_with = [&](const std::string& name, const std::string& value) {
        return fault_of(entra_id, with(good, name, value));
    };
    ASSERT_EQ(fault_of(entra_id, good), std::nullopt);
    for (const char* name : {"exp", "tid", "azp"}) {
        EXPECT_EQ(fault_of(entra_id, without(good, name)), bad_token) << name;
    }
    EXPECT_EQ(fault_of(entra_id, without(without(good, "oid"), "sub")), bad_token);
    const auto at = [](int minutes) { return std::to_string(now_seconds + 60 * minutes); };
    EXPECT_EQ(fault_with("exp", at(-4)), std::nullopt);
    EXPECT_EQ(fault_with("exp", at(-6)), expired_token);
    EXPECT_EQ(fault_with("nbf", at(4)), std::nullopt);
    EXPECT_EQ(fault_with("nbf", at(6)), bad_token);
    EXPECT_EQ(fault_with("iat", at(6)), bad_token);
    for (const std::string bad : {"-1", "1.5e9", "1e99", "99999999999999999999", "\"1\"", "true"}) {
        EXPECT_EQ(fault_with("exp", bad), bad_token) << bad;
    }
    EXPECT_EQ(fault_with("nbf", "\"1\""), bad_token);
    EXPECT_EQ(fault_with("aud", quoted("https://other.example")), wrong_audience);
    EXPECT_EQ(fault_with("aud", quoted("https://api.example.evil")), wrong_audience);
    EXPECT_EQ(fault_with("aud", "[]"), wrong_audience);
    EXPECT_EQ(fault_with("aud", R"({"https://api.example":1})"), wrong_audience);
    EXPECT_EQ(fault_with("aud", R"(["x","HTTPS://API.EXAMPLE/"])"), std::nullopt);
    EXPECT_EQ(fault_of(entra_id, without(good, "aud")), wrong_audience);
    EXPECT_EQ(fault_with("at_hash", quoted("x")), bad_token);   // an id token
    EXPECT_EQ(fault_with("tid", quoted(id_of(2))), bad_token);  // the issuer's path has another
    EXPECT_EQ(fault_with("tid", quoted("contoso.com")), bad_token);
    EXPECT_EQ(fault_with("azp", quoted("not a guid")), bad_token);
    EXPECT_EQ(fault_with("appid", quoted("not a guid")), bad_token);  // the first that is there
}

TEST(TrustedIssuer, MayBeAnyTenantsOfEntra) {
    const trusted_issuer any{.issuer = entra + "{tenantid}/v2.0"};
    const std::string tid = to_string(id_of(1));
    EXPECT_TRUE(is_issued_by(any, entra + tid + "/v2.0", tid));
    EXPECT_FALSE(is_issued_by(any, entra + tid + "/v2.0", to_string(id_of(2))));
    EXPECT_FALSE(is_issued_by(any, entra + tid + "/v2.0/", tid));
    EXPECT_FALSE(is_issued_by(any, entra + "/v2.0", ""));
    EXPECT_FALSE(is_issued_by(any, entra + "common/v2.0", "common"));
    EXPECT_FALSE(is_issued_by(any, entra + "{tenantid}/v2.0", "{tenantid}"));
    EXPECT_TRUE(is_issued_by(entra_id, tenant_issuer, ""));
    EXPECT_FALSE(is_issued_by(entra_id, tenant_issuer + "/", ""));
}

/// A provider with one key, a source that knows it and a reactor that trusts it.
class OutsideIssuers : public ::testing::Test {
protected:
    OutsideIssuers() {
        sources_.push_back(source_of(described(), {}, heard_));
        while (sources_.front()->version() == 0) std::this_thread::yield();
        outside_.emplace(sources_, reactor_.get_executor());
    }
    ~OutsideIssuers() override { provider_.hold(false); }

    [[nodiscard]] trusted_issuer described() const {
        trusted_issuer of = provider_.description();
        of.algorithms = {signature_algorithm::es256};
        return of;
    }
    [[nodiscard]] std::string claims() const {
        return json_of(application_claims(provider_.url()));
    }

    template <class T>
    T run_here(awaitable<T> task) {
        auto outcome = boost::asio::co_spawn(reactor_, std::move(task), boost::asio::use_future);
        reactor_.restart();
        reactor_.run();
        return outcome.get();
    }
    /// The fault that reading a token ends with, after waiting for its key.
    [[nodiscard]] std::optional<fault_kind> fault_with(const std::string& token) {
        const auto found = outside_->find(token);
        if (!found) return fault_kind::bad_token;
        run_here(outside_->wait_for_key(*found));
        const auto outcome = outside_->read(*found, noon);
        if (outcome) return {};
        return outcome.error().kind;
    }

    const issuer_key key_{issuer_key::p256("one")};
    const issuer_key next_{issuer_key::p256("two")};
    provider provider_{key_set_of({key_.jwk()})};
    reports heard_{};
    key_sources sources_{};
    boost::asio::io_context reactor_{1};
    std::optional<outside_issuers> outside_{};
};

TEST_F(OutsideIssuers, TakeWhatTheirKeysSigned) {
    EXPECT_EQ(fault_with(key_.token(claims())), std::nullopt);
    EXPECT_FALSE(outside_->find(key_.token(json_of(application_claims("https://other.example")))));
    EXPECT_FALSE(outside_->find(key_.token(R"({"iss":["x"]})")));
    EXPECT_FALSE(outside_->find("a.b.c"));
    EXPECT_EQ(provider_.requests(), 2U);
}

TEST_F(OutsideIssuers, RefuseForgeriesAndFetchNothingForThem) {
    const std::string good = key_.token(claims());
    const auto header = [](const std::string& more) {
        return R"({"typ":"JWT","alg":"ES256","kid":"one")" + more + '}';
    };
    const auto with_header = [&](const std::string& text) {
        return fault_with(key_.token_with(text, claims()));
    };
    ASSERT_EQ(with_header(header("")), std::nullopt);
    ASSERT_EQ(with_header(header(R"(,"x5t":"ignored")")), std::nullopt);
    for (const char* const more : {
             R"(,"jku":"https://evil.example/keys")",
             R"(,"x5u":"https://evil.example/x")",
             R"(,"jwk":{})",
             R"(,"x5c":[])",
             R"(,"crit":["exp"])",
             R"(,"b64":false)",
             R"(,"zip":"DEF")",
             R"(,"alg":"ES256")",
         }) {
        EXPECT_EQ(with_header(header(more)), fault_kind::bad_token) << more;
    }
    for (const char* const algorithm : {"none", "HS256", "RS256", "es256", "ES384", ""}) {
        EXPECT_EQ(
            with_header(R"({"typ":"JWT","kid":"one","alg":")" + std::string{algorithm} + "\"}"),
            fault_kind::bad_token
        );
    }
    EXPECT_EQ(with_header(R"({"alg":"ES256","kid":"one"})"), std::nullopt);
    const auto with_type = [&](const std::string& type) {
        return with_header(R"({"alg":"ES256","kid":"one","typ":")" + type + "\"}");
    };
    for (const char* const type : {"jwt", "at+jwt", "AT+JWT", "application/at+jwt"}) {
        EXPECT_EQ(with_type(type), std::nullopt) << type;
    }
    for (const char* const type : {"id+jwt", "logout+jwt", "dpop+jwt", "application/jwt"}) {
        EXPECT_EQ(with_type(type), fault_kind::bad_token) << type;
    }
    EXPECT_EQ(with_header(R"({"typ":"at+jwt","alg":"ES256"})"), std::nullopt);  // its only key
    EXPECT_EQ(fault_with(good.substr(0, good.size() - 2)), fault_kind::bad_token);
    EXPECT_EQ(fault_with(good.substr(0, good.rfind('.') + 1)), fault_kind::bad_token);
    const issuer_key forger{"one", "ES256", next_.pair};
    EXPECT_EQ(fault_with(forger.token(claims())), fault_kind::bad_token);
    EXPECT_EQ(provider_.requests(), 2U);  // the first fetch alone
}

TEST_F(OutsideIssuers, FollowARolledKeyWithoutFailingAnyRequest) {
    provider_.hold(true);
    const std::string token = next_.token(claims());
    const auto found = outside_->find(token);
    std::size_t done = 0;
    std::size_t good = 0;
    auto request = [&]() -> awaitable<void> {
        co_await outside_->wait_for_key(*found);
        good += outside_->read(*found, noon).has_value() ? 1U : 0U;
        ++done;
    };
    for (int i = 0; i < 200; ++i) {
        boost::asio::co_spawn(reactor_, request(), boost::asio::detached);
    }
    reactor_.restart();
    reactor_.poll();
    EXPECT_EQ(done, 0U);
    provider_.publish(key_set_of({key_.jwk(), next_.jwk()}));
    provider_.hold(false);
    reactor_.restart();
    reactor_.run();
    EXPECT_EQ(done, 200U);
    EXPECT_EQ(good, 200U);
    EXPECT_EQ(provider_.requests(), 4U);
    EXPECT_EQ(fault_with(key_.token(claims())), std::nullopt);  // the old one is still there
}

TEST_F(OutsideIssuers, SayNoOnceAndThenThatTheyCannotTell) {
    const auto waited = outside_->find(next_.token(claims()));
    EXPECT_EQ(fault_with(next_.token(claims())), fault_kind::bad_token) << "asked, not there";
    EXPECT_EQ(fault_with(next_.token(claims())), fault_kind::unavailable) << "not asked again";
    EXPECT_EQ(fault_with(issuer_key::p256("three").token(claims())), fault_kind::unavailable);
    EXPECT_EQ(outside_->read(*waited, noon).error().kind, fault_kind::bad_token)
        << "the keys were fetched after it came";
    EXPECT_EQ(provider_.requests(), 4U);
    EXPECT_EQ(fault_with(key_.token(claims())), std::nullopt);
    const issuer_key forger{"one", "ES256", next_.pair};
    EXPECT_EQ(fault_with(forger.token(claims())), fault_kind::bad_token) << "its key is known";
}

// A stranger's token has the keys fetched; they are rolled a moment later, within the same minute.
TEST_F(OutsideIssuers, EndNoRequestOfARolloverFinally) {
    EXPECT_EQ(fault_with(issuer_key::p256("evil").token(claims())), fault_kind::bad_token);
    provider_.publish(key_set_of({key_.jwk(), next_.jwk()}));

    const auto found = outside_->find(next_.token(claims()));
    run_here(outside_->wait_for_key(*found));
    const auto early = outside_->read(*found, noon);
    EXPECT_EQ(early.error().kind, fault_kind::unavailable);
    EXPECT_GT(early.error().retry_after, std::chrono::seconds{50});
    EXPECT_LE(early.error().retry_after, std::chrono::seconds{60});
}

TEST(OutsideIssuersThatRoll, AreAskedAgainWhenTheMinuteIsOver) {
    const auto first = issuer_key::p256("one");
    const auto next = issuer_key::p256("two");
    provider provider{key_set_of({first.jwk()})};
    reports heard;
    key_sources sources;
    sources.push_back(
        source_of(provider.description(), {.asked_apart = std::chrono::milliseconds{20}}, heard)
    );
    boost::asio::io_context reactor{1};
    outside_issuers outside{sources, reactor.get_executor()};
    const std::string token = next.token(json_of(application_claims(provider.url())));
    const auto present = [&] {
        const auto found = outside.find(token);
        boost::asio::co_spawn(reactor, outside.wait_for_key(*found), boost::asio::detached);
        reactor.restart();
        reactor.run();
        return outside.read(*found, noon);
    };
    while (sources.front()->version() == 0) std::this_thread::yield();
    EXPECT_FALSE(present());
    provider.publish(key_set_of({first.jwk(), next.jwk()}));
    for (auto again = present(); !again; again = present()) {
        EXPECT_EQ(again.error().kind, fault_kind::unavailable);
        EXPECT_EQ(again.error().retry_after, std::chrono::seconds{1});
    }
}

TEST_F(OutsideIssuers, LetOnlySoManyWait) {
    provider_.hold(true);
    const std::string token = next_.token(claims());
    const auto found = outside_->find(token);
    std::size_t done = 0;
    auto request = [&]() -> awaitable<void> {
        static_cast<void>(co_await outside_->wait_for_key(*found));
        ++done;
    };
    for (std::size_t i = 0; i < outside_issuers::waiting_max + 3; ++i) {
        boost::asio::co_spawn(reactor_, request(), boost::asio::detached);
    }
    reactor_.restart();
    reactor_.poll();
    EXPECT_EQ(done, 3U);
    EXPECT_EQ(outside_->read(*found, noon).error().kind, fault_kind::unavailable);
    provider_.hold(false);
    reactor_.restart();
    reactor_.run();
    EXPECT_EQ(done, outside_issuers::waiting_max + 3);
}

TEST(OutsideIssuersAtStart, AreNotNeededAndAreRefusedUntilTheyAnswer) {
    provider late{"{}"};
    reports heard;
    key_sources sources;
    sources.push_back(source_of(late.description(), restless, heard));
    boost::asio::io_context reactor{1};
    outside_issuers outside{sources, reactor.get_executor()};
    const auto key = issuer_key::rsa("k");
    const std::string token = key.token(json_of(application_claims(late.url())));
    const auto found = outside.find(token);
    ASSERT_TRUE(found);
    EXPECT_EQ(outside.read(*found, noon).error().kind, fault_kind::unavailable);
    late.publish(key_set_of({key.jwk()}));
    while (sources.front()->version() == 0) std::this_thread::yield();
    EXPECT_TRUE(outside.read(*found, noon));
}

TEST(OutsideIssuersThatAreDown, AreNotBelievedForever) {
    const auto key = issuer_key::p256("k");
    provider provider{key_set_of({key.jwk()})};
    reports heard;
    refresh_pace pace = restless;
    pace.stale_most = {};
    key_sources sources;
    sources.push_back(source_of(provider.description(), pace, heard));
    boost::asio::io_context reactor{1};
    outside_issuers outside{sources, reactor.get_executor()};
    const std::string token = key.token(json_of(application_claims(provider.url())));
    const auto found = outside.find(token);
    while (!outside.read(*found, noon)) std::this_thread::yield();
    provider.answer_keys_with(http_answer("500 Oh", ""));
    while (outside.read(*found, noon)) std::this_thread::yield();
    provider.publish(key_set_of({key.jwk()}));
    while (!outside.read(*found, noon)) std::this_thread::yield();
}

TEST(OutsideIssuersOfAnyTenant, HaveKeysThatSayWhoseTheyAre) {
    const auto general = issuer_key::p256("general");
    const auto foreign = issuer_key::p256("foreign");
    const auto says = [](const issuer_key& key, const std::string& issuer) {
        std::string jwk = key.jwk();
        jwk.back() = ',';
        return jwk + R"("issuer":")" + issuer + "\"}";
    };
    provider provider{key_set_of(
        {says(general, entra + "{tenantid}/v2.0"),
         says(foreign, entra + to_string(id_of(2)) + "/v2.0")}
    )};
    reports heard;
    key_sources sources;
    sources.push_back(source_of(
        {.issuer = entra + "{tenantid}/v2.0",
         .jwks_url = provider.url() + "/keys",
         .audiences = {"https://api.example"}},
        {},
        heard
    ));
    while (sources.front()->version() == 0) std::this_thread::yield();
    boost::asio::io_context reactor{1};
    outside_issuers outside{sources, reactor.get_executor()};
    const std::string by_general = general.token(json_of(application_claims(tenant_issuer)));
    const std::string by_foreign = foreign.token(json_of(application_claims(tenant_issuer)));
    EXPECT_TRUE(outside.read(*outside.find(by_general), noon));
    EXPECT_FALSE(outside.read(*outside.find(by_foreign), noon));
}

/// The verifier with the directory behind it.
class VerifierOfOutsideTokens : public OutsideIssuers {
protected:
    VerifierOfOutsideTokens() { verifier_.trust(*outside_); }

    [[nodiscard]] result<principal> ask(const claim_map& claims) {
        return verify(verifier_, key_.token(json_of(claims)), noon);
    }
    [[nodiscard]] claim_map of_application(const guid& partner, const guid& application) const {
        claim_map out = application_claims(provider_.url());
        out["tid"] = quoted(partner);
        out["azp"] = quoted(application);
        return out;
    }

    known_world world_{};
    token_verifier verifier_{world_.keys, world_.policy, world_.tenants};
};

TEST_F(VerifierOfOutsideTokens, LetsInWhomTheDirectoryKnows) {
    const auto caller = ask(application_claims(provider_.url()));
    ASSERT_TRUE(caller);
    EXPECT_EQ(caller->partner_id, id_of(1));
    const auto token = key_.token(json_of(of_application(id_of(4), application_of(4))));
    ASSERT_TRUE(verify(verifier_, token, noon));
    const auto known = verifier_.known(token, noon);
    ASSERT_TRUE(known);
    EXPECT_EQ(known->where, &clouds::china);
    EXPECT_TRUE(known->is_from_outside);
}

TEST_F(VerifierOfOutsideTokens, RefusesApplicationsThatAreNotThePartners) {
    using enum fault_kind;
    EXPECT_EQ(ask(of_application(id_of(1), id_of(999))).error().kind, bad_token);
    EXPECT_EQ(ask(of_application(id_of(2), application_of(1))).error().kind, bad_token);
    EXPECT_EQ(ask(of_application(id_of(1), disabled_application())).error().kind, bad_token);
    const guid disabled = id_of(disabled_partner);
    EXPECT_EQ(
        ask(of_application(disabled, application_of(disabled_partner))).error().kind,
        partner_disabled
    );
    EXPECT_EQ(
        ask(with(application_claims(provider_.url()), "aud", quoted("x"))).error().kind,
        wrong_audience
    );
}

TEST_F(VerifierOfOutsideTokens, NeedsNoUserInTheDirectory) {
    const auto caller = ask(user_claims(provider_.url()));
    ASSERT_TRUE(caller);
    EXPECT_EQ(caller->user_id, id_of(500));

    // One who happens to have the id of a disabled user of ours says nothing of that user.
    claim_map namesake = user_claims(provider_.url());
    namesake["oid"] = quoted(id_of(disabled_user));
    EXPECT_TRUE(ask(namesake));
    standing_cache standings;
    principal outside{.application_id = application_of(1), .user_id = id_of(disabled_user)};
    principal inside = outside;
    outside.is_from_outside = true;
    standings.remember(outside, noon);
    EXPECT_TRUE(standings.is_good(outside, noon));
    EXPECT_FALSE(standings.is_good(inside, noon));
}

TEST_F(VerifierOfOutsideTokens, StillTakesItsOwn) {
    const std::string own = make_app_token(
        world_.key,
        world_.policy,
        world_.partner(1),
        {.application_id = application_of(1),
         .audience = std::string{clouds::global.audience},
         .issued_at = noon}
    );
    EXPECT_TRUE(verify(verifier_, own, noon));
}

TEST_F(VerifierOfOutsideTokens, TakesNoneOfAnAuthorityThatIsSwitchedOff) {
    world_.policy.has_authority = false;
    const std::string own = make_app_token(
        world_.key,
        world_.policy,
        world_.partner(1),
        {.application_id = application_of(1),
         .audience = std::string{clouds::global.audience},
         .issued_at = noon}
    );
    EXPECT_EQ(verify(verifier_, own, noon).error().kind, fault_kind::bad_token);
    EXPECT_TRUE(ask(application_claims(provider_.url())));
}

TEST_F(VerifierOfOutsideTokens, ChecksASignatureAnewAfterAnHour) {
    const claim_map claims = application_claims(provider_.url());
    const auto token =
        key_.token(json_of(with(claims, "exp", std::to_string(now_seconds + 3 * 3600))));
    ASSERT_TRUE(verify(verifier_, token, noon));
    provider_.publish(key_set_of({next_.jwk()}));
    ASSERT_TRUE(sources_.front()->ask());
    while (sources_.front()->version() == 1) std::this_thread::yield();
    EXPECT_TRUE(verify(verifier_, token, noon + std::chrono::minutes{59}));
    EXPECT_EQ(
        verify(verifier_, token, noon + std::chrono::minutes{60}).error().kind,
        fault_kind::unavailable
    ) << "its key is gone, and may not be looked for again so soon";
}

TEST_F(VerifierOfOutsideTokens, RefusesADisabledApplicationWhoseTokenItRemembers) {
    const auto token = key_.token(json_of(application_claims(provider_.url())));
    ASSERT_TRUE(verify(verifier_, token, noon));
    run(world_.tenants.disable_application(application_of(1)));
    EXPECT_TRUE(verifier_.known(token, noon));
    const auto later = noon + standing_age_max;
    EXPECT_FALSE(verifier_.known(token, later));
    EXPECT_EQ(verify(verifier_, token, later).error().kind, fault_kind::bad_token);
}

}  // namespace
}  // namespace partner_center
