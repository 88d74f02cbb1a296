// A real partnerd with the demo data on free loopback ports, in a directory of its own: where it
// listens, tokens for it, what it logged. Calls program.hpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/program.hpp"
#include "tests/support/temporary_directory.hpp"
#include <partner_center/json.hpp>

namespace partner_center::testing {

/// What --ready-file holds.
struct ready_message {
    std::string url{};
    std::string admin_url{};
    std::int64_t pid{};
};
BOOST_DESCRIBE_STRUCT(ready_message, (), (url, admin_url, pid))

/// Runs from construction to stop(), or to its end. PARTNERD_PROGRAM names the program.
class partnerd {
public:
    /// Serves with these words besides; throws, with what it said, when it does not come up.
    explicit partnerd(const std::vector<std::string>& more) {
        std::vector<std::string> words{PARTNERD_PROGRAM, "serve", "--demo"};
        const bool says_threads = std::find(more.begin(), more.end(), "--threads") != more.end();
        if (!says_threads) words.insert(words.end(), {"--threads", "2"});
        words.insert(words.end(), {"--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"});
        words.insert(words.end(), {"--data", data(), "--ready-file", scratch_ / "ready.json"});
        words.insert(words.end(), {"--log-format", "json"});
        words.insert(words.end(), more.begin(), more.end());
        server_.emplace(words, scratch_.path());
        if (!server_->wait_for(scratch_ / "ready.json")) throw std::runtime_error{log()};
        const std::string text = read_file(scratch_ / "ready.json");
        ready_ = from_json<ready_message>(text, json_reading::strict).value();
    }

    [[nodiscard]] std::filesystem::path data() const { return scratch_ / "data"; }
    [[nodiscard]] pid_t id() const { return static_cast<pid_t>(ready_.pid); }
    [[nodiscard]] std::uint16_t port() const {
        return static_cast<std::uint16_t>(std::stoul(ready_.url.substr(ready_.url.rfind(':') + 1)));
    }

    /// A token that the API takes.
    [[nodiscard]] std::string token() const {
        const temporary_directory scratch;
        program asked{{PARTNERD_PROGRAM, "token", "--data", data()}, scratch.path()};
        if (asked.wait() != 0) throw std::runtime_error{asked.errors()};
        std::string text = asked.output();
        text.pop_back();  // the line's end
        return text;
    }

    /// How many descriptors it has open, of files and of sockets.
    [[nodiscard]] std::size_t open_descriptors() const { return count_descriptors(""); }
    [[nodiscard]] std::size_t open_sockets() const { return count_descriptors("socket:"); }
    /// The memory that it has resident.
    [[nodiscard]] std::size_t resident_bytes() const {
        std::ifstream file{proc() / "statm"};
        std::size_t all_pages{};
        std::size_t resident_pages{};
        file >> all_pages >> resident_pages;
        return resident_pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    }

    /// Asks it to end and waits; its exit status.
    int stop() {
        server_->signal(SIGTERM);
        return server_->wait();
    }

    /// What it has logged so far: all there is once it has ended.
    [[nodiscard]] std::string log() const { return server_->errors(); }

private:
    [[nodiscard]] std::filesystem::path proc() const {
        return std::filesystem::path{"/proc"} / std::to_string(id());
    }

    [[nodiscard]] std::size_t count_descriptors(const std::string& kind) const {
        std::size_t count = 0;
        for (const auto& each : std::filesystem::directory_iterator{proc() / "fd"}) {
            std::error_code closed;  // since it was listed
            const std::string open = std::filesystem::read_symlink(each.path(), closed);
            if (!closed && open.starts_with(kind)) ++count;
        }
        return count;
    }

    temporary_directory scratch_{};
    std::optional<program> server_{};
    ready_message ready_{};
};

}  // namespace partner_center::testing
