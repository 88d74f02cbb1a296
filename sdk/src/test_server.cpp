// The tests' servers: with a thread for each connection, with one for all, and one that is silent.
// SPDX-License-Identifier: MIT
#include "sdk/src/test_server.hpp"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <future>
#include <iterator>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <system_error>

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <unistd.h>

namespace partner_center::tests {
namespace {

[[nodiscard]] sockaddr_in loopback() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

/// Binds a new socket to a free port and returns both.
[[nodiscard]] std::pair<int, unsigned short> bind_free_port() {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = loopback();
    socklen_t size = sizeof address;
    void* const raw = &address;
    if (::bind(socket, static_cast<sockaddr*>(raw), size) != 0 ||
        ::getsockname(socket, static_cast<sockaddr*>(raw), &size) != 0) {
        throw std::runtime_error{"no free port"};
    }
    return {socket, ntohs(address.sin_port)};
}

/// Reads until `request` holds a head and the body that it announces; false when the peer is gone.
[[nodiscard]] bool read_request(int socket, std::string& request) {
    std::array<char, 4096> buffer{};
    for (;;) {
        const auto head_end = request.find("\r\n\r\n");
        if (head_end != std::string::npos) {
            const auto at = request.find("Content-Length: ");
            const std::size_t body_size =
                at < head_end ? std::stoul(request.substr(at + 16)) : std::size_t{0};
            if (request.size() >= head_end + 4 + body_size) return true;
        }
        const auto got = ::recv(socket, buffer.data(), buffer.size(), 0);
        if (got <= 0) return false;
        request.append(buffer.data(), static_cast<std::size_t>(got));
    }
}

[[nodiscard]] std::size_t count_entries(const char* directory) {
    const std::filesystem::directory_iterator entries{directory};
    return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
}

}  // namespace

test_server::test_server(reply_function reply) : reply_{std::move(reply)} {
    std::tie(listener_, port_) = bind_free_port();
    ::listen(listener_, 64);
    acceptor_ = std::thread{[this] { accept_all(); }};
}

test_server::~test_server() {
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    {
        const std::lock_guard lock{mutex_};
        for (const int socket : open_) ::shutdown(socket, SHUT_RDWR);
    }
    for (std::thread& worker : workers_) worker.join();
    ::close(listener_);
}

std::string test_server::url() const {
    return "http://127.0.0.1:" + std::to_string(port_);
}

void test_server::accept_all() {
    for (;;) {
        const int socket = ::accept(listener_, nullptr, nullptr);
        if (socket < 0) return;
        ++connections_;
        {
            const std::lock_guard lock{mutex_};
            open_.push_back(socket);
        }
        workers_.emplace_back([this, socket] { serve(socket); });
    }
}

void test_server::serve(int socket) {
    std::string request;
    while (read_request(socket, request)) {
        ++requests_;
        const std::string answer = reply_(request);
        ::send(socket, answer.data(), answer.size(), MSG_NOSIGNAL);
        ++answers_;
        answers_.notify_all();
        if (answer.empty() || answer.find("Connection: close") != std::string::npos) break;
        request.clear();
    }
    const std::lock_guard lock{mutex_};
    open_.remove(socket);
    ::close(socket);
}

void test_server::wait_for_answers(unsigned count) const {
    for (unsigned seen = answers_; seen < count; seen = answers_) answers_.wait(seen);
}

crowd_server::crowd_server(unsigned crowd, std::string answer)
    : answer_{std::move(answer)}, crowd_{crowd} {
    std::tie(listener_, port_) = bind_free_port();
    ::listen(listener_, SOMAXCONN);
    epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    wakeup_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    for (const int each : {listener_, wakeup_}) {
        epoll_event event{.events = EPOLLIN, .data = {.fd = each}};
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, each, &event);
    }
    worker_ = std::thread{[this] { serve(); }};
}

crowd_server::~crowd_server() {
    is_over_ = true;
    ::eventfd_write(wakeup_, 1);
    worker_.join();
    for (const auto& [socket, text] : received_) ::close(socket);
    ::close(listener_);
    ::close(wakeup_);
    ::close(epoll_);
}

std::string crowd_server::url() const {
    return "http://127.0.0.1:" + std::to_string(port_);
}

void crowd_server::wait_for_requests(unsigned count) const {
    for (unsigned seen = requests_; seen < count; seen = requests_) requests_.wait(seen);
}

void crowd_server::release() {
    crowd_ = 1;
    ::eventfd_write(wakeup_, 1);
}

void crowd_server::serve() {
    while (!is_over_) {
        std::array<epoll_event, 256> ready{};
        const int count = ::epoll_wait(epoll_, ready.data(), 256, -1);
        for (int at = 0; at < count; ++at) {
            const int socket = ready.at(static_cast<std::size_t>(at)).data.fd;
            if (socket == wakeup_) {
                eventfd_t times{};
                ::eventfd_read(wakeup_, &times);
            } else if (socket == listener_) {
                const int accepted = ::accept(listener_, nullptr, nullptr);
                epoll_event event{.events = EPOLLIN, .data = {.fd = accepted}};
                ::epoll_ctl(epoll_, EPOLL_CTL_ADD, accepted, &event);
                received_[accepted].clear();
                ++connections_;
            } else {
                read_from(socket);
            }
        }
        if (waiting_.size() < crowd_) continue;
        crowd_ = 1;
        for (const int each : waiting_) ::send(each, answer_.data(), answer_.size(), MSG_NOSIGNAL);
        waiting_.clear();
    }
}

void crowd_server::read_from(int socket) {
    std::array<char, 4096> buffer{};
    const auto got = ::recv(socket, buffer.data(), buffer.size(), 0);
    if (got <= 0) {
        std::erase(waiting_, socket);
        received_.erase(socket);
        ::close(socket);
        return;
    }
    std::string& text = received_[socket];
    text.append(buffer.data(), static_cast<std::size_t>(got));
    if (!text.ends_with("\r\n\r\n")) return;
    text.clear();
    waiting_.push_back(socket);
    ++requests_;
    requests_.notify_all();
}

silent_server::silent_server() {
    std::tie(listener_, port_) = bind_free_port();
    ::listen(listener_, SOMAXCONN);
}

silent_server::~silent_server() {
    if (connection_ >= 0) ::close(connection_);
    ::close(listener_);
}

std::string silent_server::url(const std::string& scheme) const {
    return scheme + "://127.0.0.1:" + std::to_string(port_);
}

void silent_server::wait_for_a_byte() {
    connection_ = ::accept(listener_, nullptr, nullptr);
    char byte{};
    static_cast<void>(::recv(connection_, &byte, 1, MSG_PEEK));
}

idle_connection::idle_connection(unsigned short port) : socket_{::socket(AF_INET, SOCK_STREAM, 0)} {
    sockaddr_in address = loopback();
    address.sin_port = htons(port);
    void* const raw = &address;
    if (::connect(socket_, static_cast<sockaddr*>(raw), sizeof address) != 0) {
        throw std::runtime_error{"nothing listens"};
    }
}

idle_connection::idle_connection(idle_connection&& other) noexcept
    : socket_{std::exchange(other.socket_, -1)} {}

idle_connection::~idle_connection() {
    if (socket_ >= 0) ::close(socket_);
}

std::size_t thread_count() {
    return count_entries("/proc/self/task");
}

std::size_t descriptor_count() {
    return count_entries("/proc/self/fd");
}

void on_a_thread_that_starts_none(const std::function<void()>& work) {
    std::array<sock_filter, 5> filter{{
        {.code = BPF_LD | BPF_W | BPF_ABS, .jt = 0, .jf = 0, .k = offsetof(seccomp_data, nr)},
        {.code = BPF_JMP | BPF_JEQ | BPF_K, .jt = 1, .jf = 0, .k = SYS_clone},
        {.code = BPF_JMP | BPF_JEQ | BPF_K, .jt = 0, .jf = 1, .k = SYS_clone3},
        {.code = BPF_RET | BPF_K, .jt = 0, .jf = 0, .k = SECCOMP_RET_ERRNO | EAGAIN},
        {.code = BPF_RET | BPF_K, .jt = 0, .jf = 0, .k = SECCOMP_RET_ALLOW},
    }};
    const sock_fprog program{.len = filter.size(), .filter = filter.data()};
    const auto restricted = [&] {
        if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
            ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
            throw std::system_error{errno, std::generic_category(), "seccomp"};
        }
        work();
    };
    std::async(std::launch::async, restricted).get();
}

void raise_descriptor_limit() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

std::string json_answer(const std::string& status, const std::string& body) {
    return "HTTP/1.1 " + status +
           "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

std::string closed_url() {
    const auto [socket, port] = bind_free_port();  // bound and given back without ever listening
    ::close(socket);
    return "http://127.0.0.1:" + std::to_string(port);
}

}  // namespace partner_center::tests
