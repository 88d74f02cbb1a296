// The accept loop, the clock and the orderly end of a reactor. Calls session.hpp.
// SPDX-License-Identifier: MIT
#include "server/http/reactor.hpp"

#include <exception>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "server/http/session.hpp"
#include "server/http/tls_session.hpp"

namespace partner_center::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

/// How long to leave a full table of file descriptors alone.
constexpr std::chrono::milliseconds accept_pause{50};

awaitable<void> wait(asio::io_context& context, std::chrono::milliseconds time) {
    asio::steady_timer timer{context, time};
    co_await timer.async_wait(asio::use_awaitable);
}

/// What ends a loop of the reactor ends the process, with its message, by leaving run(): without
/// the loop we would go on deaf and nobody would know, and a new process starts with its memory
/// free, which a new loop would not.
void rethrow(const std::exception_ptr& failure) {
    if (failure) std::rethrow_exception(failure);
}

}  // namespace

reactor::reactor(
    const server_options& options,
    connection_meter& meter,
    const listener_maker& listen,
    const application_maker& make_application
)
    : listener_{listen(context_)},
      tls_{options.tls},
      meter_{meter},
      connections_max_{options.connections_max},
      turned_away_max_{options.turned_away_max},
      host_{make_application(context_), options.times} {}

reactor::~reactor() {
    // Sessions that were cut off still hang in the context and refer to the host. Those that
    // another thread is to resume hang there only when the application has ended, which waits for
    // that thread.
    context_.shutdown();
    host_.drop_app();
    context_.shutdown();
}

void reactor::start() {
    accepts_ = true;
    asio::co_spawn(context_, accept(), rethrow);
    asio::co_spawn(context_, sweep(), rethrow);
    thread_ = std::thread{[this] { context_.run(); }};
}

void reactor::use_certificate(const tls_context& certificate) {
    asio::post(context_, [this, certificate] { tls_ = certificate; });
}

void reactor::stop(std::chrono::milliseconds grace) {
    asio::post(context_, [this, grace] { begin_stop(grace); });
}

void reactor::join() {
    if (thread_.joinable()) thread_.join();
}

awaitable<void> reactor::accept() {
    while (listener_.is_open()) {
        error_code failed;
        auto token = asio::redirect_error(asio::use_awaitable, failed);
        auto accepted = co_await listener_.async_accept(token);
        if (!failed) {
            admit(std::move(accepted));
        } else if (failed != asio::error::connection_aborted && listener_.is_open()) {
            // Out of descriptors or memory: without a pause this would spin until one is free.
            co_await wait(context_, accept_pause);
        }
    }
    accepts_ = false;
    end_when_done();
}

void reactor::admit(socket accepted) {
    meter_.accepted.fetch_add(1, std::memory_order_relaxed);
    if (meter_.open.fetch_add(1, std::memory_order_relaxed) < connections_max_) {
        return begin_session(std::move(accepted), admission::served);
    }
    meter_.open.fetch_sub(1, std::memory_order_relaxed);
    meter_.turned_away.fetch_add(1, std::memory_order_relaxed);
    if (turning_away_ == turned_away_max_) return;
    ++turning_away_;
    begin_session(std::move(accepted), admission::turned_away);
}

void reactor::begin_session(socket accepted, admission admitted) {
    ++sessions_;
    auto ended = [this, admitted](const std::exception_ptr&) {  // a failure ends its session only
        if (admitted == admission::served) meter_.open.fetch_sub(1, std::memory_order_relaxed);
        if (admitted == admission::turned_away) --turning_away_;
        --sessions_;
        end_when_done();
    };
    auto& failed = meter_.tls_handshakes_failed;
    auto session = tls_ ? serve_tls(std::move(accepted), tls_, host_, admitted, failed)
                        : serve(std::move(accepted), host_, admitted);
    asio::co_spawn(context_, std::move(session), std::move(ended));
}

awaitable<void> reactor::sweep() {
    for (;;) {
        co_await wait(context_, host_.times().sweep);
        host_.sweep(std::chrono::steady_clock::now());
    }
}

awaitable<void> reactor::end_after(std::chrono::milliseconds grace) {
    co_await wait(context_, grace);
    context_.stop();
}

void reactor::begin_stop(std::chrono::milliseconds grace) {
    error_code ignored;
    listener_.close(ignored);
    host_.stop();
    asio::co_spawn(context_, end_after(grace), rethrow);
    end_when_done();
}

void reactor::end_when_done() {
    if (host_.is_stopping() && !accepts_ && sessions_ == 0) context_.stop();
}

}  // namespace partner_center::http
