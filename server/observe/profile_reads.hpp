// Who read which billing profile: each reactor puts its reads into a bounded ring, and one thread
// takes them out and has them written (server/housekeeper.cpp). Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include <partner_center/guid.hpp>

namespace partner_center {

/// One read. Ids alone: nothing of what was read.
struct profile_read {
    guid partner_id{};
    guid application_id{};
    std::optional<guid> user_id{};  ///< of App+User tokens
    guid customer_id{};
    std::chrono::system_clock::time_point at{};
    std::array<char, guid_text_length> correlation_id{};
};

/// Reads that wait to be taken, per reactor; more are dropped and counted.
inline constexpr std::size_t profile_reads_max = 16'384;

/// Where one reactor puts its reads; used by one thread. Never waits, never allocates.
class profile_reads {
public:
    virtual ~profile_reads() = default;
    virtual void write(const profile_read& read) = 0;
};

/// The rings of all reactors. Thread-safe; take_all() is for one thread at a time.
class access_audit {
public:
    access_audit();
    ~access_audit();
    access_audit(const access_audit&) = delete;
    access_audit& operator=(const access_audit&) = delete;

    /// The ring of one more reactor, which stays ours.
    [[nodiscard]] profile_reads& add_reactor();

    /// Hands over, and forgets, what waits by now.
    void take_all(const std::function<void(const profile_read&)>& take);

    /// How many reads found their ring full since the start.
    [[nodiscard]] std::uint64_t dropped() const;

private:
    class ring;
    mutable std::mutex mutex_{};  // guards the list, not the rings
    std::vector<std::shared_ptr<ring>> rings_{};
};

}  // namespace partner_center
