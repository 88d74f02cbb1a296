// Sign-in on another device (RFC 8628): a client asks for codes, a person enters one in a browser,
// the client polls for tokens. Calls the store's proofs and user_grants.cpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "server/identity/authority/token_request.hpp"

namespace partner_center::oauth {

/// Whether this grant type is the device code's: RFC 8628's name, or Entra ID's short one.
[[nodiscard]] bool is_device_grant(std::string_view grant_type);

/// A user code as people read it: with a hyphen in its middle.
[[nodiscard]] std::string readable_code(std::string_view user_code);

/// The grant: what the person has decided, or that the client has to wait. Source: RFC 8628,
/// sections 3.4 and 3.5; the code comes as `device_code`, in v1 as `code` too.
[[nodiscard]] awaitable<reply> answer_device_code(
    const exchange& x, const form& parameters, proven_client client
);

}  // namespace partner_center::oauth
