// The admin listener's application. Ends up asking the store, and whoever counts.
// SPDX-License-Identifier: MIT
#include "server/health.hpp"

#include <utility>

#include "server/api/health.hpp"
#include "server/api/routes.hpp"
#include "server/metrics_page.hpp"
#include <partner_center/json.hpp>

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

/// What the application works with.
struct admin_parts {
    std::shared_ptr<partner_center::store> store;
    partner_center::log& log;
    std::function<std::string()> metrics;
};

awaitable<void> respond(
    const admin_parts& parts, const http::request_view& request, http::answer& answer
) {
    const std::string_view path = path_of(request.target);
    const bool is_known = path == health_path || path == "/readyz" || path == metrics_path;
    if (!is_known) {
        fill_status(answer, 404, R"({"status":"not found"})");
    } else if (refuses_method(request, answer)) {
        co_return;
    } else if (path == health_path) {
        answer_health(request, answer);
    } else if (path == metrics_path) {
        answer.status = 200;
        answer.content_type = metrics_type;
        answer.body = parts.metrics();
    } else {
        co_await answer_readiness(*parts.store, parts.log, answer);
    }
}

}  // namespace

http::application health_application(
    std::shared_ptr<store> store, log& log, std::function<std::string()> metrics
) {
    return {
        .respond = [parts = admin_parts{std::move(store), log, std::move(metrics)}](
                       const http::request_view& request, http::answer& answer
                   ) { return partner_center::respond(parts, request, answer); },
        .refuse =
            [](const fault& problem, const http::request_view&, http::answer& answer) {
                const fault_row& row = row_of(problem.kind);
                std::string body = R"({"status":)";
                append_json_string(body, row.description);
                fill_status(answer, row.status, body += '}');
                if (row.status == 503) answer.add("Retry-After", "1");
            },
    };
}

}  // namespace partner_center
