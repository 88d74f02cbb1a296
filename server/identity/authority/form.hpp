// What clients of a token endpoint send: form data and HTTP Basic credentials. Calls base64url.cpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <partner_center/http.hpp>

namespace partner_center::oauth {

/// Decoded form data (application/x-www-form-urlencoded): each name once.
class form {
public:
    /// Nothing when an escape is broken or a name comes twice.
    [[nodiscard]] static std::optional<form> parse(std::string_view text);

    /// The value, empty when absent: OAuth makes no difference (RFC 6749, section 3.1).
    [[nodiscard]] std::string_view find(std::string_view name) const;

private:
    /// Sorted by name.
    std::vector<std::pair<std::string, std::string>> parameters_{};
};

/// Whether the body of a request is form data, by its Content-Type.
[[nodiscard]] bool is_form(const http::request_view& request);

/// A client's name for itself and its proof.
struct client_proof {
    std::string client_id{};
    std::string secret{};
};

[[nodiscard]] bool is_basic(std::string_view authorization);

/// Reads "Basic …"; both halves are form-encoded inside (RFC 6749, section 2.3.1). Nothing when it
/// cannot be read.
[[nodiscard]] std::optional<client_proof> parse_basic(std::string_view authorization);

}  // namespace partner_center::oauth
