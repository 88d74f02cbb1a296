// Counts the connections of a server, all its reactors together. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>

namespace partner_center::http {

/// What happened to connections so far, and how many are being served now.
struct connection_counts {
    std::uint64_t accepted{};
    std::uint64_t open{};         ///< without those that are being turned away
    std::uint64_t turned_away{};  ///< because as many as may be were open
    std::uint64_t tls_handshakes_failed{};
};

/// Shared by the reactors, which touch it once or twice per connection. Thread-safe.
struct connection_meter {
    std::atomic<std::uint64_t> accepted{};
    std::atomic<std::uint64_t> open{};
    std::atomic<std::uint64_t> turned_away{};
    std::atomic<std::uint64_t> tls_handshakes_failed{};

    [[nodiscard]] connection_counts read() const {
        return {accepted, open, turned_away, tls_handshakes_failed};
    }
};

}  // namespace partner_center::http
