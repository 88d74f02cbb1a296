// Reading base addresses and encoding what is put behind them. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#include "sdk/src/url.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include <partner_center/http.hpp>

namespace partner_center::detail {
namespace {

[[nodiscard]] bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

[[nodiscard]] bool is_alphanumeric(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

[[nodiscard]] bool is_unreserved(char c) {
    return is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

[[nodiscard]] bool is_port(std::string_view text) {
    unsigned port{};
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, port);
    return read.ec == std::errc{} && read.ptr == end && port > 0 && port <= 65535;
}

/// One part of an IPv4 address. A leading zero would make it octal for some resolvers.
[[nodiscard]] bool is_byte(std::string_view text) {
    std::uint8_t byte{};
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, byte);
    return read.ec == std::errc{} && read.ptr == end && (text == "0" || !text.starts_with('0'));
}

/// Takes "name" or "[address]" off the front of `rest`; the host without brackets.
[[nodiscard]] std::string_view take_host(std::string_view& rest) {
    const bool has_brackets = rest.starts_with('[');
    const auto belongs = [&](char c) {
        return has_brackets ? is_alphanumeric(c) || c == ':' || c == '.' : is_unreserved(c);
    };
    if (has_brackets) rest.remove_prefix(1);
    const auto end = std::ranges::find_if_not(rest, belongs);
    const std::string_view host{rest.begin(), end};
    rest.remove_prefix(host.size());
    if (!has_brackets) return host;
    if (!rest.starts_with(']')) return {};
    rest.remove_prefix(1);
    return host;
}

}  // namespace

std::optional<base_address> parse_base_url(std::string_view url) {
    base_address out;
    out.is_https = url.starts_with("https://");
    if (!out.is_https && !url.starts_with("http://")) return {};
    std::string_view rest = url.substr(url.find("://") + 3);

    out.host = take_host(rest);
    if (out.host.empty()) return {};

    const std::string_view prefix = rest.substr(std::min(rest.find('/'), rest.size()));
    const std::string_view port = rest.substr(0, rest.size() - prefix.size());
    if (!port.empty() && (port.front() != ':' || !is_port(port.substr(1)))) return {};
    const bool is_plain_path =
        std::ranges::all_of(prefix, [](char c) { return is_unreserved(c) || c == '/'; });
    if (!is_plain_path) return {};
    return out;
}

bool is_loopback(std::string_view host) {
    if (equals_ignoring_case(host, "localhost") || host == "::1") return true;
    if (!host.starts_with("127.") || std::ranges::count(host, '.') != 3) return false;
    for (unsigned part = 0; part < 4; ++part) {
        const std::string_view text = host.substr(0, host.find('.'));
        if (!is_byte(text)) return false;
        host.remove_prefix(std::min(text.size() + 1, host.size()));
    }
    return true;
}

std::optional<error> refuse_base_url(std::string_view url) {
    const auto address = parse_base_url(url);
    if (!address) {
        return error{
            .description =
                "the base URL must look like https://host[:port], without user, query "
                "or fragment",
        };
    }
    if (address->is_https || is_loopback(address->host)) return {};
    return error{
        .description = "no token or secret is sent over plain http to " +
                       std::string{address->host} + ": use https, or a loopback address",
    };
}

std::string percent_encode(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        if (is_unreserved(c)) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += digits[byte >> 4U];
        out += digits[byte & 15U];
    }
    return out;
}

outcome<std::string> path_segment(std::string_view text, std::string_view name) {
    const bool is_blank = text.find_first_not_of(" \t\r\n") == std::string_view::npos;
    if (is_blank || text == "." || text == "..") {
        return error{
            .category = error_category::bad_input,
            .description = std::string{name} + " must not be " +
                           (is_blank ? "blank" : "\"" + std::string{text} + "\""),
        };
    }
    return percent_encode(text);
}

}  // namespace partner_center::detail
