// The bytes go through a socket, or through OpenSSL over it; framing is read by Content-Length
// alone, so that an answer of another shape is an error and not a guess.
// SPDX-License-Identifier: MIT
#include "tests/wire/connection.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <charconv>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/socket.h>
#include <system_error>
#include <utility>

#include <openssl/ssl.h>
#include <unistd.h>

#include <partner_center/http.hpp>

namespace partner_center::wire {
namespace {

constexpr std::size_t first_single_bytes = 8 * 1024;
constexpr std::size_t last_single_bytes = 1024;
constexpr std::size_t piece_bytes = 4 * 1024;
constexpr ::timeval patience{20, 0};

[[noreturn]] void fail(const std::string& what) {
    throw std::runtime_error{what};
}

class descriptor {
public:
    explicit descriptor(int number) : number_{number} {
        if (number_ < 0) throw std::system_error{errno, std::generic_category(), "socket"};
    }
    ~descriptor() { ::close(number_); }
    descriptor(const descriptor&) = delete;
    descriptor& operator=(const descriptor&) = delete;
    [[nodiscard]] int number() const { return number_; }

private:
    int number_;
};

template <class T>
void set(int socket, int level, int option, const T& value) {
    ::setsockopt(socket, level, option, &value, sizeof value);
}

void connect(int socket, const address& where) {
    set(socket, IPPROTO_TCP, TCP_NODELAY, 1);
    set(socket, SOL_SOCKET, SO_RCVTIMEO, patience);
    set(socket, SOL_SOCKET, SO_SNDTIMEO, patience);
    if (where.receive_buffer_bytes > 0) {
        set(socket, SOL_SOCKET, SO_RCVBUF, where.receive_buffer_bytes);
    }
    ::sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(where.port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket, reinterpret_cast<const ::sockaddr*>(&to), sizeof to) != 0) {
        throw std::system_error{errno, std::generic_category(), "connect"};
    }
}

template <auto Free>
struct freed_by {
    void operator()(auto* object) const { Free(object); }
};

[[nodiscard]] std::string_view value_of(std::string_view line) {
    const std::size_t begin = line.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return {};
    return line.substr(begin, line.find_last_not_of(" \t") - begin + 1);
}

[[nodiscard]] unsigned status_of(std::string_view head) {
    constexpr std::string_view version = "HTTP/1.1 ";
    unsigned status{};
    if (!head.starts_with(version)) fail("not an answer: " + std::string{head});
    const char* const digits = head.data() + version.size();
    const auto read = std::from_chars(digits, digits + 3, status);
    if (read.ec != std::errc{} || read.ptr != digits + 3) fail("no status: " + std::string{head});
    return status;
}

}  // namespace

class connection::stream {
public:
    explicit stream(const address& to) {
        connect(socket_.number(), to);
        if (!to.trusted.empty()) begin_tls(to.trusted);
    }

    /// How many bytes went out; none when the peer takes no more.
    [[nodiscard]] std::size_t write(std::string_view bytes) {
        if (tls_) {
            std::size_t written{};
            const bool sent = ::SSL_write_ex(tls_.get(), bytes.data(), bytes.size(), &written) == 1;
            return sent ? written : 0;
        }
        const auto sent = ::send(socket_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        return sent < 0 ? 0 : static_cast<std::size_t>(sent);
    }

    /// How many bytes came in; none at the end.
    [[nodiscard]] std::size_t read(std::array<char, 16 * 1024>& place) {
        if (tls_) {
            std::size_t received{};
            const int outcome = ::SSL_read_ex(tls_.get(), place.data(), place.size(), &received);
            if (outcome == 1) return received;
            const int reason = ::SSL_get_error(tls_.get(), outcome);
            if (reason == SSL_ERROR_ZERO_RETURN) return 0;
            fail("TLS ended without its last word, or took too long");
        }
        const auto received = ::recv(socket_.number(), place.data(), place.size(), 0);
        if (received < 0) throw std::system_error{errno, std::generic_category(), "receive"};
        return static_cast<std::size_t>(received);
    }

    [[nodiscard]] std::optional<std::string> read_arrived(std::size_t bytes_max) {
        std::string out(bytes_max, '\0');
        const auto received = ::recv(socket_.number(), out.data(), out.size(), MSG_DONTWAIT);
        if (received < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return {};
        out.resize(received < 0 ? 0 : static_cast<std::size_t>(received));
        return out;
    }

    void end_sending() {
        if (tls_) {
            ::SSL_shutdown(tls_.get());
        } else {
            ::shutdown(socket_.number(), SHUT_WR);
        }
    }

    void abort() { set(socket_.number(), SOL_SOCKET, SO_LINGER, ::linger{1, 0}); }

    [[nodiscard]] std::uint16_t port() const {
        ::sockaddr_in own{};
        ::socklen_t bytes = sizeof own;
        ::getsockname(socket_.number(), reinterpret_cast<::sockaddr*>(&own), &bytes);
        return ntohs(own.sin_port);
    }

private:
    void begin_tls(const std::filesystem::path& trusted) {
        context_.reset(::SSL_CTX_new(::TLS_client_method()));
        ::SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
        if (::SSL_CTX_load_verify_file(context_.get(), trusted.c_str()) != 1) {
            fail("cannot read " + trusted.string());
        }
        tls_.reset(::SSL_new(context_.get()));
        ::SSL_set_fd(tls_.get(), socket_.number());
        ::SSL_set1_host(tls_.get(), "localhost");
        if (::SSL_connect(tls_.get()) != 1) fail("no TLS");
    }

    descriptor socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    std::unique_ptr<::SSL_CTX, freed_by<::SSL_CTX_free>> context_{};
    std::unique_ptr<::SSL, freed_by<::SSL_free>> tls_{};
};

connection::connection(const address& to) : stream_{std::make_unique<stream>(to)} {}

connection::~connection() = default;

connection::connection(connection&&) noexcept = default;

connection& connection::operator=(connection&&) noexcept = default;

void connection::send(std::string_view bytes, cut how) {
    for (std::size_t sent = 0; sent < bytes.size();) {
        std::size_t next = bytes.size() - sent;
        if (how == cut::byte_by_byte) {
            const bool is_middle = sent >= first_single_bytes && next > last_single_bytes;
            next = is_middle ? std::min(next - last_single_bytes, piece_bytes) : 1;
        }
        const std::size_t written = stream_->write(bytes.substr(sent, next));
        if (written == 0) return;
        sent += written;
    }
}

void connection::end_sending() {
    stream_->end_sending();
}

std::optional<answer> connection::receive(bool has_body) {
    for (;;) {
        auto head = receive_head();
        if (!head) return {};
        answer out{.status = status_of(*head), .head = *std::move(head)};
        if (out.status < 200) continue;
        if (!has_body || out.status == 204 || out.status == 304) return out;
        const auto length = out.find("Content-Length");
        if (!length) fail("no Content-Length: " + out.head);
        const std::size_t bytes = std::stoul(*length);
        while (pending_.size() < bytes) {
            if (!fill()) fail("cut off: " + out.head + pending_);
        }
        out.body = pending_.substr(0, bytes);
        pending_.erase(0, bytes);
        return out;
    }
}

std::string connection::receive_interim() {
    const auto head = receive_head();
    if (!head || status_of(*head) >= 200) fail("no interim answer");
    return *head;
}

std::string connection::receive_rest() {
    while (fill()) {
    }
    return std::exchange(pending_, {});
}

std::string connection::receive_rest_or_reset() {
    try {
        return receive_rest();
    } catch (const std::system_error& error) {
        if (error.code() != std::errc::connection_reset) throw;
        return std::exchange(pending_, {});
    }
}

std::optional<std::string> connection::receive_arrived(std::size_t bytes_max) {
    return stream_->read_arrived(bytes_max);
}

void connection::abort() {
    stream_->abort();
    stream_.reset();
}

std::uint16_t connection::port() const {
    return stream_->port();
}

bool connection::fill() {
    std::array<char, 16 * 1024> place;
    const std::size_t received = stream_->read(place);
    pending_.append(place.data(), received);
    return received > 0;
}

std::optional<std::string> connection::receive_head() {
    constexpr std::string_view end = "\r\n\r\n";
    std::size_t found{};
    while ((found = pending_.find(end)) == std::string::npos) {
        if (fill()) continue;
        if (pending_.empty()) return {};
        fail("cut off in an answer's head: " + pending_);
    }
    std::string head = pending_.substr(0, found + end.size());
    pending_.erase(0, head.size());
    return head;
}

std::optional<std::string> answer::find(std::string_view name) const {
    const std::string_view text = head;
    for (std::size_t begin = text.find("\r\n") + 2; begin < text.size();) {
        const std::size_t end = text.find("\r\n", begin);
        const std::string_view line = text.substr(begin, end - begin);
        const std::size_t colon = line.find(':');
        if (colon != std::string_view::npos && equals_ignoring_case(line.substr(0, colon), name)) {
            return std::string{value_of(line.substr(colon + 1))};
        }
        begin = end + 2;
    }
    return {};
}

}  // namespace partner_center::wire
