// The tokens of one credential in a file of their own, between runs of a program.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <partner_center/credential.hpp>

namespace partner_center::detail {

/// A token and until when it is used: from `refresh_at` a new one is sought, from `usable_until`
/// this one is not given out any more.
struct kept_token {
    std::string text{};
    std::chrono::system_clock::time_point refresh_at{};
    std::chrono::system_clock::time_point usable_until{};
    std::string refresh_token{};  ///< empty: none
};

/// Reads and replaces the file of a token_cache_options; does nothing when that names none.
/// Problems are told to its callback, and nothing else comes of them. Not for several threads at
/// once.
class token_file {
public:
    /// `owner` says whose tokens they are; a file of another owner counts as empty.
    token_file(token_cache_options where, std::string owner);

    [[nodiscard]] std::optional<kept_token> read() const;
    void write(const kept_token& token) const;

private:
    void tell(std::string_view what) const;

    token_cache_options where_;
    std::string owner_;
};

}  // namespace partner_center::detail
