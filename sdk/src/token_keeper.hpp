// What all credentials that ask for their tokens have in common: one request at a time for all who
// need a token, renewal ahead of its end, a file between runs.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "sdk/src/token_file.hpp"
#include <partner_center/credential.hpp>

namespace partner_center::detail {

/// What an authority grants. The lifetime counts from its receipt, so that no clock but ours does.
struct token_grant {
    std::string access_token{};
    std::chrono::seconds lifetime{};
    std::string refresh_token{};  ///< empty: none, or the old one goes on
};
using grant_handler = std::function<void(outcome<token_grant>)>;

/// Asks for a grant, without waiting for it; told the refresh token of the last one, or nothing.
using grant_source = std::function<void(const std::string& refresh_token, grant_handler done)>;

/// Gives the tokens of a source. Asks once however many calls of either form need a token, and goes
/// on when one of them gives up; who still waits when this is destroyed gets a cancelled error. A
/// token is renewed a tenth of its lifetime, at most five minutes, before it expires, and not used
/// in its last 30 seconds. Failures are not remembered.
class token_keeper final : public credential {
public:
    token_keeper(grant_source ask, clock_function clock, token_file file);
    ~token_keeper() override;

    [[nodiscard]] outcome<std::string> bearer_token() const override;
    void bearer_token_async(token_handler done) const override;

private:
    struct state;
    std::shared_ptr<state> state_;
};

[[nodiscard]] clock_function or_system_clock(clock_function clock);

inline constexpr std::chrono::seconds expiry_buffer{30};

}  // namespace partner_center::detail
