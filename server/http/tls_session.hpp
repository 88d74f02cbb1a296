// A connection to a listener that speaks TLS: the handshake, then a session. Calls tls_stream.cpp
// and session.hpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>

#include "server/http/session_host.hpp"
#include "server/http/tls_context.hpp"
#include "server/http/tls_stream.hpp"
#include "store/awaitable.hpp"

namespace partner_center::http {

/// Serves one connection to its end, or turns it away. A handshake that does not succeed in
/// time ends it, and is counted; to a client that speaks plain HTTP it is explained in
/// plain HTTP. `host` and the counter have to outlive the coroutine.
awaitable<void> serve_tls(
    tls_stream::socket accepted,
    tls_context context,
    session_host& host,
    admission admitted,
    std::atomic<std::uint64_t>& failed_handshakes
);

}  // namespace partner_center::http
