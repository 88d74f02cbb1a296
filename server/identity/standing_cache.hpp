// Who was lately in good standing with the directory, so that it need not be asked for each
// request. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <unordered_map>

#include "server/identity/principal.hpp"

namespace partner_center {

using precise_time = std::chrono::sys_time<std::chrono::milliseconds>;

/// A directory's answer is believed for so long; half of what a disabled caller may go on for.
/// Source: wire contract, "Decisions that close gaps".
inline constexpr std::chrono::milliseconds standing_age_max{500};

/// One per reactor, used on its thread only. Remembers good answers only: who was refused is asked
/// about again. As nothing in it lives long, it starts anew when it is full.
class standing_cache {
public:
    static constexpr std::size_t entries_max = 4096;

    /// The cloud of a caller (tenant, application, user) that was good less than standing_age_max
    /// before `now`; null when it was not. Allocates nothing.
    [[nodiscard]] const cloud* where(const principal& caller, precise_time now) const;

    /// True when that is the caller's own cloud.
    [[nodiscard]] bool is_good(const principal& caller, precise_time now) const;

    /// The directory was asked at `now` and found the caller good.
    void remember(const principal& caller, precise_time now);

    [[nodiscard]] std::size_t size() const { return entries_.size(); }

private:
    struct key {
        guid application_id{};
        std::optional<guid> user_id{};
        bool operator==(const key&) const = default;
    };
    struct key_hash {
        [[nodiscard]] std::size_t operator()(const key& of) const;
    };
    struct entry {
        guid partner_id{};
        const cloud* where{};
        precise_time asked{};
    };

    std::unordered_map<key, entry, key_hash> entries_{};
};

}  // namespace partner_center
