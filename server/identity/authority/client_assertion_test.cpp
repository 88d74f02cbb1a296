// Tests certificate credentials as a client sees them: what is taken, and each attack. Calls the
// authority on a real store.
// SPDX-License-Identifier: MIT
#include "server/identity/authority/client_assertion.hpp"

#include <functional>

#include <gmock/gmock.h>

#include "server/identity/authority/asking_testing.hpp"
#include "server/identity/authority/client_assertion_testing.hpp"

namespace partner_center {
namespace {

using namespace testing;
using ::testing::HasSubstr;
using ::testing::Not;

class ClientAssertionTest : public AskingTest {
protected:
    ClientAssertionTest() {
        for (const credential* each : {&ours(), &expired()}) {
            const certificate_record record{each->read.thumbprint(), each->pem};
            EXPECT_TRUE(run(world.tenants.add_certificates(application_of(1), {record})));
        }
    }

    [[nodiscard]] static std::string form_of(const std::string& assertion) {
        return "grant_type=client_credentials&client_id=" + to_string(application_of(1)) +
               "&client_assertion_type=" + form_escaped(oauth::jwt_bearer) +
               "&client_assertion=" + form_escaped(assertion);
    }
    [[nodiscard]] heard present(const std::string& assertion) {
        return post(tenant + "/oauth2/v2.0/token", form_of(assertion) + api_scope, noon);
    }
};

TEST_F(ClientAssertionTest, GivesATokenThatSaysACertificateProvedIt) {
    const heard got = present(draft{}.text());
    ASSERT_EQ(got.answer.status, 200U) << got.answer.body;
    EXPECT_EQ(got.outcome.application_id, application_of(1));
    const std::string token = got.read().access_token;
    const auto caller = verify(token, noon);
    ASSERT_TRUE(caller);
    EXPECT_EQ(caller->application_id, application_of(1));
    const std::string payload = token.substr(token.find('.') + 1);
    const auto claims = from_base64url(payload.substr(0, payload.find('.')));
    EXPECT_THAT(claims.value(), HasSubstr(R"("appidacr":"2")"));
}

TEST_F(ClientAssertionTest, IsTakenAtVersion1Too) {
    const heard got = post(tenant + "/oauth2/token", form_of(draft{}.text()) + api_resource, noon);
    EXPECT_EQ(got.answer.status, 200U) << got.answer.body;
}

TEST_F(ClientAssertionTest, NamesTheClientByItself) {
    std::string form = form_of(draft{}.text()) + api_scope;
    const std::string client_id = "&client_id=" + to_string(application_of(1));
    form.erase(form.find(client_id), client_id.size());
    EXPECT_EQ(post(tenant + "/oauth2/v2.0/token", form, noon).answer.status, 200U);
}

TEST_F(ClientAssertionTest, TakesWhatLibrariesMake) {
    const draft plain;
    draft pss = plain.with_header("alg", in_quotes("PS256"))
                    .without_header("x5t")
                    .with_header("x5t#S256", in_quotes(ours().read.thumbprint()));
    pss.pss = true;
    const std::vector<draft> drafts{
        pss,
        plain.with_header("x5t#S256", in_quotes(ours().read.thumbprint())),
        plain.with_header("x5t", in_quotes(ours().read.sha1_thumbprint() + "=")),
        plain.with_header("x5c", R"(["MIIC"])"),
        plain.with_header("kid", in_quotes("anything")),
        plain.without_header("typ"),
        plain.with("aud", '[' + in_quotes(token_url("https://localhost:8443", "common")) + ']')
            .with("aud", in_quotes(token_url("https://localhost:8443", to_string(id_of(1))))),
        plain.with("aud", in_quotes(token_url("https://login.windows.net", to_string(id_of(1))))),
        plain.with(
            "aud", in_quotes(token_url("https://LOGIN.microsoft.com", "Partner1.onMicrosoft.com"))
        ),
        plain.with("aud", in_quotes("https://sts.windows.net/" + to_string(id_of(1)) + '/')),
        plain.with(
            "aud", in_quotes("https://login.microsoftonline.com/" + to_string(id_of(1)) + "/v2.0")
        ),
        plain.with("aud", '[' + in_quotes("https://sts.windows.net/" + to_string(id_of(1))) + ']'),
        plain.without("jti"),
        plain.without("nbf").with("iat", number_after(-60)),
        plain.with("nbf", number_after(299)),
        plain.with("exp", number_after(-299)),
        plain.with("exp", number_after(day)),
    };
    for (const draft& each : drafts) {
        const heard got = present(each.text());
        EXPECT_EQ(got.answer.status, 200U)
            << each.header.json() << each.claims.json() << got.answer.body;
    }
}

TEST_F(ClientAssertionTest, KnowsTheTenantAsTheRequestNamesIt) {
    const std::string aud = token_url("https://login.microsoftonline.com", "common");
    const std::string assertion = draft{}.with("aud", in_quotes(aud)).text();
    EXPECT_EQ(present(assertion).number(), 700023) << "the request named the partner";
    const heard got = post("/common/oauth2/v2.0/token", form_of(assertion) + api_scope, noon);
    EXPECT_EQ(got.answer.status, 200U) << got.answer.body;
}

/// An assertion that is refused, with the number of its refusal.
struct refused_assertion {
    const char* name;
    std::function<std::string()> make;
    int number;
};

class RefusedAssertion : public ClientAssertionTest,
                         public ::testing::WithParamInterface<refused_assertion> {};

TEST_P(RefusedAssertion, IsAnsweredWithInvalidClient) {
    const heard got = present(GetParam().make());

    EXPECT_EQ(got.answer.status, 401U) << got.answer.body;
    EXPECT_EQ(got.read().error, "invalid_client");
    EXPECT_EQ(got.number(), GetParam().number);
}

constexpr int uniform = 700027;
const std::vector<refused_assertion> refused_assertions{
    {"NoJws", [] { return "x"; }, uniform},
    {"NoSignature",
     [] {
         const std::string good = draft{}.text();
         return good.substr(0, good.rfind('.') + 1);
     },
     uniform},
    {"AlgNone", [] { return draft{}.with_header("alg", in_quotes("none")).text(); }, uniform},
    {"AlgRs384", [] { return draft{}.with_header("alg", in_quotes("RS384")).text(); }, uniform},
    {"AlgOfTheOtherPadding",
     [] { return draft{}.with_header("alg", in_quotes("PS256")).text(); },
     uniform},
    {"Hs256WithTheCertificate",
     [] {
         const draft told = draft{}.with_header("alg", in_quotes("HS256"));
         const std::string text = signed_text(told.header.json(), told.claims.json());
         const auto mac = sign_as(hmac_key(ours().pem), "SHA256", text, false);
         return text + '.' + to_base64url(mac);
     },
     uniform},
    {"ForeignKey", [] { return draft{}.signed_by(foreign()).text(); }, uniform},
    {"UnregisteredCertificate",
     [] {
         return draft{}
             .with_header("x5t", in_quotes(foreign().read.sha1_thumbprint()))
             .signed_by(foreign())
             .text();
     },
     uniform},
    {"CertificateInTheHeader",
     [] {
         const std::string der = to_base64url(self_signed_certificate(foreign().key));
         return draft{}.with_header("x5c", '[' + in_quotes(der) + ']').signed_by(foreign()).text();
     },
     uniform},
    {"NoThumbprint", [] { return draft{}.without_header("x5t").text(); }, uniform},
    {"TwoThumbprintsOfDifferentCertificates",
     [] { return draft{}.with_header("x5t#S256", in_quotes(expired().read.thumbprint())).text(); },
     uniform},
    {"KeyUrl", [] { return draft{}.with_header("jku", in_quotes("https://x")).text(); }, uniform},
    {"EmbeddedKey", [] { return draft{}.with_header("jwk", "{}").text(); }, uniform},
    {"Critical", [] { return draft{}.with_header("crit", R"(["exp"])").text(); }, uniform},
    {"OtherType", [] { return draft{}.with_header("typ", in_quotes("at+jwt")).text(); }, uniform},
    {"AlgTwice",
     [] {
         draft twice;
         twice.header = twice.header.twice("alg", in_quotes("RS256"));
         return twice.text();
     },
     uniform},
    {"ThumbprintTwice",
     [] {
         draft twice = draft{}.with_header("x5t#S256", in_quotes(ours().read.thumbprint()));
         twice.header = twice.header.twice("x5t#S256", in_quotes(ours().read.thumbprint()));
         return twice.text();
     },
     uniform},
    {"IssuedByAnother",
     [] { return draft{}.with("iss", in_quotes(application_of(2))).text(); },
     uniform},
    {"OfAnotherSubject",
     [] { return draft{}.with("sub", in_quotes(application_of(2))).text(); },
     uniform},
    {"OfAnotherClient",
     [] {
         return draft{}
             .with("iss", in_quotes(application_of(2)))
             .with("sub", in_quotes(application_of(2)))
             .text();
     },
     uniform},
    {"NoSubject", [] { return draft{}.without("sub").text(); }, uniform},
    {"NoIssuer", [] { return draft{}.without("iss").text(); }, uniform},
    {"ExpiredCertificate",
     [] {
         return draft{}
             .with_header("x5t", in_quotes(expired().read.sha1_thumbprint()))
             .signed_by(expired())
             .text();
     },
     700030},
    {"Expired", [] { return draft{}.with("exp", number_after(-300)).text(); }, 700024},
    {"NoExpiry", [] { return draft{}.without("exp").text(); }, 700024},
    {"ForTooLong", [] { return draft{}.with("exp", number_after(day + 301)).text(); }, 700024},
    {"NotYet", [] { return draft{}.with("nbf", number_after(301)).text(); }, 700024},
    {"IssuedInTheFuture", [] { return draft{}.with("iat", number_after(301)).text(); }, 700024},
};
INSTANTIATE_TEST_SUITE_P(
    ClientAssertion,
    RefusedAssertion,
    ::testing::ValuesIn(refused_assertions),
    [](const auto& tried) { return std::string{tried.param.name}; }
);

TEST_F(ClientAssertionTest, IsTakenAgainAndAgainUntilItExpires) {
    const std::string form = form_of(draft{}.text()) + api_scope;
    const auto end = noon + std::chrono::seconds{600} + clock_skew;
    for (const auto when : {noon, noon, end - std::chrono::seconds{1}}) {
        const heard got = post(tenant + "/oauth2/v2.0/token", form, when);
        EXPECT_EQ(got.answer.status, 200U) << got.answer.body;
    }
    EXPECT_EQ(post(tenant + "/oauth2/v2.0/token", form, end).number(), 700024);
}

TEST_F(ClientAssertionTest, CannotBeAskedWhichApplicationsAndCertificatesThereAre) {
    ASSERT_TRUE(run(world.tenants.disable_application(application_of(2))));
    const auto by = [](const guid& client) {
        return draft{}.with("iss", in_quotes(client)).with("sub", in_quotes(client));
    };
    const std::vector<std::string> assertions{
        draft{}.signed_by(foreign()).text(),
        draft{}.with_header("x5t", in_quotes(foreign().read.sha1_thumbprint())).text(),
        by(id_of(999)).text(),
        by(application_of(2)).text(),
        draft{}.with("iss", in_quotes("x")).with("sub", in_quotes("x")).text(),
    };
    std::vector<std::string> bodies;
    for (const std::string& each : assertions) {
        std::string form = form_of(each) + api_scope;
        form.erase(form.find("&client_id="), std::string{"&client_id="}.size() + 36);
        const std::size_t before = database.reads();
        const heard got = post(tenant + "/oauth2/v2.0/token", form, noon);
        // Of the tenant, the application, its certificates and its partner.
        EXPECT_EQ(database.reads() - before, 4U) << each;
        EXPECT_EQ(got.answer.status, 401U);
        EXPECT_FALSE(got.outcome.application_id);
        bodies.push_back(got.answer.body.substr(0, got.answer.body.find("trace_id")));
    }
    for (const std::string& body : bodies) EXPECT_EQ(body, bodies.front());
}

TEST_F(ClientAssertionTest, IsRefusedOnceItsCertificateIsRemoved) {
    const std::string thumbprint = ours().read.thumbprint();
    EXPECT_TRUE(run(world.tenants.remove_certificate(application_of(1), thumbprint)));
    EXPECT_FALSE(run(world.tenants.remove_certificate(application_of(1), thumbprint)));
    EXPECT_EQ(present(draft{}.text()).number(), uniform);
}

TEST_F(ClientAssertionTest, IsAddedToAnApplicationThatIsThereOnce) {
    const certificate_record record{ours().read.thumbprint(), ours().pem};
    EXPECT_FALSE(run(world.tenants.add_certificates(application_of(1), {record})));
    EXPECT_FALSE(run(world.tenants.add_certificates(id_of(999), {record})));
    EXPECT_TRUE(run(world.tenants.add_certificates(application_of(2), {record})));
}

TEST_F(ClientAssertionTest, IsTheOnlyProofAndSaysWhatItIs) {
    const std::string good = form_of(draft{}.text()) + api_scope;
    const std::string kind = "&client_assertion_type=" + form_escaped(oauth::jwt_bearer);
    const auto without = [&](const std::string& part) {
        std::string form = good;
        form.erase(form.find(part), part.size());
        return form;
    };
    const std::string assertion = "&client_assertion=" + form_escaped(draft{}.text());
    const std::string url = tenant + "/oauth2/v2.0/token";
    for (const std::string& form : {
             good + "&client_secret=" + form_escaped(right_secret),
             without(kind),
             without(kind) + "&client_assertion_type=jwt-bearer",
             without(assertion),
         }) {
        const heard got = post(url, form, noon);
        EXPECT_EQ(got.answer.status, 400U) << form;
        EXPECT_EQ(got.read().error, "invalid_request");
    }
}

TEST_F(ClientAssertionTest, IsNeverRepeatedInAnAnswer) {
    const draft good = draft{}.with("jti", in_quotes("canary"));
    for (const draft& each : {good, good.with("exp", number_after(-day)), good.without("aud")}) {
        const std::string assertion = each.text();
        const std::string answer = present(assertion).answer.body;
        EXPECT_THAT(answer, Not(HasSubstr(signature_of(assertion))));
        EXPECT_THAT(answer, Not(HasSubstr("canary")));
    }
}

}  // namespace
}  // namespace partner_center
