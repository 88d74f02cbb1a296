// Every endpoint of the authority as a function: what it is asked with and what it gives back.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

#include "server/identity/authority/authority.hpp"
#include "server/identity/authority/refusal.hpp"
#include "store/proofs.hpp"
#include <partner_center/http.hpp>

namespace partner_center::oauth {

struct exchange;

/// An address of the authority.
struct endpoint {
    std::string_view name{};    ///< for the log and the metrics
    std::string_view method{};  ///< or two, as the field Allow lists them
    std::string_view shape{};
    awaitable<reply> (*answer)(const exchange&){};
    bool for_people{};  ///< refuses with a page
};

/// One request to the authority and everything that answering it takes.
struct exchange {
    const http::request_view& request;
    std::string_view tenant;  ///< as the path names it
    std::string_view query;   ///< not decoded
    system_time now;
    const signing_key& key;  ///< of `keys`: what is issued is signed with it
    const key_ring& keys;    ///< their sealing key is for what browsers keep
    const token_policy& policy;
    partner_center::directory& directory;
    partner_center::proofs& proofs;
    secret_hasher& hasher;
    authority_outcome& outcome;  ///< gets the names of who asks, as they become known
};

/// Since 1970.
[[nodiscard]] inline std::int64_t seconds_of(system_time time) {
    return time.time_since_epoch().count();
}

[[nodiscard]] awaitable<reply> issue_token_v1(const exchange& x);
[[nodiscard]] awaitable<reply> issue_token_v2(const exchange& x);
[[nodiscard]] awaitable<reply> authorize_v1(const exchange& x);
[[nodiscard]] awaitable<reply> authorize_v2(const exchange& x);
[[nodiscard]] awaitable<reply> sign_in(const exchange& x);
[[nodiscard]] awaitable<reply> sign_out(const exchange& x);
[[nodiscard]] awaitable<reply> authorize_device_v1(const exchange& x);
[[nodiscard]] awaitable<reply> authorize_device_v2(const exchange& x);
[[nodiscard]] awaitable<reply> decide_for_device(const exchange& x);
[[nodiscard]] awaitable<reply> describe_provider_v1(const exchange& x);
[[nodiscard]] awaitable<reply> describe_provider_v2(const exchange& x);
[[nodiscard]] awaitable<reply> list_keys(const exchange& x);
[[nodiscard]] awaitable<reply> describe_instance(const exchange& x);

}  // namespace partner_center::oauth
