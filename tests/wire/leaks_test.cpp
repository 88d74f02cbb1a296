// A hundred thousand requests, good, bad and broken off, leave nothing behind in the server. Calls
// connection.cpp.
// SPDX-License-Identifier: MIT
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <poll.h>

#include "tests/support/partnerd.hpp"
#include "tests/wire/connection.hpp"

namespace partner_center::wire {
namespace {

constexpr std::string_view profile =
    "GET /v1/customers/6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3/profiles/billing HTTP/1.1\r\n"
    "Host: partnerd\r\n";

constexpr std::string_view healthy = "GET /healthz HTTP/1.1\r\nHost: partnerd\r\n\r\n";

/// What a connection is used for: it begins with good requests, many at once, and then …
struct way_to_end {
    std::string bytes{};  ///< … sends these …
    unsigned status{};    ///< … has this answer, or none …
    bool resets{};        ///< … and ends, or breaks off.
};

const std::vector<way_to_end> ways{
    {"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 200, false},
    {"GET /nothing HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 404, true},
    {std::string{profile} + "Connection: close\r\n\r\n", 401, false},
    {"GET /healthz HTTP/1.1\r\n\r\n", 400, false},
    {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", 400, true},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999\r\n\r\n", 413, false},
    {"GET /healthz HT", 0, true},
    {"GET /healthz HTTP/1.1\r\nHost: a\r\n", 0, false},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nhalf", 0, true},
    {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhal", 0, false},
    {"", 0, true},
};

/// A sanitizer slows this down tenfold, spreads small blocks over more memory, and sees leaks by
/// itself.
#ifdef __SANITIZE_ADDRESS__
constexpr std::size_t connections = 2'000;
constexpr std::size_t growth_bytes_max = 8 * 1024 * 1024;
#else
constexpr std::size_t connections = 10'000;
// Half of it is for the rings of the access audit, which are filled for the first time.
constexpr std::size_t growth_bytes_max = 4 * 1024 * 1024;
#endif

/// How the requests come.
struct traffic {
    std::string name{};
    std::vector<std::string> words{};  ///< for partnerd
    std::size_t connections{};
    std::size_t requests{};  ///< of each connection; the last is how it ends
};

void PrintTo(const traffic& one, std::ostream* out) {
    *out << one.name;
}

class Leaks : public ::testing::TestWithParam<traffic> {};

TEST_P(Leaks, NeitherDescriptorsNorMemory) {
    const traffic& chosen = GetParam();
    // Large blocks go back to the system when they are freed: no leak hides in what they leave.
    ::setenv("MALLOC_MMAP_THRESHOLD_", "131072", 0);
    // A sanitizer keeps what is freed: no more of it than this.
    ::setenv("ASAN_OPTIONS", "quarantine_size_mb=1:thread_local_quarantine_size_kb=64", 0);
    testing::partnerd server{chosen.words};
    address at{.port = server.port()};
    if (!chosen.words.empty()) at.trusted = server.data() / "tls" / "ca.pem";
    const std::size_t sockets = server.open_sockets();
    // One with a token, whose check costs more than all else, then others.
    std::string pipelined =
        std::string{profile} + "Authorization: Bearer " + server.token() + "\r\n\r\n";
    for (std::size_t count = 2; count < chosen.requests; ++count) pipelined += healthy;

    const auto exchange = [&](const way_to_end& way) {
        connection peer{at};
        peer.send(pipelined + way.bytes, cut::whole);
        for (std::size_t count = 1; count < chosen.requests; ++count) {
            ASSERT_EQ(peer.receive(true).value().status, 200U);
        }
        if (way.status != 0) {
            ASSERT_EQ(peer.receive(true).value().status, way.status);
        }
        if (way.resets) peer.abort();
    };
    const auto make_connections = [&](std::size_t count) {
        for (std::size_t number = 0; number < count; ++number) exchange(ways[number % ways.size()]);
        // They have ended when the server has seen it; what it never sees is what we look for.
        const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds{20};
        while (server.open_sockets() > sockets && std::chrono::steady_clock::now() < patience) {
            ::poll(nullptr, 0, 5);
        }
        EXPECT_LE(server.open_sockets(), sockets) << "connections are open 20 s after their end";
    };
    make_connections(chosen.connections / 10);
    const std::size_t descriptors = server.open_descriptors();
    const std::size_t before = server.resident_bytes();

    make_connections(chosen.connections);

    EXPECT_EQ(server.open_descriptors(), descriptors);
    const std::size_t after = server.resident_bytes();
    EXPECT_LT(after, before + growth_bytes_max);
    RecordProperty("resident_bytes_before", std::to_string(before));
    RecordProperty("resident_bytes_after", std::to_string(after));
    EXPECT_EQ(server.stop(), 0) << server.log();
}

INSTANTIATE_TEST_SUITE_P(
    Over,
    Leaks,
    ::testing::Values(
        traffic{"Plain", {}, connections, 10}, traffic{"Tls", {"--tls-dev"}, connections / 10, 100}
    ),
    [](const auto& row) { return row.param.name; }
);

}  // namespace
}  // namespace partner_center::wire
