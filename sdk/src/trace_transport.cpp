// Exchanges as text that may be shown: an allow-list of headers, JSON with its secrets blanked.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "sdk/src/redaction.hpp"
#include <partner_center/trace_transport.hpp>

namespace partner_center {
namespace {

constexpr std::string_view hidden = "(hidden)";

constexpr std::array<std::string_view, 10> secret_members{
    "access_token",
    "refresh_token",
    "id_token",
    "client_secret",
    "client_assertion",
    "clientSecret",
    "device_code",
    "continuationToken",
    "MS-ContinuationToken",
    "password",
};

[[nodiscard]] bool is_secret_member(std::string_view name) {
    return std::ranges::any_of(secret_members, [name](std::string_view each) {
        return equals_ignoring_case(each, name);
    });
}

/// Takes a JSON string off the front of `rest` (which starts with a quote): its text as written,
/// without the quotes. One that never ends reaches to the end.
[[nodiscard]] std::string_view take_string(std::string_view& rest) {
    std::size_t at = 1;
    while (at < rest.size() && rest[at] != '"') at += rest[at] == '\\' ? 2U : 1U;
    at = std::min(at, rest.size());
    const std::string_view text = rest.substr(1, at - 1);
    rest.remove_prefix(std::min(at + 1, rest.size()));
    return text;
}

/// Reads only as much JSON as needed to find strings and what they name, so that it also works on
/// an answer that is cut off or malformed. The headers of links have "key" and "value".
[[nodiscard]] std::string without_secrets(std::string_view json) {
    std::string out;
    std::string_view name;
    std::string_view key;
    bool is_value = false;
    while (!json.empty()) {
        const char c = json.front();
        if (c == '"') {
            const std::string_view text = take_string(json);
            const bool is_secret =
                is_value && is_secret_member(equals_ignoring_case(name, "value") ? key : name);
            out.append("\"").append(is_secret ? hidden : text) += '"';
            if (!is_value) name = text;
            if (is_value && equals_ignoring_case(name, "key")) key = text;
            continue;
        }
        if (c == ':') is_value = true;
        if (c == ',' || c == '{') is_value = false;
        out += c;
        json.remove_prefix(1);
    }
    return out;
}

void append_fields(std::string& out, char mark, const std::vector<http::field>& fields) {
    for (const http::field& field : fields) {
        const std::string_view value = detail::is_shown_header(field.name) ? field.value : hidden;
        out.append(1, mark).append(" ").append(field.name).append(": ").append(value) += '\n';
    }
}

void append_body(
    std::string& out, std::string_view type, const std::string& body, trace_content content
) {
    if (body.empty()) return;
    if (content == trace_content::all && type.starts_with("application/json")) {
        out.append("\n").append(without_secrets(body)) += '\n';
    } else {
        out.append("\n(").append(std::to_string(body.size())).append(" bytes, not shown)\n");
    }
}

[[nodiscard]] std::string text_of(const outgoing_request& outgoing, trace_content content) {
    const http::request& request = outgoing.request;
    std::string out = "> " + request.method + " " + outgoing.base_url;
    const auto query = request.target.find('?');
    if (content == trace_content::all || query == std::string::npos) {
        out += request.target + "\n";
    } else {
        out.append(request.target, 0, query + 1).append(hidden) += '\n';
    }
    append_fields(out, '>', request.fields);
    const auto type = std::ranges::find_if(request.fields, [](const http::field& field) {
        return equals_ignoring_case(field.name, "Content-Type");
    });
    append_body(out, type == request.fields.end() ? "" : type->value, request.body, content);
    return out;
}

[[nodiscard]] std::string text_of(
    const outcome<http::response>& answer,
    std::chrono::steady_clock::time_point began,
    trace_content content
) {
    using std::chrono::milliseconds;
    const auto took = std::chrono::steady_clock::now() - began;
    const std::string after =
        " after " + std::to_string(std::chrono::round<milliseconds>(took).count()) + " ms";
    if (!answer) return "< no answer" + after + ": " + answer.error().description + "\n";
    std::string out = "< " + std::to_string(answer->status) + after + "\n";
    append_fields(out, '<', answer->fields);
    append_body(out, answer->find("Content-Type").value_or(""), answer->body, content);
    return out;
}

void write_if_possible(const trace_transport::sink& write, std::string_view text) {
    try {
        write(text);
    } catch (...) {
        return;  // the answer counts for more than its trace
    }
}

}  // namespace

trace_transport::trace_transport(std::shared_ptr<const transport> inner, sink write)
    : trace_transport{std::move(inner), std::move(write), trace_content::all} {}

trace_transport::trace_transport(
    std::shared_ptr<const transport> inner, sink write, trace_content content
)
    : inner_{std::move(inner)}, write_{std::move(write)}, content_{content} {}

outcome<http::response> trace_transport::exchange(const outgoing_request& outgoing) const {
    write_(text_of(outgoing, content_));
    const auto began = std::chrono::steady_clock::now();
    auto answer = inner_->exchange(outgoing);
    write_(text_of(answer, began, content_));
    return answer;
}

void trace_transport::exchange_async(outgoing_request outgoing, answer_handler done) const {
    auto traced = [write = write_,
                   content = content_,
                   asked = text_of(outgoing, content_),
                   began = std::chrono::steady_clock::now(),
                   done = std::move(done)](outcome<http::response> answer) {
        write_if_possible(write, asked + text_of(answer, began, content));
        done(std::move(answer));
    };
    inner_->exchange_async(std::move(outgoing), std::move(traced));
}

}  // namespace partner_center
