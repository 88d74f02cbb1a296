// The step /v1/customers/{id}/profiles/billing: reading, replacing, and changing what others change
// too. Each verb sends an operation of the contract.
// SPDX-License-Identifier: MIT
#include <exception>
#include <optional>
#include <utility>

#include "sdk/src/bounds.hpp"
#include "sdk/src/customer_parts.hpp"
#include <partner_center/operations.hpp>

namespace partner_center {
namespace {

/// Whether somebody else replaced what was to be replaced. Source: wire contract, section 3.4.
[[nodiscard]] bool is_stale(const error& problem) {
    return problem.http_status == 412 || problem.code == "2055";
}

/// What is to replace the profile that was read; nothing when that is the same.
[[nodiscard]] std::optional<billing_profile> changed(
    const billing_profile& read, const billing_profile_change& change
) {
    billing_profile mine = read;
    change(mine);
    mine.attributes = read.attributes;
    if (mine == read) return {};
    return mine;
}

/// An update under way.
struct update_call {
    using promise = std::promise<outcome<billing_profile>>;

    detail::parked_client client;
    std::string customer_id{};
    conflict_policy policy{};
    billing_profile_change change{};
    promise landed{};
    unsigned attempt{1};

    void complete(outcome<billing_profile> with) { landed.set_value(std::move(with)); }
};
using call_pointer = std::shared_ptr<update_call>;

void read_and_replace(const call_pointer& call);

template <class Operation, class Next>
void send_later(const call_pointer& call, const Operation& operation, Next next) {
    const detail::customer_step at{.client = call->client.wake(), .customer_id = call->customer_id};
    if (!at.client) return call->complete(detail::closed());
    const std::function<void(outcome<billing_profile>)> done = std::move(next);
    detail::send_parts_async<billing_profile>(*at.client, parts_for(at, operation), done);
}

void replace(const call_pointer& call, const outcome<billing_profile>& read) {
    if (!read) return call->complete(read);
    std::optional<billing_profile> mine;
    try {
        mine = changed(*read, call->change);
    } catch (...) {
        return call->landed.set_exception(std::current_exception());
    }
    if (!mine) return call->complete(read);
    const auto finish = [call](const outcome<billing_profile>& updated) {
        const bool is_over =
            updated || !is_stale(updated.error()) || call->attempt++ >= call->policy.attempts_max;
        if (is_over) return call->complete(updated);
        read_and_replace(call);
    };
    send_later(call, update_billing_profile{.body = *std::move(mine)}, finish);
}

void read_and_replace(const call_pointer& call) {
    const auto go_on = [call](const outcome<billing_profile>& read) { replace(call, read); };
    send_later(call, get_billing_profile{}, go_on);
}

}  // namespace

customer_billing_profile_operations::customer_billing_profile_operations(detail::customer_step at)
    : at_{std::move(at)} {}

outcome<billing_profile> customer_billing_profile_operations::get() const {
    return detail::send_for(at_, get_billing_profile{});
}

std::future<outcome<billing_profile>> customer_billing_profile_operations::get_async() const {
    return detail::send_async_for(at_, get_billing_profile{});
}

outcome<billing_profile> customer_billing_profile_operations::update(const billing_profile& profile
) const {
    return detail::send_for(at_, update_billing_profile{.body = profile});
}

std::future<outcome<billing_profile>> customer_billing_profile_operations::update_async(
    const billing_profile& profile
) const {
    return detail::send_async_for(at_, update_billing_profile{.body = profile});
}

outcome<billing_profile> customer_billing_profile_operations::update_with(
    const conflict_policy& policy, const billing_profile_change& change
) const {
    for (unsigned attempt = 1;; ++attempt) {
        auto read = get();
        if (!read) return read;
        const auto mine = changed(*read, change);
        if (!mine) return read;
        auto updated = update(*mine);
        const bool is_over =
            updated || !is_stale(updated.error()) || attempt >= policy.attempts_max;
        if (is_over) return updated;
    }
}

std::future<outcome<billing_profile>> customer_billing_profile_operations::update_with_async(
    const conflict_policy& policy, billing_profile_change change
) const {
    const auto call = std::make_shared<update_call>(update_call{
        .client = detail::parked_client{*at_.client},
        .customer_id = at_.customer_id,
        .policy = policy,
        .change = std::move(change),
    });
    auto later = call->landed.get_future();
    read_and_replace(call);
    return later;
}

}  // namespace partner_center
