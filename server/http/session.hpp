// One connection from its first byte to its last: reads requests, has them answered, writes the
// answers in order. Calls request_parser.cpp, the application and answer_text.cpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "server/http/acknowledged.hpp"
#include "server/http/answer_text.hpp"
#include "server/http/session_host.hpp"
#include "store/awaitable.hpp"

namespace partner_center::http {

/// As text, without the port; empty when the stream has none, or the connection is dead already.
template <class Stream>
[[nodiscard]] std::string address_at_other_end(const Stream& stream) {
    if constexpr (requires(boost::system::error_code failed) {
                      stream.remote_endpoint(failed).address();
                  }) {
        boost::system::error_code failed;
        const auto end = stream.remote_endpoint(failed);
        if (!failed) return end.address().to_string();
    }
    return {};
}

/// A Stream offers what Asio's stream sockets do: native_handle, async_read_some, async_write_some,
/// write_some (which never waits), cancel(error) (pending operations end), shutdown(shutdown_send,
/// error) (the peer reads our end, we still read) and a destructor that closes. An encrypted stream
/// has to be past its handshake, and offers take_progress(): how many encrypted bytes have come
/// since the last call, also when they cannot be read yet.
///
/// An idle connection holds no workspace: it waits with a small array of its own, whose bytes move
/// to a workspace when a request begins.
template <class Stream>
class session {
public:
    session(Stream stream, session_host& host)
        : stream_{std::move(stream)},
          peer_{address_at_other_end(stream_)},
          host_{host},
          share_{host.unfinished_bytes_left()} {
        watch_.interrupt = [this] { interrupt(); };
        boost::system::error_code ignored;  // of a socket that is dead already
        if constexpr (requires { stream_.non_blocking(true, ignored); }) {
            stream_.non_blocking(true, ignored);
        }
        host_.enter(watch_);
    }
    ~session() { host_.leave(watch_); }
    session(const session&) = delete;
    session& operator=(const session&) = delete;

    /// Ends when the connection does.
    awaitable<void> run() {
        for (;;) {
            begin_waiting();
            boost::system::error_code failed;
            auto token = boost::asio::redirect_error(boost::asio::use_awaitable, failed);
            const auto place = boost::asio::buffer(first_);
            const std::size_t received = co_await stream_.async_read_some(place, token);
            end_waiting();
            if (failed) co_return;
            take_workspace();
            append(received);
            begin_request();
            while (is_open_ && work_->in.size() > 0) {
                switch (work_->parser.parse(unread())) {
                    case request_parser::state::complete: {
                        bool threw = false;
                        prepare_reply();
                        try {
                            co_await host_.app().respond(work_->parser.request(), work_->reply);
                        } catch (...) {
                            threw = true;  // a bug of the application, which reports its own
                        }
                        const bool chunked = !work_->parser.head().is_http_1_0;
                        finish_exchange(threw);
                        if (work_->reply.rest) co_await finish_body(chunked);
                        break;
                    }
                    case request_parser::state::failed:
                        refuse_bytes();
                        break;
                    default:
                        co_await receive();
                }
                const bool is_last = !is_open_ || work_->in.size() == 0;
                const bool has_to_write = is_last || work_->out.size() >= limits::flush_bytes;
                if (has_to_write) {
                    co_await let_others_answer();
                    if (!flush_at_once()) co_await flush();
                }
            }
            give_back_workspace();
            if (!is_open_) break;
        }
        if (drains_ && !host_.is_stopping()) co_await drain();
    }

    /// Answers one request with `problem` as soon as its head is known, and ends.
    awaitable<void> turn_away(const fault& problem) {
        take_workspace();
        receive_deadline_ = host_.now() + host_.times().turn_away;
        while (is_open_) {
            const auto state = work_->parser.parse(unread());
            if (state == request_parser::state::head) {
                co_await receive();
            } else if (state == request_parser::state::failed) {
                refuse_bytes();
            } else {
                refuse(problem);
            }
        }
        co_await end();
    }

    /// Answers a request that somebody else has read with `problem`, and ends.
    awaitable<void> end_with(const fault& problem) {
        take_workspace();
        refuse(problem);
        co_await end();
    }

private:
    using time_point = std::chrono::steady_clock::time_point;

    /// Is late, unless bytes have come that cannot be read yet: those of a record that is not
    /// whole; or the peer has acknowledged some of those that the system took from us before, and
    /// that keep it from taking more.
    void interrupt() {
        if (is_flushing_) {
            watch_.deadline = extended(watch_.deadline, newly_acknowledged());
            watch_.is_late = watch_.deadline <= host_.now();
        } else if (watch_.deadline == receive_deadline_ && is_in_body_) {
            receive_deadline_ = extended(receive_deadline_, advance());
            watch_.deadline = receive_deadline_;
            watch_.is_late = receive_deadline_ <= host_.now();
        }
        boost::system::error_code ignored;
        if (watch_.is_late) stream_.cancel(ignored);
    }

    /// How many encrypted bytes count although nothing could be read of them. One record's worth
    /// at most, until a body pays for it: only what the body grows by is progress for good, or
    /// one-byte records and padding would buy time with their overhead.
    [[nodiscard]] std::size_t advance() {
        const std::size_t owed = advanced_;
        advanced_ = std::min(owed + arrived_encrypted(), limits::unread_record_bytes_max);
        return advanced_ - owed;
    }

    /// How many of the bytes that were read have not counted yet.
    [[nodiscard]] std::size_t progress(std::size_t received) {
        static_cast<void>(arrived_encrypted());
        const std::size_t paid = std::min(advanced_, received);
        advanced_ -= paid;
        return received - paid;
    }

    /// Since the last question.
    [[nodiscard]] std::size_t newly_acknowledged() {
        const std::uint64_t all = acknowledged_bytes(stream_.native_handle());
        return all - std::exchange(acknowledged_, all);
    }

    /// Since the last question.
    [[nodiscard]] std::size_t arrived_encrypted() {
        if constexpr (requires { stream_.take_progress(); }) return stream_.take_progress();
        return 0;
    }

    awaitable<void> end() {
        co_await flush();
        give_back_workspace();
        if (drains_ && !host_.is_stopping()) co_await drain();
    }

    void begin_waiting() {
        watch_.is_idle = true;
        // A server that stops waits for nobody, but what has arrived by now is answered.
        const auto patience =
            host_.is_stopping() ? std::chrono::milliseconds{0} : host_.times().idle;
        watch_.deadline = host_.now() + patience;
    }
    void end_waiting() {
        watch_.is_idle = false;
        watch_.is_late = false;  // the bytes may have come just before the interruption
    }

    /// More of a request that is not whole yet. What is answered already goes out first: the client
    /// may wait for it before it sends on.
    awaitable<void> receive() {
        enter_body();
        if (!work_->out.empty()) co_await flush();
        if (!is_open_) co_return;
        watch_.deadline = receive_deadline_;
        boost::system::error_code failed;
        auto token = boost::asio::redirect_error(boost::asio::use_awaitable, failed);
        const auto place = work_->in.prepare(limits::read_bytes);
        if (!share_.resize(shared_bytes())) {
            const fault problem{fault_kind::unavailable, "there are too many large requests"};
            co_return refuse(problem);
        }
        const std::size_t received = co_await stream_.async_read_some(place, token);
        work_->in.commit(received);
        if (watch_.is_late) {
            refuse_late();
        } else if (failed) {
            is_open_ = false;
        } else if (is_in_body_) {
            receive_deadline_ = extended(receive_deadline_, progress(received));
        }
    }

    /// Until all that is ready has run. Answers that go out close together cost less: a client on
    /// this machine, or a network card, is woken once for many of them.
    [[nodiscard]] static awaitable<void> let_others_answer() {
        return boost::asio::post(boost::asio::use_awaitable);
    }

    /// Without waiting, which nearly always is enough; false when there is more to write.
    [[nodiscard]] bool flush_at_once() {
        if (work_->out.empty()) return true;
        boost::system::error_code failed;
        const std::size_t written = stream_.write_some(boost::asio::buffer(work_->out), failed);
        work_->out.erase(0, written);
        if (failed && failed != boost::asio::error::would_block) lose_peer();
        return work_->out.empty();
    }

    awaitable<void> flush() {
        std::string& out = work_->out;
        watch_.deadline = host_.now() + host_.times().transfer;
        static_cast<void>(newly_acknowledged());  // what was written before does not count
        is_flushing_ = true;
        bool failed_once = false;
        for (std::size_t sent = 0; sent < out.size() && !failed_once;) {
            boost::system::error_code failed;
            auto token = boost::asio::redirect_error(boost::asio::use_awaitable, failed);
            const auto place = boost::asio::buffer(out.data() + sent, out.size() - sent);
            const std::size_t written = co_await stream_.async_write_some(place, token);
            sent += written;
            watch_.deadline = extended(watch_.deadline, written);
            failed_once = failed || watch_.is_late;
        }
        is_flushing_ = false;
        if (failed_once) lose_peer();
        out.clear();
    }

    /// Makes and writes the rest of a body: the next piece when the last one is written, and when
    /// it is this session's turn among those that do so. So what is ready otherwise goes on in
    /// between, and a client that reads slowly has the answer made slowly.
    awaitable<void> finish_body(bool chunked) {
        const body_rest rest = std::exchange(work_->reply.rest, nullptr);
        std::string& piece = work_->reply.body;
        for (bool more = true; more;) {
            if (!flush_at_once()) co_await flush();
            watch_.deadline = time_point::max();
            if (is_lost_ || !co_await host_.lane().take_turn()) co_return abandon();
            piece.clear();
            bool threw = false;
            try {
                more = rest(piece);
            } catch (...) {
                threw = true;  // a failure of the application, which reports its own
            }
            if (threw) co_return abandon();
            if (chunked) append_chunk(work_->out, piece);
            if (!chunked) work_->out += piece;
        }
        if (chunked) work_->out += last_chunk;
        begin_request();
    }

    /// The answer is not whole, and its end must not look like one.
    void abandon() {
        lose_peer();
        if constexpr (requires { stream_.abandon(); }) {
            stream_.abandon();
        } else {
            boost::system::error_code ignored;
            stream_.set_option(boost::asio::socket_base::linger{true, 0}, ignored);
            stream_.close(ignored);
        }
    }

    /// Nobody reads what we write any more.
    void lose_peer() {
        is_open_ = drains_ = false;
        is_lost_ = true;
        work_->out.clear();
    }

    /// Half-closes and reads what the client still sends, so that the answer is not lost in a
    /// reset.
    awaitable<void> drain() {
        boost::system::error_code failed;
        stream_.shutdown(boost::asio::socket_base::shutdown_send, failed);
        watch_.is_idle = true;
        watch_.deadline = host_.now() + host_.times().drain;
        for (std::size_t drained = 0;
             !failed && !watch_.is_late && drained < limits::drain_bytes_max;) {
            auto token = boost::asio::redirect_error(boost::asio::use_awaitable, failed);
            const auto place = boost::asio::buffer(first_);
            drained += co_await stream_.async_read_some(place, token);
        }
    }

    [[nodiscard]] std::span<char> unread() {
        const auto bytes = work_->in.data();
        return {static_cast<char*>(bytes.data()), bytes.size()};
    }

    /// What the buffer takes for a request of which more has come than one read brings.
    [[nodiscard]] std::size_t shared_bytes() const {
        if (work_->in.size() <= limits::read_bytes) return 0;
        return work_->in.capacity() - limits::read_bytes;
    }

    void take_workspace() {
        work_ = host_.take_workspace();
        work_->parser.set_peer(peer_);
    }
    void give_back_workspace() {
        host_.give_back(std::move(work_));
        share_.clear();
    }

    /// What has come, without the empty lines before it.
    [[nodiscard]] std::string_view begun_text() {
        const auto bytes = unread();
        const std::string_view text{bytes.data(), bytes.size()};
        return text.substr(std::min(text.find_first_not_of("\r\n"), text.size()));
    }

    void append(std::size_t received) {
        const auto place = work_->in.prepare(received);
        boost::asio::buffer_copy(place, boost::asio::buffer(first_, received));
        work_->in.commit(received);
    }

    void begin_request() {
        is_in_body_ = false;
        advanced_ = 0;
        receive_deadline_ = host_.now() + host_.times().head;
    }

    /// When the head has become whole: the body has a deadline of its own, and may be waited for.
    void enter_body() {
        if (is_in_body_ || !work_->parser.has_head()) return;
        is_in_body_ = true;
        receive_deadline_ = host_.now() + host_.times().transfer;
        static_cast<void>(arrived_encrypted());  // what has come until now was the head
        if (work_->parser.head().expects_continue) work_->out += continue_text;
    }

    void prepare_reply() {
        watch_.deadline = time_point::max();
        work_->reply.clear();
    }

    void finish_exchange(bool threw) {
        if (threw) {
            is_open_ = false;
            return;
        }
        const request_head& head = work_->parser.head();
        const bool is_head = work_->parser.request().method == "HEAD";
        if (is_head) work_->reply.rest = nullptr;
        auto end = body_end::length;
        if (work_->reply.rest) end = head.is_http_1_0 ? body_end::connection : body_end::chunks;
        is_open_ = head.keep_alive && !work_->reply.close && end != body_end::connection &&
                   !host_.is_stopping();
        drains_ = !is_open_;
        const auto kept = head.is_http_1_0 ? persistence::keep_http_1_0 : persistence::keep;
        const framing form{
            .persistence = is_open_ ? kept : persistence::close,
            .body_end = end,
            .is_head = is_head,
        };
        append_answer(work_->out, work_->reply, form, host_.date_line());
        work_->in.consume(work_->parser.consumed());
        if (work_->in.capacity() > limits::spare_workspace_bytes_max) work_->in.shrink_to_fit();
        work_->parser.next();
        begin_request();
    }

    void refuse_bytes() {
        const refusal& problem = work_->parser.problem();
        refuse({.kind = problem.kind, .description = std::string{problem.reason}});
    }

    void refuse_late() {
        watch_.is_late = false;
        if (!begun_text().empty()) return refuse({.kind = fault_kind::request_timeout});
        is_open_ = false;  // nothing but an empty line: an idle connection
    }

    void refuse(const fault& problem) {
        is_open_ = false;
        work_->reply.clear();
        const request_view& request = work_->parser.request_without_body(unread());
        host_.app().refuse(problem, request, work_->reply);
        const framing form{
            .persistence = persistence::close,
            .is_head = begun_text().starts_with("HEAD "),  // also when the rest is malformed
        };
        append_answer(work_->out, work_->reply, form, host_.date_line());
        drains_ = true;
    }

    /// Progress buys time at the slowest rate we accept, but never more than from now on.
    [[nodiscard]] time_point extended(time_point deadline, std::size_t bytes) const {
        const std::chrono::milliseconds bought{bytes * 1000 / limits::transfer_bytes_per_second};
        return std::min(deadline + bought, host_.now() + host_.times().transfer);
    }

    Stream stream_;
    std::string peer_;
    session_host& host_;
    memory_share share_;
    watched watch_{};
    std::unique_ptr<workspace> work_{};
    time_point receive_deadline_{};
    std::size_t advanced_{};        ///< encrypted bytes that counted and no body has paid for
    std::uint64_t acknowledged_{};  ///< bytes, when it was last asked
    bool is_flushing_{};
    bool is_in_body_{};  ///< of the request that is being received
    bool is_open_{true};
    bool drains_{};
    bool is_lost_{};  ///< nobody reads what we write
    std::array<char, limits::first_read_bytes> first_;
};

/// Serves one connection to its end, or turns it away. `host` has to outlive the coroutine.
template <class Stream>
awaitable<void> serve(Stream stream, session_host& host, admission admitted) {
    session<Stream> session{std::move(stream), host};
    if (admitted == admission::served) co_return co_await session.run();
    const fault problem{fault_kind::unavailable, "there are too many connections; try again soon"};
    co_await session.turn_away(problem);
}

/// Answers a request that somebody else has read with `problem`; else as serve().
template <class Stream>
awaitable<void> refuse(Stream stream, session_host& host, fault problem) {
    session<Stream> session{std::move(stream), host};
    co_await session.end_with(problem);
}

}  // namespace partner_center::http
