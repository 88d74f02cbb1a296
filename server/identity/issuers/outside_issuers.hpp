// A reactor's view of all outside issuers: whose token is this, and is it good. Calls
// key_source.cpp for keys and outside_claims.cpp for what a token says.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "server/identity/claims.hpp"
#include "server/identity/issuers/json_tree.hpp"
#include "server/identity/issuers/key_source.hpp"
#include "server/identity/jws.hpp"
#include "store/awaitable.hpp"

namespace partner_center {

/// All that a server trusts; shared by its reactors.
using key_sources = std::vector<std::unique_ptr<key_source>>;

/// A token that says it is of an outside issuer. Not verified. Refers to the token's text.
struct outside_token {
    presented_jws jws{};
    json_tree claims{};
    std::size_t source{};  ///< of key_sources
    std::chrono::steady_clock::time_point arrived{};
};

/// One per reactor, used on its thread only.
class outside_issuers {
public:
    static constexpr std::chrono::seconds wait_max{5};
    static constexpr std::size_t waiting_max = 1'000;

    /// The executor is the reactor's; it must live as long as the sources report.
    outside_issuers(const key_sources& sources, boost::asio::any_io_executor reactor);
    ~outside_issuers();
    outside_issuers(const outside_issuers&) = delete;
    outside_issuers& operator=(const outside_issuers&) = delete;

    /// The token's parts when its `iss` is of an outside issuer; nothing for any other token,
    /// whatever is wrong with it.
    [[nodiscard]] std::optional<outside_token> find(std::string_view token) const;

    /// Waits until the token's key is known, where it is unknown and its issuer is asked: wait_max
    /// at most, and no more than waiting_max at a time. Nothing that the token says is asked for.
    /// True when there was something to wait for.
    [[nodiscard]] awaitable<bool> wait_for_key(const outside_token& token);

    /// The claims of a token that its issuer signed. Fails with bad_token, expired_token or
    /// wrong_audience; checks, in this order: algorithm (pinned) and key, signature, and then what
    /// read_outside_claims() does. A key that is not known is not waited for: bad_token when the
    /// keys were asked for after the token came, else nobody can tell, as the issuer may have
    /// rolled its keys since: unavailable, until they may be fetched again.
    [[nodiscard]] result<token_claims> read(const outside_token& token, system_time now);

private:
    struct source {
        key_source* from{};
        current_keys known{};
    };

    /// The algorithm of a token's header, if its issuer may use it.
    [[nodiscard]] std::optional<signature_algorithm> algorithm_of(const outside_token& token) const;
    /// The key that a token's header names, if it is there and good.
    [[nodiscard]] const published_key* key_of(const outside_token& token);
    /// Whether a key that is not there now was not there when the token came. After key_of().
    [[nodiscard]] bool is_decided(const outside_token& token) const;
    [[nodiscard]] awaitable<void> wait_until(std::chrono::steady_clock::time_point end);
    void wake_all();

    boost::asio::any_io_executor reactor_;
    std::vector<source> sources_{};
    // Of who waits in wait_until(). When the reactor ends, the timers go after this: nobody touches
    // them then.
    std::list<boost::asio::steady_timer*> waiting_{};
};

}  // namespace partner_center
