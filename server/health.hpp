// What the admin listener answers: is the program alive, can it serve, what does it count.
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "server/http/application.hpp"
#include "server/observe/log.hpp"
#include "store/store.hpp"

namespace partner_center {

/// GET /healthz: 200 while the program runs. GET /readyz: 200 while the store answers and takes
/// writes, else 503. GET /metrics: what `metrics` gives, called on the listener's thread.
/// Everything else is 404. `log` outlives it. The store connection is its own: a reactor drops its
/// application, and with it the connection that may still be writing for it, before its io_context
/// ends.
[[nodiscard]] http::application health_application(
    std::shared_ptr<store> store, log& log, std::function<std::string()> metrics
);

}  // namespace partner_center
