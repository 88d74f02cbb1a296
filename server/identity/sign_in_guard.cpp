// Which subjects an attempt counts for, and where a request came from. Calls the store's proofs.
// SPDX-License-Identifier: MIT
#include "server/identity/sign_in_guard.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <utility>
#include <vector>

#include "server/identity/digest.hpp"

namespace partner_center {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t user_failures_max = 5;
constexpr std::int64_t address_failures_max = 50;
constexpr std::chrono::seconds user_remembered = 24h;
constexpr std::chrono::seconds address_remembered = 1h;

/// Letters of ASCII are the same in both cases, as in the directory's index of names.
[[nodiscard]] attempt_subject subject_of_user(std::string_view name) {
    std::string text{"user "};
    for (const char c : name) {
        text += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return {sha256_base64url(text), user_failures_max, user_remembered};
}

/// One customer of a provider has a whole /64 of IPv6.
[[nodiscard]] std::string network_of(const std::string& address) {
    in6_addr six{};
    if (::inet_pton(AF_INET6, address.c_str(), &six) != 1) return address;
    std::fill(std::begin(six.s6_addr) + 8, std::end(six.s6_addr), std::uint8_t{});
    return {reinterpret_cast<const char*>(six.s6_addr), sizeof six.s6_addr};
}

[[nodiscard]] attempt_subject subject_of_address(const std::string& address) {
    return {
        sha256_base64url("address " + network_of(address)),
        address_failures_max,
        address_remembered};
}

[[nodiscard]] std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
    while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
    return text;
}

/// "192.0.2.1", "192.0.2.1:80", "2001:db8::1" and "[2001:db8::1]:80" without the port.
[[nodiscard]] std::string without_port(std::string_view text) {
    if (text.starts_with('[')) {
        text.remove_prefix(1);
        return std::string{text.substr(0, text.find(']'))};
    }
    const auto colon = text.find(':');
    const bool is_ipv4 = text.find(':', std::min(colon, text.size() - 1) + 1) == text.npos;
    return std::string{is_ipv4 ? text.substr(0, colon) : text};
}

/// The address in the one way to write it; empty when the text is none.
[[nodiscard]] std::string canonical(std::string_view text) {
    if (text.empty()) return {};
    const std::string name = without_port(text);
    std::array<char, INET6_ADDRSTRLEN> out{};
    in_addr four{};
    if (::inet_pton(AF_INET, name.c_str(), &four) == 1) {
        return ::inet_ntop(AF_INET, &four, out.data(), out.size());
    }
    in6_addr six{};
    if (::inet_pton(AF_INET6, name.c_str(), &six) != 1) return {};
    if (IN6_IS_ADDR_V4MAPPED(&six)) {
        return ::inet_ntop(AF_INET, &six.s6_addr[12], out.data(), out.size());
    }
    return ::inet_ntop(AF_INET6, &six, out.data(), out.size());
}

}  // namespace

awaitable<std::chrono::seconds> sign_in_guard::before_attempt(
    const sign_in_attempt& attempt, system_time now
) {
    std::vector<attempt_subject> subjects;
    if (!attempt.user_name.empty()) subjects.push_back(subject_of_user(attempt.user_name));
    if (!attempt.address.empty()) subjects.push_back(subject_of_address(attempt.address));
    co_return co_await store_.count_attempt(std::move(subjects), now);
}

awaitable<void> sign_in_guard::after_attempt(
    const sign_in_attempt& attempt, attempt_outcome outcome, system_time then
) {
    if (outcome == attempt_outcome::wrong) co_return;
    attempt_subject user = subject_of_user(attempt.user_name);
    if (outcome == attempt_outcome::right) {
        co_await store_.forget_attempts(std::move(user.key));
    } else if (!attempt.user_name.empty()) {
        co_await store_.take_back_attempt(std::move(user), then);
    }
    if (attempt.address.empty()) co_return;
    attempt_subject address = subject_of_address(attempt.address);
    co_await store_.take_back_attempt(std::move(address), then);
}

std::string client_address(const http::request_view& request, bool behind_proxy) {
    std::string_view forwarded;
    for (const http::field_view& field : request.fields) {
        if (behind_proxy && equals_ignoring_case(field.name, "X-Forwarded-For")) {
            forwarded = field.value;
        }
    }
    const auto comma = forwarded.rfind(',');
    if (comma != forwarded.npos) forwarded.remove_prefix(comma + 1);
    std::string address = canonical(trimmed(forwarded));
    return address.empty() ? canonical(request.peer) : address;
}

std::string client_network(const http::request_view& request, bool behind_proxy) {
    return network_of(client_address(request, behind_proxy));
}

}  // namespace partner_center
