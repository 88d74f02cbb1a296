// Tokens of people: they sign in on another device or in a browser, or a refresh token stands for
// them. What they let an application do is called App+User.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include <partner_center/clouds.hpp>
#include <partner_center/credential.hpp>
#include <partner_center/export.hpp>
#include <partner_center/timer.hpp>

namespace partner_center {

/// What to show to a person who is to sign in on a device of his or her choice.
struct device_code_prompt {
    std::string user_code{};                  ///< to be typed: "BCDF-GHJK"
    std::string verification_uri{};           ///< where to enter the code
    std::string verification_uri_complete{};  ///< with the code in it; empty when there is none
    std::string message{};                    ///< all of it in a sentence, as the authority says it
    std::chrono::seconds expires_in{};        ///< for so long the code is good
};

/// For make_device_code_credential().
struct device_code_options {
    authority_options authority{};  ///< how it is asked
    /// Called on the thread that asks for a token, or on the transport's. It should not wait and
    /// must not throw.
    std::function<void(const device_code_prompt&)> show{};
    std::stop_token stop{};  ///< ends a sign-in under way: calls fail as cancelled
    timer_function timer{};  ///< empty: make_timer()
};

/// Signs a person in with a device code when a token is first needed, and again when the authority
/// takes the refresh token no more; in between tokens are renewed without anybody. Tokens are kept
/// as application_credential keeps them, and no thread waits for the person. Calls fail as
/// unauthorized with `code` "expired_token", "access_denied" or "authorization_declined".
/// An application without a secret is a public one. REQUIRES: `show` is not empty.
/// Source: RFC 8628; wire contract, section 5.2.
PARTNER_CENTER_EXPORT [[nodiscard]] std::shared_ptr<const credential> make_device_code_credential(
    const cloud& where, const application& who, const device_code_options& options
);

/// For make_authorization_code_credential().
struct authorization_code_options {
    authority_options authority{};  ///< how it is asked
    /// Given the address that a browser has to open; no browser is started by the library. It may
    /// wait, and should not throw.
    std::function<void(const std::string& url)> open{};
    /// The host of the redirect URI, as it is registered for the application (with any port and no
    /// path): "localhost" or "127.0.0.1". The socket listens on 127.0.0.1 alone.
    std::string redirect_host{"localhost"};
    std::string login_hint{};                                    ///< who is expected to sign in
    std::chrono::milliseconds timeout{std::chrono::minutes{5}};  ///< for the person
    std::stop_token stop{};  ///< ends a sign-in under way: calls fail as cancelled
};

/// As make_device_code_credential(), but people sign in with a browser on this machine, which comes
/// back to a port that is open meanwhile (authorization code with PKCE). Requests there that do not
/// carry the state of this sign-in are refused and do not count. A thread waits for the browser.
/// Calls fail as unauthorized with `code` "access_denied" when the person declines and as
/// request_timeout when nobody comes. REQUIRES: `open` is not empty.
/// Source: RFC 7636, RFC 8252; wire contract, section 5.2.
PARTNER_CENTER_EXPORT [[nodiscard]] std::shared_ptr<const credential>
make_authorization_code_credential(
    const cloud& where, const application& who, const authorization_code_options& options
);

/// For make_refresh_token_credential().
struct refresh_token_options {
    authority_options authority{};  ///< how it is asked
    /// Told each refresh token that takes the place of the one before, to be kept in a safe place:
    /// the old one may not be taken again. It should not wait and must not throw.
    std::function<void(const std::string& refresh_token)> on_renewed{};
};

/// The tokens that a refresh token stands for: a program goes on calling in the name of a person
/// who consented once (the secure application model). A cache's own refresh token goes before
/// `refresh_token`. Calls fail as unauthorized with `code` "invalid_grant" when it is not taken.
/// Source: wire contract, sections 5.1 and 5.2.
PARTNER_CENTER_EXPORT [[nodiscard]] std::shared_ptr<const credential> make_refresh_token_credential(
    const cloud& where,
    const application& who,
    std::string refresh_token,
    const refresh_token_options& options
);

}  // namespace partner_center
