// What the directory's words have in common: the store they work on, what a request may say, what
// is printed. Calls the store's directory and the codec.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "server/directory_commands.hpp"
#include "server/identity/seal.hpp"
#include "store/sqlite.hpp"
#include "store/store.hpp"
#include <partner_center/json.hpp>

namespace partner_center {

/// Where a word is carried out: the store, opened when it is first asked for, and who gives
/// secrets.
class directory_desk {
public:
    directory_desk(const directory_request& request, const secret_source& read_secret)
        : request_{request}, read_secret_{read_secret} {}

    [[nodiscard]] partner_center::store& store();
    [[nodiscard]] directory& tenants() { return store().tenants(); }
    /// What second factors' secrets are sealed with; made when it is not there.
    [[nodiscard]] sealing_key second_factor_key() const;
    [[nodiscard]] std::string ask(std::string_view prompt) const { return read_secret_(prompt); }

private:
    const directory_request& request_;
    const secret_source& read_secret_;
    std::optional<sqlite_file> file_{};
    std::optional<partner_center::store> store_{};
};

/// Of names and secrets.
inline constexpr std::size_t text_bytes_max = 256;

// What is wrong with the request by itself: usage_error.

[[noreturn]] void misused(std::string_view flag, std::string_view text, std::string_view expected);

/// On one line, without control characters.
[[nodiscard]] bool is_printable(std::string_view text);
/// Printable ASCII without blanks.
[[nodiscard]] bool is_plain(std::string_view text);
/// Of ASCII.
[[nodiscard]] std::string lower_case(std::string text);
/// Labels of letters, digits and hyphens with dots between them (RFC 1123), at least two. REQUIRES:
/// lower case.
[[nodiscard]] bool is_domain(std::string_view text);

[[nodiscard]] guid read_id(std::string_view flag, const std::string& text);
[[nodiscard]] guid id_or_new(const directory_request& request);
[[nodiscard]] std::string checked_name(const std::string& name);

// What the directory says: directory_error.

void require(bool done, const std::string& otherwise);

/// A secret and whether it has to be shown because nobody else knows it.
struct chosen_secret {
    std::string text{};
    bool made{};

    [[nodiscard]] std::optional<std::string> to_show() const {
        return made ? std::optional{text} : std::nullopt;
    }
};

/// As it is read from stdin, or a new one. `what` names it: "secret".
[[nodiscard]] chosen_secret choose_secret(
    directory_desk& desk, const directory_request& request, std::string_view what
);

/// By tenant id or domain.
[[nodiscard]] partner_record partner_of(directory_desk& desk, const std::string& name);

/// For a list: of one partner, or of all when none is named.
[[nodiscard]] std::optional<guid> partner_id_of(
    directory_desk& desk, const directory_request& request
);

/// Of the named partner, when one is.
template <class Record>
[[nodiscard]] Record owned(
    directory_desk& desk,
    const directory_request& request,
    std::optional<Record> found,
    const std::string& what
) {
    const auto partner = partner_id_of(desk, request);
    const bool is_theirs = found && (!partner || found->partner_id == *partner);
    if (!is_theirs) throw directory_error{"there is no " + what};
    return *std::move(found);
}

// What is printed.

template <class Entry>
[[nodiscard]] std::string printed(const Entry& entry) {
    return to_json(entry) + '\n';
}

template <class Records>
[[nodiscard]] std::string list_of(const Records& records, auto to_entry) {
    if (records.empty()) return "[]\n";
    std::string out = "[";
    for (const auto& each : records) {
        out += out.size() == 1 ? "\n" : ",\n";
        append_json(out, to_entry(each));
    }
    return out + "\n]\n";
}

// The words of each noun.

[[nodiscard]] std::span<const directory_word> partner_words();
[[nodiscard]] std::span<const directory_word> application_words();
[[nodiscard]] std::span<const directory_word> user_words();
[[nodiscard]] std::span<const directory_word> customer_words();

}  // namespace partner_center
