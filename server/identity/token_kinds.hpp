// Tokens for other people's tests: good ones, and each kind of bad one with the answer that it must
// get. For data of --demo only. Calls signing_key.cpp and OpenSSL.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/identity/signing_key.hpp"
#include "server/identity/token.hpp"
#include <partner_center/clouds.hpp>
#include <partner_center/guid.hpp>

namespace partner_center {

/// Whom a token speaks of.
struct token_subject {
    guid tenant_id{};
    std::string issuer{};
    guid application_id{};
};

/// What tokens are made of.
struct token_order {
    const signing_key& key;
    token_subject subject{};
    token_subject other{};                 ///< of another partner of the sample data
    std::optional<signed_in_user> user{};  ///< none: an app-only token
    const cloud* where{&clouds::global};
    std::string audience{};
    system_time issued_at{};
    std::chrono::seconds lifetime{3599};
};

struct token_draft;

/// A kind and the answer of the API to a GET of a customer's billing profile with such a token.
struct token_kind {
    std::string_view name{};
    unsigned status{};
    int code{};  ///< of the fault; 0: none
    std::string_view meaning{};
    bool of_user{};  ///< an App+User token always
    void (*alter)(token_draft&, const token_order&){};
    std::string (*seal)(const token_draft&, const token_order&){};
};

/// The first is the good one.
[[nodiscard]] std::span<const token_kind> token_kinds();

/// Null when there is none of that name.
[[nodiscard]] const token_kind* find_token_kind(std::string_view name);

/// A fresh token. REQUIRES: a user, when the kind is of users. Source: contract, section 5.4.
[[nodiscard]] std::string make_token(const token_kind& kind, const token_order& order);

}  // namespace partner_center
