// A tiny HTTP server on a free loopback port, for tests: real sockets, scripted bytes.
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

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

    /// Waits until so many answers have been handed to the system in full.
    void wait_for_answers(unsigned count) const;

private:
    void accept_all();
    void serve(int socket);

    reply_function reply_;
    int listener_{-1};
    unsigned short port_{};
    std::atomic<unsigned> connections_{};
    std::atomic<unsigned> requests_{};
    std::atomic<unsigned> answers_{};
    std::mutex mutex_{};
    std::list<int> open_{};             // guarded by mutex_
    std::list<std::thread> workers_{};  // touched by the accepting thread, then by the destructor
    std::thread acceptor_{};
};

/// One thread that serves any number of connections. It holds requests back until `crowd` of them
/// are waiting, then answers them and, from then on, each that comes.
class crowd_server {
public:
    crowd_server(unsigned crowd, std::string answer);
    ~crowd_server();
    crowd_server(const crowd_server&) = delete;
    crowd_server& operator=(const crowd_server&) = delete;

    [[nodiscard]] std::string url() const;
    [[nodiscard]] unsigned connections() const { return connections_; }

    /// Waits until so many requests (without a body) have come.
    void wait_for_requests(unsigned count) const;
    /// Answers those that wait, however many there are.
    void release();

private:
    void serve();
    void read_from(int socket);

    std::string answer_;
    unsigned short port_{};
    int listener_{-1};
    int epoll_{-1};
    int wakeup_{-1};
    std::atomic<unsigned> connections_{};
    std::atomic<unsigned> requests_{};
    std::atomic<unsigned> crowd_{};
    std::atomic<bool> is_over_{};
    std::map<int, std::string> received_{};  // the thread's own
    std::vector<int> waiting_{};             // the thread's own
    std::thread worker_{};
};

/// Takes connections and never says anything.
class silent_server {
public:
    silent_server();
    ~silent_server();
    silent_server(const silent_server&) = delete;
    silent_server& operator=(const silent_server&) = delete;

    [[nodiscard]] std::string url(const std::string& scheme) const;
    /// Waits for a connection and for the first byte on it.
    void wait_for_a_byte();

private:
    int listener_{-1};
    unsigned short port_{};
    int connection_{-1};
};

/// A connection with a loopback port on which nothing is ever said.
class idle_connection {
public:
    explicit idle_connection(unsigned short port);
    idle_connection(idle_connection&& other) noexcept;
    ~idle_connection();

private:
    int socket_;
};

/// How many threads this process has, and how many descriptors.
[[nodiscard]] std::size_t thread_count();
[[nodiscard]] std::size_t descriptor_count();

/// Does the work on a thread for which the system starts no other, as when there are too many.
void on_a_thread_that_starts_none(const std::function<void()>& work);

/// As many descriptors as the system lets this process have.
void raise_descriptor_limit();

/// A whole answer with a JSON body and its length.
[[nodiscard]] std::string json_answer(const std::string& status, const std::string& body);

/// A loopback address where nothing listens.
[[nodiscard]] std::string closed_url();

}  // namespace partner_center::tests
