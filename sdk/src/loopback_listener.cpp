// Plain sockets and as much HTTP as a browser needs to be sent away.
// SPDX-License-Identifier: MIT
#include "sdk/src/loopback_listener.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <functional>
#include <list>
#include <netinet/in.h>
#include <optional>
#include <stop_token>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <system_error>
#include <utility>
#include <vector>

#include <poll.h>
#include <unistd.h>

#include "sdk/src/bounds.hpp"
#include "sdk/src/digest.hpp"

namespace partner_center::detail {
namespace {

constexpr std::string_view waiting_for_browser = "waiting for the browser to come back";
constexpr std::size_t request_bytes_max = 32U << 10U;
constexpr std::size_t connections_max = 32;

/// A browser's connection; closes itself.
struct connection {
    explicit connection(int accepted) : socket{accepted} {}
    ~connection() { ::close(socket); }
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;

    int socket;
    std::string received{};
};

[[nodiscard]] int or_throw(int result) {
    if (result < 0) throw std::system_error{errno, std::generic_category()};
    return result;
}

[[nodiscard]] int milliseconds_until(std::chrono::steady_clock::time_point then) {
    using std::chrono::milliseconds;
    constexpr milliseconds longest = std::chrono::hours{1};
    const auto left = std::chrono::ceil<milliseconds>(then - std::chrono::steady_clock::now());
    return static_cast<int>(std::clamp(left, milliseconds{0}, longest).count());
}

/// Reads what is there; false when the connection is of no more use.
[[nodiscard]] bool read_from(connection& from) {
    std::array<char, 4096> block{};
    const auto got = ::recv(from.socket, block.data(), block.size(), MSG_DONTWAIT);
    if (got <= 0) return got < 0 && (errno == EAGAIN || errno == EINTR);
    from.received.append(block.data(), static_cast<std::size_t>(got));
    return from.received.size() <= request_bytes_max;
}

void answer(const connection& to, std::string_view status, std::string_view words) {
    const std::string page =
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Sign-in</title><p>" +
        std::string{words} + "</p></html>\n";
    std::string text = "HTTP/1.1 ";
    text.append(status).append(
        "\r\nContent-Type: text/html; charset=utf-8\r\nCache-Control: no-store\r\n"
        "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
        "Referrer-Policy: no-referrer\r\nConnection: close\r\nContent-Length: "
    );
    text += std::to_string(page.size()) + "\r\n\r\n" + page;
    // Less than what a socket takes at once; a browser that is gone does not matter.
    static_cast<void>(::send(to.socket, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
    ::shutdown(to.socket, SHUT_WR);
}

/// A form's text, decoded; what is no escape stays as it is.
[[nodiscard]] std::string decoded(std::string_view text) {
    std::string out;
    for (; !text.empty(); text.remove_prefix(1)) {
        unsigned char byte{};
        const std::string_view digits = text.substr(1, 2);
        const char* const end = digits.data() + digits.size();
        const bool is_escape = text.front() == '%' && digits.size() == 2 &&
                               std::from_chars(digits.data(), end, byte, 16).ptr == end;
        out += is_escape ? static_cast<char>(byte) : text.front() == '+' ? ' ' : text.front();
        if (is_escape) text.remove_prefix(2);
    }
    return out;
}

[[nodiscard]] std::string parameter(std::string_view query, std::string_view name) {
    while (!query.empty()) {
        const std::string_view pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(pair.size() + 1, query.size()));
        const auto equals = std::min(pair.find('='), pair.size());
        if (pair.substr(0, equals) != name) continue;
        return decoded(pair.substr(std::min(equals + 1, pair.size())));
    }
    return {};
}

/// Answers a whole request; what it brought when it is the one that is waited for.
[[nodiscard]] std::optional<authorization_answer> serve(
    const connection& from, std::string_view state
) {
    constexpr std::string_view place = "GET /?";
    std::string_view line = from.received;
    line = line.substr(0, line.find("\r\n"));
    if (!line.starts_with(place)) {
        answer(from, "404 Not Found", "There is nothing here.");
        return {};
    }
    line.remove_prefix(place.size());
    const std::string_view query = line.substr(0, line.find(' '));
    authorization_answer told{
        .code = parameter(query, "code"),
        .error = parameter(query, "error"),
        .error_description = parameter(query, "error_description"),
    };
    const bool is_ours = equal_in_constant_time(parameter(query, "state"), state);
    if (!is_ours || told.code.empty() == told.error.empty()) {
        answer(from, "400 Bad Request", "This is not the sign-in that the program waits for.");
        return {};
    }
    answer(
        from,
        "200 OK",
        told.error.empty() ? "You have signed in. You may close this window."
                           : "You have not signed in. The program tells why."
    );
    return told;
}

}  // namespace

loopback_listener::loopback_listener()
    : listener_{or_throw(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0))} {
    try {
        wakeup_ = or_throw(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        void* const raw = &address;
        static_cast<void>(or_throw(::bind(listener_, static_cast<sockaddr*>(raw), size)));
        static_cast<void>(or_throw(::listen(listener_, SOMAXCONN)));
        static_cast<void>(or_throw(::getsockname(listener_, static_cast<sockaddr*>(raw), &size)));
        port_ = ntohs(address.sin_port);
    } catch (...) {
        ::close(listener_);
        if (wakeup_ >= 0) ::close(wakeup_);
        throw;
    }
}

loopback_listener::~loopback_listener() {
    ::close(listener_);
    ::close(wakeup_);
}

void loopback_listener::close() {
    ::eventfd_write(wakeup_, 1);
}

outcome<authorization_answer> loopback_listener::wait(
    std::string_view state, const call_bounds& bounds
) {
    const std::stop_callback wake{bounds.stop, [this] { close(); }};
    std::list<connection> open;
    std::vector<pollfd> watched;
    for (;;) {
        if (auto end = end_of(bounds, waiting_for_browser)) return *std::move(end);
        watched = {
            {.fd = wakeup_, .events = POLLIN, .revents = 0},
            {.fd = listener_, .events = POLLIN, .revents = 0}};
        for (const connection& each : open) watched.push_back({each.socket, POLLIN, 0});
        if (::poll(watched.data(), watched.size(), milliseconds_until(bounds.deadline)) < 0) {
            if (errno == EINTR) continue;
            return error{.description = "the browser cannot be waited for"};
        }
        if (watched[0].revents != 0) return end_of(bounds, waiting_for_browser).value_or(closed());
        auto at = open.begin();
        for (std::size_t index = 2; index < watched.size(); ++index) {
            const auto here = at++;
            if (watched[index].revents == 0) continue;
            const bool is_alive = read_from(*here);
            if (is_alive && here->received.find("\r\n\r\n") == std::string::npos) continue;
            if (is_alive) {
                if (auto told = serve(*here, state)) return *std::move(told);
            }
            open.erase(here);
        }
        if (watched[1].revents != 0) {
            const int accepted = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            if (accepted >= 0) open.emplace_back(accepted);
            if (open.size() > connections_max) open.pop_front();
        }
    }
}

}  // namespace partner_center::detail
