// What may go wrong between a program and the service, played by a server that answers badly or by
// a proxy that loses answers: what the library makes of it, and what partnerctl says to do next.
// SPDX-License-Identifier: MIT
#include <atomic>
#include <chrono>
#include <future>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <set>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/losing_proxy.hpp"
#include "tests/support/partnerctl.hpp"
#include <partner_center/client.hpp>
#include <partner_center/curl_transport.hpp>
#include <partner_center/retry_transport.hpp>
#include <partner_center/user_credentials.hpp>

namespace partner_center {
namespace {

using std::chrono::milliseconds;
using testing::demo_world;
using testing::finished;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::losing_proxy;
using ::testing::Not;
using testing::partnerctl_home;
using testing::partnerd;
using testing::program;
using tests::json_answer;
using tests::test_server;

constexpr std::string_view token = "a-token-that-nobody-is-to-see";
constexpr std::string_view customer_id = "6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3";

/// A service that goes wrong in one way, and what has to come of it.
struct bad_service {
    std::string name{};
    std::string url{};
    std::optional<error_category> category{};  ///< of the library's error; none: it copes
    int status{};                              ///< of partnerctl
    std::string told{};                        ///< a part of what partnerctl says
};

[[nodiscard]] std::string http_date(std::chrono::system_clock::time_point time) {
    return fmt::format(
        "{:%a, %d %b %Y %T} GMT", fmt::gmtime(std::chrono::system_clock::to_time_t(time))
    );
}

[[nodiscard]] std::string answer(
    const std::string& status, const std::string& fields, const std::string& body
) {
    return fmt::format(
        "HTTP/1.1 {}\r\n{}Content-Length: {}\r\n\r\n{}", status, fields, body.size(), body
    );
}

const std::string good_profile = R"({"companyName":"Tidewater"})";
const std::string html = "<!DOCTYPE html><html><body><h1>It works</h1></body></html>";

class BadServices : public ::testing::Test {
protected:
    /// A server that gives the same answer to everything.
    [[nodiscard]] std::string serving(const std::string& text) {
        return serving([text](const std::string&) { return text; });
    }
    [[nodiscard]] std::string serving(const test_server::reply_function& reply) {
        servers_.emplace_back(reply);
        return servers_.back().url();
    }

    [[nodiscard]] std::vector<bad_service> all() {
        using enum error_category;
        const std::string cut = answer("200 OK", "Connection: close\r\n", good_profile + "......");
        return {
            {"nothing listens", tests::closed_url(), not_specified, 1, "is the service running"},
            {"no such name", "https://partner-center.invalid", not_specified, 1, "check the name"},
            {"no TLS there", in_https(plain_.url), not_specified, 1, "TLS"},
            {"self-signed", secure_.url, unauthorized, 4, "SSL_CERT_FILE"},
            {"a storm of 429",
             serving(answer("429 Too Many Requests", "Retry-After: 3600\r\n", "")),
             too_many_requests,
             6,
             "wait 3600 s, then try again"},
            {"a storm of 429 that ends", serving(ending_storm()), {}, 0, ""},
            {"always 500", serving(answer("500 Oops", "", "")), server_error, 1, "try again later"},
            {"cut in the middle",
             serving(cut.substr(0, cut.size() - 6)),
             response_parsing,
             1,
             "ended before its end"},
            {"nothing at all", serving(std::string{}), not_specified, 1, "try again"},
            {"JSON of 10 MB", serving(json_answer("200 OK", large_profile())), {}, 0, ""},
            {"no JSON, 10 MB of it",
             serving(json_answer("200 OK", std::string(10U << 20U, '['))),
             response_parsing,
             1,
             "--trace"},
            {"more than anybody takes",
             serving(json_answer("200 OK", std::string(65U << 20U, ' '))),
             response_parsing,
             1,
             "larger than allowed"},
            {"a page of a web server",
             serving(answer("200 OK", "Content-Type: text/html\r\n", html)),
             response_parsing,
             1,
             "--trace"},
            {"a gateway's page",
             serving(answer("502 Bad Gateway", "Content-Type: text/html\r\n", html)),
             server_error,
             1,
             "try again later"},
            {"a clock that is an hour ahead",
             serving(answer("200 OK", "Date: " + http_date(in_an_hour()) + "\r\n", good_profile)),
             {},
             0,
             ""},
            {"a wait told by a clock that is an hour ahead", serving(late_clock()), {}, 0, ""},
        };
    }

private:
    [[nodiscard]] static std::string in_https(const std::string& url) {
        return "https" + url.substr(url.find(':'));
    }

    [[nodiscard]] static std::chrono::system_clock::time_point in_an_hour() {
        return std::chrono::system_clock::now() + std::chrono::hours{1};
    }

    /// Each request is answered the second time that it comes: then it has its request id again.
    [[nodiscard]] static test_server::reply_function second_time(const std::string& first) {
        const auto seen = std::make_shared<std::set<std::string>>();
        const auto mutex = std::make_shared<std::mutex>();
        return [=](const std::string& request) {
            const auto at = request.find("MS-RequestId: ");
            const std::lock_guard lock{*mutex};
            const bool is_first = seen->insert(request.substr(at + 14, 36)).second;
            return is_first ? first : json_answer("200 OK", good_profile);
        };
    }

    [[nodiscard]] static test_server::reply_function ending_storm() {
        return second_time(answer("429 Too Many Requests", "Retry-After: 1\r\n", ""));
    }

    [[nodiscard]] static test_server::reply_function late_clock() {
        const auto hour = in_an_hour();
        return second_time(answer(
            "503 Busy",
            fmt::format(
                "Date: {}\r\nRetry-After: {}\r\n",
                http_date(hour),
                http_date(hour + std::chrono::seconds{1})
            ),
            ""
        ));
    }

    [[nodiscard]] static std::string large_profile() {
        return R"({"companyName":")" + std::string(10U << 20U, 'x') + R"("})";
    }

    const partnerd plain_server_{{}};
    const partnerd secure_server_{{"--tls-dev"}};
    const demo_world plain_{testing::read_demo_world(plain_server_)};
    const demo_world secure_{testing::read_demo_world(secure_server_)};
    std::list<test_server> servers_{};
};

/// Retries without long waits.
[[nodiscard]] client quick_client(
    const std::string& url, const std::shared_ptr<const credential>& who
) {
    cloud where = clouds::global;
    where.api_base = where.authority = url;
    const retry_options retries{.retries_max = 3, .wait = milliseconds{1}};
    return client{
        where,
        who,
        {.transport = std::make_shared<const retry_transport>(make_curl_transport({}), retries)}};
}

[[nodiscard]] client quick_client(const std::string& url) {
    const auto never = std::chrono::system_clock::time_point::max();
    return quick_client(url, std::make_shared<const static_credential>(std::string{token}, never));
}

TEST_F(BadServices, EndInAnErrorOfTheLibraryThatSaysWhatHappened) {
    for (const bad_service& each : all()) {
        const auto billing =
            quick_client(each.url).customers().by_id(customer_id).profiles().billing();
        auto later = billing.get_async();
        for (const outcome<billing_profile>& got : {billing.get(), later.get()}) {
            ASSERT_EQ(got.has_value(), !each.category) << each.name;
            if (got) continue;
            EXPECT_EQ(got.error().category, *each.category)
                << each.name << ": " << got.error().description;
            EXPECT_THAT(got.error().description, Not(IsEmpty())) << each.name;
            EXPECT_THAT(got.error().description, Not(HasSubstr(token))) << each.name;
        }
    }
}

/// All at once, for each waits before it tries again.
TEST_F(BadServices, EndPartnerctlWithAStatusAndAnAdvice) {
    struct run {
        bad_service service{};
        testing::temporary_directory scratch{};
        std::unique_ptr<program> started{};
    };
    partnerctl_home home;
    home.environment["PARTNERCTL_TOKEN"] = token;
    std::list<run> runs;
    for (const bad_service& each : all()) {
        home.environment["PARTNERCTL_URL"] = each.url;
        run& added = runs.emplace_back();
        added.service = each;
        added.started = std::make_unique<program>(
            home.command({"customers", "billing-profile", "get", std::string{customer_id}}),
            added.scratch.path()
        );
    }
    for (run& each : runs) {
        const int status = each.started->wait();
        const std::string output = each.started->output();
        const std::string errors = each.started->errors();
        EXPECT_EQ(status, each.service.status) << each.service.name << ": " << errors;
        EXPECT_THAT(errors, HasSubstr(each.service.told)) << each.service.name;
        EXPECT_THAT(errors, Not(HasSubstr(token))) << each.service.name;
        EXPECT_EQ(output.empty(), status != 0) << each.service.name << ": data is on stdout only";
    }
}

TEST(UnknownWords, AreReadAsUnknown) {
    const test_server server{[](const std::string&) {
        return json_answer("200 OK", R"({"id":"1","relationshipToPartner":"galactic"})");
    }};

    const auto read = quick_client(server.url()).customers().by_id(customer_id).get();

    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(read->relationship_to_partner, customer_relationship::unknown);
    partnerctl_home home;
    home.environment["PARTNERCTL_URL"] = server.url();
    home.environment["PARTNERCTL_TOKEN"] = token;
    const finished done = home.run({"customers", "get", std::string{customer_id}});
    EXPECT_EQ(done.status, 0) << done.errors;
    EXPECT_THAT(done.output, HasSubstr(R"("relationshipToPartner": "unknown")"));
}

/// Answers requests for tokens with one text, and everything else well.
[[nodiscard]] test_server::reply_function authority(const std::string& text) {
    return [text](const std::string& request) {
        return request.starts_with("POST ") ? text : json_answer("200 OK", good_profile);
    };
}

TEST(BadAuthorities, HaveAnHourMoreOrLessOnTheirClocks) {
    for (const auto skew : {std::chrono::hours{-1}, std::chrono::hours{1}}) {
        const auto now = std::chrono::system_clock::now() + skew;
        const test_server server{authority(answer(
            "200 OK",
            "Content-Type: application/json\r\nDate: " + http_date(now) + "\r\n",
            fmt::format(
                R"({{"token_type":"Bearer","access_token":"t","expires_in":600,"expires_on":"{}"}})",
                std::chrono::system_clock::to_time_t(now) + 600
            )
        ))};
        partnerctl_home home;
        home.environment["PARTNERCTL_URL"] = server.url();
        home.environment["PARTNERCTL_TENANT"] = "a.example";
        home.environment["PARTNERCTL_CLIENT_ID"] = "1";
        home.environment["PARTNERCTL_CLIENT_SECRET"] = "2";

        const finished done =
            home.run({"customers", "billing-profile", "get", std::string{customer_id}});

        EXPECT_EQ(done.status, 0) << done.errors;
    }
}

/// A partnerctl with a profile: of a person whose token is over, or of an application.
class SignedIn : public ::testing::Test {
protected:
    void sign_in(const std::string& url) {
        write_profile(fmt::format(
            R"({{"url":"{}","tenant":"a.example","clientId":"1","method":"device_code"}})", url
        ));
        std::filesystem::create_directories(tokens());
        cloud where = clouds::global;
        where.api_base = where.authority = url;
        const authority_options kept{
            .cache = {.file = tokens() / "default.json", .on_problem = {}}};
        const auto person = make_refresh_token_credential(
            where,
            {.tenant = "a.example", .client_id = "1"},
            "the first",
            {.authority = kept, .on_renewed = {}}
        );
        ASSERT_TRUE(person->bearer_token().has_value());
    }

    void write_profile(const std::string& text) const {
        const auto file = home_.directory() / ".config/partnerctl/profiles/default.json";
        std::filesystem::create_directories(file.parent_path());
        std::ofstream{file} << text;
        std::filesystem::permissions(file, std::filesystem::perms{0600});
    }
    [[nodiscard]] std::filesystem::path tokens() const {
        return home_.directory() / ".local/state/partnerctl/tokens";
    }

    [[nodiscard]] finished get() const {
        return home_.run({"customers", "billing-profile", "get", std::string{customer_id}});
    }

    /// Grants a token for a second, once.
    [[nodiscard]] static test_server::reply_function authority_that_then_says(
        const std::string& text
    ) {
        const auto asked = std::make_shared<std::atomic<int>>();
        return [=](const std::string& request) {
            if (!request.starts_with("POST ")) return json_answer("200 OK", good_profile);
            if ((*asked)++ > 0) return text;
            return json_answer("200 OK", granted(1));
        };
    }

    [[nodiscard]] static std::string granted(int seconds) {
        return fmt::format(
            R"({{"token_type":"Bearer","access_token":"t","expires_in":{},"refresh_token":"r"}})",
            seconds
        );
    }

    partnerctl_home home_{};
};

TEST_F(SignedIn, IsToldToSignInAgainWhenTheRefreshTokenIsOver) {
    const test_server server{authority_that_then_says(json_answer(
        "400 Bad Request",
        R"({"error":"invalid_grant","error_description":"AADSTS70008: The refresh token has expired."})"
    ))};
    sign_in(server.url());

    const finished done = get();

    EXPECT_EQ(done.status, 4) << done.errors;
    EXPECT_THAT(done.errors, HasSubstr("partnerctl login"));
    EXPECT_THAT(done.output, IsEmpty());
}

TEST_F(SignedIn, IsWarnedWhenTokensCannotBeKeptAndServedAllTheSame) {
    const test_server server{authority(json_answer("200 OK", granted(600)))};
    write_profile(fmt::format(
        R"({{"url":"{}","tenant":"a.example","clientId":"1","clientSecret":"2"}})", server.url()
    ));
    std::filesystem::create_directories(tokens().parent_path());
    std::ofstream{tokens()} << "a file where a directory has to be";

    const finished done = get();

    EXPECT_EQ(done.status, 0) << done.errors;
    EXPECT_THAT(done.output, HasSubstr("Tidewater"));
    EXPECT_THAT(done.errors, HasSubstr("default.json cannot be written"));
}

/// A real partnerd behind a proxy that loses answers to changes.
class LostAnswers : public ::testing::Test {
protected:
    [[nodiscard]] static bool is_change(const std::string& request) {
        return request.starts_with("PUT ");
    }

    [[nodiscard]] client client_at(const std::string& url) const {
        const auto& registered = world_.partners.front().applications.front();
        const application who{
            .tenant = world_.partners.front().tenant_id,
            .client_id = registered.client_id,
            .client_secret = registered.client_secret};
        cloud where = clouds::global;
        where.api_base = where.authority = url;
        return quick_client(url, std::make_shared<const application_credential>(where, who));
    }

    /// How often profiles were changed, by the audit.
    [[nodiscard]] std::size_t changes() const {
        const auto page = client_at(world_.url).audit_records().query({}).value();
        return page.items.size();
    }

    /// Has partnerctl call the proxy, and a file that renames so many customers.
    void prepare_import(const std::string& url, std::size_t count) {
        home_.call_as(world_, world_.partners.front());
        home_.environment["PARTNERCTL_URL"] = url;
        std::ofstream rows{home_.directory() / "rows.csv"};
        rows << "customerId,firstName\n";
        for (std::size_t at = 0; at < count; ++at) {
            rows << world_.partners.front().customers.at(at) << ",Robin\n";
        }
    }
    [[nodiscard]] finished import_rows() const {
        return home_.run({"import", home_.directory() / "rows.csv", "-o", "jsonl"});
    }

    const partnerd server_{{}};
    const demo_world world_{testing::read_demo_world(server_)};
    partnerctl_home home_{};
};

TEST_F(LostAnswers, LeaveAChangeMadeOnce) {
    const std::vector<std::string> instead{
        "", answer("500 Oops", "", ""), answer("503 Busy", "Retry-After: 0\r\n", "")};
    for (std::size_t at = 0; at < instead.size(); ++at) {
        std::atomic<int> puts{};
        const losing_proxy proxy{server_.port(), [&](const std::string& request) {
                                     const bool is_lost = is_change(request) && ++puts <= 2;
                                     return is_lost ? std::optional{instead[at]} : std::nullopt;
                                 }};
        const client calling = client_at(proxy.url());
        const auto billing = calling.customers().by_id(customer_id).profiles().billing();
        billing_profile profile = billing.get().value();
        profile.first_name = "Robin " + std::to_string(at);

        const auto stored = billing.update(profile);

        ASSERT_TRUE(stored.has_value()) << stored.error().description;
        EXPECT_EQ(puts, 3);
        EXPECT_EQ(billing.get().value(), *stored);
        EXPECT_EQ(changes(), at + 1);
    }
}

TEST_F(LostAnswers, LeaveAnImportDoneOnce) {
    std::atomic<int> puts{};
    const losing_proxy proxy{server_.port(), [&](const std::string& request) {
                                 const bool is_lost = is_change(request) && ++puts % 3 == 0;
                                 return is_lost ? std::optional{std::string{}} : std::nullopt;
                             }};
    prepare_import(proxy.url(), 20);

    const finished done = import_rows();

    EXPECT_EQ(done.status, 0) << done.errors;
    EXPECT_THAT(done.output, HasSubstr(R"("applied":20)"));
    EXPECT_GT(proxy.lost(), 5);
    EXPECT_EQ(changes(), 20U);
}

TEST_F(LostAnswers, LetAnImportGoOnAfterAnOutage) {
    std::atomic<int> puts{};
    std::atomic<bool> is_healed{};
    const losing_proxy proxy{
        server_.port(), [&](const std::string& request) {
            const bool is_lost = is_change(request) && ++puts > 9 && !is_healed;
            return is_lost ? std::optional{answer("500 Oops", "", "")} : std::nullopt;
        }};
    prepare_import(proxy.url(), 20);

    const finished interrupted = import_rows();
    is_healed = true;
    const finished done = import_rows();

    EXPECT_EQ(interrupted.status, 1) << interrupted.errors;
    EXPECT_THAT(interrupted.errors, HasSubstr("the same command goes on"));
    EXPECT_EQ(done.status, 0) << done.errors;
    EXPECT_THAT(done.output, HasSubstr(R"("applied":20)"));
    EXPECT_EQ(changes(), 20U);
}

}  // namespace
}  // namespace partner_center
