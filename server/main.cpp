// partnerd: reads the command line and does what it says. Ends up calling serve.cpp and seed.cpp.
// SPDX-License-Identifier: MIT
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

#include <fmt/core.h>
#include <unistd.h>

#include "server/audit_command.hpp"
#include "server/config.hpp"
#include "server/keys.hpp"
#include "server/secret_input.hpp"
#include "server/seed.hpp"
#include "server/serve.hpp"

namespace {

constexpr int failed = 1;
constexpr int misused = 2;

[[nodiscard]] std::optional<std::string> variable(const std::string& name) {
    const char* text = std::getenv(name.c_str());
    return text == nullptr ? std::nullopt : std::optional<std::string>{text};
}

void print_tokens(const partner_center::token_request& request) {
    const auto next_token = partner_center::demo_token_maker(request);
    for (std::size_t made = 0; made < request.count; ++made) fmt::print("{}\n", next_token());
}

[[nodiscard]] std::string from_stdin(std::string_view prompt) {
    return partner_center::read_secret(STDIN_FILENO, prompt);
}

void print_line(std::string_view line) {
    fmt::print("{}\n", line);
}

void follow(const partner_center::command& command) {
    using word = partner_center::command::word;
    switch (command.what) {
        case word::serve:
            partner_center::serve(command.settings);
            break;
        case word::token:
            print_tokens(command.token);
            break;
        case word::keys:
            fmt::print("{}\n", partner_center::manage_keys(command.keys));
            break;
        case word::seed:
            fmt::print("{}\n", partner_center::seed(command.seed));
            break;
        case word::directory:
            fmt::print("{}", partner_center::run_directory_command(command.directory, from_stdin));
            break;
        case word::audit:
            partner_center::print_profile_reads(command.audit, print_line);
            break;
        case word::answer:
            fmt::print("{}", command.answer);
            break;
    }
}

}  // namespace

int main(int count, char** arguments) {
    try {
        const std::span<char*> all{arguments, static_cast<std::size_t>(count)};
        const std::vector<const char*> words{all.begin() + 1, all.end()};
        follow(partner_center::read_command_line(words, variable));
        return EXIT_SUCCESS;
    } catch (const partner_center::usage_error& error) {
        fmt::print(stderr, "partnerd: {}\n", error.what());
        return misused;
    } catch (const std::exception& error) {
        fmt::print(stderr, "partnerd: {}\n", error.what());
        return failed;
    }
}
