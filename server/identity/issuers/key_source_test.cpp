// Fetching keys: from good providers, hostile ones and such as are down.
// SPDX-License-Identifier: MIT
#include "server/identity/issuers/key_source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/http/server.hpp"
#include "server/http/tls_context.hpp"
#include "server/identity/dev_certificates.hpp"
#include "server/identity/issuers/provider_testing.hpp"
#include "server/identity/issuers/testing.hpp"
#include "tests/support/temporary_directory.hpp"

namespace partner_center {
namespace {

using namespace testing;
using ::testing::HasSubstr;

[[nodiscard]] const issuer_key& first_key() {
    static const issuer_key key = issuer_key::p256("first");
    return key;
}
[[nodiscard]] std::string first_set() {
    return key_set_of({first_key().jwk()});
}

/// What the first attempt says of a provider.
[[nodiscard]] std::string problem_with(const trusted_issuer& of, const fetch_limits& limits) {
    reports heard;
    key_source source{of, {}, limits, heard.collector()};
    source.start();
    std::string problem = heard.wait_for(1);
    return problem;
}

TEST(KeySource, FollowsTheDiscoveryDocument) {
    const provider provider{first_set()};
    reports heard;
    const auto source = source_of(provider.description(), {}, heard);
    EXPECT_EQ(heard.wait_for(1), "");
    while (source->version() == 0) std::this_thread::yield();
    EXPECT_NE(source->current().keys->find("first", signature_algorithm::es256), nullptr);
    EXPECT_EQ(provider.requests(), 2U);
}

TEST(KeySource, AsksAJwksUrlAlone) {
    const provider provider{first_set()};
    EXPECT_EQ(problem_with({.issuer = "https://x", .jwks_url = provider.url() + "/keys"}, {}), "");
    EXPECT_EQ(provider.requests(), 1U);
}

TEST(KeySource, RefusesDiscoveryDocumentsThatAreNotTheIssuers) {
    provider provider{first_set()};
    const std::string own = R"({"issuer":")" + provider.url() + '"';
    for (const auto& [document, problem] : {
             std::pair{std::string{"<html>"}, "not JSON"},
             std::pair{std::string{R"({"jwks_uri":"https://x"})"}, "another issuer's"},
             std::pair{R"({"issuer":")" + provider.url() + R"(/"})", "another issuer's"},
             std::pair{own + "}", "no jwks_uri"},
             std::pair{own + R"(,"jwks_uri":7})", "no jwks_uri"},
             std::pair{own + R"(,"jwks_uri":"http://example.com/keys"})", "no jwks_uri"},
             std::pair{own + R"(,"jwks_uri":"file:///etc/passwd"})", "no jwks_uri"},
             std::pair{own + R"(,"jwks_uri":"https://me:secret@example.com/"})", "no jwks_uri"},
         }) {
        provider.answer_discovery_with(http_answer("200 OK", document));
        EXPECT_THAT(problem_with(provider.description(), {}), HasSubstr(problem)) << document;
    }
}

TEST(KeySource, SurvivesHostileAnswers) {
    provider provider{first_set()};
    const std::string huge(300'000, ' ');
    for (const auto& [answer, problem] : {
             std::pair{http_answer("200 OK", ""), "not a JWK Set"},
             std::pair{http_answer("200 OK", "{\"keys\":[]}"), "not a JWK Set"},
             std::pair{http_answer("200 OK", first_set() + huge), "too large"},
             std::pair{"HTTP/1.1 200 OK\r\n\r\n" + first_set() + huge, "too large"},
             std::pair{
                 std::string{"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n"},
                 "too large"},
             std::pair{http_answer("302 Found\r\nLocation: /keys", first_set()), "redirect"},
             std::pair{http_answer("404 Not Found", first_set()), "not 200"},
             std::pair{http_answer("500 Oh", first_set()), "not 200"},
             std::pair{http_answer("204 No Content", ""), "not 200"},
             std::pair{std::string{"garbage\r\n\r\n"}, "connection failed"},
             std::pair{
                 std::string{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\n{"},
                 "connection failed"},
         }) {
        provider.answer_keys_with(answer);
        EXPECT_THAT(problem_with(provider.description(), {}), HasSubstr(problem))
            << answer.substr(0, 60);
    }
}

TEST(KeySource, GivesUpOnSlowAnswersAndClosedPorts) {
    provider slow{first_set()};
    slow.hold(true);
    EXPECT_THAT(
        problem_with(slow.description(), {.total = std::chrono::milliseconds{50}}),
        HasSubstr("in time")
    );
    slow.hold(false);
    EXPECT_THAT(
        problem_with({.issuer = "https://x", .jwks_url = tests::closed_url() + "/"}, {}),
        HasSubstr("nothing answers")
    );
}

TEST(KeySource, EndsWhileAProviderIsSilent) {
    tests::silent_server silent;
    reports heard;
    const fetch_limits patient{.total = std::chrono::hours{1}};
    {
        key_source source{
            {.issuer = "https://x", .jwks_url = silent.url("http") + "/"},
            {},
            patient,
            heard.collector()};
        source.start();
        silent.wait_for_a_byte();
    }
    EXPECT_EQ(heard.count(), 0U);
}

TEST(KeySource, KeepsTheLastGoodSetWhileFetchingFails) {
    provider provider{first_set()};
    reports heard;
    const auto source = source_of(provider.description(), restless, heard);
    while (source->version() == 0) std::this_thread::yield();
    provider.answer_keys_with(http_answer("500 Oh", ""));
    while (heard.wait_for(heard.count() + 1).empty()) continue;
    const auto version = source->version();
    EXPECT_NE(heard.wait_for(heard.count() + 1), "");
    EXPECT_EQ(source->version(), version);
    EXPECT_NE(source->current().keys->find("first", signature_algorithm::es256), nullptr);

    const auto next = issuer_key::p256("next");
    provider.publish(key_set_of({next.jwk()}));
    while (source->version() == version) std::this_thread::yield();
    EXPECT_EQ(source->current().keys->find("first", signature_algorithm::es256), nullptr);
    EXPECT_NE(source->current().keys->find("next", signature_algorithm::es256), nullptr);
}

TEST(KeySource, IsAskedForAMissingKeyOnceInAWhile) {
    const provider provider{first_set()};
    reports heard;
    const auto source = source_of(provider.description(), {}, heard);
    while (source->version() == 0) std::this_thread::yield();
    EXPECT_TRUE(source->ask());
    while (source->version() == 1) std::this_thread::yield();
    EXPECT_FALSE(source->ask());
    EXPECT_EQ(heard.count(), 2U);
    EXPECT_EQ(provider.requests(), 4U);
}

TEST(Fetch, ReadsHowLongAnAnswerIsGood) {
    provider provider{""};
    const auto max_age = [&](const std::string& field) {
        provider.answer_keys_with(http_answer("200 OK\r\n" + field, "x"));
        return fetch(provider.url() + "/keys", {}, {}, {}).max_age;
    };
    using std::chrono::seconds;
    EXPECT_EQ(max_age("Cache-Control: max-age=300"), seconds{300});
    EXPECT_EQ(max_age("cache-control: public, MAX-AGE=7 ,immutable"), seconds{7});
    EXPECT_EQ(max_age("Cache-Control: max-age=300, no-store"), seconds{0});
    EXPECT_EQ(max_age("Cache-Control: no-cache"), seconds{0});
    EXPECT_EQ(max_age("Cache-Control: max-age=x"), std::nullopt);
    EXPECT_EQ(max_age("Cache-Control: max-age=-1"), std::nullopt);
    EXPECT_EQ(max_age("Cache-Control: s-maxage=9"), std::nullopt);
    EXPECT_EQ(max_age("Expires: 0"), std::nullopt);
}

TEST(Fetch, AsksNobodyOverPlainHttpButThisMachine) {
    for (const char* url :
         {"http://example.com/", "ftp://127.0.0.1/", "file:///etc/passwd", "https://", "x"}) {
        EXPECT_THAT(fetch(url, {}, {}, {}).problem, HasSubstr("https")) << url;
    }
}

TEST(Fetch, TrustsTheNamedAuthorityAlone) {
    const temporary_directory folder;
    const dev_certificates files =
        keep_dev_certificates(folder.path(), std::chrono::system_clock::now());
    const http::server_options options{
        .host = "127.0.0.1", .tls = http::load_tls_context({files.certificate, files.key, {}})};
    const auto respond = [](const http::request_view&, http::answer& answer) -> awaitable<void> {
        answer.status = 200;
        answer.content_type = "application/json";
        answer.body = first_set();
        co_return;
    };
    const auto refuse = [](const fault&, const http::request_view&, http::answer& answer) {
        answer.status = 400;
    };
    http::server server{options, [&](boost::asio::io_context&) {
                            return http::application{.respond = respond, .refuse = refuse};
                        }};
    server.start();
    const std::string url = "https://localhost:" + std::to_string(server.port()) + "/keys";
    const fetched good = fetch(url, files.authority, {}, {});
    EXPECT_EQ(good.problem, "");
    EXPECT_EQ(good.body, first_set());
    EXPECT_THAT(fetch(url, {}, {}, {}).problem, HasSubstr("not trusted"));
    EXPECT_THAT(fetch(url, folder / "none.pem", {}, {}).problem, HasSubstr("cannot be read"));
    server.stop(std::chrono::seconds{1});
}

}  // namespace
}  // namespace partner_center
