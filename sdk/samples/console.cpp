// Writing to the console, and the exit statuses.
// SPDX-License-Identifier: MIT
#include "sdk/samples/console.hpp"

#include <iostream>

namespace partner_center::samples {
namespace {

/// The statuses of partnerctl, so that scripts can rely on one list.
[[nodiscard]] int exit_status_of(const error& problem) {
    using enum error_category;
    if (problem.http_status == 412 || problem.code == "2055") return 5;
    switch (problem.category) {
        case not_found:
            return 3;
        case unauthorized:
        case forbidden:
            return 4;
        case already_exists:
            return 5;
        case too_many_requests:
            return 6;
        case bad_input:
            return 7;
        default:
            return 1;
    }
}

void print(const error& problem) {
    std::cerr << to_string(problem.category) << ": " << problem.description << '\n';
    if (problem.http_status != 0) std::cerr << "  HTTP status: " << problem.http_status << '\n';
    if (!problem.code.empty()) std::cerr << "  code: " << problem.code << '\n';
    if (!problem.correlation_id.empty()) {
        std::cerr << "  correlation id: " << problem.correlation_id << '\n';
    }
}

}  // namespace

void console::title(std::string_view text) {
    out_ << text << '\n' << std::string(text.size(), '-') << '\n';
}

void console::line(std::string_view label, const std::optional<std::string>& value) {
    out_ << label << ": " << value.value_or("") << '\n';
}

int run(const scenario& what, const client& client) {
    console out{std::cout};
    out.title(what.title());
    const outcome<void> done = what.run(client, out);
    if (done) return 0;
    print(done.error());
    return exit_status_of(done.error());
}

}  // namespace partner_center::samples
