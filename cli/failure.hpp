// What ends a command early: the statuses that partnerctl ends with, and texts that say what to do
// next. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <stdexcept>
#include <string>

#include <partner_center/error.hpp>
#include <partner_center/operation.hpp>

namespace partner_center::cli {

/// The statuses that scripts rely on.
enum class exit_status {
    ok = 0,
    error = 1,
    usage = 2,
    not_found = 3,
    refused = 4,  ///< not signed in, or not allowed
    conflict = 5,
    throttled = 6,
    invalid_input = 7,
    interrupted = 130,
};

/// Why a command cannot go on; its text says what to do about it. Thrown by commands, as
/// partner_error is, and caught once, by run().
class failure : public std::runtime_error {
public:
    failure(exit_status status, const std::string& text)
        : std::runtime_error{text}, status_{status} {}
    [[nodiscard]] exit_status status() const noexcept { return status_; }

private:
    exit_status status_;
};

/// The status that stands for a failed call.
[[nodiscard]] exit_status status_of(const error& problem);

/// True when somebody else changed what a change was meant for.
[[nodiscard]] bool is_stale(const error& problem);

/// What a command was about to do.
struct attempt {
    std::optional<permission> needed{};
    bool takes_request_id{};  ///< it has --request-id
};

/// What happened, what to do next, and the ids for whoever runs the service; several lines without
/// the last one's end, and without control characters.
[[nodiscard]] std::string text_of(const error& problem, const attempt& what);

}  // namespace partner_center::cli
