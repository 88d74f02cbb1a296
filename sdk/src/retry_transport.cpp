// What is tried again, when, and what it costs. Calls the transport that it wraps and a timer.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <atomic>
#include <cmath>
#include <optional>
#include <random>
#include <utility>

#include "sdk/src/answer_error.hpp"
#include "sdk/src/bounds.hpp"
#include <partner_center/retry_transport.hpp>

namespace partner_center {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::string_view waiting_to_retry = "waiting to try again";
constexpr int share_of_a_retry = 10;  ///< so many calls that need no retry pay for one

[[nodiscard]] double random_fraction() {
    thread_local std::minstd_rand source{std::random_device{}()};
    return std::uniform_real_distribution<double>{}(source);
}

[[nodiscard]] bool is_read(const http::request& request) {
    return request.method == "GET" || request.method == "HEAD";
}

/// Whether it does no harm when the service carries it out twice.
[[nodiscard]] bool is_safe(const http::request& request) {
    return is_read(request) || std::ranges::any_of(request.fields, [](const http::field& field) {
               return equals_ignoring_case(field.name, detail::request_id_header);
           });
}

[[nodiscard]] bool may_help(const http::request& request, const outcome<http::response>& answer) {
    using enum error_category;
    if (!answer) {
        const error& why = answer.error();
        const bool is_transient = why.category == not_specified ||
                                  why.category == request_timeout ||
                                  why.category == response_parsing;
        return why.http_status == 0 && is_transient;
    }
    switch (answer->status) {
        case 408:
        case 429:
        case 502:
        case 503:
        case 504:
            return true;
        case 500:
            return request.method != "POST" && request.method != "PATCH";
        default:
            return false;
    }
}

[[nodiscard]] error why_of(const outcome<http::response>& answer) {
    return answer ? detail::error_of(*answer) : answer.error();
}

/// How many retries may be made at once, shared by all calls: when a service is down, they stop.
class retry_budget {
public:
    explicit retry_budget(unsigned retries)
        : shares_max_{static_cast<std::int64_t>(retries) * share_of_a_retry},
          shares_{shares_max_} {}

    [[nodiscard]] bool take() { return change(-share_of_a_retry); }
    void pay() { static_cast<void>(change(1)); }

private:
    /// False when that would be less than none. What would be more than all is all.
    [[nodiscard]] bool change(std::int64_t by) {
        std::int64_t before = shares_;
        while (before + by >= 0) {
            if (shares_.compare_exchange_weak(before, std::min(before + by, shares_max_))) {
                return true;
            }
        }
        return false;
    }

    const std::int64_t shares_max_;
    std::atomic<std::int64_t> shares_;
};

/// An exchange with its attempts.
struct tried_exchange {
    outgoing_request outgoing{};
    answer_handler done{};
    unsigned attempt{1};
};
using tried_pointer = std::shared_ptr<tried_exchange>;

}  // namespace

struct retry_transport::state {
    state(std::shared_ptr<const transport> given, retry_options chosen)
        : inner{std::move(given)}, options{std::move(chosen)} {}

    std::shared_ptr<const transport> inner;
    retry_options options;
    retry_budget budget{options.budget};

    [[nodiscard]] bool retries(const outgoing_request& outgoing) const;
    [[nodiscard]] milliseconds back_off(unsigned attempt) const;
    [[nodiscard]] std::optional<milliseconds> wait_after(
        const outgoing_request& outgoing, unsigned attempt, const outcome<http::response>& answer
    );
    void tell(const retry_notice& notice) const;
    static void try_once(const std::shared_ptr<state>& self, const tried_pointer& call);
    static void pause(
        const std::shared_ptr<state>& self, const tried_pointer& call, milliseconds wait
    );
};

retry_transport::retry_transport(std::shared_ptr<const transport> inner, retry_options options)
    : state_{std::make_shared<state>(std::move(inner), std::move(options))} {
    if (!state_->options.timer) state_->options.timer = make_timer();
    if (!state_->options.fraction) state_->options.fraction = &random_fraction;
}

outcome<http::response> retry_transport::exchange(const outgoing_request& outgoing) const {
    const call_bounds& bounds = outgoing.bounds;
    for (unsigned attempt = 1;; ++attempt) {
        auto answer = state_->inner->exchange(outgoing);
        const auto wait = state_->wait_after(outgoing, attempt, answer);
        if (!wait) return answer;
        const auto pause = [&](const std::function<void(outcome<bool>)>& done) {
            state_->options.timer(*wait, bounds.stop, done);
        };
        const auto is_due = detail::wait_for<bool>(pause, bounds, waiting_to_retry);
        if (!is_due) return is_due.error();
        if (!*is_due) return detail::end_of(bounds, waiting_to_retry).value_or(detail::closed());
    }
}

void retry_transport::exchange_async(outgoing_request outgoing, answer_handler done) const {
    if (!state_->retries(outgoing)) {
        return state_->inner->exchange_async(std::move(outgoing), std::move(done));
    }
    const auto call =
        std::make_shared<tried_exchange>(tried_exchange{std::move(outgoing), std::move(done)});
    const std::shared_ptr<state> self = state_;  // a handler may destroy this
    state::try_once(self, call);
}

// What is under way does not keep the state: else it could not end before all of it has.
void retry_transport::state::try_once(
    const std::shared_ptr<state>& self, const tried_pointer& call
) {
    const auto landed = [weak = std::weak_ptr{self}, call](outcome<http::response> answer) {
        const auto still = weak.lock();
        if (!still) return call->done(std::move(answer));
        const auto wait = still->wait_after(call->outgoing, call->attempt, answer);
        if (!wait) return call->done(std::move(answer));
        ++call->attempt;
        pause(still, call, *wait);
    };
    self->inner->exchange_async(call->outgoing, landed);
}

void retry_transport::state::pause(
    const std::shared_ptr<state>& self, const tried_pointer& call, milliseconds wait
) {
    const auto go_on = [weak = std::weak_ptr{self}, call](bool is_due) {
        const auto still = weak.lock();
        if (still && is_due) return try_once(still, call);
        call->done(
            detail::end_of(call->outgoing.bounds, waiting_to_retry).value_or(detail::closed())
        );
    };
    self->options.timer(wait, call->outgoing.bounds.stop, go_on);
}

bool retry_transport::state::retries(const outgoing_request& outgoing) const {
    return is_safe(outgoing.request) && outgoing.retries_max.value_or(options.retries_max) > 0;
}

milliseconds retry_transport::state::back_off(unsigned attempt) const {
    const auto longest = static_cast<double>(options.wait_max.count());
    const double growth = std::exp2(attempt) - 1;
    const double wait = std::min(static_cast<double>(options.wait.count()) * growth, longest);
    return milliseconds{static_cast<milliseconds::rep>(wait * options.fraction())};
}

/// The time until the next attempt; nothing when there is to be none.
std::optional<milliseconds> retry_transport::state::wait_after(
    const outgoing_request& outgoing, unsigned attempt, const outcome<http::response>& answer
) {
    if (!retries(outgoing)) return {};
    if (!may_help(outgoing.request, answer)) {
        if (answer && attempt == 1) budget.pay();
        return {};
    }
    if (attempt > outgoing.retries_max.value_or(options.retries_max)) return {};
    const error why = why_of(answer);
    const milliseconds asked = why.retry_after.value_or(std::chrono::seconds{0});
    if (asked > options.wait_max) return {};
    const milliseconds wait = asked + back_off(attempt);
    const call_bounds& bounds = outgoing.bounds;
    const bool is_over = detail::later(steady_clock::now(), wait) >= bounds.deadline;
    if (is_over || bounds.stop.stop_requested() || !budget.take()) return {};
    tell({.outgoing = outgoing, .attempt = attempt, .why = why, .wait = wait});
    return wait;
}

void retry_transport::state::tell(const retry_notice& notice) const {
    try {
        if (options.on_retry) options.on_retry(notice);
    } catch (...) {
        return;  // the call counts for more than who watches it
    }
}

}  // namespace partner_center
