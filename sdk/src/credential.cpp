// Tokens: one that is given, or those of an application, asked of the authority and kept.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include <boost/describe/class.hpp>

#include "sdk/src/answer_error.hpp"
#include "sdk/src/bounds.hpp"
#include "sdk/src/url.hpp"
#include <partner_center/credential.hpp>
#include <partner_center/curl_transport.hpp>
#include <partner_center/json.hpp>

namespace partner_center {
namespace detail {

/// The authority's answer, good or bad; lifetimes come as numbers (v2) or texts (v1).
/// Source: wire contract, section 5.2.
struct token_answer {
    static constexpr auto wire_case = letter_case::snake;
    std::string access_token{};
    std::int64_t expires_in{-1};  ///< seconds
    std::string error{};
    std::string error_description{};
};
BOOST_DESCRIBE_STRUCT(token_answer, (), (access_token, expires_in, error, error_description))

}  // namespace detail

namespace {

using time_point = std::chrono::system_clock::time_point;
using namespace std::chrono_literals;

constexpr auto expiry_buffer = 30s;
constexpr auto refresh_ahead_max = 300s;
constexpr auto refresh_retry_wait = 30s;
constexpr std::int64_t lifetime_seconds_max = 10LL * 365 * 24 * 3600;

/// A token and until when it is used: from `refresh_at` a new one is sought, from `usable_until`
/// this one is not given out any more.
struct kept_token {
    std::string text{};
    time_point refresh_at{};
    time_point usable_until{};
};

[[nodiscard]] kept_token keep(detail::token_answer answer, time_point asked_at) {
    const std::chrono::seconds lifetime{
        std::clamp<std::int64_t>(answer.expires_in, 0, lifetime_seconds_max)};
    const auto ahead = std::min<std::chrono::seconds>(refresh_ahead_max, lifetime / 10);
    const time_point usable_until = asked_at + lifetime - expiry_buffer;
    return {
        .text = std::move(answer.access_token),
        .refresh_at = std::min(asked_at + lifetime - ahead, usable_until),
        .usable_until = usable_until,
    };
}

[[nodiscard]] std::string environment(const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? "" : value;
}

[[nodiscard]] std::string form(const std::vector<http::field>& values) {
    std::string out;
    for (const http::field& each : values) {
        if (!out.empty()) out += '&';
        out += each.name + '=' + detail::percent_encode(each.value);
    }
    return out;
}

[[nodiscard]] error refused(const http::response& response, const detail::token_answer& answer) {
    error problem = detail::error_of(response);
    if (!answer.error.empty()) {
        problem.category = error_category::unauthorized;
        problem.code = answer.error;
        problem.description = detail::readable(
            answer.error_description.empty() ? answer.error : answer.error_description
        );
    }
    problem.description = "the token authority refused: " + problem.description;
    return problem;
}

[[nodiscard]] outcome<kept_token> token_of(
    const outcome<http::response>& response, time_point asked_at
) {
    if (!response) {
        error problem = response.error();
        problem.description = "no token could be asked for: " + problem.description;
        return problem;
    }
    auto answer = from_json<detail::token_answer>(response->body, json_reading::response);
    if (response->status != 200) {
        return refused(*response, answer ? *std::move(answer) : detail::token_answer{});
    }
    if (answer && !answer->access_token.empty() && answer->expires_in >= 0) {
        return keep(*std::move(answer), asked_at);
    }
    return error{
        .category = error_category::response_parsing,
        .http_status = response->status,
        .description = "the token authority's answer holds no token and lifetime",
    };
}

[[nodiscard]] clock_function or_system_clock(clock_function clock) {
    return clock ? std::move(clock) : clock_function{&std::chrono::system_clock::now};
}

}  // namespace

void credential::bearer_token_async(token_handler done) const {
    const token_handler asker = std::move(done);
    asker(bearer_token());
}

application application_from_environment() {
    return {
        .tenant = environment("PARTNERCTL_TENANT"),
        .client_id = environment("PARTNERCTL_CLIENT_ID"),
        .client_secret = environment("PARTNERCTL_CLIENT_SECRET"),
    };
}

struct application_credential::state {
    using waiting_call = std::shared_ptr<detail::completion<std::string>>;

    std::string authority{};
    std::string audience{};
    application who{};
    application_credential_options options{};

    std::mutex mutex{};
    std::optional<kept_token> token{};    ///< guarded by mutex
    bool is_asking{};                     ///< guarded by mutex
    std::vector<waiting_call> waiting{};  ///< for who is asking; guarded by mutex

    [[nodiscard]] outcome<outgoing_request> token_request() const;
    void land(outcome<kept_token> asked, time_point now);
};

application_credential::application_credential(const cloud& where, application who)
    : application_credential{where, std::move(who), application_credential_options{}} {}

application_credential::application_credential(
    const cloud& where, application who, application_credential_options options
)
    : state_{std::make_shared<state>()} {
    state_->authority = where.authority;
    while (state_->authority.ends_with('/')) state_->authority.pop_back();
    state_->audience = where.audience;
    state_->who = std::move(who);
    state_->options = std::move(options);
    if (!state_->options.transport) state_->options.transport = make_curl_transport({});
    state_->options.clock = or_system_clock(std::move(state_->options.clock));
}

application_credential::~application_credential() {
    state_->land(detail::closed(), time_point::max());
}

outcome<std::string> application_credential::bearer_token() const {
    const auto ask = [this](token_handler done) { bearer_token_async(std::move(done)); };
    return detail::wait_for<std::string>(ask, call_bounds{}, detail::waiting_for_token);
}

// One call asks; the others use the old token while it lasts, or wait for the outcome of that one,
// good or bad. The next call after a failure asks anew. The request belongs to no call, so it has
// no call's bounds; and it does not keep what it is for alive, so that it ends with that.
void application_credential::bearer_token_async(token_handler done) const {
    const time_point now = state_->options.clock();
    {
        std::unique_lock lock{state_->mutex};
        const bool is_good = state_->token && now < state_->token->refresh_at;
        const bool will_do =
            state_->is_asking && state_->token && now < state_->token->usable_until;
        if (is_good || will_do) {
            const std::string text = state_->token->text;
            lock.unlock();
            return done(text);
        }
        state_->waiting.push_back(std::make_shared<detail::completion<std::string>>(std::move(done))
        );
        if (std::exchange(state_->is_asking, true)) return;
    }
    const auto landing =
        std::make_shared<detail::completion<kept_token>>([weak = std::weak_ptr{state_},
                                                          now](outcome<kept_token> asked) {
            if (const auto still = weak.lock()) still->land(std::move(asked), now);
        });
    outcome<outgoing_request> request = state_->token_request();
    if (!request) return landing->complete(request.error());
    const auto transport = state_->options.transport;
    transport->exchange_async(
        *std::move(request),
        [landing, now](const outcome<http::response>& answer) {
            landing->complete(token_of(answer, now));
        }
    );
}

/// Keeps what was asked for, and hands the token, or why there is none, to all who wait.
void application_credential::state::land(outcome<kept_token> asked, time_point now) {
    outcome<std::string> landed{std::string{}};
    std::vector<waiting_call> all;
    {
        const std::lock_guard lock{mutex};
        is_asking = false;
        all.swap(waiting);
        const bool is_old_usable = token && now < token->usable_until;
        if (asked) {
            token = *std::move(asked);
            landed = token->text;
        } else if (is_old_usable) {
            // Renewing ahead of time failed: nothing is lost yet, so do not ask again on each call.
            token->refresh_at = std::min(now + refresh_retry_wait, token->usable_until);
            landed = token->text;
        } else {
            landed = asked.error();
        }
    }
    for (const auto& each : all) each->complete(landed);
}

outcome<outgoing_request> application_credential::state::token_request() const {
    if (auto refusal = detail::refuse_base_url(authority)) return *std::move(refusal);
    const outcome<std::string> tenant =
        detail::path_segment(who.tenant, "the application's tenant");
    if (!tenant) return tenant.error();
    if (who.client_id.empty() || who.client_secret.empty()) {
        return error{
            .category = error_category::bad_input,
            .description = "the application's client id and secret must not be blank",
        };
    }
    const bool is_v1 = options.endpoint == token_endpoint::v1;
    const http::field what =
        is_v1 ? http::field{"resource", audience} : http::field{"scope", audience + "/.default"};
    const std::string body = form({
        {"grant_type", "client_credentials"},
        {"client_id", who.client_id},
        {"client_secret", who.client_secret},
        what,
    });
    return outgoing_request{
        .base_url = authority,
        .request{
            .method = "POST",
            .target = "/" + *tenant + (is_v1 ? "/oauth2/token" : "/oauth2/v2.0/token"),
            .fields{
                {"Accept", "application/json"},
                {"Content-Type", "application/x-www-form-urlencoded"},
            },
            .body = body,
        },
        .limits = options.limits,
    };
}

static_credential::static_credential(std::string token, time_point expires_at)
    : static_credential{std::move(token), expires_at, clock_function{}} {}

static_credential::static_credential(std::string token, time_point expires_at, clock_function clock)
    : token_{std::move(token)},
      expires_at_{expires_at},
      clock_{or_system_clock(std::move(clock))} {}

outcome<std::string> static_credential::bearer_token() const {
    if (!token_.empty() && clock_() < expires_at_ - expiry_buffer) return token_;
    return error{
        .category = error_category::unauthorized,
        .description = token_.empty() ? "the token is empty"
                                      : "the token has expired, or is about to: bring a new one",
    };
}

}  // namespace partner_center
