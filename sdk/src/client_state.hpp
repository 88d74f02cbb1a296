// What a client knows; shared by its copies and by every step of a call chain.
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>

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
    client_options options{};  ///< with the base URL filled in, and the transport moved out
    std::string correlation_id{};
    std::optional<guid> request_id{};
    std::optional<error> unusable{};  ///< why no call can be made, decided once
    call_options bounds{};
};

}  // namespace partner_center::detail
