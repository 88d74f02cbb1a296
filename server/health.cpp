// The admin listener's application. Ends up asking the store.
// SPDX-License-Identifier: MIT
#include "server/health.hpp"

#include "server/api/health.hpp"
#include "server/api/routes.hpp"

namespace partner_center {
namespace {

awaitable<void> answer_readiness(store& store, log& log, http::answer& answer) {
    fill_status(answer, 200, R"({"status":"ready"})");
    try {
        co_await store.check();
    } catch (const store_error& error) {
        fill_status(answer, 503, R"({"status":"the store does not answer"})");
        log.event(log_level::error, "not_ready", {{"detail", error.what()}});
    }
}

awaitable<void> respond(
    store& store, log& log, const http::request_view& request, http::answer& answer
) {
    const std::string_view path = path_of(request.target);
    if (path == health_path) {
        answer_health(request, answer);
    } else if (path != "/readyz") {
        fill_status(answer, 404, R"({"status":"not found"})");
    } else if (!refuses_method(request, answer)) {
        co_await answer_readiness(store, log, answer);
    }
}

}  // namespace

http::application health_application(store& store, log& log) {
    return {
        .respond = [&store, &log](
                       const http::request_view& request, http::answer& answer
                   ) { return partner_center::respond(store, log, request, answer); },
        .refuse =
            [](const fault& problem, const http::request_view&, http::answer& answer) {
                fill_status(answer, row_of(problem.kind).status, R"({"status":"bad request"})");
            },
    };
}

}  // namespace partner_center
