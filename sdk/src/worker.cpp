// Starting and ending threads. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#include "sdk/src/worker.hpp"

#include <csignal>
#include <utility>

namespace partner_center::detail {
namespace {

thread_local bool is_worker = false;

/// Keeps all signals from this thread, and from those that it starts, which inherit the mask.
class blocked_signals {
public:
    blocked_signals() {
        sigset_t all{};
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    ~blocked_signals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    blocked_signals(const blocked_signals&) = delete;
    blocked_signals& operator=(const blocked_signals&) = delete;

private:
    sigset_t before_{};
};

}  // namespace

std::thread start_worker(std::function<void()> work) {
    const blocked_signals here;
    return std::thread{[work = std::move(work)] {
        is_worker = true;
        work();
    }};
}

void let_end(std::thread& worker) {
    if (!worker.joinable()) return;
    if (is_worker) {
        worker.detach();
    } else {
        worker.join();
    }
}

}  // namespace partner_center::detail
