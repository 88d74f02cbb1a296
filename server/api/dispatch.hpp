// A request in, an answer out: the steps that every call goes through, in the contract's order.
// Calls the identity room for who calls, then a handler.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>
#include <random>
#include <span>
#include <string_view>

#include "server/api/ledger.hpp"
#include "server/api/routes.hpp"
#include "server/api/switches.hpp"
#include "server/api/throttle.hpp"
#include "server/identity/authority/authority.hpp"
#include "server/identity/token.hpp"
#include "server/observe/log.hpp"
#include "server/observe/metrics.hpp"
#include "server/observe/profile_reads.hpp"
#include "store/reactor_lane.hpp"
#include "store/store.hpp"
#include <partner_center/fault.hpp>
#include <partner_center/http.hpp>

namespace partner_center {

/// What an exchange can be, as the log and the metrics call it: `health`, `no_route`, `unreadable`
/// (no request could be made of the bytes), each operation, each address of the authority. The
/// index of a name is the kind that exchange_counts knows.
[[nodiscard]] std::span<const std::string_view> exchange_names();

/// What a dispatcher works with; all of it outlives the dispatcher. Reactors share `options`, `log`
/// and what comes after it.
struct dispatch_parts {
    const switches& options;
    partner_center::store& store;
    token_verifier& tokens;
    partner_center::authority& authority;
    reactor_keys& keys;
    exchange_log& exchanges;
    exchange_counts& counts;  ///< of all exchange_names()
    partner_center::log& log;
    const partner_switches* own_options{};  ///< null: no partner has its own
    throttle* requests{};                   ///< null: nobody's are counted, whatever the limits
    profile_reads* reads{};                 ///< null: reads are not audited
};

/// One per reactor, used on its thread only.
class dispatcher {
public:
    explicit dispatcher(dispatch_parts parts);

    /// Answers any request of the public listener: the API, the token authority, /healthz. Never
    /// fails: what goes wrong inside becomes 500 or 503, with the details in the log alone.
    [[nodiscard]] awaitable<void> respond(const http::request_view& request, http::answer& answer);

    /// Answers what could not be read as a request. `head` is as much of it as could.
    void refuse(const fault& problem, const http::request_view& head, http::answer& answer);

private:
    struct exchange_state;

    /// Fixes the ids of the exchange and writes them into the answer.
    [[nodiscard]] exchange_state begin(const http::request_view& request, http::answer& answer);
    /// Who has to answer a request, unless it is answered already.
    enum class step { answered, endpoint, operation };
    [[nodiscard]] step route_request(exchange_state& exchange, split_path& path);
    /// As for a path or a method that does not exist; `allowed` are the methods that the path has.
    void refuse_route(exchange_state& exchange, std::string_view allowed);
    awaitable<void> call_endpoint(exchange_state& exchange);
    /// The switches that hold for a partner.
    [[nodiscard]] const switches& options_of(const guid& partner_id) const;
    /// Counts the request of a caller who may make it; the seconds to wait when there were too
    /// many.
    template <class Operation>
    [[nodiscard]] std::optional<std::chrono::seconds> count_request(
        const exchange_state& exchange, const split_path& path, const principal& caller
    );
    /// As the gateway of the real service does. Source: wire contract, section 4.1.
    awaitable<void> refuse_for(exchange_state& exchange, std::chrono::seconds wait);
    /// Answers, or gives the fault to answer with.
    awaitable<std::optional<fault>> call_operation(
        exchange_state& exchange, const split_path& path
    );
    template <class Operation>
    awaitable<std::optional<fault>> run(exchange_state& exchange, const split_path& path);
    /// The rest of run() for operations that change something: once, however often the same request
    /// comes, and never without a line in the audit.
    template <class Operation>
    awaitable<void> run_change(
        exchange_state& exchange, const split_path& path, const principal& caller
    );
    template <class Operation>
    awaitable<std::optional<fault>> try_change(
        exchange_state& exchange, const split_path& path, const principal& caller, ledger& book
    );
    /// Answers as it was answered before; false when it was not.
    awaitable<result<bool>> answer_again(exchange_state& exchange, ledger& book);
    /// Writes who calls into the log's record and, when asked, what its token says of MFA into the
    /// answer. Source: wire contract, section 3.2, isMfaCompliant.
    void note_caller(exchange_state& exchange, const principal& caller);
    /// The rest of a body, with its failures in the log: they come when the exchange is over.
    [[nodiscard]] http::body_rest logged(http::body_rest rest, const exchange_record& record);
    template <class Body>
    void succeed(exchange_state& exchange, unsigned status, result<Body>& outcome);
    void fail(exchange_state& exchange, const fault& problem);
    /// The same in the form of the authority's endpoints, after fail().
    void fail_in_oauth(exchange_state& exchange, bool store_is_down);
    void finish(exchange_state& exchange);
    void append_id(std::string& out);

    dispatch_parts parts_;
    reactor_lane changes_{};
    std::mt19937_64 random_;
    std::string server_id_{};
};

}  // namespace partner_center
