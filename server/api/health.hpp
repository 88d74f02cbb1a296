// What /healthz answers, on either listener. Calls nothing of ours.
// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include <partner_center/http.hpp>

namespace partner_center {

inline constexpr std::string_view health_path = "/healthz";

/// A small JSON document that says how we are.
inline void fill_status(http::answer& answer, unsigned status, std::string_view body) {
    answer.status = status;
    answer.content_type = "application/json; charset=utf-8";
    answer.body = body;
}

/// Refuses every method but GET and HEAD; true when it did.
[[nodiscard]] inline bool refuses_method(const http::request_view& request, http::answer& answer) {
    if (request.method == "GET" || request.method == "HEAD") return false;
    fill_status(answer, 405, R"({"status":"method not allowed"})");
    answer.add("Allow", "GET, HEAD");
    return true;
}

/// The program runs, or nobody would answer.
inline void answer_health(const http::request_view& request, http::answer& answer) {
    if (!refuses_method(request, answer)) fill_status(answer, 200, R"({"status":"ok"})");
}

}  // namespace partner_center
