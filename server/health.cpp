// Health questions. Ends up asking the store.
// SPDX-License-Identifier: MIT
#include "server/health.hpp"

#include "server/api/routes.hpp"

namespace partner_center {
namespace {

void fill(http::answer& answer, unsigned status, std::string_view body) {
    answer.clear();
    answer.status = status;
    answer.content_type = "application/json; charset=utf-8";
    answer.body = body;
}

awaitable<void> respond(
    store& store, log& log, const http::request_view& request, http::answer& answer
) {
    const std::string_view path = path_of(request.target);
    const bool asks_ready = path == "/readyz";
    if (request.method != "GET" && request.method != "HEAD") {
        fill(answer, 405, R"({"status":"method not allowed"})");
        answer.add("Allow", "GET, HEAD");
        co_return;
    }
    if (!asks_ready && path != "/healthz") co_return fill(answer, 404, R"({"status":"not found"})");
    fill(answer, 200, asks_ready ? R"({"status":"ready"})" : R"({"status":"ok"})");
    if (!asks_ready) co_return;
    try {
        co_await store.check();
    } catch (const store_error& error) {
        fill(answer, 503, R"({"status":"the store does not answer"})");
        log.event(log_level::error, "not_ready", {{"detail", error.what()}});
    }
}

}  // namespace

http::application health_application(store& store, log& log) {
    return {
        .respond = [&store, &log](
                       const http::request_view& request, http::answer& answer
                   ) { return partner_center::respond(store, log, request, answer); },
        .refuse = [](const fault& problem, http::answer& answer
                  ) { fill(answer, row_of(problem.kind).status, R"({"status":"bad request"})"); },
    };
}

}  // namespace partner_center
