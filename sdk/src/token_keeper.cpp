// Keeps a token and renews it. Calls the source and the file that it is given.
// SPDX-License-Identifier: MIT
#include "sdk/src/token_keeper.hpp"

#include <algorithm>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "sdk/src/bounds.hpp"
#include <partner_center/completion.hpp>

namespace partner_center::detail {
namespace {

using std::chrono::seconds;
using time_point = std::chrono::system_clock::time_point;

constexpr seconds refresh_ahead_max{300};
constexpr seconds refresh_retry_wait{30};
constexpr seconds lifetime_max{10LL * 365 * 24 * 3600};

[[nodiscard]] kept_token keep(token_grant grant, time_point received_at) {
    const seconds lifetime = std::clamp(grant.lifetime, seconds{0}, lifetime_max);
    const seconds ahead = std::min(refresh_ahead_max, lifetime / 10);
    const time_point usable_until = received_at + lifetime - expiry_buffer;
    return {
        .text = std::move(grant.access_token),
        .refresh_at = std::min(received_at + lifetime - ahead, usable_until),
        .usable_until = usable_until,
        .refresh_token = std::move(grant.refresh_token),
    };
}

}  // namespace

clock_function or_system_clock(clock_function clock) {
    return clock ? std::move(clock) : clock_function{&std::chrono::system_clock::now};
}

struct token_keeper::state {
    using waiting_call = std::shared_ptr<completion<std::string>>;

    state(grant_source source, clock_function time, token_file kept)
        : ask{std::move(source)}, clock{or_system_clock(std::move(time))}, file{std::move(kept)} {}

    const grant_source ask;
    const clock_function clock;
    const token_file file;  ///< for who is asking

    std::mutex mutex{};
    std::optional<kept_token> token{};    ///< guarded by mutex
    bool is_asking{};                     ///< guarded by mutex
    std::vector<waiting_call> waiting{};  ///< for who is asking; guarded by mutex

    [[nodiscard]] std::string adopt(const std::optional<kept_token>& stored);
    void receive(outcome<token_grant> asked);
    void land(const std::optional<error>& problem, time_point now);
    void hand_out(const outcome<std::string>& landed);
};

token_keeper::token_keeper(grant_source ask, clock_function clock, token_file file)
    : state_{std::make_shared<state>(std::move(ask), std::move(clock), std::move(file))} {}

token_keeper::~token_keeper() {
    state_->hand_out(closed());
}

outcome<std::string> token_keeper::bearer_token() const {
    const auto ask = [this](token_handler done) { bearer_token_async(std::move(done)); };
    return wait_for<std::string>(ask, call_bounds{}, waiting_for_token);
}

// One call asks; the others use the old token while it lasts, or wait for the outcome of that one,
// good or bad. The next call after a failure asks anew. The request belongs to no call, so it has
// no call's bounds; and it does not keep what it is for alive, so that it ends with that.
void token_keeper::bearer_token_async(token_handler done) const {
    const std::shared_ptr<state> self = state_;  // a handler may destroy this
    const time_point now = self->clock();
    {
        std::unique_lock lock{self->mutex};
        const bool is_good = self->token && now < self->token->refresh_at;
        const bool will_do = self->is_asking && self->token && now < self->token->usable_until;
        if (is_good || will_do) {
            const std::string text = self->token->text;
            lock.unlock();
            return done(text);
        }
        self->waiting.push_back(std::make_shared<completion<std::string>>(std::move(done)));
        if (std::exchange(self->is_asking, true)) return;
    }
    const auto landing = std::make_shared<completion<token_grant>>(
        [weak = std::weak_ptr{self}](outcome<token_grant> asked) {
            if (const auto still = weak.lock()) still->receive(std::move(asked));
        }
    );
    const auto stored = self->file.read();
    const std::string refresh_token = self->adopt(stored);
    if (stored && now < stored->refresh_at) return self->land({}, now);
    self->ask(refresh_token, [landing](outcome<token_grant> asked) {
        landing->complete(std::move(asked));
    });
}

/// Takes what the file has when it is newer than ours (another program may have renewed it); the
/// refresh token to use.
std::string token_keeper::state::adopt(const std::optional<kept_token>& stored) {
    const std::lock_guard lock{mutex};
    if (stored && (!token || token->usable_until < stored->usable_until)) token = stored;
    return token ? token->refresh_token : "";
}

void token_keeper::state::receive(outcome<token_grant> asked) {
    const time_point now = clock();
    if (!asked) return land(asked.error(), now);
    kept_token renewed = keep(*std::move(asked), now);
    if (renewed.refresh_token.empty()) renewed.refresh_token = adopt({});
    file.write(renewed);
    {
        const std::lock_guard lock{mutex};
        token = std::move(renewed);
    }
    land({}, now);
}

/// The end of asking: what is kept, or why there is nothing, is for all who wait.
void token_keeper::state::land(const std::optional<error>& problem, time_point now) {
    outcome<std::string> landed{std::string{}};
    {
        const std::lock_guard lock{mutex};
        const bool is_old_usable = token && now < token->usable_until;
        if (problem && is_old_usable) {
            // Renewing ahead of time failed: nothing is lost yet, so do not ask again on each call.
            token->refresh_at = std::min(now + refresh_retry_wait, token->usable_until);
        }
        landed = problem && !is_old_usable ? outcome<std::string>{*problem}
                                           : outcome<std::string>{token->text};
    }
    hand_out(landed);
}

void token_keeper::state::hand_out(const outcome<std::string>& landed) {
    std::vector<waiting_call> all;
    {
        const std::lock_guard lock{mutex};
        is_asking = false;
        all.swap(waiting);
    }
    for (const auto& each : all) each->complete(landed);
}

}  // namespace partner_center::detail
