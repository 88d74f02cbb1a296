// The SDK's own threads: how they start and how they end.
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <thread>

namespace partner_center::detail {

/// Starts a thread that takes none of the process's signals. What `work` uses, it has to own: the
/// thread may outlive whoever started it, see let_end(). Throws std::system_error when the system
/// gives no thread.
[[nodiscard]] std::thread start_worker(std::function<void()> work);

/// Waits for a thread that has been told to end. Asked on a thread of the SDK (a handler destroyed
/// a client there) it lets go of it instead: threads that wait for one another would never end.
void let_end(std::thread& worker);

}  // namespace partner_center::detail
