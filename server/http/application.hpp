// What a listener asks of the program behind it. The public listener's is the API's dispatch; the
// admin listener's answers health questions. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>

#include "store/awaitable.hpp"
#include <partner_center/fault.hpp>
#include <partner_center/http.hpp>

namespace partner_center::http {

/// Made once per reactor and called on that reactor's thread only.
struct application {
    /// Answers a request. The views of the request stay valid until the coroutine ends.
    std::function<awaitable<void>(const request_view&, answer&)> respond{};
    /// Fills the answer to bytes that could not be read as a request; the connection is closed
    /// after.
    std::function<void(const fault&, answer&)> refuse{};
};

}  // namespace partner_center::http
