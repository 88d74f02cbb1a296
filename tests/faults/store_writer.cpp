// Writes to a database file until it is killed: 64 writers at once, on two reactors. Prints the
// number of each transaction when it is acknowledged. Calls the store.
//   store_writer FILE FIRST-NUMBER
// SPDX-License-Identifier: MIT
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <unistd.h>

#include "store/sqlite.hpp"
#include "tests/faults/witness.hpp"

namespace partner_center::testing {
namespace {

constexpr std::uint32_t reactors = 2;
constexpr std::uint32_t writers = 64;

/// One call, so that a line is there whole or not at all.
void say(std::uint32_t number) {
    const std::string line = std::to_string(number) + '\n';
    if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) std::abort();
}

awaitable<void> write_for_ever(database& connection, std::uint32_t number) {
    for (;; number += writers) {
        std::vector<statement> pair = adding_pair(number, number % 5'000);
        const written outcome = co_await connection.write(std::move(pair));
        if (outcome.refused_by) std::abort();
        say(number);
    }
}

void end_with(std::exception_ptr failure) {
    if (failure) std::rethrow_exception(failure);
}

void serve(sqlite_file& file, std::uint32_t first) {
    boost::asio::io_context reactor{1};
    const auto connection = file.connect();
    for (std::uint32_t writer = 0; writer < writers / reactors; ++writer) {
        boost::asio::co_spawn(reactor, write_for_ever(*connection, first + writer), end_with);
    }
    reactor.run();
}

}  // namespace
}  // namespace partner_center::testing

int main(int count, char** arguments) {
    using namespace partner_center::testing;
    if (count != 3) return EXIT_FAILURE;
    try {
        partner_center::sqlite_file file{{.file = arguments[1], .log_pages_max = 200}};
        const auto first = static_cast<std::uint32_t>(std::stoul(arguments[2]));
        std::thread second{[&] { serve(file, first + writers / reactors); }};
        serve(file, first);
        second.join();
        return EXIT_SUCCESS;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "store_writer: %s\n", error.what());
        return EXIT_FAILURE;
    }
}
