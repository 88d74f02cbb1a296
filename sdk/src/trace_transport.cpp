// Exchanges as text that may be shown: an allow-list of headers, JSON with its secrets blanked.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <utility>

#include <partner_center/trace_transport.hpp>

namespace partner_center {
namespace {

constexpr std::string_view hidden = "(hidden)";

constexpr std::array<std::string_view, 21> shown_headers{
    "Accept",
    "Allow",
    "Cache-Control",
    "Connection",
    "Content-Length",
    "Content-Type",
    "Date",
    "If-Match",
    "isMfaCompliant",
    "MS-CorrelationId",
    "MS-CV",
    "MS-PartnerCenter-Application",
    "MS-PartnerCenter-Client",
    "MS-RequestId",
    "MS-SdkVersion",
    "MS-ServerId",
    "Retry-After",
    "Server",
    "User-Agent",
    "WWW-Authenticate",
    "X-Locale",
};

constexpr std::array<std::string_view, 8> secret_members{
    "access_token",
    "refresh_token",
    "id_token",
    "client_secret",
    "client_assertion",
    "clientSecret",
    "continuationToken",
    "password",
};

template <std::size_t Count>
[[nodiscard]] bool contains(
    const std::array<std::string_view, Count>& names, std::string_view name
) {
    return std::ranges::any_of(names, [&](std::string_view each) {
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
/// an answer that is cut off or malformed.
[[nodiscard]] std::string without_secrets(std::string_view json) {
    std::string out;
    std::string_view name;
    bool is_value = false;
    while (!json.empty()) {
        const char c = json.front();
        if (c == '"') {
            const std::string_view text = take_string(json);
            out.append("\"").append(is_value && contains(secret_members, name) ? hidden : text);
            out += '"';
            if (!is_value) name = text;
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
        const std::string_view value = contains(shown_headers, field.name) ? field.value : hidden;
        out.append(1, mark).append(" ").append(field.name).append(": ").append(value) += '\n';
    }
}

void append_body(std::string& out, std::string_view type, const std::string& body) {
    if (body.empty()) return;
    if (type.starts_with("application/json")) {
        out.append("\n").append(without_secrets(body)) += '\n';
    } else {
        out.append("\n(").append(std::to_string(body.size())).append(" bytes, not shown)\n");
    }
}

[[nodiscard]] std::string text_of(const outgoing_request& outgoing) {
    const http::request& request = outgoing.request;
    std::string out = "> " + request.method + " " + outgoing.base_url + request.target + "\n";
    append_fields(out, '>', request.fields);
    const auto type = std::ranges::find_if(request.fields, [](const http::field& field) {
        return equals_ignoring_case(field.name, "Content-Type");
    });
    append_body(out, type == request.fields.end() ? "" : type->value, request.body);
    return out;
}

[[nodiscard]] std::string text_of(const outcome<http::response>& answer) {
    if (!answer) return "< no answer: " + answer.error().description + "\n";
    std::string out = "< " + std::to_string(answer->status) + "\n";
    append_fields(out, '<', answer->fields);
    append_body(out, answer->find("Content-Type").value_or(""), answer->body);
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
    : inner_{std::move(inner)}, write_{std::move(write)} {}

outcome<http::response> trace_transport::exchange(const outgoing_request& outgoing) const {
    write_(text_of(outgoing));
    auto answer = inner_->exchange(outgoing);
    write_(text_of(answer));
    return answer;
}

void trace_transport::exchange_async(outgoing_request outgoing, answer_handler done) const {
    std::string asked = text_of(outgoing);
    auto traced = [write = write_,
                   asked = std::move(asked),
                   done = std::move(done)](outcome<http::response> answer) {
        write_if_possible(write, asked + text_of(answer));
        done(std::move(answer));
    };
    inner_->exchange_async(std::move(outgoing), std::move(traced));
}

}  // namespace partner_center
