// `partnerd keys` beside a partnerd that serves: callers with old and new tokens notice nothing of
// a rotation; what is published, listed, refused and logged. Calls the programs.
// SPDX-License-Identifier: MIT
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/demo.hpp"
#include "server/identity/base64url.hpp"
#include "server/identity/private_file.hpp"
#include "tests/support/partnerd.hpp"
#include <partner_center/curl_transport.hpp>
#include <partner_center/json.hpp>

namespace partner_center {

/// What `partnerd keys list` prints of a key, with a name for the list.
struct listed_key {
    std::string kid{};
    std::string since{};
    std::optional<std::string> until{};
};
BOOST_DESCRIBE_STRUCT(listed_key, (), (kid, since, until))

struct listed_keys {
    std::vector<listed_key> keys{};
};
BOOST_DESCRIBE_STRUCT(listed_keys, (), (keys))

/// What is published, but for the numbers.
struct key_in_set {
    std::string kid{};
};
BOOST_DESCRIBE_STRUCT(key_in_set, (), (kid))

struct published_keys {
    std::vector<key_in_set> keys{};
};
BOOST_DESCRIBE_STRUCT(published_keys, (), (keys))

struct token_head {
    std::string kid{};
};
BOOST_DESCRIBE_STRUCT(token_head, (), (kid))

struct issued_token {
    static constexpr auto wire_case = letter_case::snake;
    std::string access_token{};
};
BOOST_DESCRIBE_STRUCT(issued_token, (), (access_token))

namespace {

using namespace testing;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::SizeIs;

struct outcome_of_program {
    int status{};
    std::string output{};
    std::string errors{};
};

outcome_of_program run_partnerd(std::vector<std::string> words) {
    const temporary_directory scratch;
    words.insert(words.begin(), PARTNERD_PROGRAM);
    program child{words, scratch.path()};
    const int status = child.wait();
    return {status, child.output(), child.errors()};
}

[[nodiscard]] std::vector<listed_key> ask_keys(
    const std::string& word, const std::filesystem::path& data
) {
    const auto said = run_partnerd({"keys", word, "--data", data});
    EXPECT_EQ(said.status, 0) << said.errors;
    EXPECT_EQ(said.errors, "");
    const std::string list = R"({"keys":)" + said.output + '}';
    return from_json<listed_keys>(list, json_reading::strict).value().keys;
}

[[nodiscard]] std::vector<std::string> make_tokens(
    const std::filesystem::path& data, unsigned count
) {
    const auto said = run_partnerd({"token", "--data", data, "--count", std::to_string(count)});
    EXPECT_EQ(said.status, 0) << said.errors;
    std::istringstream lines{said.output};
    std::vector<std::string> tokens;
    for (std::string line; std::getline(lines, line);) tokens.push_back(line);
    return tokens;
}

[[nodiscard]] std::string key_of(const std::string& token) {
    const auto head = from_base64url(token.substr(0, token.find('.')));
    return from_json<token_head>(head.value(), json_reading::response).value().kid;
}

void pause() {
    ::poll(nullptr, 0, 2);
}

/// A partnerd that serves the sample data.
class KeysOfARunningServer : public ::testing::Test {
protected:
    [[nodiscard]] http::response ask(http::request request) const {
        const std::string url = "http://127.0.0.1:" + std::to_string(server.port());
        return wire->exchange({.base_url = url, .request = std::move(request)}).value();
    }
    [[nodiscard]] unsigned status_of_call(const std::string& token) const {
        return ask({.method = "GET",
                    .target = "/v1/customers/" + customer + "/profiles/billing",
                    .fields = {{"Authorization", "Bearer " + token}}}
        ).status;
    }
    [[nodiscard]] std::vector<std::string> published(const std::string& path) const {
        const auto answer = ask({.method = "GET", .target = "/common" + path});
        std::vector<std::string> ids;
        for (const auto& each :
             from_json<published_keys>(answer.body, json_reading::response).value().keys) {
            ids.push_back(each.kid);
        }
        return ids;
    }
    /// From the token endpoint.
    [[nodiscard]] std::string issued() const {
        const auto& application = partner.applications.at(0);
        const auto answer = ask(
            {.method = "POST",
             .target = "/" + to_string(partner.tenant_id) + "/oauth2/v2.0/token",
             .fields = {{"Content-Type", "application/x-www-form-urlencoded"}},
             .body = "grant_type=client_credentials&client_id=" + to_string(application.client_id) +
                     "&client_secret=" + application.client_secret.value() +
                     "&scope=https://api.partnercenter.microsoft.com/.default"}
        );
        return from_json<issued_token>(answer.body, json_reading::response).value().access_token;
    }
    void wait_until_published(const std::string& id) const {
        while (published("/discovery/keys").front() != id) pause();
    }
    void wait_until_logged(const std::string& text) const {
        while (server.log().find(text) == std::string::npos) pause();
    }

    const partnerd server{{}};
    const std::filesystem::path data{server.data()};
    const demo_world world{
        from_json<demo_world>(read_file(data / "demo.json"), json_reading::strict).value()};
    const demo_partner& partner{world.partners.at(0)};
    const std::string customer{to_string(partner.customers.at(0))};
    const std::shared_ptr<const transport> wire{make_curl_transport({})};
};

/// What calls are made with; grows while they are.
class token_pool {
public:
    void add(const std::vector<std::string>& more) {
        const std::lock_guard lock{mutex_};
        tokens_.insert(tokens_.end(), more.begin(), more.end());
    }
    [[nodiscard]] std::string at(std::size_t number) {
        const std::lock_guard lock{mutex_};
        return tokens_[number % tokens_.size()];
    }

private:
    std::mutex mutex_{};
    std::vector<std::string> tokens_{};
};

// Three rotations, each with calls enough in between that every token is tried again.
TEST_F(KeysOfARunningServer, ChangeWithoutAFailedCall) {
    constexpr std::size_t callers = 8;
    constexpr unsigned batch = 40;
    token_pool tokens;
    tokens.add(make_tokens(data, batch));
    std::atomic<bool> done{};
    std::atomic<std::size_t> calls{};
    std::atomic<std::size_t> failures{};
    std::vector<std::thread> threads;
    for (std::size_t caller = 0; caller < callers; ++caller) {
        threads.emplace_back([&, caller] {
            for (std::size_t number = caller; !done; number += callers) {
                if (status_of_call(tokens.at(number)) != 200) ++failures;
                ++calls;
            }
        });
    }
    threads.emplace_back([&] {
        while (!done) tokens.add({issued()});
    });

    std::vector<std::string> ids{published("/discovery/keys").front()};
    for (int round = 0; round < 3; ++round) {
        ids.insert(ids.begin(), ask_keys("rotate", data).front().kid);
        const std::vector<std::string> fresh = make_tokens(data, batch);
        EXPECT_EQ(key_of(fresh.front()), ids.front());
        tokens.add(fresh);
        wait_until_published(ids.front());
        const std::size_t seen = calls;
        while (calls < seen + 3 * batch * callers) pause();
    }
    done = true;
    for (std::thread& each : threads) each.join();

    EXPECT_EQ(failures, 0U) << "of " << calls;
    EXPECT_EQ(published("/discovery/keys"), ids);
    EXPECT_EQ(published("/discovery/v2.0/keys"), ids);
    EXPECT_EQ(key_of(issued()), ids.front());
    for (std::size_t number = 0; number < 4 * batch; ++number) {
        EXPECT_EQ(status_of_call(tokens.at(number)), 200U);
    }
}

TEST_F(KeysOfARunningServer, AreTriedAtOnceWhenATokenComesBeforeTheyWereNoticed) {
    for (int round = 0; round < 3; ++round) {
        static_cast<void>(ask_keys("rotate", data));
        EXPECT_EQ(status_of_call(make_tokens(data, 1).front()), 200U);
    }
}

TEST_F(KeysOfARunningServer, AreListedAsTheyArePublished) {
    const auto before = ask_keys("list", data);
    ASSERT_THAT(before, SizeIs(1));
    EXPECT_FALSE(before[0].until);

    const auto rotated = ask_keys("rotate", data);
    wait_until_published(rotated.at(0).kid);
    const auto after = ask_keys("list", data);

    ASSERT_THAT(after, SizeIs(2));
    EXPECT_EQ(rotated.at(0).kid, after[0].kid);
    EXPECT_FALSE(after[0].until);
    EXPECT_EQ(after[1].kid, before[0].kid);
    EXPECT_EQ(after[1].since, before[0].since);
    for (const std::string& time : {after[0].since, after[1].until.value_or("none")}) {
        EXPECT_THAT(time, MatchesRegex("20..-..-..T..:..:..Z"));
    }
    EXPECT_GT(after[1].until, after[0].since);
    EXPECT_THAT(published("/discovery/keys"), ElementsAre(after[0].kid, after[1].kid));
    wait_until_logged(R"("event":"keys_rotated")");
    EXPECT_THAT(server.log(), HasSubstr(R"("kid":")" + after[0].kid + '"'));
}

TEST_F(KeysOfARunningServer, StayWhenTheFilesBecomeUnusable) {
    const std::string token = make_tokens(data, 1).front();
    const auto file = data / "authority" / "retired-keys.json";
    replace_private_file(file, "garbage");

    wait_until_logged(R"("event":"keys_unusable")");
    EXPECT_THAT(server.log(), HasSubstr("retired-keys.json is no list of retired signing keys"));
    EXPECT_EQ(status_of_call(token), 200U);
    EXPECT_EQ(run_partnerd({"keys", "rotate", "--data", data}).status, 1);

    std::filesystem::remove(file);
    const auto rotated = ask_keys("rotate", data);
    wait_until_published(rotated.at(0).kid);
    EXPECT_EQ(status_of_call(token), 200U);
}

TEST(Keys, OfAServerThatIsDownAreRotatedToo) {
    const temporary_directory folder;
    const auto data = folder / "data";
    const auto serve = [&] {
        std::vector<std::string> words{PARTNERD_PROGRAM, "serve", "--listen", "127.0.0.1:0"};
        words.insert(words.end(), {"--admin", "127.0.0.1:0", "--threads", "1"});
        words.insert(words.end(), {"--data", data, "--ready-file", folder / "ready.json"});
        std::filesystem::remove(folder / "ready.json");
        return std::make_unique<program>(words, folder.path());
    };
    auto server = serve();
    ASSERT_TRUE(server->wait_for(folder / "ready.json")) << server->errors();
    server->signal(SIGTERM);
    ASSERT_EQ(server->wait(), 0);
    const auto rotated = ask_keys("rotate", data);
    ASSERT_THAT(rotated, SizeIs(2));

    server = serve();
    ASSERT_TRUE(server->wait_for(folder / "ready.json")) << server->errors();
    const auto ready =
        from_json<ready_message>(read_file(folder / "ready.json"), json_reading::strict);
    const auto answer = make_curl_transport({})
                            ->exchange(
                                {.base_url = ready.value().url,
                                 .request = {.method = "GET", .target = "/common/discovery/keys"}}
                            )
                            .value();
    for (const listed_key& each : rotated) EXPECT_THAT(answer.body, HasSubstr(each.kid));
    server->signal(SIGTERM);
    ASSERT_EQ(server->wait(), 0);

    replace_private_file(data / "authority" / "retired-keys.json", "garbage");
    server = serve();
    EXPECT_EQ(server->wait(), 1);
    EXPECT_THAT(
        server->errors(), HasSubstr("retired-keys.json is no list of retired signing keys")
    );
}

TEST(Keys, AreNotMadeWhereThereIsNoServer) {
    const temporary_directory folder;
    for (const char* const word : {"rotate", "list"}) {
        const auto said = run_partnerd({"keys", word, "--data", folder / "mistyped"});
        EXPECT_EQ(said.status, 1);
        EXPECT_EQ(said.output, "");
        EXPECT_THAT(said.errors, HasSubstr("signing-key.pem is not there"));
    }
    EXPECT_FALSE(std::filesystem::exists(folder / "mistyped"));
    EXPECT_EQ(run_partnerd({"keys"}).status, 2);
    EXPECT_EQ(run_partnerd({"keys", "burn"}).status, 2);
    EXPECT_EQ(run_partnerd({"keys", "rotate", "list"}).status, 2);
}

}  // namespace
}  // namespace partner_center
