// The keys as operators see them. Calls identity/key_ring.cpp.
// SPDX-License-Identifier: MIT
#include "server/keys.hpp"

#include <chrono>
#include <optional>
#include <vector>

#include <fmt/chrono.h>

#include "server/data_directory.hpp"
#include "server/identity/key_ring.hpp"
#include <partner_center/json.hpp>

namespace partner_center {

/// A key as it is printed. Source: docs/operations.md.
struct printed_key {
    std::string kid{};
    std::string since{};
    std::optional<std::string> until{};
};
BOOST_DESCRIBE_STRUCT(printed_key, (), (kid, since, until))

namespace {

[[nodiscard]] std::string rfc3339(system_time time) {
    return fmt::format("{:%FT%TZ}", fmt::gmtime(time));
}

}  // namespace

std::string manage_keys(const keys_request& request) {
    const std::filesystem::path folder = keys_in(request.data);
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const key_ring keys = request.rotate ? rotate_keys(folder, now) : read_keys(folder);
    std::vector<printed_key> list{
        {.kid = keys.signing.id(), .since = rfc3339(keys.since), .until = {}}};
    for (const auto& [key, since, until] : keys.retired) {
        if (now < until) list.push_back({key.id(), rfc3339(since), rfc3339(until)});
    }
    return to_json(list);
}

}  // namespace partner_center
