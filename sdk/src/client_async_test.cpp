// Tests of calls that are not waited for, and of what ends calls of both forms early.
// SPDX-License-Identifier: MIT
#include <future>
#include <latch>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "sdk/src/test_server.hpp"
#include <partner_center/curl_transport.hpp>
#include <partner_center/operations.hpp>
#include <partner_center/send.hpp>
#include <partner_center/testing/fake_transport.hpp>

namespace partner_center {

struct touch_thing {
    static constexpr verb method = verb::post;
    static constexpr std::string_view path = "/v1/things";
    using response = void;
};
BOOST_DESCRIBE_STRUCT(touch_thing, (), ())

namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using tests::crowd_server;
using tests::json_answer;
using tests::test_server;

using future_profile = std::future<outcome<billing_profile>>;

constexpr std::string_view customer_id = "6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3";
constexpr std::size_t many_calls =
#ifdef NDEBUG
    100'000;
#else
    5'000;
#endif

[[nodiscard]] std::string profile_answer() {
    return json_answer("200 OK", R"({"companyName":"Tidewater"})");
}

[[nodiscard]] std::string token_answer() {
    return json_answer("200 OK", R"({"access_token":"t1","expires_in":3600})");
}

[[nodiscard]] std::shared_ptr<const credential> with_token() {
    return std::make_shared<static_credential>("t", std::chrono::system_clock::now() + 1h);
}

[[nodiscard]] std::shared_ptr<const credential> asking(const std::string& authority) {
    cloud where = clouds::global;
    where.authority = authority;
    return std::make_shared<application_credential>(
        where, application{.tenant = "t", .client_id = "i", .client_secret = "s"}
    );
}

[[nodiscard]] client client_of(const std::string& url, std::shared_ptr<const credential> who) {
    return {clouds::global, std::move(who), {.base_url = url}};
}

[[nodiscard]] outcome<billing_profile> get(const client& from) {
    return from.customers().by_id(customer_id).profiles().billing().get();
}

[[nodiscard]] future_profile get_async(const client& from) {
    return from.customers().by_id(customer_id).profiles().billing().get_async();
}

[[nodiscard]] get_billing_profile operation() {
    return {.customer_id = *parse_guid(customer_id)};
}

/// An authority that answers when it is told to.
struct held_authority {
    std::latch asked{1};
    std::latch released{1};
    test_server server{[this](const std::string&) {
        asked.count_down();
        released.wait();
        return token_answer();
    }};
    bool is_released{};

    void release() {
        if (!std::exchange(is_released, true)) released.count_down();
    }
    ~held_authority() { release(); }
};

/// Has no token until it is told to.
class held_credential final : public credential {
public:
    [[nodiscard]] outcome<std::string> bearer_token() const override { return error{}; }
    void bearer_token_async(token_handler done) const override {
        const std::lock_guard lock{mutex_};
        asking_.push_back(std::move(done));
    }

    [[nodiscard]] bool was_asked() const {
        const std::lock_guard lock{mutex_};
        return !asking_.empty();
    }
    void release() const {
        const std::lock_guard lock{mutex_};
        for (const token_handler& each : asking_) each("t");
    }

private:
    mutable std::mutex mutex_{};
    mutable std::vector<token_handler> asking_{};
};

TEST(ClientAsync, GivesTheModel) {
    crowd_server server{1, profile_answer()};
    EXPECT_EQ(
        get_async(client_of(server.url(), with_token())).get().value().company_name, "Tidewater"
    );
}

TEST(ClientAsync, IsThereAtOnceWithATransportThatDoesNotWait) {
    const auto fake = std::make_shared<testing::fake_transport>();
    fake->answer(http::response{.status = 200, .body = R"({"companyName":"Tidewater"})"});
    const client client{clouds::global, with_token(), {.transport = fake}};

    future_profile later = get_async(client);

    ASSERT_EQ(later.wait_for(0s), std::future_status::ready);
    EXPECT_EQ(later.get().value().company_name, "Tidewater");
    EXPECT_EQ(fake->requests().at(0).request.fields.at(0).value, "Bearer t");
}

TEST(ClientAsync, GivesFaultsWithTheirIds) {
    crowd_server server{
        1, json_answer("404 Not Found", R"({"code":60003,"description":"no such tenant"})")};

    const error problem = get_async(client_of(server.url(), with_token())).get().error();

    EXPECT_EQ(problem.category, error_category::not_found);
    EXPECT_EQ(problem.code, "60003");
    EXPECT_TRUE(parse_guid(problem.request_id));
    EXPECT_TRUE(parse_guid(problem.correlation_id));
}

TEST(ClientAsync, RefusesAtOnceWhatFormsNoRequest) {
    const client client = client_of(tests::closed_url(), with_token());
    future_profile later = client.customers().by_id("..").profiles().billing().get_async();
    ASSERT_EQ(later.wait_for(0s), std::future_status::ready);
    EXPECT_EQ(later.get().error().category, error_category::bad_input);
}

TEST(ClientAsync, SendsOperationsWithoutAnAnswer) {
    const auto fake = std::make_shared<testing::fake_transport>();
    fake->answer(http::response{.status = 204});
    const client client{clouds::global, with_token(), {.transport = fake}};
    EXPECT_TRUE(send_async(client, touch_thing{}).get());
}

TEST(ClientAsync, AsksForOneTokenForThousandsOfCalls) {
    constexpr unsigned count = 2'000;
    held_authority authority;
    crowd_server server{1, profile_answer()};
    const client client = client_of(server.url(), asking(authority.server.url()));

    std::vector<future_profile> all;
    for (unsigned each = 0; each < count; ++each) all.push_back(get_async(client));
    std::vector<std::thread> threads;
    std::atomic<unsigned> good{};
    for (unsigned each = 0; each < 8; ++each) {
        threads.emplace_back([&] { good += get(client) ? 1 : 0; });
    }
    authority.asked.wait();
    authority.release();

    for (future_profile& each : all) EXPECT_TRUE(each.get());
    for (std::thread& each : threads) each.join();
    EXPECT_EQ(good, 8U);
    EXPECT_EQ(authority.server.requests(), 1U);
}

TEST(ClientAsync, TellsAllWhoWaitedThatThereIsNoToken) {
    const test_server authority{[](const std::string&) {
        return json_answer("401 Unauthorized", R"({"error":"invalid_client"})");
    }};
    const client client = client_of(tests::closed_url(), asking(authority.url()));

    std::vector<future_profile> all;
    for (unsigned each = 0; each < 50; ++each) all.push_back(get_async(client));

    for (future_profile& each : all) EXPECT_EQ(each.get().error().code, "invalid_client");
}

TEST(ClientAsync, MayBeCancelledWhileItWaitsForAToken) {
    held_authority authority;
    crowd_server server{1, profile_answer()};
    const client client = client_of(server.url(), asking(authority.server.url()));
    std::stop_source source;
    const auto cancellable = client.within({.stop = source.get_token()});

    future_profile other = get_async(client);
    std::vector<future_profile> stopped;
    for (int each = 0; each < 100; ++each) stopped.push_back(get_async(cancellable));
    authority.asked.wait();
    std::future<outcome<billing_profile>> blocking =
        std::async(std::launch::async, [&] { return get(cancellable); });
    source.request_stop();

    stopped.push_back(std::move(blocking));
    for (future_profile& each : stopped) {
        const error problem = each.get().error();
        EXPECT_EQ(problem.category, error_category::cancelled);
        EXPECT_FALSE(problem.request_id.empty());
    }
    authority.release();
    EXPECT_TRUE(other.get());  // the token was not its canceller's
    EXPECT_EQ(authority.server.requests(), 1U);
}

TEST(ClientAsync, ObeysItsDeadlineWhileItWaitsForAToken) {
    held_authority authority;
    const client client = client_of(tests::closed_url(), asking(authority.server.url()));
    future_profile other = get_async(client);

    for (const call_options& options :
         {call_options{.timeout = 20ms},
          call_options{.deadline = steady_clock::now() + 20ms},
          call_options{.deadline = steady_clock::now() + 1h, .timeout = 20ms},
          call_options{.deadline = steady_clock::now() + 20ms, .timeout = 1h}}) {
        const auto bounded = client.within(options);
        const error blocking = get(bounded).error();
        const error later = get_async(bounded).get().error();
        for (const error& each : {blocking, later}) {
            EXPECT_EQ(each.category, error_category::request_timeout);
            EXPECT_TRUE(each.description.starts_with("the time allowed was over while "));
        }
    }
    EXPECT_EQ(other.wait_for(0s), std::future_status::timeout);
}

// How much time a call needs to come so far is up to the machine.
TEST(ClientAsync, TellsThatItsTimeWasOverWhileItWaitedForAToken) {
    const auto who = std::make_shared<held_credential>();
    const client client = client_of(tests::closed_url(), who);
    error problem;
    for (auto timeout = 20ms; !who->was_asked(); timeout *= 2) {
        problem = get_async(client.within({.timeout = timeout})).get().error();
    }
    EXPECT_EQ(problem.description, "the time allowed was over while waiting for a token");
}

TEST(ClientAsync, EndsOnceWhenNoThreadCanWatchItsBounds) {
    std::vector<outcome<billing_profile>> given;
    const auto who = std::make_shared<held_credential>();
    const auto fake = std::make_shared<testing::fake_transport>();
    const client client{clouds::global, who, {.transport = fake}};
    tests::on_a_thread_that_starts_none([&] {
        send_async(
            client.within({.timeout = 1h}),
            operation(),
            [&](outcome<billing_profile> profile) { given.push_back(std::move(profile)); }
        );
    });
    who->release();

    ASSERT_EQ(given.size(), 1U);
    EXPECT_TRUE(given[0].error().description.starts_with("the call cannot wait for a token: "));
    EXPECT_TRUE(fake->requests().empty());
}

TEST(ClientAsync, CountsATimeoutFromTheStartOfEachCall) {
    crowd_server server{1, profile_answer()};
    const auto bounded = client_of(server.url(), with_token())
                             .within({.deadline = steady_clock::time_point::max(), .timeout = 1h});
    EXPECT_TRUE(get(bounded));
    EXPECT_TRUE(get_async(bounded).get());
    EXPECT_TRUE(get(bounded.within({.timeout = std::chrono::milliseconds::max()})));
    EXPECT_EQ(
        get(bounded.within({.timeout = 0ms})).error().category, error_category::request_timeout
    );
}

TEST(ClientAsync, SendsNothingOfWhatIsCancelledAlready) {
    const auto fake = std::make_shared<testing::fake_transport>();
    std::stop_source source;
    source.request_stop();
    const auto client = partner_center::client{
        clouds::global,
        with_token(),
        {.transport = fake}}.within({.stop = source.get_token()});
    EXPECT_EQ(get(client).error().category, error_category::cancelled);
    EXPECT_EQ(get_async(client).get().error().category, error_category::cancelled);
    EXPECT_TRUE(fake->requests().empty());
}

TEST(ClientAsync, EndsItsCallsWithItsLastCopy) {
    crowd_server server{1'001, profile_answer()};
    std::vector<future_profile> all;
    {
        const client client = client_of(server.url(), with_token());
        for (int each = 0; each < 1'000; ++each) all.push_back(get_async(client));
        server.wait_for_requests(64);
        const auto copy = client.within({});
    }
    for (future_profile& each : all) {
        ASSERT_EQ(each.wait_for(0s), std::future_status::ready);
        EXPECT_EQ(each.get().error().category, error_category::cancelled);
    }
}

TEST(ClientAsync, EndsCallsThatWaitForATokenWithItsLastCopy) {
    held_authority authority;
    const auto kept = asking(authority.server.url());
    std::vector<future_profile> all;
    {
        const client client = client_of(tests::closed_url(), kept);
        const auto bounded = client.within({.timeout = 1h});
        for (int each = 0; each < 500; ++each) all.push_back(get_async(client));
        for (int each = 0; each < 500; ++each) all.push_back(get_async(bounded));
    }
    for (future_profile& each : all) {
        ASSERT_EQ(each.wait_for(0s), std::future_status::ready);
        EXPECT_EQ(each.get().error().category, error_category::cancelled);
    }
}

TEST(ClientAsync, MayOutliveTheScopeThatItWasMadeThrough) {
    held_authority authority;
    crowd_server server{1, profile_answer()};
    const client client = client_of(server.url(), asking(authority.server.url()));
    future_profile later = get_async(client.with({}).within({.timeout = 1h}));
    authority.release();
    EXPECT_TRUE(later.get());
}

TEST(ClientAsync, EndsCallsWithTheCredentialThatTheyWaitFor) {
    held_authority authority;
    auto who = asking(authority.server.url());
    std::promise<outcome<std::string>> token;
    who->bearer_token_async([&](outcome<std::string> given) { token.set_value(std::move(given)); });
    authority.asked.wait();
    who.reset();
    EXPECT_EQ(token.get_future().get().error().category, error_category::cancelled);
}

/// A client that a handler can destroy.
struct destroyable {
    std::optional<client> only{};
    std::promise<error_category> destroyed{};

    void send() {
        send_async(*only, operation(), [this](const outcome<billing_profile>& profile) {
            only.reset();
            destroyed.set_value(profile ? error_category::not_specified : profile.error().category);
        });
    }
    [[nodiscard]] error_category wait() { return destroyed.get_future().get(); }
};

TEST(ClientAsync, MayBeDestroyedByTheHandlerOfAnAnswer) {
    crowd_server server{1, profile_answer()};
    destroyable client{.only = client_of(server.url(), with_token())};
    client.send();
    EXPECT_EQ(client.wait(), error_category::not_specified);
}

TEST(ClientAsync, MayBeDestroyedByAHandlerThatIsCalledAtOnce) {
    const auto fake = std::make_shared<testing::fake_transport>();
    destroyable client{
        .only = partner_center::client{clouds::global, with_token(), {.transport = fake}}};
    client.send();
    EXPECT_EQ(client.wait(), error_category::not_specified);
}

TEST(ClientAsync, MayBeDestroyedByAHandlerWithoutAToken) {
    const test_server authority{[](const std::string&) { return std::string{}; }};
    destroyable client{.only = client_of(tests::closed_url(), asking(authority.url()))};
    client.send();
    EXPECT_EQ(client.wait(), error_category::not_specified);
}

TEST(ClientAsync, MayBeDestroyedByAHandlerWhoseDeadlinePassed) {
    held_authority authority;
    destroyable client{
        .only = client_of(tests::closed_url(), asking(authority.server.url()))
                    .within({.timeout = 10ms})};
    client.send();
    EXPECT_EQ(client.wait(), error_category::request_timeout);
}

TEST(ClientAsync, MayStartCallsInHandlers) {
    crowd_server server{1, profile_answer()};
    const client client = client_of(server.url(), with_token());
    std::promise<unsigned> done;
    unsigned left = 100;
    std::function<void(outcome<billing_profile>)> again =
        [&](const outcome<billing_profile>& profile) {
            if (!profile || --left == 0) return done.set_value(left);
            send_async(client, operation(), again);
        };
    send_async(client, operation(), again);
    EXPECT_EQ(done.get_future().get(), 0U);
}

TEST(ClientAsync, OutlivesHandlersThatThrow) {
    crowd_server server{1, profile_answer()};
    const client client = client_of(server.url(), with_token());
    send_async(client, operation(), [](const outcome<billing_profile>&) {
        throw std::runtime_error{"a mistake in the handler"};
    });
    server.wait_for_requests(1);
    EXPECT_TRUE(get_async(client).get());
}

/// Only has the blocking form, and fails as transports should not.
class throwing_transport final : public transport {
public:
    [[nodiscard]] outcome<http::response> exchange(const outgoing_request&) const override {
        throw std::runtime_error{"out of order"};
    }
};

class forgetful_transport final : public transport {
public:
    [[nodiscard]] outcome<http::response> exchange(const outgoing_request&) const override {
        return error{};
    }
    void exchange_async(outgoing_request, answer_handler) const override {}
};

TEST(ClientAsync, BreaksNoPromiseWhenATransportThrows) {
    const client client{
        clouds::global, with_token(), {.transport = std::make_shared<throwing_transport>()}};
    EXPECT_EQ(get_async(client).get().error().description, "the transport failed: out of order");
}

TEST(ClientAsync, BreaksNoPromiseWhenATransportForgetsACall) {
    const auto forgetful = std::make_shared<forgetful_transport>();
    const client client{clouds::global, with_token(), {.transport = forgetful}};
    EXPECT_FALSE(get_async(client).get());

    const application_credential who{
        clouds::global,
        {.tenant = "t", .client_id = "i", .client_secret = "s"},
        {.transport = forgetful}};
    EXPECT_FALSE(who.bearer_token());
}

TEST(ClientAsync, IsUsedInBothFormsByManyThreads) {
    crowd_server server{1, profile_answer()};
    crowd_server slow{1'000'000, profile_answer()};
    const test_server authority{[](const std::string&) { return token_answer(); }};
    const client client = client_of(server.url(), asking(authority.url()));
    const auto stuck = client_of(slow.url(), with_token());

    std::atomic<unsigned> good{};
    std::vector<std::thread> threads;
    for (unsigned each = 0; each < 64; ++each) {
        threads.emplace_back([&] {
            for (unsigned round = 0; round < 5; ++round) {
                std::stop_source source;
                future_profile later = get_async(client);
                future_profile bounded = get_async(client.within({.timeout = 1h}));
                future_profile over = get_async(stuck.within({.stop = source.get_token()}));
                const auto blocking = get(client.with({}));
                source.request_stop();
                EXPECT_EQ(over.get().error().category, error_category::cancelled);
                for (const auto& profile : {blocking, later.get(), bounded.get()}) {
                    EXPECT_TRUE(profile) << profile.error().description;
                    if (profile) ++good;
                }
            }
        });
    }
    for (std::thread& each : threads) each.join();

    EXPECT_EQ(good, 64U * 5U * 3U);
    EXPECT_EQ(authority.requests(), 1U);
}

TEST(ClientAsync, ReadsAnAnswerOfTenMegabytesAsTheBlockingFormDoes) {
    const std::string name(10U << 20U, 'x');
    const test_server server{[&](const std::string&) {
        return tests::json_answer("200 OK", R"({"companyName":")" + name + "\"}");
    }};
    const client client = client_of(server.url(), with_token());
    EXPECT_EQ(get_async(client).get().value().company_name, name);
    EXPECT_EQ(get(client).value().company_name, name);
}

TEST(ClientAsync, HoldsNoMoreDescriptorsAfterManyCalls) {
    crowd_server server{1, profile_answer()};
    const client client = client_of(server.url(), with_token());
    const std::size_t descriptors_before = tests::descriptor_count();
    constexpr std::size_t at_once = 1'000;
    static_assert(many_calls % at_once == 0);

    for (std::size_t made = 0; made < many_calls; made += at_once) {
        std::vector<future_profile> all;
        for (std::size_t each = 0; each < at_once; ++each) all.push_back(get_async(client));
        for (future_profile& each : all) ASSERT_TRUE(each.get());
        ASSERT_TRUE(get(client));
    }

    // Both ends of a connection are this process's; some are for waking threads up.
    EXPECT_LE(server.connections(), 64U + 1U);
    EXPECT_LE(tests::descriptor_count(), descriptors_before + 2 * server.connections() + 8);
}

}  // namespace
}  // namespace partner_center
