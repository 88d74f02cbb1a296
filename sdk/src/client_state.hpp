// What a client knows; shared by its copies and by every step of a call chain.
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "sdk/src/waiting_room.hpp"
#include <partner_center/client.hpp>

namespace partner_center::detail {

struct client_state {
    std::shared_ptr<const partner_center::credential> credential{};
    client_options options{};  ///< with base URL and transport filled in
    std::string correlation_id{};
    std::optional<guid> request_id{};
    std::optional<error> unusable{};  ///< why no call can be made, decided once
    call_options bounds{};
    std::shared_ptr<waiting_room> waiting{};  ///< one for all scopes of a client
};

}  // namespace partner_center::detail
