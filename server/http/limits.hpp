// Every bound that the HTTP listener sets, by name. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>

namespace partner_center::http {

/// How long a peer may take. The server reads them against a clock that moves once per `sweep`.
struct timeouts {
    std::chrono::milliseconds handshake{10'000};  ///< of TLS, from its first byte to its last
    std::chrono::milliseconds head{10'000};      ///< from a request's first byte to its head's last
    std::chrono::milliseconds transfer{10'000};  ///< without progress in a body or an answer
    std::chrono::milliseconds idle{60'000};      ///< between two requests
    std::chrono::milliseconds turn_away{2'000};  ///< for a request's head when the house is full
    std::chrono::milliseconds drain{2'000};      ///< for the peer to see an error answer
    std::chrono::milliseconds sweep{250};        ///< how often all this is looked at
};

namespace limits {

// What a request may be. The largest size that is accepted, each.
inline constexpr std::size_t head_bytes_max = 32 * 1024;
inline constexpr std::size_t fields_max = 100;
inline constexpr std::size_t body_bytes_max = 1024 * 1024;
/// A chunked body with its framing, so that tiny chunks cannot multiply the memory it takes.
inline constexpr std::size_t chunked_bytes_max = 2 * body_bytes_max;
inline constexpr std::size_t chunk_size_digits_max = 16;
inline constexpr std::size_t trailer_bytes_max = 4 * 1024;

/// A body or answer that moves slower than this is late (after `timeouts::transfer`).
inline constexpr std::size_t transfer_bytes_per_second = 1000;
/// How far a TLS record that is not whole yet counts: its text and what surrounds it (RFC 8446,
/// 5.2).
inline constexpr std::size_t unread_record_bytes_max = 16 * 1024 + 261;

// How the connection works.
/// What an idle connection reads into: large enough for a request of Microsoft's Java SDK with its
/// token, 1.8 KiB. It is most of the memory that an idle connection takes.
inline constexpr std::size_t first_read_bytes = 2 * 1024;
inline constexpr std::size_t read_bytes = 16 * 1024;
/// Answers to pipelined requests are gathered up to here before they are written.
inline constexpr std::size_t flush_bytes = 64 * 1024;
/// Read and thrown away after an error answer; whoever sends more is cut off.
inline constexpr std::size_t drain_bytes_max = 2 * 1024 * 1024;

/// Of a reactor: what requests that are not whole yet take together beyond `read_bytes` each. More
/// are refused, so that slow clients cannot fill the memory with bodies.
inline constexpr std::size_t unfinished_bytes_max = 64 * 1024 * 1024;

// What a reactor keeps for the next request.
inline constexpr std::size_t spare_workspaces_max = 256;
inline constexpr std::size_t spare_workspace_bytes_max = 64 * 1024;

/// Open connections of a server; who comes then is told so, as many at once per reactor as follows.
inline constexpr std::size_t connections_max = 32'768;
inline constexpr std::size_t turned_away_max = 256;
/// Of the admin listener.
inline constexpr std::size_t admin_connections_max = 64;
/// The most that an operator may ask for.
inline constexpr std::size_t connections_limit = 1'000'000;

}  // namespace limits
}  // namespace partner_center::http
