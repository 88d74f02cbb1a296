// Clients that keep a server's connections and do next to nothing with them. Calls connection.cpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <thread>
#include <vector>

#include "tests/wire/connection.hpp"

namespace partner_center::wire {

struct crowd_size {
    std::size_t idle{};     ///< were served once, and say nothing more until end()
    std::size_t heads{};    ///< send a byte of a head per second, without end
    std::size_t bodies{};   ///< send a body at 1500 bytes per second
    std::size_t readers{};  ///< have 20 kB of answers to read, at 2000 bytes per second
};

/// Lets this process, and the programs that it starts from now on, open as many files as the
/// system allows; throws when that is less than `files`.
void allow_open_files(std::size_t files);

/// Everybody is connected when it is made. Its thread does the trickling.
class crowd {
public:
    crowd(const address& to, const crowd_size& size);
    /// Resets all connections.
    ~crowd();
    crowd(const crowd&) = delete;
    crowd& operator=(const crowd&) = delete;

    /// Ends the trickling. What the server has done to them against its contract, a line each: it
    /// may only have told a head that it is late. Everybody idle is served once more, so this comes
    /// before the server's time for idle connections (60 s) has passed since the crowd was made.
    [[nodiscard]] std::vector<std::string> end();

private:
    struct slow_head {
        connection peer;
        std::size_t sent{};
    };

    void trickle(const std::stop_token& stopped);
    void go_on(slow_head& one);
    void expect(bool holds, const std::string& otherwise);
    void serve_idle(std::size_t first, std::size_t count);

    address to_;
    std::vector<connection> idle_{};
    std::vector<slow_head> heads_{};
    std::vector<connection> bodies_{};
    std::vector<connection> readers_{};
    std::vector<std::string> problems_{};
    std::jthread thread_{};
};

}  // namespace partner_center::wire
