// A handler that is called exactly once, whatever becomes of those who were to call it.
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <functional>
#include <utility>

#include <partner_center/error.hpp>

namespace partner_center::detail {

/// Hands the first outcome that it is given to its handler; shared by all who may give one. Dropped
/// without any, it gives an error itself, so that nobody waits for ever. Safe to use from several
/// threads.
template <class T>
class completion {
public:
    explicit completion(std::function<void(outcome<T>)> done) : done_{std::move(done)} {}
    completion(const completion&) = delete;
    completion& operator=(const completion&) = delete;
    ~completion() {
        if (is_complete_) return;
        complete(error{.description = "the call was dropped without an outcome"});
    }

    [[nodiscard]] bool is_complete() const { return is_complete_; }

    void complete(outcome<T> value) noexcept {
        if (is_complete_.exchange(true)) return;
        // What the handler holds must not live as long as the slowest of those who share this.
        const auto done = std::move(done_);
        try {
            done(std::move(value));
        } catch (...) {
            return;  // the handler's own business, and nobody is there to be told
        }
    }

private:
    std::atomic<bool> is_complete_{};
    std::function<void(outcome<T>)> done_;
};

}  // namespace partner_center::detail
