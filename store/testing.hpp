// What the store's tests share: a directory that goes away, a way to await, invented records.
// Calls the store.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <exception>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "store/block_on.hpp"
#include "store/sqlite.hpp"
#include "store/store.hpp"
#include "tests/support/temporary_directory.hpp"

namespace partner_center::testing {

/// Runs a coroutine to its end on a reactor of its own; throws what it throws.
template <class T>
T run(awaitable<T> task) {
    return block_on(std::move(task));
}

/// How often somebody else has a turn on the same reactor before this is done; throws what it
/// throws.
template <class T>
[[nodiscard]] std::size_t turns_during(awaitable<T> task) {
    boost::asio::io_context reactor{1};
    bool is_over = false;
    std::size_t turns = 0;
    const auto other = [&]() -> awaitable<void> {
        for (; !is_over; ++turns) co_await boost::asio::post(boost::asio::use_awaitable);
    };
    boost::asio::co_spawn(
        reactor,
        std::move(task),
        [&](const std::exception_ptr& failed, const T&) {
            is_over = true;
            if (failed) std::rethrow_exception(failed);
        }
    );
    boost::asio::co_spawn(reactor, other, boost::asio::detached);
    reactor.run();
    return turns;
}

/// Ids that differ when the numbers do.
[[nodiscard]] inline guid id_of(unsigned number) {
    guid id;
    id.bytes[0] = 0x1d;
    id.bytes[14] = static_cast<std::uint8_t>(number >> 8U);
    id.bytes[15] = static_cast<std::uint8_t>(number);
    return id;
}

[[nodiscard]] inline partner_record sample_partner(unsigned number) {
    return {
        .id = id_of(number),
        .name = "Partner " + std::to_string(number),
        .domain = "partner" + std::to_string(number) + ".onmicrosoft.com",
    };
}

[[nodiscard]] inline new_customer sample_customer(unsigned number) {
    return {
        .id = id_of(number),
        .commerce_id = id_of(number + 10'000),
        .company_name = "Company " + std::to_string(number),
        .domain = "company" + std::to_string(number) + ".onmicrosoft.com",
        .etag = number,
        .billing = {R"({"id":")" + std::to_string(number) + R"("})"},
    };
}

/// Waits until the log is copied into the file as far as what was written asks for it, well or not.
inline void wait_until_merged(const sqlite_file& file, database& connection) {
    try {
        static_cast<void>(run(connection.write({})));  // the writer has begun the copy by then
    } catch (const store_error&) {
        // It failed already.
    }
    while (file.counts().merging) std::this_thread::yield();
}

/// A new database file, and a store on it.
struct fresh_store {
    temporary_directory directory{};
    std::filesystem::path path{directory / "partnerd.db"};
    sqlite_file file{{.file = path}};
    partner_center::store store{file.connect()};
};

}  // namespace partner_center::testing
