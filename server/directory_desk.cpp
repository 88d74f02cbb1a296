// Checks what requests say, and finds whom they name.
// SPDX-License-Identifier: MIT
#include "server/directory_desk.hpp"

#include <algorithm>

#include <boost/describe/class.hpp>
#include <fmt/format.h>

#include "server/config.hpp"
#include "server/data_directory.hpp"
#include "server/identity/key_ring.hpp"
#include "server/identity/random.hpp"
#include "server/identity/secret_hasher.hpp"
#include "store/block_on.hpp"

namespace partner_center {

struct printed_text {
    std::string text{};
};
BOOST_DESCRIBE_STRUCT(printed_text, (), (text))

namespace {

constexpr std::size_t secret_characters_min = 12;

/// Checked as JSON would check it: what is not UTF-8 could not be printed.
[[nodiscard]] bool is_utf8(std::string_view text) {
    const printed_text quoted{.text = std::string{text}};
    return from_json<printed_text>(to_json(quoted), json_reading::strict).has_value();
}

[[nodiscard]] std::string checked_secret(std::string secret, std::string_view what) {
    const auto characters =
        std::ranges::count_if(secret, [](unsigned char c) { return (c & 0xC0U) != 0x80U; });
    const bool long_enough = static_cast<std::size_t>(characters) >= secret_characters_min;
    require(
        long_enough, fmt::format("a {} has {} characters at least", what, secret_characters_min)
    );
    require(
        secret.size() <= text_bytes_max,
        fmt::format("a {} has {} bytes at most", what, text_bytes_max)
    );
    require(
        is_printable(secret) && is_utf8(secret),
        fmt::format("a {} is one line of UTF-8 without control characters", what)
    );
    return secret;
}

}  // namespace

store& directory_desk::store() {
    if (!store_) {
        make_data_directory(request_.data);
        store_.emplace(file_.emplace(sqlite_options{.file = request_.database}).connect());
    }
    return *store_;
}

sealing_key directory_desk::second_factor_key() const {
    make_data_directory(request_.data);
    return load_or_create_sealing_key(second_factor_key_file(keys_in(request_.data)));
}

void misused(std::string_view flag, std::string_view text, std::string_view expected) {
    throw usage_error{fmt::format("{}: '{}' is not {}", flag, text, expected)};
}

bool is_printable(std::string_view text) {
    return std::ranges::none_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

bool is_plain(std::string_view text) {
    return std::ranges::all_of(text, [](unsigned char c) { return c > 0x20 && c < 0x7F; });
}

std::string lower_case(std::string text) {
    for (char& each : text) {
        if (each >= 'A' && each <= 'Z') each = static_cast<char>(each - 'A' + 'a');
    }
    return text;
}

bool is_domain(std::string_view text) {
    if (text.size() > 253 || text.find('.') == std::string_view::npos) return false;
    for (;;) {
        const std::string_view label = text.substr(0, text.find('.'));
        const bool good = !label.empty() && label.size() <= 63 && label.front() != '-' &&
                          label.back() != '-' && std::ranges::all_of(label, [](char c) {
                              return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
                          });
        if (!good) return false;
        if (label.size() == text.size()) return true;
        text.remove_prefix(label.size() + 1);
    }
}

guid read_id(std::string_view flag, const std::string& text) {
    const auto id = parse_guid(text);
    if (!id || id->is_zero()) misused(flag, text, "a GUID");
    return *id;
}

guid id_or_new(const directory_request& request) {
    return request.id.empty() ? random_guid() : read_id("--id", request.id);
}

std::string checked_name(const std::string& name) {
    const bool good = !name.empty() && name.size() <= text_bytes_max && is_printable(name) &&
                      name.find_first_not_of(' ') != std::string::npos && is_utf8(name);
    if (!good) misused("--name", name, "a name of 1 to 256 bytes in UTF-8, on one line");
    return name;
}

void require(bool done, const std::string& otherwise) {
    if (!done) throw directory_error{otherwise};
}

chosen_secret choose_secret(
    directory_desk& desk, const directory_request& request, std::string_view what
) {
    if (!request.secret_from_stdin) return {make_secret(), true};
    return {checked_secret(desk.ask(what), what), false};
}

partner_record partner_of(directory_desk& desk, const std::string& name) {
    const auto id = parse_guid(name);
    auto found =
        block_on(id ? desk.tenants().find_partner(*id) : desk.tenants().find_partner(name));
    if (!found) throw directory_error{fmt::format("there is no partner '{}'", name)};
    return *std::move(found);
}

std::optional<guid> partner_id_of(directory_desk& desk, const directory_request& request) {
    if (request.partner.empty()) return {};
    return partner_of(desk, request.partner).id;
}

}  // namespace partner_center
