// Starting and ending threads. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#include "sdk/src/worker.hpp"

#include <csignal>
#include <utility>

namespace partner_center::detail {
namespace {

thread_local bool is_worker = false;

}  // namespace

std::thread start_worker(std::function<void()> work) {
    sigset_t all{};
    sigset_t before{};
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);  // a new thread inherits the mask
    std::thread worker{[work = std::move(work)] {
        is_worker = true;
        work();
    }};
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return worker;
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
