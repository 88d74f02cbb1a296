// Running partnerd: everything from an open store to a clean end.
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>

#include "server/config.hpp"

namespace partner_center {

/// Serves until SIGTERM or SIGINT, then finishes what is in flight. Throws, with a text for the
/// operator, when it cannot start: listen_error, store_error, file_error, usage_error and the like.
void serve(const config& settings);

/// What makes a fresh access token each time it is called, another one than before: for the first
/// application of a demo partner, from DATA's key. Throws demo_error when DATA holds no demo world,
/// and usage_error when the partner is not in it.
[[nodiscard]] std::function<std::string()> demo_token_maker(const token_request& request);

}  // namespace partner_center
