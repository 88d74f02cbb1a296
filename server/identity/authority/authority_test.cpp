// Tests the token authority as clients see it: addresses, documents, refusals, tokens. Calls
// authority.cpp on a real store.
// SPDX-License-Identifier: MIT
#include "server/identity/authority/authority.hpp"

#include <algorithm>
#include <cctype>
#include <vector>

#include <boost/asio/detached.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/identity/test_argon2.hpp"
#include "server/identity/testing.hpp"
#include "tests/support/counting_database.hpp"
#include <partner_center/json.hpp>

namespace partner_center {

/// What a client reads of a token answer, strictly: a string is not a number.
struct read_token_v1 {
    static constexpr auto wire_case = letter_case::snake;
    std::string token_type{};
    std::string expires_in{};
    std::string ext_expires_in{};
    std::string expires_on{};
    std::string not_before{};
    std::string resource{};
    std::string access_token{};
};
BOOST_DESCRIBE_STRUCT(
    read_token_v1,
    (),
    (token_type, expires_in, ext_expires_in, expires_on, not_before, resource, access_token)
)

struct read_refusal {
    static constexpr auto wire_case = letter_case::snake;
    std::string error{};
    std::string error_description{};
    std::vector<int> error_codes{};
    std::string timestamp{};
    guid trace_id{};
    guid correlation_id{};
};
BOOST_DESCRIBE_STRUCT(
    read_refusal, (), (error, error_description, error_codes, timestamp, trace_id, correlation_id)
)

namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

/// Of the exchange, as dispatch gives them.
const exchange_ids ids{id_of(7001), id_of(7002)};
constexpr std::string_view request_id = "C2B7D915-6E0A-4F3D-8A44-51F0C7E9AB36";

[[nodiscard]] std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        constexpr std::string_view digits = "0123456789ABCDEF";
        if (std::isalnum(byte) != 0) {
            out += c;
        } else {
            out.append({'%', digits[byte / 16U], digits[byte % 16U]});
        }
    }
    return out;
}

/// A request of one of the tests.
struct asked {
    std::string method{"POST"};
    std::string target{};
    std::string body{};
    std::vector<http::field_view> fields{{"Content-Type", "application/x-www-form-urlencoded"}};
};

/// An answer and the name that was logged.
struct told {
    http::answer answer{};
    std::string name{};
    authority_outcome outcome{};

    [[nodiscard]] read_refusal refusal() const {
        const auto read = from_json<read_refusal>(answer.body, json_reading::strict);
        return read ? *read : read_refusal{.error = "not a refusal: " + answer.body};
    }
};

class AuthorityTest : public ::testing::Test {
protected:
    [[nodiscard]] told ask(const asked& question) {
        partner_center::authority authority{
            world.keys,
            world.policy,
            tenants,
            known_proofs,
            hasher,
        };
        const http::request_view request{
            .method = question.method,
            .target = question.target,
            .fields = question.fields,
            .body = question.body,
        };
        told got;
        const auto route = authority::find(request.target.substr(0, request.target.find('?')));
        got.outcome = run(authority.respond(route.value(), request, got.answer, ids, noon));
        got.name = authority::endpoint_names()[route->index];
        return got;
    }

    [[nodiscard]] told get(const std::string& target) {
        return ask({.method = "GET", .target = target, .fields = {}});
    }
    [[nodiscard]] told post_v1(const std::string& body) {
        return ask({.target = tenant + "/oauth2/token", .body = body});
    }
    [[nodiscard]] told post_v2(const std::string& body) {
        return ask({.target = tenant + "/oauth2/v2.0/token", .body = body});
    }

    [[nodiscard]] static std::string proof(const guid& application, std::string_view secret) {
        return "grant_type=client_credentials&client_id=" + to_string(application) +
               "&client_secret=" + escaped(secret);
    }

    [[nodiscard]] result<principal> verify(std::string_view token) {
        token_verifier verifier{world.keys, world.policy, world.tenants};
        return testing::verify(verifier, token, noon);
    }

    known_world world{};
    counting_database database{world.fresh.file.connect()};
    directory tenants{database};
    partner_center::proofs known_proofs{database};
    secret_hasher hasher{1};
    const std::string tenant{'/' + to_string(id_of(1))};
    const std::string good_proof{proof(application_of(1), right_secret)};
    const std::string api_resource{
        "&resource=" + escaped("https://api.partnercenter.microsoft.com")};
    const std::string api_scope{
        "&scope=" + escaped("https://api.partnercenter.microsoft.com/.default")};
};

TEST(AuthorityOwns, ItsAddressesInAnyLetterCaseAndWithDoubledSlashes) {
    for (const std::string_view path : {
             "/t/oauth2/token",
             "/t/oauth2/v2.0/token",
             "/t/oauth2/authorize",
             "/t/oauth2/v2.0/authorize",
             "/common/oauth2/sign-in",
             "/t/oauth2/logout",
             "/t/oauth2/v2.0/logout",
             "/t/.well-known/openid-configuration",
             "/t/v2.0/.well-known/openid-configuration",
             "/t/discovery/keys",
             "/t/discovery/v2.0/keys",
             "/common/discovery/instance",
             "/COMMON/Discovery/INSTANCE",
             "/T/OAuth2/V2.0/Token",
             "//t///oauth2//token",
             "/t/oauth2/token/",
         }) {
        EXPECT_TRUE(authority::find(path).has_value()) << path;
    }
}

TEST(AuthorityOwns, NothingElse) {
    for (const std::string_view path : {
             "",
             "/",
             "/t",
             "/oauth2/token",
             "//oauth2/token",
             "/t/oauth2",
             "/t/oauth2/token/x",
             "/t/x/oauth2/token",
             "/t/oauth2/v1.0/token",
             "/t/oauth2/v1.0/authorize",
             "/t/oauth2/sign-in",
             "/t/discovery/instance",
             "/t/discovery",
             "/v1/oauth2/token",
             "/V1/discovery/keys",
             "//v1//oauth2/token",
             "/v1/v1/oauth2/token",
             "/v1/customers",
             "/.well-known/openid-configuration",
         }) {
        EXPECT_FALSE(authority::find(path).has_value()) << path;
    }
}

TEST_F(AuthorityTest, GivesAVersion1AnswerAllInStrings) {
    const told got = post_v1(good_proof + api_resource);

    EXPECT_EQ(got.answer.status, 200U);
    EXPECT_EQ(got.name, "token_v1");
    EXPECT_EQ(got.answer.content_type, "application/json; charset=utf-8");
    EXPECT_EQ(
        got.answer.fields,
        "Cache-Control: no-store, no-cache\r\nPragma: no-cache\r\nExpires: -1\r\n"
    );
    const auto token = from_json<read_token_v1>(got.answer.body, json_reading::strict);
    ASSERT_TRUE(token) << got.answer.body;
    EXPECT_EQ(
        got.answer.body,
        R"({"token_type":"Bearer","expires_in":"3599","ext_expires_in":"3599",)"
        R"("expires_on":"1705918491","not_before":"1705914592",)"
        R"("resource":"https://api.partnercenter.microsoft.com","access_token":")" +
            token->access_token + "\"}"
    );
    const auto caller = verify(token->access_token);
    ASSERT_TRUE(caller);
    EXPECT_EQ(caller->partner_id, id_of(1));
    EXPECT_EQ(caller->application_id, application_of(1));
    EXPECT_FALSE(caller->is_user());
}

TEST_F(AuthorityTest, GivesAVersion2AnswerWithNumbers) {
    const told got = post_v2(good_proof + api_scope);

    EXPECT_EQ(got.answer.status, 200U);
    EXPECT_EQ(got.name, "token_v2");
    const std::string start =
        R"({"token_type":"Bearer","expires_in":3599,"ext_expires_in":3599,"access_token":")";
    ASSERT_THAT(got.answer.body, StartsWith(start));
    const auto token =
        got.answer.body.substr(start.size(), got.answer.body.size() - start.size() - 2);
    EXPECT_TRUE(verify(token));
}

TEST_F(AuthorityTest, StopsGivingTokensToAnApplicationThatIsDisabled) {
    const told before = post_v1(good_proof + api_resource);
    const auto token = from_json<read_token_v1>(before.answer.body, json_reading::strict);
    ASSERT_TRUE(token && verify(token->access_token));
    ASSERT_TRUE(run(world.tenants.disable_application(application_of(1))));

    EXPECT_FALSE(verify(token->access_token));
    EXPECT_EQ(post_v1(good_proof + api_resource).answer.status, 401U);
}

TEST_F(AuthorityTest, KnowsATenantByDomainAndTakesTheApplicationsOwnWhereAnyWillDo) {
    for (const std::string_view text :
         {"partner1.onmicrosoft.com", "PARTNER1.onMicrosoft.com", "common", "Organizations"}) {
        const told got = ask({
            .target = '/' + std::string{text} + "/oauth2/token",
            .body = good_proof + api_resource,
        });
        const auto token = from_json<read_token_v1>(got.answer.body, json_reading::strict);
        ASSERT_TRUE(token) << text << got.answer.body;
        EXPECT_EQ(verify(token->access_token)->partner_id, id_of(1));
    }
}

TEST_F(AuthorityTest, TakesHttpBasicInsteadOfASecretInTheForm) {
    // The id and secret of application 1, each form-encoded, joined by a colon, in base64.
    const std::string pair = to_string(application_of(1)) + ':' + escaped(right_secret);
    constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string encoded = "Basic ";
    for (std::size_t start = 0; start < pair.size(); start += 3) {
        const std::string three = (pair.substr(start, 3) + "\0\0").substr(0, 3);
        unsigned bits = 0;
        for (int each = 0; each < 3; ++each) {
            const auto index = start + static_cast<std::size_t>(each);
            bits = bits * 256 + (index < pair.size() ? static_cast<unsigned char>(pair[index]) : 0);
        }
        for (std::size_t each = 0; each < 4; ++each) {
            const bool padding = start + each > pair.size();
            encoded += padding ? '=' : alphabet[(bits >> (18 - 6 * each)) & 63U];
        }
    }
    asked question{
        .target = tenant + "/oauth2/token",
        .body = "grant_type=client_credentials" + api_resource,
    };
    question.fields.push_back({"Authorization", encoded});
    EXPECT_EQ(ask(question).answer.status, 200U);

    question.body += "&client_secret=x";
    EXPECT_EQ(ask(question).refusal().error, "invalid_request");
    question.body = "grant_type=client_credentials&client_id=other" + api_resource;
    EXPECT_EQ(ask(question).refusal().error, "invalid_request");
}

TEST_F(AuthorityTest, ChallengesOnlyWhoUsedHttpBasic) {
    asked question{
        .target = tenant + "/oauth2/token",
        .body = "grant_type=client_credentials" + api_resource,
    };
    question.fields.push_back({"Authorization", "Basic YTpi"});
    const told basic = ask(question);
    const told in_form = post_v1(proof(application_of(1), "wrong") + api_resource);

    EXPECT_EQ(basic.answer.status, 401U);
    EXPECT_THAT(basic.answer.fields, HasSubstr("WWW-Authenticate: Basic realm=\"partnerd\"\r\n"));
    EXPECT_EQ(in_form.answer.status, 401U);
    EXPECT_THAT(in_form.answer.fields, Not(HasSubstr("WWW-Authenticate")));

    question.fields.back().value = "Basic !";
    EXPECT_THAT(ask(question).refusal().error_codes, ElementsAre(7000218));
}

TEST_F(AuthorityTest, CannotTellWrongUnknownAndDisabledApart) {
    const std::vector<std::string> proofs{
        proof(application_of(1), "wrong"),
        proof(id_of(999), right_secret),
        proof(disabled_application(), right_secret),
        "grant_type=client_credentials&client_id=not-a-guid&client_secret=x",
    };
    std::vector<std::string> bodies;
    for (const std::string& each : proofs) {
        const std::size_t statements = database.reads();
        forget_comparisons();
        const told got = post_v1(each + api_resource);
        // The same work as well: two questions to the store and one comparison at the same cost.
        EXPECT_EQ(database.reads() - statements, 2U) << each;
        EXPECT_THAT(comparisons(), ElementsAre("$argon2id$v=19$m=19456,t=2,p=1$")) << each;
        EXPECT_EQ(got.answer.status, 401U);
        EXPECT_EQ(got.refusal().error, "invalid_client");
        EXPECT_THAT(got.refusal().error_codes, ElementsAre(7000215));
        bodies.push_back(got.answer.body.substr(0, got.answer.body.find("trace_id")));
    }
    for (const std::string& body : bodies) EXPECT_EQ(body, bodies.front());
}

TEST_F(AuthorityTest, NamesTheRequestInARefusal) {
    asked question{.target = tenant + "/oauth2/token"};
    question.fields.push_back({"client-request-id", request_id});
    const told named = ask(question);
    question.fields.back().value = "not a guid";
    const told unnamed = ask(question);

    EXPECT_EQ(
        named.answer.body.substr(0, named.answer.body.find(R"("trace_id")")),
        R"({"error":"invalid_request","error_description":"AADSTS900144: the request must contain )"
        R"(the parameter 'grant_type'.","error_codes":[900144],"timestamp":"2024-01-22 09:14:52Z",)"
    );
    EXPECT_EQ(named.refusal().correlation_id, *parse_guid(request_id));
    EXPECT_EQ(unnamed.refusal().correlation_id, ids.correlation);
    EXPECT_EQ(unnamed.refusal().trace_id, ids.request);
    EXPECT_EQ(named.refusal().trace_id, ids.request);
    EXPECT_THAT(named.answer.fields, HasSubstr("Cache-Control: no-store, no-cache\r\n"));
}

// msal4j adds the words of OpenID Connect to every grant, in no fixed order.
TEST_F(AuthorityTest, LeavesTheWordsOfOpenIdOutOfAScope) {
    const std::string scope = escaped("https://api.partnercenter.microsoft.com/.default");
    for (const std::string& scopes :
         {"openid+profile+offline_access+" + scope,
          scope + "+openid+profile+offline_access",
          "openid++" + scope + "+email+"}) {
        const told got =
            ask({.target = tenant + "/oauth2/v2.0/token", .body = good_proof + "&scope=" + scopes});
        EXPECT_EQ(got.answer.status, 200U) << scopes << got.answer.body;
    }
    const told none =
        ask({.target = tenant + "/oauth2/v2.0/token", .body = good_proof + "&scope=openid+profile"}
        );
    EXPECT_EQ(none.refusal().error, "invalid_scope");
}

TEST_F(AuthorityTest, TellsTheLogWhoAskedAndWhy) {
    const told good = ask({.target = tenant + "/oauth2/token", .body = good_proof + api_resource});
    EXPECT_EQ(good.outcome.partner_id, id_of(1));
    EXPECT_EQ(good.outcome.application_id, application_of(1));
    EXPECT_EQ(good.outcome.error, "");

    const told bad = ask({.target = tenant + "/oauth2/token", .body = "grant_type=password"});
    EXPECT_EQ(bad.outcome.error, "unsupported_grant_type");
    EXPECT_FALSE(bad.outcome.partner_id);
}

TEST_F(AuthorityTest, RepeatsTheRequestsIdWhenAskedTo) {
    asked question{.target = tenant + "/oauth2/token", .body = good_proof + api_resource};
    question.fields.push_back({"client-request-id", request_id});
    EXPECT_THAT(ask(question).answer.fields, Not(HasSubstr("client-request-id")));

    question.fields.push_back({"return-client-request-id", "true"});
    EXPECT_THAT(
        ask(question).answer.fields,
        HasSubstr("client-request-id: " + std::string{request_id} + "\r\n")
    );

    question.fields[1].value = "not a guid";
    EXPECT_THAT(ask(question).answer.fields, Not(HasSubstr("client-request-id")));
}

TEST_F(AuthorityTest, KnowsEveryResourceOfEveryCloudByAllItsNames) {
    for (const std::string resource : {
             "https://api.partnercenter.microsoft.com",
             "https://api.partnercenter.microsoft.com/",
             "https://partner.partnercenterapi.microsoftonline.cn",
             "https://graph.windows.net",
             "https://graph.windows.net/",
             "https://graph.chinacloudapi.cn",
             "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd",
             "00000002-0000-0000-c000-000000000000",
         }) {
        const told v1 = post_v1(good_proof + "&resource=" + escaped(resource));
        const told v2 = post_v2(good_proof + "&scope=" + escaped(resource + "/.default"));

        const auto read = from_json<read_token_v1>(v1.answer.body, json_reading::strict);
        ASSERT_TRUE(read) << v1.answer.body;
        EXPECT_EQ(read->resource, resource);
        EXPECT_EQ(v2.answer.status, 200U) << v2.answer.body;
    }
}

/// A form that the token endpoint refuses. `{proof}` stands for good credentials.
struct refused_form {
    const char* name;
    std::string version;
    std::string form;
    unsigned status;
    std::string error;
    int number;
};

class RefusedForm : public AuthorityTest, public ::testing::WithParamInterface<refused_form> {};

TEST_P(RefusedForm, IsAnsweredWithItsError) {
    const refused_form& tried = GetParam();
    std::string body = tried.form;
    constexpr std::string_view place = "{proof}";
    const auto start = body.find(place);
    if (start != std::string::npos) body.replace(start, place.size(), good_proof);
    const told got = tried.version == "v1" ? post_v1(body) : post_v2(body);

    EXPECT_EQ(got.answer.status, tried.status);
    EXPECT_EQ(got.refusal().error, tried.error);
    EXPECT_THAT(got.refusal().error_codes, ElementsAre(tried.number));
    EXPECT_THAT(
        got.refusal().error_description, StartsWith("AADSTS" + std::to_string(tried.number) + ": ")
    );
}

const std::string some_client = "client_id=" + to_string(application_of(1));
const std::vector<refused_form> refused_forms{
    {"Empty", "v1", "", 400, "invalid_request", 900144},
    {"NoGrant", "v1", some_client, 400, "invalid_request", 900144},
    {"Password", "v1", "grant_type=password&" + some_client, 400, "unsupported_grant_type", 70003},
    {"Refresh", "v2", "grant_type=refresh_token", 400, "invalid_request", 900144},
    {"NoClient", "v1", "grant_type=client_credentials", 400, "invalid_request", 900144},
    {"NoProof",
     "v1",
     "grant_type=client_credentials&" + some_client,
     401,
     "invalid_client",
     7000218},
    {"EmptyProof",
     "v1",
     "grant_type=client_credentials&client_secret=&" + some_client,
     401,
     "invalid_client",
     7000218},
    {"NoResource", "v1", "{proof}", 400, "invalid_request", 900144},
    {"ScopeAtV1",
     "v1",
     "{proof}&scope=https://graph.windows.net/.default",
     400,
     "invalid_request",
     900144},
    {"UnknownResource",
     "v1",
     "{proof}&resource=https://evil.example",
     400,
     "invalid_resource",
     500011},
    {"NoScope", "v2", "{proof}", 400, "invalid_request", 900144},
    {"ResourceAtV2",
     "v2",
     "{proof}&resource=https://graph.windows.net",
     400,
     "invalid_request",
     900144},
    {"UnknownScope",
     "v2",
     "{proof}&scope=https://evil.example/.default",
     400,
     "invalid_scope",
     500011},
    {"ScopeOfAPermission",
     "v2",
     "{proof}&scope=https://api.partnercenter.microsoft.com/user_impersonation",
     400,
     "invalid_scope",
     70011},
    {"TwoScopes",
     "v2",
     "{proof}&scope=https://graph.windows.net/.default+https://graph.windows.net/.default",
     400,
     "invalid_scope",
     70011},
    {"DefaultAlone", "v2", "{proof}&scope=/.default", 400, "invalid_scope", 500011},
    {"RepeatedParameter",
     "v1",
     "{proof}&resource=https://graph.windows.net&resource=https://graph.windows.net",
     400,
     "invalid_request",
     9002313},
    {"BrokenEscape", "v1", "{proof}&resource=%", 400, "invalid_request", 9002313},
    {"TooLarge", "v1", "{proof}&x=" + std::string(20'000, 'x'), 400, "invalid_request", 9002313},
};
INSTANTIATE_TEST_SUITE_P(
    Authority,
    RefusedForm,
    ::testing::ValuesIn(refused_forms),
    [](const auto& tried) { return std::string{tried.param.name}; }
);

TEST_F(AuthorityTest, RefusesTokenRequestsThatAreNotForms) {
    for (const std::string_view type :
         {"application/json", "", "text/plain", "application/x-www-form-urlencodedx"}) {
        const told got = ask({
            .target = tenant + "/oauth2/token",
            .body = good_proof + api_resource,
            .fields = {{"Content-Type", type}},
        });
        EXPECT_EQ(got.answer.status, 400U);
        EXPECT_EQ(got.refusal().error, "invalid_request");
    }
    const told with_charset = ask({
        .target = tenant + "/oauth2/token",
        .body = good_proof + api_resource,
        .fields = {{"content-type", "Application/X-WWW-Form-Urlencoded ; charset=utf-8"}},
    });
    EXPECT_EQ(with_charset.answer.status, 200U);
}

TEST_F(AuthorityTest, DescribesNoTenantThatIsNotThere) {
    for (const std::string& text :
         {to_string(id_of(999)),
          std::string{"nobody.example"},
          to_string(id_of(disabled_partner))}) {
        for (const std::string document :
             {"/.well-known/openid-configuration", "/discovery/v2.0/keys"}) {
            const told got = get('/' + text + document);
            EXPECT_EQ(got.answer.status, 400U);
            EXPECT_EQ(got.refusal().error, "invalid_tenant");
        }
    }
}

TEST_F(AuthorityTest, TellsThatAnApplicationIsOfAnotherTenantOnlyToItself) {
    const auto ask_partner_2 = [&](std::string_view secret) {
        return ask({
            .target = '/' + to_string(id_of(2)) + "/oauth2/token",
            .body = proof(application_of(1), secret) + api_resource,
        });
    };
    const told itself = ask_partner_2(right_secret);
    const told another = ask_partner_2("wrong");

    EXPECT_EQ(itself.answer.status, 400U);
    EXPECT_EQ(itself.refusal().error, "unauthorized_client");
    EXPECT_THAT(itself.refusal().error_codes, ElementsAre(700016));
    EXPECT_THAT(another.refusal().error_codes, ElementsAre(7000215));
}

TEST_F(AuthorityTest, DoesNotServeADisabledPartnersApplicationByAnyName) {
    const told got = ask({
        .target = "/common/oauth2/token",
        .body = proof(application_of(disabled_partner), right_secret) + api_resource,
    });

    EXPECT_EQ(got.refusal().error, "unauthorized_client");
}

TEST_F(AuthorityTest, NamesTheOneMethodOfAnAddress) {
    const told token = get(tenant + "/oauth2/token");
    const told keys = ask({.target = tenant + "/discovery/keys"});

    EXPECT_EQ(token.answer.status, 405U);
    EXPECT_THAT(token.answer.fields, HasSubstr("Allow: POST\r\n"));
    EXPECT_EQ(token.refusal().error, "invalid_request");
    EXPECT_EQ(token.name, "token_v1");
    EXPECT_EQ(keys.answer.status, 405U);
    EXPECT_THAT(keys.answer.fields, HasSubstr("Allow: GET\r\n"));
}

[[nodiscard]] awaitable<void> respond_into(
    authority& subject, const http::request_view& request, told& out
) {
    const auto route = authority::find(request.target);
    out.outcome = co_await subject.respond(*route, request, out.answer, ids, noon);
    out.name = authority::endpoint_names()[route->index];
}

// All 80 begin before the first answer can be worked on: 16 of one network are taken in.
TEST_F(AuthorityTest, SaysWhenItIsTooBusy) {
    authority subject{world.keys, world.policy, world.tenants, known_proofs, hasher};
    const std::vector<http::field_view> fields{
        {"Content-Type", "application/x-www-form-urlencoded"}};
    const std::string target = tenant + "/oauth2/token";
    // Nobody has this id, so the secret is compared with a hash that costs what it says.
    const std::string body = proof(id_of(999), right_secret) + api_resource;
    const http::request_view request{
        .method = "POST", .target = target, .fields = fields, .body = body};
    std::vector<told> answers(80);
    boost::asio::io_context reactor{1};
    for (told& each : answers) {
        boost::asio::co_spawn(reactor, respond_into(subject, request, each), boost::asio::detached);
    }
    reactor.run();

    const auto busy =
        std::ranges::find(answers, 503U, [](const told& each) { return each.answer.status; });
    ASSERT_NE(busy, answers.end());
    EXPECT_EQ(busy->refusal().error, "temporarily_unavailable");
    EXPECT_THAT(busy->answer.fields, HasSubstr("Retry-After: 2\r\n"));
}

TEST_F(AuthorityTest, LetsAFloodOfUnknownClientsKeepOutItsOwnNetworkOnly) {
    authority subject{world.keys, world.policy, world.tenants, known_proofs, hasher};
    const std::vector<http::field_view> fields{
        {"Content-Type", "application/x-www-form-urlencoded"}};
    const std::string target = tenant + "/oauth2/token";
    const auto from = [&](std::string_view peer, const std::string& body) {
        return http::request_view{
            .method = "POST", .target = target, .fields = fields, .body = body, .peer = peer};
    };
    const std::string unknown = proof(id_of(999), right_secret) + api_resource;
    const std::string good = proof(application_of(1), right_secret) + api_resource;
    const auto flood = from("2001:db8::1", unknown);
    const auto neighbour = from("2001:db8:0:1::1", good);
    const auto inside = from("2001:db8::2", good);
    told first;
    told second;
    boost::asio::io_context reactor{1};
    const auto ask_under_flood = [&](const http::request_view& request, told& out) {
        std::vector<told> answers(80);
        for (told& each : answers) {
            boost::asio::co_spawn(
                reactor, respond_into(subject, flood, each), boost::asio::detached
            );
        }
        boost::asio::co_spawn(reactor, respond_into(subject, request, out), boost::asio::detached);
        reactor.run();
        reactor.restart();
    };

    ask_under_flood(neighbour, first);
    ask_under_flood(inside, second);

    EXPECT_EQ(first.answer.status, 200U);
    EXPECT_EQ(second.answer.status, 200U) << "its secret is known to be right meanwhile";
}

TEST_F(AuthorityTest, DescribesItselfPerTenantAndVersion) {
    const std::string base = "https://localhost:8443" + tenant;
    const told v1 = get("/partner1.onmicrosoft.com/.well-known/openid-configuration");
    const told v2 = get(tenant + "/v2.0/.well-known/openid-configuration");

    EXPECT_EQ(v1.answer.status, 200U);
    EXPECT_EQ(v1.name, "openid_configuration_v1");
    EXPECT_EQ(
        v1.answer.body,
        R"({"issuer":"https://sts.windows.net)" + tenant + R"(/","authorization_endpoint":")" +
            base + R"(/oauth2/authorize","token_endpoint":")" + base +
            R"(/oauth2/token","device_authorization_endpoint":")" + base +
            R"(/oauth2/devicecode","end_session_endpoint":")" + base +
            R"(/oauth2/logout","jwks_uri":")" + base +
            R"(/discovery/keys","token_endpoint_auth_methods_supported":["client_secret_post",)"
            R"("client_secret_basic","private_key_jwt","none"],)"
            R"("token_endpoint_auth_signing_alg_values_supported":["RS256","PS256"],)"
            R"("grant_types_supported":["authorization_code","client_credentials",)"
            R"("refresh_token","urn:ietf:params:oauth:grant-type:device_code"],)"
            R"("code_challenge_methods_supported":["S256"],)"
            R"("response_modes_supported":["query","fragment","form_post"],)"
            R"("response_types_supported":["code","id_token","code id_token"],)"
            R"("subject_types_supported":["public"],)"
            R"("id_token_signing_alg_values_supported":["RS256"],)"
            R"("scopes_supported":["openid","profile","email","offline_access"],)"
            R"("claims_supported":["sub","iss","aud","exp","iat","nbf","tid","oid","appid","name",)"
            R"("upn","amr","auth_time","ver","c_hash","nonce","preferred_username"],)"
            R"("request_uri_parameter_supported":false,)"
            R"("cloud_instance_name":"login.microsoftonline.com","tenant_region_scope":"WW"})"
    );
    for (const std::string_view path :
         {"/oauth2/v2.0/authorize",
          "/oauth2/v2.0/token",
          "/oauth2/v2.0/devicecode",
          "/discovery/v2.0/keys"}) {
        EXPECT_THAT(v2.answer.body, HasSubstr('"' + base + std::string{path} + '"'));
    }
}

TEST_F(AuthorityTest, DescribesAnyTenantWithATemplate) {
    const told entra = get("/Common/.well-known/openid-configuration");
    world.policy.entra_issuer = false;
    const told own = get("/organizations/v2.0/.well-known/openid-configuration");

    EXPECT_THAT(entra.answer.body, HasSubstr(R"("issuer":"https://sts.windows.net/{tenantid}/")"));
    EXPECT_THAT(
        entra.answer.body,
        HasSubstr(R"("token_endpoint":"https://localhost:8443/common/oauth2/token")")
    );
    EXPECT_THAT(entra.answer.body, Not(HasSubstr("tenant_region_scope")));
    EXPECT_THAT(own.answer.body, HasSubstr(R"("issuer":"https://localhost:8443/{tenantid}/")"));
}

TEST_F(AuthorityTest, ListsItsKeyAtBothAddresses) {
    const std::string expected = R"({"keys":[{"kty":"RSA","use":"sig","kid":")" + world.key.id() +
                                 R"(","alg":"RS256","n":")" + world.key.modulus() +
                                 R"(","e":"AQAB"}]})";

    EXPECT_EQ(get(tenant + "/discovery/keys").answer.body, expected);
    EXPECT_EQ(get("/common/discovery/v2.0/keys").answer.body, expected);
}

constexpr std::string_view families =
    R"([{"preferred_network":"login.microsoftonline.com","preferred_cache":)"
    R"("login.microsoftonline.com","aliases":["login.microsoftonline.com","login.windows.net",)"
    R"("login.microsoft.com","sts.windows.net"]},{"preferred_network":"login.chinacloudapi.cn",)"
    R"("preferred_cache":"login.chinacloudapi.cn","aliases":["login.chinacloudapi.cn",)"
    R"("login.partner.microsoftonline.cn"]},{"preferred_network":"login.microsoftonline.us",)"
    R"("preferred_cache":"login.microsoftonline.us","aliases":["login.microsoftonline.us",)"
    R"("login.usgovcloudapi.net"]})";

TEST_F(AuthorityTest, TellsWhichHostsBelongTogether) {
    const std::string path = "/common/discovery/instance?api-version=1.1&authorization_endpoint=";
    const std::string url = "https://login.windows.net/partner1.example/oauth2/v2.0/authorize";
    const auto document = [](std::string_view host, std::string_view tenant_text) {
        return R"({"tenant_discovery_endpoint":"https://)" + std::string{host} + '/' +
               std::string{tenant_text} +
               R"(/v2.0/.well-known/openid-configuration","api-version":"1.1","metadata":)" +
               std::string{families};
    };
    asked question{.method = "GET", .target = path + url};
    question.fields = {{"Host", "login.windows.net"}};
    const std::string expected = document("login.windows.net", "partner1.example") + "]}";

    EXPECT_EQ(ask(question).answer.body, expected);
    question.target = path + escaped(url);
    EXPECT_EQ(ask(question).answer.body, expected);

    question.fields = {{"Host", "localhost:8443"}};
    EXPECT_EQ(
        ask(question).answer.body,
        document("localhost:8443", "partner1.example") +
            R"(,{"preferred_network":"localhost:8443","preferred_cache":"localhost:8443",)"
            R"("aliases":["localhost:8443"]}]})"
    );
    question.target = "/common/discovery/instance";
    EXPECT_THAT(ask(question).answer.body, StartsWith(document("localhost:8443", "common")));
}

TEST_F(AuthorityTest, RepeatsNoHostOrTenantThatCouldDoHarm) {
    asked question{.method = "GET"};
    for (const std::string_view host :
         {"",
          "evil.example",
          "127.0.0.1:8443",
          "[::1]:8443",
          "login.windows.net.evil.example",
          "evil.login.windows.net",
          "login.windows.net:",
          "login.windows.net:x",
          "login.windows.net:123456",
          "user@login.windows.net"}) {
        question.target = "/common/discovery/instance";
        question.fields = {{"Host", host}};
        EXPECT_THAT(
            ask(question).answer.body,
            StartsWith(R"({"tenant_discovery_endpoint":"https://localhost:8443/common/)")
        ) << host;
    }
    for (const std::string_view host : {"LOGIN.windows.net:1", "login.chinacloudapi.cn"}) {
        question.fields = {{"Host", host}};
        EXPECT_THAT(
            ask(question).answer.body,
            StartsWith(R"({"tenant_discovery_endpoint":"https://)" + std::string{host} + "/common/")
        );
    }
    question.target += "?authorization_endpoint=https://a/%22%3Cx/authorize";
    EXPECT_THAT(ask(question).answer.body, HasSubstr("https://login.chinacloudapi.cn/common/v2.0"));
}

TEST_F(AuthorityTest, IssuesTokensForTheAudiencesOfTheServersSetting) {
    const std::string form =
        proof(application_of(1), right_secret) + "&resource=https%3A%2F%2Fapi.example";
    EXPECT_EQ(post_v1(form).refusal().error, "invalid_resource");
    world.policy.accepted_audiences = {"https://api.example"};
    EXPECT_EQ(post_v1(form).answer.status, 200U);
}

}  // namespace
}  // namespace partner_center
