// What the tests of fresh reads share between threads and processes: documents that hold ever
// higher numbers, and how far each was acknowledged. Calls the store.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <sys/mman.h>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "store/database.hpp"
#include "store/testing.hpp"

namespace partner_center::testing {

constexpr unsigned published_documents = 6;

/// Lies in memory that processes share; all zero at first.
struct publication {
    /// What the last acknowledged commit put into each document. Each has one publisher.
    std::array<std::atomic<std::uint64_t>, published_documents> acknowledged{};
    std::atomic<std::uint64_t> reads{};  ///< of all readers
    std::atomic<bool> over{};
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

/// In a file, which is made when missing; mapped until the process ends.
[[nodiscard]] inline publication& map_publication(const std::filesystem::path& file) {
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0 || ::ftruncate(descriptor, sizeof(publication)) != 0) {
        throw std::system_error{errno, std::generic_category(), file};
    }
    void* const memory =
        ::mmap(nullptr, sizeof(publication), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    ::close(descriptor);
    if (memory == MAP_FAILED) throw std::system_error{errno, std::generic_category(), file};
    return *static_cast<publication*>(memory);
}

/// Puts the number into the document of the customer with that number; throws unless it is there.
inline void publish(database& connection, unsigned customer, std::uint64_t number) {
    constexpr std::string_view update =
        "UPDATE profiles SET document = $1 WHERE customer_id = $2 AND kind = 'billing'"
        " RETURNING etag";
    statement change{
        .sql = update, .values = {std::to_string(number), id_of(customer)}, .needs_row = true};
    std::vector<statement> transaction;
    transaction.push_back(std::move(change));
    if (run(connection.write(std::move(transaction))).refused_by) {
        throw store_error{"there is no such document"};
    }
}

/// Publishes ever higher numbers in these documents until it is over. Readers get on between two
/// commits, and other publishers to the lock on the file, which SQLite gives to nobody in turn.
inline void publish_until_over(
    database& connection, publication& shared, const std::vector<unsigned>& documents
) {
    constexpr std::uint64_t reads_between = 50;
    for (std::uint64_t number = 1; !shared.over; ++number) {
        for (const unsigned document : documents) {
            publish(connection, document, number);
            shared.acknowledged.at(document) = number;
        }
        const std::uint64_t due = shared.reads + reads_between;
        while (shared.reads < due && !shared.over) ::poll(nullptr, 0, 1);
    }
}

}  // namespace partner_center::testing
