// Talks to the terminal through the system's own calls. Calls failure.hpp.
// SPDX-License-Identifier: MIT
#include "cli/terminal.hpp"

#include <cerrno>
#include <cstdlib>
#include <iostream>
#include <sys/ioctl.h>

#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include "cli/failure.hpp"

namespace partner_center::cli {
namespace {

constexpr std::size_t line_bytes_max = 64U << 10U;
constexpr char interrupt = '\x03';

/// Gives Ctrl-C as a character that ends the line, and the echo back in the end: whoever is asked
/// can be interrupted without a terminal left without echo.
class raw_terminal {
public:
    explicit raw_terminal(bool has_echo) {
        ::tcgetattr(STDIN_FILENO, &before_);
        termios raw = before_;
        raw.c_lflag &= ~static_cast<tcflag_t>(ISIG);
        if (!has_echo) raw.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        raw.c_cc[VEOL] = interrupt;
        ::tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
    }
    ~raw_terminal() { ::tcsetattr(STDIN_FILENO, TCSADRAIN, &before_); }
    raw_terminal(const raw_terminal&) = delete;
    raw_terminal& operator=(const raw_terminal&) = delete;

private:
    termios before_{};
};

/// A line without its end; nothing when the input ended before it.
[[nodiscard]] std::optional<std::string> read_line() {
    std::string line;
    for (char next{};;) {
        const auto got = ::read(STDIN_FILENO, &next, 1);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0 && line.empty()) return {};
        if (got <= 0 || next == '\n') break;
        if (next == interrupt) throw failure{exit_status::interrupted, "interrupted"};
        line += next;
        if (line.size() > line_bytes_max) {
            throw failure{exit_status::usage, "the line on stdin is too long"};
        }
    }
    if (line.ends_with('\r')) line.pop_back();
    return line;
}

[[nodiscard]] bool shows_styles(int file) {
    const char* const no_color = std::getenv("NO_COLOR");
    const char* const kind = std::getenv("TERM");
    const bool is_dumb = kind == nullptr || std::string_view{kind} == "dumb";
    return is_terminal(file) && !is_dumb && (no_color == nullptr || *no_color == '\0');
}

}  // namespace

bool is_terminal(int file) {
    return ::isatty(file) == 1;
}

bool can_ask() {
    return is_terminal(STDIN_FILENO) && is_terminal(STDERR_FILENO);
}

std::optional<std::size_t> terminal_width() {
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return {};
    return size.ws_col;
}

std::string styled(int file, style how, std::string_view text) {
    if (!shows_styles(file)) return std::string{text};
    const int code = how == style::bold ? 1 : how == style::dim ? 2 : how == style::red ? 31 : 32;
    return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

void say(std::string_view line) {
    std::cerr << line << '\n';
}

std::string ask(std::string_view question) {
    const raw_terminal raw{true};
    std::cerr << question << ' ' << std::flush;
    auto line = read_line();
    if (!line) throw failure{exit_status::interrupted, "no answer"};
    return *std::move(line);
}

char choose(std::string_view question, std::string_view letters) {
    for (;;) {
        const std::string answer = ask(question);
        if (answer.empty()) return letters.front();
        const char letter = static_cast<char>(answer.front() | 0x20);
        if (letters.find(letter) != std::string_view::npos) return letter;
    }
}

std::string read_secret(std::string_view name) {
    std::optional<std::string> line;
    if (is_terminal(STDIN_FILENO)) {
        const raw_terminal silent{false};
        std::cerr << name << ": " << std::flush;
        line = read_line();
        std::cerr << '\n';
    } else {
        line = read_line();
    }
    if (line && !line->empty()) return *std::move(line);
    throw failure{exit_status::usage, fmt::format("stdin has no line with the {}", name)};
}

progress::progress(std::string_view noun, std::optional<std::size_t> total)
    : noun_{noun}, total_{total}, is_shown_{is_terminal(STDERR_FILENO)} {}

progress::~progress() {
    if (is_drawn_) std::cerr << "\r\x1b[K" << std::flush;
}

void progress::advance_to(std::size_t done) {
    using std::chrono::steady_clock;
    constexpr std::chrono::milliseconds pause{100};
    constexpr std::size_t bar_width = 30;
    const auto now = steady_clock::now();
    if (!is_shown_ || now - drawn_at_ < pause) return;
    drawn_at_ = now;
    is_drawn_ = true;
    if (!total_ || *total_ == 0) {
        std::cerr << fmt::format("\r{} {}…\x1b[K", done, noun_) << std::flush;
        return;
    }
    const std::size_t filled = done * bar_width / *total_;
    std::cerr << fmt::format(
                     "\r[{:=<{}}{:{}}] {} of {} {}\x1b[K",
                     "",
                     filled,
                     "",
                     bar_width - filled,
                     done,
                     *total_,
                     noun_
                 )
              << std::flush;
}

}  // namespace partner_center::cli
