// Sign-in on another device: asks for a code, has it shown, and polls until the person has decided.
// Calls token_keeper.cpp, token_request.cpp and a timer.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>

#include <boost/describe/class.hpp>

#include "sdk/src/bounds.hpp"
#include "sdk/src/token_keeper.hpp"
#include "sdk/src/token_request.hpp"
#include <partner_center/json.hpp>
#include <partner_center/user_credentials.hpp>

namespace partner_center {
namespace detail {

/// Source: RFC 8628, section 3.2; v1 says verification_url, and numbers as texts.
struct device_answer {
    static constexpr auto wire_case = letter_case::snake;

    std::string user_code{};
    std::string device_code{};
    std::string verification_uri{};
    std::string verification_url{};
    std::string verification_uri_complete{};
    std::int64_t expires_in{};  ///< seconds
    std::int64_t interval{5};   ///< seconds
    std::string message{};
};
BOOST_DESCRIBE_STRUCT(
    device_answer,
    (),
    (user_code,
     device_code,
     verification_uri,
     verification_url,
     verification_uri_complete,
     expires_in,
     interval,
     message)
)

}  // namespace detail

namespace {

using detail::grant_handler;
using std::chrono::seconds;

constexpr seconds slower{5};  // RFC 8628, section 3.5
constexpr std::int64_t seconds_max = 24 * 3600;

/// A sign-in under way.
struct polled_sign_in {
    std::string device_code{};
    seconds interval{};
    std::chrono::system_clock::time_point expires_at{};
    grant_handler done{};
};
using sign_in_pointer = std::shared_ptr<polled_sign_in>;

[[nodiscard]] error expired() {
    return {
        .category = error_category::unauthorized,
        .code = "expired_token",
        .description = "nobody signed in with the code before it expired",
    };
}

/// Signs in. What is under way does not keep it: it ends with the credential.
class device_sign_in : public std::enable_shared_from_this<device_sign_in> {
public:
    device_sign_in(detail::authority_client client, const device_code_options& options)
        : client_{std::move(client)},
          show_{options.show},
          stop_{options.stop},
          timer_{options.timer ? options.timer : make_timer()},
          clock_{detail::or_system_clock(options.authority.clock)} {}

    void ask(const std::string& refresh_token, grant_handler done) {
        const auto begin = [weak = weak_from_this()](grant_handler asker) {
            if (const auto still = weak.lock()) return still->begin(std::move(asker));
            asker(detail::closed());
        };
        detail::refresh_or_sign_in(client_, refresh_token, std::move(done), begin);
    }

private:
    void begin(grant_handler done) {
        const auto landed = [weak = weak_from_this(),
                             done = std::move(done)](const outcome<http::response>& answer) {
            if (const auto still = weak.lock()) return still->show(answer, done);
            done(detail::closed());
        };
        detail::post(client_, "devicecode", detail::user_scope(client_), landed);
    }

    void show(const outcome<http::response>& answer, grant_handler done) {
        if (!answer) return done(answer.error());
        if (answer->status != 200) return done(detail::refusal_of(*answer));
        const auto told = from_json<detail::device_answer>(answer->body, json_reading::response);
        if (!told || told->device_code.empty() || told->user_code.empty()) {
            return done(error{
                .category = error_category::response_parsing,
                .http_status = answer->status,
                .description = "the token authority's answer holds no device code",
            });
        }
        const auto bounded = [](std::int64_t given) {
            return seconds{std::clamp<std::int64_t>(given, 0, seconds_max)};
        };
        const seconds expires_in = bounded(told->expires_in);
        const auto sign_in = std::make_shared<polled_sign_in>(polled_sign_in{
            .device_code = told->device_code,
            .interval = bounded(told->interval),
            .expires_at = clock_() + expires_in,
            .done = std::move(done),
        });
        const bool is_v2 = told->verification_url.empty();
        show_({
            .user_code = told->user_code,
            .verification_uri = is_v2 ? told->verification_uri : told->verification_url,
            .verification_uri_complete = told->verification_uri_complete,
            .message = told->message,
            .expires_in = expires_in,
        });
        wait(sign_in);
    }

    void wait(const sign_in_pointer& sign_in) {
        if (clock_() >= sign_in->expires_at) return sign_in->done(expired());
        const auto go_on = [weak = weak_from_this(), stop = stop_, sign_in](bool is_due) {
            const auto still = weak.lock();
            if (still && is_due) return still->poll(sign_in);
            const auto stopped = detail::end_of({.stop = stop}, "waiting for somebody to sign in");
            sign_in->done(stopped.value_or(detail::closed()));
        };
        timer_(sign_in->interval, stop_, go_on);
    }

    void poll(const sign_in_pointer& sign_in) {
        const bool is_v1 = client_.is_v1();
        const std::string name = is_v1 ? "code" : "device_code";
        detail::parameters form{
            {"grant_type", is_v1 ? "device_code" : "urn:ietf:params:oauth:grant-type:device_code"},
            {name, sign_in->device_code},
        };
        if (is_v1) form.push_back({"resource", client_.audience});
        const auto landed = [weak = weak_from_this(), sign_in](outcome<detail::token_grant> grant) {
            if (grant) return sign_in->done(std::move(grant));
            const error& why = grant.error();
            const bool is_too_fast = why.code == "slow_down" || detail::is_outage(why);
            if (!is_too_fast && why.code != "authorization_pending") return sign_in->done(why);
            if (is_too_fast) sign_in->interval += slower;
            if (const auto still = weak.lock()) return still->wait(sign_in);
            sign_in->done(detail::closed());
        };
        detail::ask_for_grant(client_, std::move(form), landed);
    }

    const detail::authority_client client_;
    const std::function<void(const device_code_prompt&)> show_;
    const std::stop_token stop_;
    const timer_function timer_;
    const clock_function clock_;
};

}  // namespace

std::shared_ptr<const credential> make_device_code_credential(
    const cloud& where, const application& who, const device_code_options& options
) {
    const auto client = detail::make_authority_client(where, who, options.authority);
    const auto sign_in = std::make_shared<device_sign_in>(client, options);
    auto ask = [sign_in](const std::string& refresh_token, grant_handler done) {
        sign_in->ask(refresh_token, std::move(done));
    };
    return std::make_shared<const detail::token_keeper>(
        std::move(ask),
        options.authority.clock,
        detail::make_token_file(options.authority.cache, client, "user")
    );
}

}  // namespace partner_center
