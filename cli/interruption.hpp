// Ctrl-C as a stop_token. Calls the system.
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <stop_token>
#include <thread>

#include <signal.h>

namespace partner_center::cli {

/// From its construction on, the first SIGINT requests a stop, so that what is under way ends in
/// order; the second ends the process with 130. There may be one at a time, made before any other
/// thread.
class interruption {
public:
    interruption();
    ~interruption();
    interruption(const interruption&) = delete;
    interruption& operator=(const interruption&) = delete;

    [[nodiscard]] std::stop_token token() const { return source_.get_token(); }

    /// While it is held, SIGINT is somebody else's: the editor's.
    void hold(bool is_held) { is_held_ = is_held; }

private:
    void wait_for_signals();

    std::stop_source source_{};
    std::atomic<bool> is_held_{};
    std::atomic<bool> is_over_{};
    sigset_t before_{};
    std::thread waiter_{};
};

}  // namespace partner_center::cli
