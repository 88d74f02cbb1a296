// What a listener asks of the program behind it. The public listener's is the API's dispatch; the
// admin listener's answers health questions. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>

#include "store/awaitable.hpp"
#include <partner_center/fault.hpp>
#include <partner_center/http.hpp>

namespace partner_center::http {

/// Made once per reactor and called on that reactor's thread only. When the reactor ends, first the
/// application goes, then what is still suspended in `respond`: whoever lets another thread resume
/// it waits, in the destructor of what `respond` holds, until that thread has posted all of it.
struct application {
    /// Answers a request. The views of the request stay valid until the coroutine ends. The
    /// answer's `rest` is called later, for each piece when the one before it is written; it has to
    /// end soon. It is let go when the client has gone.
    std::function<awaitable<void>(const request_view&, answer&)> respond{};
    /// Fills the answer to bytes that could not be read as a request, or came too late; the
    /// connection is closed after. The view has the method, target and fields when the head was
    /// read (also when the body that it announces is too large), and is empty otherwise; it never
    /// has a body.
    std::function<void(const fault&, const request_view&, answer&)> refuse{};
};

}  // namespace partner_center::http
