// A tiny HTTP server on a free loopback port, for tests: real sockets, scripted bytes.
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>

namespace partner_center::tests {

/// Answers each request with the bytes that `reply` makes of it (head and body as received); an
/// answer with "Connection: close", or none at all, ends the connection. `reply` is called from
/// several threads.
class test_server {
public:
    using reply_function = std::function<std::string(const std::string& request)>;

    explicit test_server(reply_function reply);
    ~test_server();
    test_server(const test_server&) = delete;
    test_server& operator=(const test_server&) = delete;

    [[nodiscard]] std::string url() const;
    [[nodiscard]] unsigned connections() const { return connections_; }
    [[nodiscard]] unsigned requests() const { return requests_; }

private:
    void accept_all();
    void serve(int socket);

    reply_function reply_;
    int listener_{-1};
    unsigned short port_{};
    std::atomic<unsigned> connections_{};
    std::atomic<unsigned> requests_{};
    std::mutex mutex_{};
    std::list<int> open_{};             // guarded by mutex_
    std::list<std::thread> workers_{};  // touched by the accepting thread, then by the destructor
    std::thread acceptor_{};
};

/// A whole answer with a JSON body and its length.
[[nodiscard]] std::string json_answer(const std::string& status, const std::string& body);

/// A loopback address where nothing listens.
[[nodiscard]] std::string closed_url();

}  // namespace partner_center::tests
