// The scripted transport. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#include <utility>

#include <partner_center/testing/fake_transport.hpp>

namespace partner_center::testing {

void fake_transport::answer(outcome<http::response> next) {
    const std::lock_guard lock{mutex_};
    script_.push_back(std::move(next));
}

std::vector<outgoing_request> fake_transport::requests() const {
    const std::lock_guard lock{mutex_};
    return requests_;
}

outcome<http::response> fake_transport::exchange(const outgoing_request& outgoing) const {
    const std::lock_guard lock{mutex_};
    requests_.push_back(outgoing);
    if (script_.empty()) {
        return error{.description = "the fake transport has no answer left in its script"};
    }
    outcome<http::response> next = std::move(script_.front());
    script_.pop_front();
    return next;
}

}  // namespace partner_center::testing
