// A thread that takes the signal, because a handler may do next to nothing.
// SPDX-License-Identifier: MIT
#include "cli/interruption.hpp"

#include <pthread.h>
#include <unistd.h>

namespace partner_center::cli {
namespace {

constexpr int interrupted = 130;

[[nodiscard]] sigset_t interrupts() {
    sigset_t set{};
    ::sigemptyset(&set);
    ::sigaddset(&set, SIGINT);
    return set;
}

}  // namespace

interruption::interruption() {
    const sigset_t blocked = interrupts();
    ::pthread_sigmask(SIG_BLOCK, &blocked, &before_);
    waiter_ = std::thread{[this] { wait_for_signals(); }};
}

interruption::~interruption() {
    is_over_ = true;
    ::pthread_kill(waiter_.native_handle(), SIGINT);
    waiter_.join();
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void interruption::wait_for_signals() {
    const sigset_t awaited = interrupts();
    for (int signal{};;) {
        ::sigwait(&awaited, &signal);
        if (is_over_) return;
        if (is_held_) continue;
        if (!source_.request_stop()) ::_exit(interrupted);
    }
}

}  // namespace partner_center::cli
