// What the authority says to a browser: its pages, redirects and cookies. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/identity/authority/endpoints.hpp"
#include "server/identity/authority/refusal.hpp"

namespace partner_center::oauth {

/// Names and values for an application, in order.
using response_parameters = std::vector<std::pair<std::string_view, std::string>>;

/// A page that says why nothing can be done here, with the refusal's status.
[[nodiscard]] content error_page(const refusal& problem);

/// A page that says one thing.
[[nodiscard]] content message_page(std::string_view title, std::string_view message);

/// What the sign-in pages show and send back.
struct sign_in_form {
    std::string action{};        ///< where it is sent
    std::string application{};   ///< its name
    std::string sealed{};        ///< sent back as it is
    std::string user_name{};     ///< filled in already
    std::string_view problem{};  ///< of the last attempt; empty: none
};

/// Asks for user name and password.
[[nodiscard]] content password_page(const sign_in_form& form);

/// Asks for the six digits.
[[nodiscard]] content digits_page(const sign_in_form& form);

/// What the page shows on which a person enters a device's code.
struct device_code_form {
    std::string action{};
    std::string sealed{};
    std::string user_code{};     ///< filled in already
    std::string_view problem{};  ///< of the last attempt; empty: none
};

/// Asks for the code that the other device shows.
[[nodiscard]] content device_code_page(const device_code_form& form);

/// What a person is asked to allow to a device.
struct device_consent {
    std::string action{};
    std::string application{};
    std::string sealed{};
    std::string user_code{};  ///< as the device shows it
    std::string user_name{};  ///< who allows it
    std::string resource{};   ///< what the application will call
    bool stays_signed_in{};   ///< it gets a refresh token
};

/// Asks whether to allow it: sends back `decision`, "allow", "deny" or "other" (account).
[[nodiscard]] content device_consent_page(const device_consent& asked);

/// Redirects the browser to an application, with parameters in the query or behind the '#'.
[[nodiscard]] content redirect(
    const exchange& x, std::string_view uri, char mark, const response_parameters& parameters
);

/// A page that posts the parameters to an application: by itself where scripts run, and at the
/// press of its button.
[[nodiscard]] content posting_page(std::string_view uri, const response_parameters& parameters);

/// The value of a cookie of ours; empty when the browser sent none.
[[nodiscard]] std::string_view find_cookie(const exchange& x, std::string_view name);

/// Sets a cookie for as long as the browser is open; an empty value deletes it. Over https its name
/// gets the prefix __Host-, so that no other host can set it.
void set_cookie(const exchange& x, content& answer, std::string_view name, std::string_view value);

}  // namespace partner_center::oauth
