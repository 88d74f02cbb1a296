// Reads secrets with the terminal's echo off. Calls the system.
// SPDX-License-Identifier: MIT
#include "server/secret_input.hpp"

#include <cerrno>
#include <cstdio>
#include <stdexcept>

#include <fmt/core.h>
#include <termios.h>
#include <unistd.h>

namespace partner_center {
namespace {

constexpr std::size_t line_bytes_max = 4096;
constexpr char interrupt = '\x03';

/// A terminal that shows nothing, until it is destroyed. Ctrl-C ends the line instead of the
/// program: the echo has to come back first.
class silent_terminal {
public:
    explicit silent_terminal(int file) : file_{file} {
        ::tcgetattr(file_, &before_);
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO | ISIG);
        silent.c_cc[VEOL] = interrupt;
        ::tcsetattr(file_, TCSAFLUSH, &silent);
    }
    ~silent_terminal() { ::tcsetattr(file_, TCSAFLUSH, &before_); }
    silent_terminal(const silent_terminal&) = delete;
    silent_terminal& operator=(const silent_terminal&) = delete;

private:
    int file_;
    termios before_{};
};

[[nodiscard]] std::string read_line(int file) {
    std::string line;
    for (char next{};;) {
        const auto got = ::read(file, &next, 1);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw std::runtime_error{"stdin cannot be read"};
        if (got == 0 && line.empty()) throw std::runtime_error{"stdin ended before a secret came"};
        if (got > 0 && next == interrupt) throw std::runtime_error{"interrupted"};
        if (got == 0 || next == '\n') break;
        line += next;
        if (line.size() > line_bytes_max) throw std::runtime_error{"the line is too long"};
    }
    if (line.ends_with('\r')) line.pop_back();
    return line;
}

[[nodiscard]] std::string ask(int terminal, std::string_view prompt) {
    fmt::print(stderr, "{}: ", prompt);
    std::string line = read_line(terminal);
    fmt::print(stderr, "\n");
    return line;
}

}  // namespace

std::string read_secret(int file, std::string_view prompt) {
    if (::isatty(file) != 1) return read_line(file);
    const silent_terminal silence{file};
    std::string first = ask(file, prompt);
    const std::string second = ask(file, fmt::format("{} again", prompt));
    if (first != second) throw std::runtime_error{"the two differ"};
    return first;
}

}  // namespace partner_center
