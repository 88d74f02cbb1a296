// Records of exchanges: made before one, told after it.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "sdk/src/answer_error.hpp"
#include "sdk/src/redaction.hpp"
#include <partner_center/log_transport.hpp>

namespace partner_center {
namespace {

using std::chrono::steady_clock;

[[nodiscard]] std::vector<http::field> shown(const std::vector<http::field>& fields) {
    std::vector<http::field> out;
    std::ranges::copy_if(fields, std::back_inserter(out), [](const http::field& each) {
        return detail::is_shown_header(each.name);
    });
    return out;
}

[[nodiscard]] std::string value_of(const std::vector<http::field>& fields, std::string_view name) {
    const auto at = std::ranges::find_if(fields, [name](const http::field& each) {
        return equals_ignoring_case(each.name, name);
    });
    return at == fields.end() ? "" : at->value;
}

[[nodiscard]] logged_exchange record_of(const outgoing_request& outgoing) {
    const http::request& request = outgoing.request;
    return {
        .method = request.method,
        .url = outgoing.base_url + request.target.substr(0, request.target.find('?')),
        .request_bytes = request.body.size(),
        .request_id = value_of(request.fields, detail::request_id_header),
        .correlation_id = value_of(request.fields, detail::correlation_id_header),
        .sent = shown(request.fields),
    };
}

/// Completes the record and tells of it.
void tell(
    const exchange_observer& observer,
    logged_exchange record,
    steady_clock::time_point began,
    const outcome<http::response>& answer
) {
    record.took =
        std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - began);
    if (answer) {
        record.http_status = answer->status;
        const bool is_success = answer->status >= 200 && answer->status <= 299;
        if (!is_success) record.category = category_of(answer->status);
        record.response_bytes = answer->body.size();
        record.came = shown(answer->fields);
    } else {
        record.category = answer.error().category;
        record.problem = answer.error().description;
    }
    try {
        observer(record);
    } catch (...) {
        return;  // the answer counts for more than its record
    }
}

}  // namespace

log_transport::log_transport(std::shared_ptr<const transport> inner, exchange_observer observer)
    : inner_{std::move(inner)}, observer_{std::move(observer)} {}

outcome<http::response> log_transport::exchange(const outgoing_request& outgoing) const {
    const auto began = steady_clock::now();
    auto answer = inner_->exchange(outgoing);
    tell(observer_, record_of(outgoing), began, answer);
    return answer;
}

void log_transport::exchange_async(outgoing_request outgoing, answer_handler done) const {
    auto told = [observer = observer_,
                 record = record_of(outgoing),
                 began = steady_clock::now(),
                 done = std::move(done)](outcome<http::response> answer) {
        tell(observer, record, began, answer);
        done(std::move(answer));
    };
    inner_->exchange_async(std::move(outgoing), std::move(told));
}

}  // namespace partner_center
