// The rings of the access audit. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#include "server/observe/profile_reads.hpp"

#include <boost/lockfree/spsc_queue.hpp>

#include "server/observe/metrics.hpp"

namespace partner_center {

class access_audit::ring final : public profile_reads {
public:
    void write(const profile_read& read) override {
        if (!queue_.push(read)) dropped_.add(1);
    }
    void take_all(const std::function<void(const profile_read&)>& take) {
        queue_.consume_all(take);
    }
    [[nodiscard]] std::uint64_t dropped() const { return dropped_.value(); }

private:
    boost::lockfree::spsc_queue<profile_read> queue_{profile_reads_max};
    counter dropped_{};
};

access_audit::access_audit() = default;
access_audit::~access_audit() = default;

profile_reads& access_audit::add_reactor() {
    const std::lock_guard lock{mutex_};
    return *rings_.emplace_back(std::make_shared<ring>());
}

void access_audit::take_all(const std::function<void(const profile_read&)>& take) {
    std::vector<std::shared_ptr<ring>> rings;
    {
        const std::lock_guard lock{mutex_};
        rings = rings_;
    }
    for (const auto& each : rings) each->take_all(take);
}

std::uint64_t access_audit::dropped() const {
    const std::lock_guard lock{mutex_};
    std::uint64_t sum = 0;
    for (const auto& each : rings_) sum += each->dropped();
    return sum;
}

}  // namespace partner_center
