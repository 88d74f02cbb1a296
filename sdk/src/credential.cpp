// Tokens: one that is given, or those of an application, asked of the authority and kept.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdlib>
#include <future>
#include <mutex>
#include <optional>
#include <utility>

#include <boost/describe/class.hpp>

#include "sdk/src/answer_error.hpp"
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

[[nodiscard]] clock_function or_system_clock(clock_function clock) {
    return clock ? std::move(clock) : clock_function{&std::chrono::system_clock::now};
}

}  // namespace

application application_from_environment() {
    return {
        .tenant = environment("PARTNERCTL_TENANT"),
        .client_id = environment("PARTNERCTL_CLIENT_ID"),
        .client_secret = environment("PARTNERCTL_CLIENT_SECRET"),
    };
}

struct application_credential::state {
    using flight = std::shared_future<outcome<std::string>>;

    std::string authority{};
    std::string audience{};
    application who{};
    application_credential_options options{};

    std::mutex mutex{};
    std::optional<kept_token> token{};  ///< guarded by mutex
    flight in_flight{};                 ///< valid while a thread is asking; guarded by mutex

    [[nodiscard]] outcome<std::string> ask_once(time_point now);
    [[nodiscard]] outcome<kept_token> ask(time_point now) const;
    [[nodiscard]] outcome<outgoing_request> token_request() const;
    [[nodiscard]] outcome<std::string> land(outcome<kept_token> asked, time_point now);
};

application_credential::application_credential(const cloud& where, application who)
    : application_credential{where, std::move(who), application_credential_options{}} {}

application_credential::application_credential(
    const cloud& where, application who, application_credential_options options
)
    : state_{std::make_unique<state>()} {
    state_->authority = where.authority;
    while (state_->authority.ends_with('/')) state_->authority.pop_back();
    state_->audience = where.audience;
    state_->who = std::move(who);
    state_->options = std::move(options);
    if (!state_->options.transport) state_->options.transport = make_curl_transport({});
    state_->options.clock = or_system_clock(std::move(state_->options.clock));
}

application_credential::~application_credential() = default;

outcome<std::string> application_credential::bearer_token() const {
    const time_point now = state_->options.clock();
    return state_->ask_once(now);
}

// One thread asks; the others use the old token while it lasts, or wait for that thread's outcome,
// good or bad. The next call after a failure asks anew.
outcome<std::string> application_credential::state::ask_once(time_point now) {
    std::promise<outcome<std::string>> promise;
    {
        std::unique_lock lock{mutex};
        if (token && now < token->refresh_at) return token->text;
        if (in_flight.valid()) {
            if (token && now < token->usable_until) return token->text;
            const flight others = in_flight;
            lock.unlock();
            return others.get();
        }
        in_flight = promise.get_future().share();
    }
    try {
        outcome<std::string> landed = land(ask(now), now);
        promise.set_value(landed);
        return landed;
    } catch (...) {  // a transport of the caller's own may throw: nobody may wait for ever
        const std::lock_guard lock{mutex};
        in_flight = {};
        promise.set_exception(std::current_exception());
        throw;
    }
}

outcome<std::string> application_credential::state::land(
    outcome<kept_token> asked, time_point now
) {
    const std::lock_guard lock{mutex};
    in_flight = {};
    if (asked) {
        token = *std::move(asked);
        return token->text;
    }
    if (!token || now >= token->usable_until) return asked.error();
    // Renewing ahead of time failed: nothing is lost yet, so do not ask again on every call.
    token->refresh_at = std::min(now + refresh_retry_wait, token->usable_until);
    return token->text;
}

outcome<kept_token> application_credential::state::ask(time_point now) const {
    const outcome<outgoing_request> request = token_request();
    if (!request) return request.error();
    outcome<http::response> response = options.transport->exchange(*request);
    if (!response) {
        error problem = std::move(response).error();
        problem.description = "no token could be asked for: " + problem.description;
        return problem;
    }
    auto answer = from_json<detail::token_answer>(response->body, json_reading::response);
    if (response->status != 200) {
        return refused(*response, answer ? *std::move(answer) : detail::token_answer{});
    }
    if (answer && !answer->access_token.empty() && answer->expires_in >= 0) {
        return keep(*std::move(answer), now);
    }
    return error{
        .category = error_category::response_parsing,
        .http_status = response->status,
        .description = "the token authority's answer holds no token and lifetime",
    };
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
