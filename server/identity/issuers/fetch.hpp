// One GET of a small document from a host that the operator named. Calls libcurl.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace partner_center {

struct fetch_limits {
    std::chrono::milliseconds connect{5'000};
    std::chrono::milliseconds total{10'000};
    std::size_t bytes_max{256 * 1024};
};

/// What came of it.
struct fetched {
    std::string_view problem{};  ///< a constant, for people; empty: all went well
    std::string body{};
    std::optional<std::chrono::seconds> max_age{};  ///< of Cache-Control; 0 for no-store, no-cache
};

/// Whether libcurl can be loaded.
[[nodiscard]] bool can_fetch();

/// Waits until the document is there, a limit is reached or `stop` is requested. The only answer
/// that is taken is 200: redirects are not followed. TLS 1.2 at least; the host's certificate has
/// to be vouched for by `ca_file`, or by the system's authorities when that is empty. Fails for
/// URLs that are not is_fetchable(). Thread-safe.
[[nodiscard]] fetched fetch(
    const std::string& url,
    const std::filesystem::path& ca_file,
    const fetch_limits& limits,
    const std::stop_token& stop
);

}  // namespace partner_center
