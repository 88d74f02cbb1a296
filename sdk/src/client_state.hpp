// What a client knows; shared by its copies and by every step of a call chain.
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "sdk/src/waiting_room.hpp"
#include <partner_center/client.hpp>

namespace partner_center::detail {

/// What carries calls out; shared by all scopes of a client, and gone with the last of them.
struct client_core {
    std::shared_ptr<const partner_center::credential> credential{};
    std::shared_ptr<const partner_center::transport> transport{};
    waiting_room waiting{};
};

struct client_state {
    std::shared_ptr<client_core> core{};
    client_options options{};  ///< with the base URL filled in, the transport and retries moved out
    std::string correlation_id{};
    std::optional<guid> request_id{};
    std::optional<std::string> traceparent{};
    std::optional<error> unusable{};  ///< why no call can be made, decided once
    call_options bounds{};
};

/// The trace that a call belongs to which begins now on this thread; empty when there is none.
[[nodiscard]] std::string traceparent_of(const client_state& client);

/// A scope of a client for the requests of a call that come later. It does not keep what carries
/// them out, which could not end while calls are under way. The trace is the one of its beginning.
class parked_client {
public:
    explicit parked_client(client_state scope) : core_{scope.core}, scope_{std::move(scope)} {
        scope_.core.reset();
        scope_.traceparent = traceparent_of(scope_);
    }

    /// The scope as it was, or null when the client is gone.
    [[nodiscard]] std::shared_ptr<const client_state> wake() const {
        client_state awake = scope_;
        awake.core = core_.lock();
        if (!awake.core) return nullptr;
        return std::make_shared<const client_state>(std::move(awake));
    }

private:
    std::weak_ptr<client_core> core_;
    client_state scope_;
};

}  // namespace partner_center::detail
