// Where asynchronous calls wait for a token. The transport bounds all that comes later.
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include <partner_center/completion.hpp>
#include <partner_center/transport.hpp>

namespace partner_center::detail {

/// Completes calls whose bounds are met before somebody else completes them. One thread does that;
/// it is started by the first call that has bounds. Safe to use from several threads. Destroying it
/// completes, as cancelled, those that wait.
class waiting_room {
public:
    using call = std::shared_ptr<completion<std::string>>;

    waiting_room();
    ~waiting_room();
    waiting_room(const waiting_room&) = delete;
    waiting_room& operator=(const waiting_room&) = delete;

    /// Takes a call in, unless it is complete already. Completes it with an error when the system
    /// gives no thread or memory for that.
    void enter(const call& waiting, const call_bounds& bounds);

    /// Takes it out: to be called when somebody else has completed it. REQUIRES: the same bounds.
    void leave(const call& waiting, const call_bounds& bounds);

private:
    struct state;

    std::shared_ptr<state> state_;
};

}  // namespace partner_center::detail
