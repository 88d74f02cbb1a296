// What the sessions of one reactor share: the application, the clock, the deadlines and the
// buffers. Calls the application; touched on its reactor's thread only.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <ctime>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/intrusive/list.hpp>

#include "server/http/application.hpp"
#include "server/http/limits.hpp"
#include "server/http/request_parser.hpp"
#include "store/reactor_lane.hpp"
#include <partner_center/http.hpp>

namespace partner_center::http {

/// Whether a connection has its requests answered or is told that there are too many.
enum class admission { served, turned_away };

/// All the memory that an exchange needs and an idle connection does not.
struct workspace {
    boost::beast::flat_buffer in{};
    std::string out{};
    answer reply{};
    request_parser parser{};
};

/// What the sweep needs to know of a session.
struct watched : boost::intrusive::list_base_hook<> {
    std::chrono::steady_clock::time_point deadline{};
    bool is_idle{true};
    bool is_late{};
    std::function<void()> interrupt{};  ///< ends the read or write that the session waits for
};

/// A session's part of a budget that the sessions of a reactor share; given back when it ends.
class memory_share {
public:
    explicit memory_share(std::size_t& bytes_left) : bytes_left_{bytes_left} {}
    ~memory_share() { bytes_left_ += bytes_; }
    memory_share(const memory_share&) = delete;
    memory_share& operator=(const memory_share&) = delete;

    /// False, and nothing changes, when there is not so much left.
    [[nodiscard]] bool resize(std::size_t bytes) {
        if (bytes > bytes_ + bytes_left_) return false;
        bytes_left_ = bytes_left_ + bytes_ - bytes;
        bytes_ = bytes;
        return true;
    }
    void clear() { bytes_left_ += std::exchange(bytes_, 0); }

private:
    std::size_t& bytes_left_;
    std::size_t bytes_{};
};

class session_host {
public:
    session_host(application app, const timeouts& times);
    session_host(const session_host&) = delete;
    session_host& operator=(const session_host&) = delete;

    [[nodiscard]] const application& app() const { return app_; }
    [[nodiscard]] const timeouts& times() const { return times_; }
    [[nodiscard]] std::string_view date_line() const { return date_line_; }
    [[nodiscard]] bool is_stopping() const { return is_stopping_; }

    /// The time of the last sweep: exact enough for deadlines, and free.
    [[nodiscard]] std::chrono::steady_clock::time_point now() const { return now_; }

    /// Moves the clock to `now` and interrupts the sessions that are late.
    void sweep(std::chrono::steady_clock::time_point now);
    /// From now on answers end their connections; idle ones end with the next sweep, so that a
    /// request that has arrived but was not looked at yet is answered.
    void stop();
    /// Ends the application. No session may run on after that.
    void drop_app() {
        app_ = {};
        lane_ = {};
    }
    /// Where sessions wait to make the next piece of a body.
    [[nodiscard]] reactor_lane& lane() { return lane_; }

    void enter(watched& session);
    void leave(watched& session);

    /// What requests that are not whole yet may still take (limits::unfinished_bytes_max).
    [[nodiscard]] std::size_t& unfinished_bytes_left() { return unfinished_bytes_left_; }

    [[nodiscard]] std::unique_ptr<workspace> take_workspace();
    void give_back(std::unique_ptr<workspace> used);

private:
    static void interrupt(watched& session);

    application app_;
    reactor_lane lane_{};
    timeouts times_;
    std::chrono::steady_clock::time_point now_{};
    std::time_t date_{};
    std::string date_line_{};
    bool is_stopping_{};
    std::size_t unfinished_bytes_left_{limits::unfinished_bytes_max};
    boost::intrusive::list<watched> sessions_{};
    std::vector<std::unique_ptr<workspace>> spare_{};
};

}  // namespace partner_center::http
