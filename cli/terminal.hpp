// The person at the terminal: whether there is one, questions, secrets, colours, progress. Calls
// the system.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace partner_center::cli {

/// Whether a file (0: stdin, 1: stdout, 2: stderr) is a terminal.
[[nodiscard]] bool is_terminal(int file);

/// True when somebody can be asked: stdin and stderr are a terminal.
[[nodiscard]] bool can_ask();

/// The columns of the terminal that stdout is; nothing when it is none.
[[nodiscard]] std::optional<std::size_t> terminal_width();

enum class style { bold, red, green, dim };

/// The text in that style, when `file` is a terminal that shows styles and NO_COLOR is not set.
[[nodiscard]] std::string styled(int file, style how, std::string_view text);

/// Writes to stderr, where everything goes that is not data.
void say(std::string_view line);

/// Asks on stderr; what came on stdin, up to the line's end. Throws `failure` (interrupted) on
/// Ctrl-C and at the end of the input. REQUIRES: can_ask().
[[nodiscard]] std::string ask(std::string_view question);

/// Asks until the answer is one of `letters`, the first of which stands for an empty line.
/// REQUIRES: can_ask(), and lower-case letters.
[[nodiscard]] char choose(std::string_view question, std::string_view letters);

/// A line of stdin: asked for without echo when that is a terminal. Throws `failure` when there is
/// none.
[[nodiscard]] std::string read_secret(std::string_view name);

/// A line on stderr that tells how far something has come, redrawn at most ten times a second; only
/// on a terminal.
class progress {
public:
    /// `noun` is what is counted: "customers". Without a total there is a count and no bar.
    progress(std::string_view noun, std::optional<std::size_t> total);
    ~progress();
    progress(const progress&) = delete;
    progress& operator=(const progress&) = delete;

    void advance_to(std::size_t done);

private:
    std::string noun_;
    std::optional<std::size_t> total_;
    bool is_shown_;
    bool is_drawn_{};
    std::chrono::steady_clock::time_point drawn_at_{};
};

}  // namespace partner_center::cli
