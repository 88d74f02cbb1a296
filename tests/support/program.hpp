// The real program as a child process: its exit status and what it wrote. Stopped by its process
// id.
// SPDX-License-Identifier: MIT
#pragma once

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <unistd.h>

namespace partner_center::testing {

[[nodiscard]] inline std::string read_file(const std::filesystem::path& path) {
    std::ifstream file{path};
    return {std::istreambuf_iterator<char>{file}, {}};
}

class program {
public:
    /// Starts it; stdout and stderr go to files in `scratch`. It is killed when the thread that
    /// starts it ends without ending it, as when the test itself is killed. A program that cannot
    /// be started ends with 127.
    program(const std::vector<std::string>& words, const std::filesystem::path& scratch)
        : output_{scratch / "stdout"}, errors_{scratch / "stderr"} {
        std::vector<std::string> all{"/usr/bin/setpriv", "--pdeathsig", "KILL", "--"};
        all.insert(all.end(), words.begin(), words.end());
        std::vector<char*> arguments;
        for (const std::string& word : all) arguments.push_back(const_cast<char*>(word.c_str()));
        arguments.push_back(nullptr);
        constexpr int flags = O_WRONLY | O_CREAT | O_TRUNC;
        posix_spawn_file_actions_t actions{};
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawn_file_actions_addopen(&actions, 1, output_.c_str(), flags, 0600);
        ::posix_spawn_file_actions_addopen(&actions, 2, errors_.c_str(), flags, 0600);
        const int failed =
            ::posix_spawn(&id_, arguments[0], &actions, nullptr, arguments.data(), environ);
        ::posix_spawn_file_actions_destroy(&actions);
        if (failed != 0) throw std::runtime_error{"cannot start " + all.front()};
    }
    ~program() {
        if (!status_) {
            ::kill(id_, SIGKILL);
            static_cast<void>(wait());
        }
    }
    program(const program&) = delete;
    program& operator=(const program&) = delete;

    /// To nobody once it has ended: its id may be another's by then.
    void signal(int number) const {
        if (!status_) ::kill(id_, number);
    }

    /// Its exit status, when it has ended; minus the signal's number when one ended it.
    int wait() {
        if (!status_) {
            int status{};
            ::waitpid(id_, &status, 0);
            status_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
        }
        return *status_;
    }

    /// Whether it has ended, asked after a moment's pause: for loops that wait for something else.
    [[nodiscard]] bool has_ended() {
        int status{};
        if (!status_ && ::waitpid(id_, &status, WNOHANG) == id_) {
            status_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
        }
        if (!status_) ::poll(nullptr, 0, 2);
        return status_.has_value();
    }

    /// Waits until the file is there; false when the program ends first.
    [[nodiscard]] bool wait_for(const std::filesystem::path& file) {
        while (!std::filesystem::exists(file)) {
            if (has_ended()) return false;
        }
        return true;
    }

    [[nodiscard]] std::string output() const { return read_file(output_); }
    [[nodiscard]] std::string errors() const { return read_file(errors_); }

private:
    std::filesystem::path output_;
    std::filesystem::path errors_;
    pid_t id_{};
    std::optional<int> status_{};
};

}  // namespace partner_center::testing
