// Who is calling: what gives the client a bearer token for each call.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <partner_center/clouds.hpp>
#include <partner_center/error.hpp>
#include <partner_center/export.hpp>
#include <partner_center/transport.hpp>

namespace partner_center {

/// Takes a token, or why there is none.
using token_handler = std::function<void(outcome<std::string>)>;

/// Gives bearer tokens. Implementations may keep a token but are safe to use from several threads.
class PARTNER_CENTER_EXPORT credential {
public:
    credential() = default;
    credential(const credential&) = delete;
    credential& operator=(const credential&) = delete;
    virtual ~credential() = default;

    /// A token that is good for a call made now. Asked before each call, so it has to be quick when
    /// nothing changed.
    [[nodiscard]] virtual outcome<std::string> bearer_token() const = 0;

    /// Hands to `done`, once, what bearer_token() would return, on any thread and maybe before this
    /// returns. Unless it is overridden, it asks on the caller's thread, which is right for a
    /// credential that never waits. Bounds are the client's business: who no longer waits for the
    /// token takes no notice of it.
    virtual void bearer_token_async(token_handler done) const;
};

/// Tells the time; tests give their own.
using clock_function = std::function<std::chrono::system_clock::time_point()>;

/// An application that is registered in a partner's tenant (a GUID or a domain name).
struct application {
    std::string tenant{};         ///< the partner's: a GUID or a domain
    std::string client_id{};      ///< a GUID
    std::string client_secret{};  ///< empty: a public application
};

/// Reads PARTNERCTL_TENANT, PARTNERCTL_CLIENT_ID and PARTNERCTL_CLIENT_SECRET; blank where unset.
PARTNER_CENTER_EXPORT [[nodiscard]] application application_from_environment();

/// The two forms of the authority's token endpoint. Source: wire contract, section 5.2.
enum class token_endpoint { v2, v1 };

/// A file that keeps tokens from one run of a program to the next: those of one credential, which
/// it must not share with another. It is readable by its owner only (0600) and replaced as a whole.
/// Programs that run at the same time may have the same file: what one has renewed, the others
/// take. There is no lock between them. Of two that renew at once the last to write counts; the
/// tokens of both are good, unless the authority takes each refresh token only once and refuses the
/// slower.
struct token_cache_options {
    std::string file{};  ///< empty: tokens are kept in memory only
    /// Told, in a text for people, when the file cannot be read or written; work goes on without.
    /// A file of another application counts as empty, a damaged one likewise.
    std::function<void(std::string_view problem)> on_problem{};
};

/// What all credentials that ask an authority can be told.
struct authority_options {
    token_endpoint endpoint{};                                     ///< which of its token endpoints
    std::shared_ptr<const partner_center::transport> transport{};  ///< empty: over libcurl
    exchange_limits limits{};                                      ///< of each exchange with it
    clock_function clock{};                                        ///< empty: the system's
    token_cache_options cache{};  ///< for tokens, from one run to the next
};
using application_credential_options = authority_options;

/// The tokens of an application calling in its own name, asked of the cloud's authority. One
/// request is made (with the transport's exchange_async()) however many calls of either form need a
/// token, and goes on when one of them gives up; who still waits when the credential is destroyed
/// gets a cancelled error. A token is renewed a tenth of its lifetime, at most five minutes, before
/// it expires, and not used in its last 30 seconds. Lifetimes count from receipt, by our clock.
/// Failures are not remembered.
class PARTNER_CENTER_EXPORT application_credential final : public credential {
public:
    /// Asks the cloud's authority.
    application_credential(const cloud& where, application who);
    /// The same with options. Calls fail with bad_input when tenant, client id or secret is blank.
    application_credential(
        const cloud& where, application who, application_credential_options options
    );

    [[nodiscard]] outcome<std::string> bearer_token() const override;
    void bearer_token_async(token_handler done) const override;

private:
    std::shared_ptr<const credential> keeper_;
};

/// A token that you bring. Refuses calls in the last 30 seconds before it expires.
class PARTNER_CENTER_EXPORT static_credential final : public credential {
public:
    /// By the system's clock.
    static_credential(std::string token, std::chrono::system_clock::time_point expires_at);
    /// By a clock of the caller's. REQUIRES: the clock is not empty.
    static_credential(
        std::string token, std::chrono::system_clock::time_point expires_at, clock_function clock
    );

    [[nodiscard]] outcome<std::string> bearer_token() const override;

private:
    std::string token_;
    std::chrono::system_clock::time_point expires_at_;
    clock_function clock_;
};

}  // namespace partner_center
