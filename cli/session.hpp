// What a command works with: the client of whoever is signed in, the output, Ctrl-C. Calls
// profile.cpp and the SDK.
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "cli/failure.hpp"
#include "cli/interruption.hpp"
#include "cli/output.hpp"
#include "cli/profile.hpp"
#include <partner_center/client.hpp>

namespace partner_center::cli {

/// What the words before and after a noun say.
struct global_options {
    std::string profile{};
    std::string url{};
    std::string cloud{};
    bool trace{};
    output_options output{};
};

/// Who calls, and where: a profile with the addresses that it is used with.
struct identity {
    std::string name{};  ///< of the profile; empty: the environment's
    profile who{};
    std::string token{};  ///< PARTNERCTL_TOKEN; goes before everything else
};

/// One run of partnerctl. What it holds is made when a command first asks for it, so that words
/// that need no network open none. Not for several threads; the client is.
class session {
public:
    /// Where commands read what the global words said, once all words have been read.
    global_options options{};

    session() = default;
    session(const session&) = delete;
    session& operator=(const session&) = delete;

    /// The client of whoever is signed in; its calls end when Ctrl-C is pressed. `needed` is what
    /// it is going to be used for, so that a refusal can name the roles. Throws `failure` when
    /// nobody is signed in.
    [[nodiscard]] const client& api(permission needed);

    /// The same for a command that has --request-id: calls carry that id unless it is empty. Throws
    /// `failure` when it is no GUID.
    [[nodiscard]] client api(permission needed, const std::string& request_id);

    /// Who api() calls as. Throws as it does.
    [[nodiscard]] identity who() const;

    /// A transport with retries that tells on stderr what it waits for, and what --trace asks for.
    [[nodiscard]] std::shared_ptr<const transport> network();

    /// Throws `failure` when --query cannot be understood.
    [[nodiscard]] output& out();

    [[nodiscard]] interruption& interrupt();
    [[nodiscard]] const attempt& attempted() const { return attempted_; }

private:
    std::optional<interruption> interruption_{};
    std::shared_ptr<const transport> network_{};
    std::optional<client> client_{};
    std::optional<output> output_{};
    attempt attempted_{};
};

/// The cloud of a profile, with the profile's addresses. Views into the profile.
[[nodiscard]] cloud cloud_of(const profile& who);

/// What gives the profile's tokens without asking anybody. Tokens are kept in `token_file` (empty:
/// nowhere). Throws `failure` when the certificate cannot be read.
[[nodiscard]] std::shared_ptr<const credential> credential_of(
    const profile& who, authority_options options
);

/// A token of the caller, or why there is none.
[[nodiscard]] outcome<std::string> token_of(
    const identity& caller, const std::shared_ptr<const transport>& network
);

/// The options of an authority for tokens that are kept in that file.
[[nodiscard]] authority_options authority_with(
    std::shared_ptr<const transport> network, const std::filesystem::path& file
);

}  // namespace partner_center::cli
