// The handshake under its deadline, and what comes after it. Calls tls_stream.cpp and session.hpp.
// SPDX-License-Identifier: MIT
#include "server/http/tls_session.hpp"

#include <chrono>
#include <utility>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/errc.hpp>

#include "server/http/session.hpp"

namespace partner_center::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

/// Has the sweep end what takes too long, as long as it lives.
class deadline {
public:
    deadline(tls_stream& stream, session_host& host) : host_{host} {
        const std::chrono::milliseconds none{0};
        watch_.deadline = host.now() + (host.is_stopping() ? none : host.times().handshake);
        watch_.interrupt = [&stream] {
            error_code ignored;
            stream.cancel(ignored);
        };
        host_.enter(watch_);
    }
    ~deadline() { host_.leave(watch_); }
    deadline(const deadline&) = delete;
    deadline& operator=(const deadline&) = delete;

private:
    session_host& host_;
    watched watch_{};
};

awaitable<error_code> shake_hands(tls_stream& stream, session_host& host) {
    const deadline watched{stream, host};
    error_code failed;
    auto token = asio::redirect_error(asio::use_awaitable, failed);
    co_await stream.async_handshake(token);
    co_return failed;
}

}  // namespace

awaitable<void> serve_tls(
    tls_stream::socket accepted,
    tls_context context,
    session_host& host,
    admission admitted,
    std::atomic<std::uint64_t>& failed_handshakes
) {
    tls_stream stream{std::move(accepted), context};
    const error_code failed = co_await shake_hands(stream, host);
    if (!failed) co_return co_await serve(std::move(stream), host, admitted);
    failed_handshakes.fetch_add(1, std::memory_order_relaxed);
    if (failed != boost::system::errc::wrong_protocol_type) co_return;
    const fault problem{fault_kind::malformed_request, "this port speaks HTTPS, not plain HTTP"};
    co_await refuse(std::move(stream).release(), host, problem);
}

}  // namespace partner_center::http
