// The chunked transfer coding (RFC 9112, 7.1), strictly. Calls request_target.cpp for tokens.
// SPDX-License-Identifier: MIT
#include "server/http/chunked_body.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <system_error>

#include "server/http/limits.hpp"
#include "server/http/next_line.hpp"
#include "server/http/request_target.hpp"

namespace partner_center::http {
namespace {

[[nodiscard]] bool is_field_line(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || !is_token(text.substr(0, colon))) return false;
    return std::ranges::none_of(text.substr(colon), [](char c) {
        return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == '\x7f';
    });
}

}  // namespace

chunked_body::state chunked_body::decode(std::span<char> bytes) {
    const std::string_view text{bytes.data(), bytes.size()};
    bool moved = true;
    while (moved && state_ != state::complete && state_ != state::failed) {
        switch (state_) {
            case state::size:
                moved = read_size(text);
                break;
            case state::data:
                moved = read_data(bytes);
                break;
            case state::data_end:
                moved = read_data_end(text);
                break;
            default:
                moved = read_trailer(text);
                break;
        }
    }
    return state_;
}

bool chunked_body::read_size(std::string_view bytes) {
    const line next =
        next_line(bytes.substr(consumed_), limits::chunk_size_digits_max + std::strlen("\r\n"));
    if (next.result == line::outcome::incomplete) return false;
    std::uint64_t chunk_bytes{};
    const char* const end = next.text.data() + next.text.size();
    const auto parsed = std::from_chars(next.text.data(), end, chunk_bytes, 16);
    // from_chars takes a minus sign for no unsigned number, so only digits are left to be accepted.
    if (next.result != line::outcome::found || parsed.ec != std::errc{} || parsed.ptr != end) {
        return fail(malformed("a chunk has no plain hexadecimal size"));
    }
    consumed_ += next.bytes();
    if (chunk_bytes > limits::body_bytes_max - size_ ||
        consumed_ + chunk_bytes > limits::chunked_bytes_max) {
        return fail({fault_kind::body_too_large});
    }
    chunk_bytes_left_ = chunk_bytes;
    state_ = chunk_bytes == 0 ? state::trailers : state::data;
    return true;
}

bool chunked_body::read_data(std::span<char> bytes) {
    const std::size_t arrived = std::min(chunk_bytes_left_, bytes.size() - consumed_);
    std::memmove(bytes.data() + size_, bytes.data() + consumed_, arrived);
    size_ += arrived;
    consumed_ += arrived;
    chunk_bytes_left_ -= arrived;
    if (chunk_bytes_left_ > 0) return false;
    state_ = state::data_end;
    return true;
}

bool chunked_body::read_data_end(std::string_view bytes) {
    constexpr std::string_view line_end = "\r\n";
    const std::string_view next = bytes.substr(consumed_, line_end.size());
    if (next.size() < line_end.size()) return false;
    if (next != line_end) return fail(malformed("a chunk is longer than its size"));
    consumed_ += line_end.size();
    state_ = state::size;
    return true;
}

bool chunked_body::read_trailer(std::string_view bytes) {
    const line next =
        next_line(bytes.substr(consumed_), limits::trailer_bytes_max - trailer_bytes_);
    if (next.result == line::outcome::incomplete) return false;
    if (next.result == line::outcome::too_long) return fail(malformed("the trailers are too long"));
    const bool is_last = next.result == line::outcome::found && next.text.empty();
    if (!is_last && (next.result != line::outcome::found || !is_field_line(next.text))) {
        return fail(malformed("a trailer is not a header field"));
    }
    consumed_ += next.bytes();
    trailer_bytes_ += next.bytes();
    if (is_last) state_ = state::complete;
    return true;
}

bool chunked_body::fail(const refusal& problem) {
    problem_ = problem;
    state_ = state::failed;
    return true;
}

}  // namespace partner_center::http
