// A client's end of one connection, plain or TLS, that sends any bytes and reads answers strictly.
// Calls OpenSSL.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace partner_center::wire {

/// Whom to call on the loopback address.
struct address {
    std::uint16_t port{};
    std::filesystem::path trusted{};  ///< a PEM file of the authority: TLS; empty: plain
    int receive_buffer_bytes{};       ///< how much may arrive unread; 0: as the system likes
};

/// A final answer; interim ones (100 Continue) are left out.
struct answer {
    unsigned status{};
    std::string head{};
    std::string body{};

    /// The value of a field, or nothing. Field names compare ignoring case.
    [[nodiscard]] std::optional<std::string> find(std::string_view name) const;
};

/// How the bytes go out.
enum class cut { whole, byte_by_byte };

/// Blocking; what takes longer than 20 s throws std::runtime_error, and so does a reset. One
/// thread at a time.
class connection {
public:
    explicit connection(const address& to);
    ~connection();
    connection(connection&&) noexcept;
    connection& operator=(connection&&) noexcept;

    /// Sends them all, or as many as the peer takes. Byte by byte: a segment (and, over TLS, a
    /// record) each for the first 8 KiB and the last 1 KiB, what is between in pieces of 4 KiB.
    void send(std::string_view bytes, cut how);
    /// Sends no more; the peer sees the end and may go on answering.
    void end_sending();
    /// The next answer; nothing when the connection ends before its first byte. Throws when it is
    /// not HTTP/1.1 framed by Content-Length, or is cut off. `has_body` is false for HEAD.
    [[nodiscard]] std::optional<answer> receive(bool has_body);
    /// The interim answer that has to come next.
    [[nodiscard]] std::string receive_interim();
    /// Everything until the peer ends the connection.
    [[nodiscard]] std::string receive_rest();
    /// The same, when the peer may also be one that resets instead of ending.
    [[nodiscard]] std::string receive_rest_or_reset();
    /// At most so many of the bytes that have arrived, without waiting: nothing when there are none
    /// yet, an empty text at the end or after a reset. Plain connections only, and not mixed with
    /// the other ways to receive.
    [[nodiscard]] std::optional<std::string> receive_arrived(std::size_t bytes_max);
    /// Ends it with a reset, as a client does that crashes; leaves no TIME_WAIT behind.
    void abort();
    /// Our port.
    [[nodiscard]] std::uint16_t port() const;

private:
    class stream;

    [[nodiscard]] bool fill();
    [[nodiscard]] std::optional<std::string> receive_head();

    std::unique_ptr<stream> stream_;
    std::string pending_{};
};

}  // namespace partner_center::wire
