// Tests of requests made by reflection from operations that the contract does not have.
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <partner_center/send.hpp>
#include <partner_center/testing/fake_transport.hpp>

namespace partner_center {

enum class seek { next, previous };
BOOST_DESCRIBE_ENUM(seek, next, previous)

struct thing {
    std::string display_name{};
};
BOOST_DESCRIBE_STRUCT(thing, (), (display_name))

struct update_thing {
    static constexpr verb method = verb::put;
    static constexpr std::string_view path = "/v1/things/{thing_id}/parts/{part}";
    using response = thing;

    std::string thing_id{};
    int part{};
    std::optional<seek> seek_operation{};
    std::optional<std::string> filter{};
    std::optional<bool> all{};
    std::optional<std::string> if_match{};
    std::optional<std::string> locale{};
    thing body{};
};
BOOST_DESCRIBE_STRUCT(
    update_thing, (), (thing_id, part, seek_operation, filter, all, if_match, locale, body)
)

struct delete_thing {
    static constexpr verb method = verb::delete_;
    static constexpr std::string_view path = "/v1/things/{thing_id}";
    using response = void;

    guid thing_id{};
};
BOOST_DESCRIBE_STRUCT(delete_thing, (), (thing_id))

namespace {

using namespace std::chrono_literals;

struct setup {
    std::shared_ptr<testing::fake_transport> fake = std::make_shared<testing::fake_transport>();
    client caller{
        clouds::global,
        std::make_shared<static_credential>("t", std::chrono::system_clock::now() + 1h),
        client_options{.transport = fake, .limits{.response_bytes_max = 2U << 20U}},
    };

    [[nodiscard]] std::size_t times_sent(std::string_view name, std::string_view value) const {
        std::size_t count = 0;
        const http::request request = fake->requests().at(0).request;
        for (const http::field& field : request.fields) {
            if (field.name == name && field.value == value) ++count;
        }
        return count;
    }
};

TEST(Send, PutsEachFieldWhereItBelongs) {
    setup with;
    with.fake->answer(http::response{.status = 200, .body = R"({"DisplayName":"b"})"});

    const auto answer = send(
        with.caller,
        update_thing{
            .thing_id = "x/y",
            .part = -3,
            .seek_operation = seek::next,
            .filter = R"({"a":"b c"})",
            .all = true,
            .if_match = "\"-42\"",
            .locale = "fr-FR",
            .body = {.display_name = "a"},
        }
    );

    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->display_name, "b");
    const http::request request = with.fake->requests().at(0).request;
    EXPECT_EQ(request.method, "PUT");
    EXPECT_EQ(
        request.target,
        "/v1/things/x%2Fy/parts/-3?seekOperation=next&filter=%7B%22a%22%3A%22b%20c%22%7D&all=true"
    );
    EXPECT_EQ(request.body, R"({"displayName":"a"})");
    EXPECT_EQ(with.times_sent("Content-Type", "application/json"), 1U);
    EXPECT_EQ(with.times_sent("If-Match", "\"-42\""), 1U);
    EXPECT_EQ(with.times_sent("X-Locale", "fr-FR"), 1U);
    EXPECT_EQ(with.times_sent("X-Locale", "en-US"), 0U);
}

TEST(Send, LeavesOutWhatIsAbsent) {
    setup with;
    with.fake->answer(http::response{.status = 200, .body = "{}"});
    ASSERT_TRUE(send(with.caller, update_thing{.thing_id = "1", .part = 2}));
    EXPECT_EQ(with.fake->requests().at(0).request.target, "/v1/things/1/parts/2");
    EXPECT_EQ(with.times_sent("X-Locale", "en-US"), 1U);
}

TEST(Send, ReadsNoBodyWhereNoneIsExpected) {
    setup with;
    with.fake->answer(http::response{.status = 204});
    EXPECT_TRUE(send(with.caller, delete_thing{}));
    EXPECT_EQ(with.fake->requests().at(0).request.method, "DELETE");
}

TEST(Send, ReadsAnswersAboveTheLimitOfRequests) {
    setup with;
    const std::string name((1U << 20U) + 1U, 'x');
    with.fake->answer(http::response{.status = 200, .body = R"({"displayName":")" + name + "\"}"});
    const auto answer = send(with.caller, update_thing{.thing_id = "1"});
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->display_name, name);
}

TEST(Send, RefusesAHeaderWithALineBreak) {
    setup with;
    const auto answer = send(with.caller, update_thing{.thing_id = "1", .if_match = "a\nb: c"});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().category, error_category::bad_input);
    EXPECT_TRUE(with.fake->requests().empty());
}

}  // namespace
}  // namespace partner_center
