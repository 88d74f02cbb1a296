// What the fault tests write and how they look at what is left: transactions of two rows that must
// be there both or not at all, and the numbers of the rows that a file holds. Calls the store.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "store/database.hpp"
#include "store/sqlite_connection.hpp"

namespace partner_center::testing {

using numbers = std::set<std::uint32_t>;

/// Ids that differ when the numbers do, and tell them.
[[nodiscard]] inline guid numbered_id(std::uint32_t number) {
    guid id;
    id.bytes[0] = 0x1d;
    for (std::size_t at = 0; at < 4; ++at) {
        id.bytes.at(15 - at) = static_cast<std::uint8_t>(number >> (8 * at));
    }
    return id;
}
[[nodiscard]] inline std::uint32_t number_of(const guid& id) {
    std::uint32_t number{};
    for (std::size_t at = 12; at < 16; ++at) number = number << 8U | id.bytes.at(at);
    return number;
}

/// A partner and its application, whose secret's text is so long.
[[nodiscard]] inline std::vector<statement> adding_pair(std::uint32_t number, std::size_t length) {
    constexpr std::string_view add_partner =
        "INSERT INTO partners (id, name, domain, cloud, sandbox, disabled)"
        " VALUES ($1, 'name', $2, 'global', 0, 0)";
    constexpr std::string_view add_application =
        "INSERT INTO applications (id, partner_id, name, secret_hash, disabled)"
        " VALUES ($1, $1, '', $2, 0)";
    const guid id = numbered_id(number);
    std::vector<statement> transaction(2);
    transaction[0].sql = add_partner;
    transaction[0].values = {id, std::to_string(number) + ".example"};
    transaction[1].sql = add_application;
    transaction[1].values = {id, std::string(length, 'x')};
    return transaction;
}

/// The numbers in the one column of ids that the statement returns.
[[nodiscard]] inline numbers numbers_in(sqlite_connection& connection, std::string_view sql) {
    rows found = connection.run(sql, {});
    numbers out;
    for (std::size_t row = 0; row < found.size(); ++row) {
        out.insert(number_of(std::get<guid>(found.cell(row, 0))));
    }
    return out;
}

/// What a file holds, read without any shim. Throws store_error when it cannot be read.
struct left_over {
    explicit left_over(const std::filesystem::path& file)
        : connection_{{.file = file}, sqlite_connection::use::reading} {}

    [[nodiscard]] numbers partners() { return in("SELECT id FROM partners"); }
    [[nodiscard]] numbers applications() { return in("SELECT id FROM applications"); }
    [[nodiscard]] numbers disabled() { return in("SELECT id FROM applications WHERE disabled"); }
    [[nodiscard]] numbers customers() { return in("SELECT id FROM customers"); }
    [[nodiscard]] numbers profiles() { return in("SELECT customer_id FROM profiles"); }
    /// "ok", or what SQLite finds to be wrong.
    [[nodiscard]] std::string integrity() {
        rows found = connection_.run("PRAGMA integrity_check", {});
        return std::get<std::string>(found.cell(0, 0));
    }

private:
    [[nodiscard]] numbers in(std::string_view sql) { return numbers_in(connection_, sql); }

    sqlite_connection connection_;
};

}  // namespace partner_center::testing
