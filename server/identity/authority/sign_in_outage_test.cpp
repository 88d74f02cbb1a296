// Tests that each endpoint of a sign-in says 503 when the store fails at any of its calls, and that
// what it was asked can be asked again afterwards. Calls authority.cpp on a store that fails.
// SPDX-License-Identifier: MIT
#include <functional>

#include <gmock/gmock.h>

#include "server/identity/authority/browsing_testing.hpp"
#include "tests/support/failing_database.hpp"

namespace partner_center {

struct read_device_codes {
    static constexpr auto wire_case = letter_case::snake;
    std::string user_code{};
    std::string device_code{};
};
BOOST_DESCRIBE_STRUCT(read_device_codes, (), (user_code, device_code))

namespace {

using namespace std::chrono_literals;
using namespace testing;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class SignInOutage : public BrowsingTest {
protected:
    SignInOutage() {
        tenants = &failing_tenants;
        known_proofs = &failing_proofs;
    }

    using asking = std::function<told()>;
    /// How an endpoint is asked, once and after an outage, and what tells that it has answered.
    struct endpoint_use {
        std::function<void()> prepare{};
        asking ask{};
        asking ask_again{};
        std::function<bool(const told&)> is_done{};
    };

    /// Uses an endpoint anew for each of its calls to the store, which fails from that one on.
    void sweep(
        const endpoint_use& use, const std::function<void(const told&, std::size_t)>& is_clear
    ) {
        for (std::size_t call = 1;; ++call) {
            jar.clear();
            use.prepare();
            failing.fail_from(call);
            const told down = use.ask();
            const bool was_down = failing.has_failed();
            failing.lift();
            if (!was_down) {
                EXPECT_TRUE(use.is_done(down));
                EXPECT_GT(call, 1U);
                return;
            }
            EXPECT_EQ(down.answer.status, 503U) << call;
            EXPECT_EQ(down.field("Retry-After"), "2") << call;
            EXPECT_EQ(down.field("Location"), "") << call;
            EXPECT_THAT(down.answer.body, Not(HasSubstr("disk"))) << call;
            is_clear(down, call);
            const told again = use.ask_again();
            EXPECT_TRUE(use.is_done(again)) << call << ": " << again.answer.body;
        }
    }
    void sweep_page(endpoint_use use) {
        if (!use.ask_again) use.ask_again = use.ask;
        sweep(use, [](const told& down, std::size_t call) {
            EXPECT_EQ(down.answer.content_type, "text/html; charset=utf-8") << call;
            EXPECT_THAT(down.answer.body, HasSubstr("not available at the moment; try again"))
                << call;
            EXPECT_THAT(down.field("Content-Security-Policy"), StartsWith("default-src 'none'"));
            EXPECT_EQ(down.field("Set-Cookie"), "") << call;
        });
    }
    void sweep_token(endpoint_use use) {
        if (!use.ask_again) use.ask_again = use.ask;
        sweep(use, [](const told& down, std::size_t call) {
            EXPECT_EQ(down.read().error, "temporarily_unavailable") << call;
            EXPECT_EQ(down.read().access_token, "") << call;
        });
    }
    [[nodiscard]] static bool has_code(const told& got) { return !got.given("code").empty(); }
    [[nodiscard]] bool has_token(const told& got) {
        return verify(got.read().access_token).has_value();
    }
    /// Codes that a person has to decide on.
    [[nodiscard]] read_device_codes begin_device() {
        const parameters asked{
            {"client_id", to_string(native)},
            {"scope", std::string{api} + "/user_impersonation openid offline_access"}};
        const told got = ask("POST", base + "/oauth2/v2.0/devicecode", encoded(asked));
        return from_json<read_device_codes>(got.answer.body, json_reading::response).value();
    }
    [[nodiscard]] told press(const told& page, parameters filled_in) {
        filled_in["request"] = between(page.answer.body, R"(name="request" value=")", "\"");
        return ask("POST", base + "/oauth2/deviceauth", encoded(filled_in));
    }
    [[nodiscard]] told enter(const std::string& user_code) {
        const told page = ask("GET", base + "/oauth2/deviceauth", "");
        return press(page, {{"user_code", user_code}});
    }

    failing_database failing{world.fresh.file.connect()};
    directory failing_tenants{failing};
    proofs failing_proofs{failing};
    told shown{};
};

TEST_F(SignInOutage, OfTheFirstPage) {
    sweep_page({
        .prepare = [] {},
        .ask = [&] { return authorize(web_request()); },
        .is_done = [](const told& got
                   ) { return got.answer.body.find("current-password") != std::string::npos; },
    });
}

TEST_F(SignInOutage, OfASilentSignIn) {
    sweep_page({
        .prepare = [&] { ASSERT_FALSE(code_for(web_request()).empty()); },
        .ask = [&] { return authorize(web_request()); },
        .is_done = has_code,
    });
}

TEST_F(SignInOutage, OfThePassword) {
    sweep_page({
        .prepare = [&] { shown = authorize(web_request()); },
        .ask = [&] { return fill_in(shown); },
        .is_done = has_code,
    });
}

// What was taken of the digits stays taken: the next ones are good.
TEST_F(SignInOutage, OfTheDigits) {
    unsigned user = 400;
    now = digits_time;
    sweep_page({
        .prepare =
            [&] {
                add_user(++user, 1, totp_secret);
                const std::string name = fmt::format("user{}@partner.example", user);
                shown = send(
                    authorize(web_request()),
                    {{"user", name}, {"password", std::string{right_secret}}}
                );
            },
        .ask =
            [&] {
                return send(shown, {{"digits", std::string{digits}}});
            },
        .ask_again =
            [&] {
                now += 30s;
                const told got = send(shown, {{"digits", std::string{next_digits}}});
                now -= 30s;
                return got;
            },
        .is_done = has_code,
    });
}

TEST_F(SignInOutage, OfACode) {
    std::string code;
    sweep_token({
        .prepare = [&] { code = code_for(web_request()); },
        .ask = [&] { return token(web_code(code)); },
        .is_done = [&](const told& got) { return has_token(got); },
    });
}

TEST_F(SignInOutage, OfARefreshTokenThatIsGoodOnce) {
    std::string refresh;
    sweep_token({
        .prepare =
            [&] { refresh = token(native_code(code_for(native_request()))).read().refresh_token; },
        .ask = [&] { return token(native_refresh(refresh)); },
        .is_done = [&](const told& got) { return has_token(got); },
    });
}

TEST_F(SignInOutage, OfTheRequestForDeviceCodes) {
    const parameters asked{
        {"client_id", to_string(native)}, {"scope", std::string{api} + "/user_impersonation"}};
    sweep_token({
        .prepare = [] {},
        .ask = [&] { return ask("POST", base + "/oauth2/v2.0/devicecode", encoded(asked)); },
        .is_done = [](const told& got) { return got.answer.status == 200; },
    });
}

TEST_F(SignInOutage, OfADeviceCodeThatIsAllowed) {
    read_device_codes codes;
    sweep_token({
        .prepare =
            [&] {
                codes = begin_device();
                const device_decision yes{.user_id = id_of(80), .has_mfa = true, .allowed = true};
                ASSERT_TRUE(run(known_proofs->decide_device_request(codes.user_code, yes, now)));
            },
        .ask =
            [&] {
                return token(
                    {{"grant_type", "urn:ietf:params:oauth:grant-type:device_code"},
                     {"client_id", to_string(native)},
                     {"device_code", codes.device_code}}
                );
            },
        .is_done = [&](const told& got) { return has_token(got); },
    });
}

TEST_F(SignInOutage, OfEachStepOfTheDevicesPage) {
    read_device_codes codes;
    const auto shows = [](std::string title) {
        return
            [title](const told& got) { return between(got.answer.body, "<title>", "<") == title; };
    };
    sweep_page({
        .prepare = [] {},
        .ask = [&] { return ask("GET", base + "/oauth2/deviceauth", ""); },
        .is_done = shows("Sign in on another device"),
    });
    sweep_page({
        .prepare =
            [&] {
                codes = begin_device();
                shown = ask("GET", base + "/oauth2/deviceauth", "");
            },
        .ask =
            [&] {
                return press(shown, {{"user_code", codes.user_code}});
            },
        .is_done = shows("Sign in"),
    });
    const parameters good{{"user", user_name}, {"password", std::string{right_secret}}};
    sweep_page({
        .prepare = [&] { shown = enter(codes.user_code); },
        .ask = [&] { return press(shown, good); },
        .is_done = shows("Allow access?"),
    });
    sweep_page({
        .prepare =
            [&] {
                codes = begin_device();
                shown = press(enter(codes.user_code), good);
            },
        .ask =
            [&] {
                return press(shown, {{"decision", "allow"}});
            },
        .is_done = shows("Signed in"),
    });
}

TEST_F(SignInOutage, OfASignOutThatLeadsBack) {
    const parameters asked{
        {"post_logout_redirect_uri", std::string{other_uri}}, {"client_id", to_string(web)}};
    sweep_page({
        .prepare = [&] { ASSERT_FALSE(code_for(web_request()).empty()); },
        .ask = [&] { return ask("GET", base + "/oauth2/logout?" + encoded(asked), ""); },
        .is_done = [](const told& got) { return got.field("Location") == other_uri; },
    });
}

TEST_F(SignInOutage, KeepsNobodyFromSigningOut) {
    failing.fail_from(1);
    const told out = ask("GET", base + "/oauth2/logout", "");
    EXPECT_EQ(out.answer.status, 200U);
    EXPECT_THAT(out.field("Set-Cookie"), HasSubstr("Max-Age=0"));
}

}  // namespace
}  // namespace partner_center
