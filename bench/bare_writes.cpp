// How fast SQLite alone writes what a PUT of a billing profile writes: the profile, the answer that
// is remembered and the line of the audit, 32 of each in a transaction. Calls the SQLite library.
//   bare_writes DATABASE IDS SECONDS    in a database where partnerd has answered such a PUT, whose
//                                       rows are the model; IDS holds customers, one a line. Prints
//                                       a line of JSON.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <fstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "tests/support/bare_sqlite.hpp"

namespace partner_center {
namespace {

using clock = std::chrono::steady_clock;
using testing::bare_sqlite;
using testing::bare_statement;

constexpr std::int64_t writes_per_commit = 32;

[[nodiscard]] std::vector<guid> read_ids(const char* name) {
    std::ifstream file{name};
    std::vector<guid> ids;
    for (std::string line; std::getline(file, line);) ids.push_back(parse_guid(line).value());
    return ids;
}

/// Bytes that no request has, whatever was written before.
[[nodiscard]] guid key_of(std::int64_t number) {
    guid key;
    const std::uint64_t parts[]{
        static_cast<std::uint64_t>(number) * 0x9E3779B97F4A7C15U,
        static_cast<std::uint64_t>(clock::now().time_since_epoch().count())};
    for (std::size_t at = 0; at < key.bytes.size(); ++at) {
        key.bytes.at(at) = static_cast<std::uint8_t>(parts[at / 8] >> (8 * (at % 8)));
    }
    return key;
}

struct figures {
    double rate{};
    double p99{};  ///< of a transaction, in microseconds
};

[[nodiscard]] figures measure(const char* database, const char* ids, clock::duration length) {
    bare_sqlite bare{database};
    const std::vector<guid> customers = read_ids(ids);
    const std::string profile = bare.prepare("SELECT body FROM requests LIMIT 1").text();
    const std::string record = bare.prepare("SELECT document FROM audit_records LIMIT 1").text();
    const std::string owner = bare.prepare("SELECT partner_id FROM requests LIMIT 1").text();
    guid partner;
    std::copy_n(owner.begin(), partner.bytes.size(), partner.bytes.begin());
    // As store/profiles.cpp and store/changes.cpp have them, but for the version that is compared.
    bare_statement replace = bare.prepare(
        "UPDATE profiles SET etag = $1, document = $2"
        " WHERE partner_id = $3 AND customer_id = $4 AND kind = 'billing' RETURNING 1"
    );
    bare_statement remember = bare.prepare(
        "INSERT INTO requests"
        " (partner_id, request_key, body_hash, status, body, sealed, answered_at)"
        " VALUES ($1, $2, $3, 200, $4, 0, $5)"
    );
    bare_statement audit = bare.prepare(
        "INSERT INTO audit_records"
        " (partner_id, ticks, customer_id, customer_name, resource_type, document)"
        " VALUES ($1, $2, $3, 'Tidewater Cooperative', 'customer', $4)"
    );

    std::int64_t number = 0;
    std::vector<double> durations;
    const auto began = clock::now();
    while (clock::now() < began + length) {
        const auto commit_began = clock::now();
        bare.run("BEGIN IMMEDIATE");
        for (std::int64_t count = 0; count < writes_per_commit; ++count, ++number) {
            const guid& customer = customers[static_cast<std::size_t>(number) % customers.size()];
            const guid key = key_of(number);
            replace.run(number, profile, partner, customer);
            remember.run(partner, key, key, profile, number);
            audit.run(partner, number, customer, record);
        }
        bare.run("COMMIT");
        const std::chrono::duration<double, std::micro> each = clock::now() - commit_began;
        durations.push_back(each.count());
    }
    const std::chrono::duration<double> took = clock::now() - began;
    const auto rank = static_cast<std::ptrdiff_t>(durations.size() * 99 / 100);
    std::nth_element(durations.begin(), durations.begin() + rank, durations.end());
    return {static_cast<double>(number) / took.count(), durations[static_cast<std::size_t>(rank)]};
}

}  // namespace
}  // namespace partner_center

int main(int count, char** words) try {
    if (count != 4) throw std::runtime_error{"say DATABASE IDS SECONDS"};
    const std::chrono::seconds length{std::stol(words[3])};
    const auto [rate, p99] = partner_center::measure(words[1], words[2], length);
    fmt::print("{{\"rate\":{:.1f},\"p99_us\":{:.1f}}}\n", rate, p99);
} catch (const std::exception& error) {
    fmt::print(stderr, "bare_writes: {}\n", error.what());
    return 1;
}
