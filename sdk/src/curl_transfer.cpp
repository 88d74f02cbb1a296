// Setting handles up and reading how they ended.
// SPDX-License-Identifier: MIT
#include "sdk/src/curl_transfer.hpp"

#include <algorithm>
#include <cstdint>
#include <new>
#include <utility>

#include "sdk/src/bounds.hpp"
#include "sdk/src/url.hpp"

namespace partner_center::detail {
namespace {

constexpr std::size_t head_bytes_max = 256U << 10U;

/// Calls that take a C callback must not let an exception pass: curl is C. A short count stops it.
template <class Body>
[[nodiscard]] std::size_t guarded(std::size_t size, const Body& body) noexcept {
    try {
        return body() ? size : 0;
    } catch (...) {
        return 0;
    }
}

std::size_t on_body(char* data, std::size_t, std::size_t size, void* target) {
    auto& in = *static_cast<curl_transfer::incoming*>(target);
    return guarded(size, [&] {
        in.too_large = size > in.body_bytes_max - in.answer.body.size();
        if (!in.too_large) in.answer.body.append(data, size);
        return !in.too_large;
    });
}

[[nodiscard]] std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::size_t on_header(char* data, std::size_t, std::size_t size, void* target) {
    auto& in = *static_cast<curl_transfer::incoming*>(target);
    return guarded(size, [&] {
        in.head_bytes += size;
        in.too_large = in.head_bytes > head_bytes_max;
        const std::string_view line{data, size};
        const auto colon = line.find(':');
        if (line.starts_with("HTTP/")) {
            in.answer.fields.clear();  // what came before was a 1xx, or a proxy's
        } else if (colon != std::string_view::npos) {
            in.answer.fields.push_back(
                {std::string{line.substr(0, colon)}, std::string{trimmed(line.substr(colon + 1))}}
            );
        }
        return !in.too_large;
    });
}

[[nodiscard]] error failure(error_category category, std::string description) {
    return {.category = category, .description = std::move(description)};
}

/// What went wrong and what to do about it. Names the host, never the address's path.
[[nodiscard]] error error_of(CURLcode code, const std::string& where, bool is_too_large) {
    using enum error_category;
    if (is_too_large) {
        return failure(response_parsing, "the answer of " + where + " is larger than allowed");
    }
    switch (code) {
        case CURLE_COULDNT_RESOLVE_HOST:
            return failure(
                not_specified, where + " has no address: check the name, and the network"
            );
        case CURLE_COULDNT_RESOLVE_PROXY:
            return failure(
                not_specified, "the proxy has no address: check https_proxy, http_proxy"
            );
        case CURLE_COULDNT_CONNECT:
            return failure(
                not_specified,
                "nothing answers at " + where + ": is the service running, and is the port right?"
            );
        case CURLE_OPERATION_TIMEDOUT:
            return failure(
                request_timeout, "no connection with " + where + " within the time allowed for it"
            );
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CACERT_BADFILE:
            return failure(
                unauthorized,
                "the certificate of " + where +
                    " is not trusted: name the file of its authority in SSL_CERT_FILE or ca_file "
                    "(" +
                    curl_easy_strerror(code) + ")"
            );
        case CURLE_SSL_CONNECT_ERROR:
            return failure(
                not_specified,
                "no TLS with " + where + ": does it speak https at this port? (" +
                    curl_easy_strerror(code) + ")"
            );
        case CURLE_GOT_NOTHING:
            return failure(
                not_specified, where + " ended the connection without an answer: try again"
            );
        case CURLE_PARTIAL_FILE:
            return failure(response_parsing, "the answer of " + where + " ended before its end");
        default:
            return failure(
                not_specified, "no answer from " + where + ": " + curl_easy_strerror(code)
            );
    }
}

[[nodiscard]] curl_headers headers_of(const http::request& request) {
    curl_headers list;
    const auto add = [&](const std::string& line) {
        curl_slist* const longer = curl_slist_append(list.get(), line.c_str());
        if (longer == nullptr) throw std::bad_alloc{};
        static_cast<void>(list.release());
        list.reset(longer);
    };
    bool has_content_type = false;
    for (const http::field& field : request.fields) {
        // "Name;" is how curl spells a header without a value.
        add(field.value.empty() ? field.name + ";" : field.name + ": " + field.value);
        has_content_type |= equals_ignoring_case(field.name, "Content-Type");
    }
    if (!has_content_type) add("Content-Type:");  // curl would call every body a form
    add("Expect:");                               // waiting for 100-continue costs a round trip
    return list;
}

void set_policy(CURL* curl, const std::string& ca_file) {
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    curl_easy_setopt(curl, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);  // else giving up waits for the resolver
    if (!ca_file.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, ca_file.c_str());
    // A file alone is read once, with a directory beside it for each connection, which takes tens
    // of milliseconds; and the directory would be trusted beside the file that was named.
    const bool has_file = !ca_file.empty() || curl_version_info(CURLVERSION_NOW)->cainfo != nullptr;
    if (has_file) curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &on_body);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, &on_header);
}

/// Whatever the handle was for before.
void set_request(CURL* curl, const http::request& request) {
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, nullptr);
    if (request.method == "GET") {
        curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
    } else if (request.method == "HEAD") {
        curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    } else {  // with a body, be it an empty one
        const auto size = static_cast<curl_off_t>(request.body.size());
        curl_easy_setopt(curl, CURLOPT_POST, 1L);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, size);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.data());
        curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    }
}

[[nodiscard]] std::uint64_t uploaded(CURL* curl) {
    curl_off_t bytes{};
    curl_easy_getinfo(curl, CURLINFO_SIZE_UPLOAD_T, &bytes);
    return static_cast<std::uint64_t>(bytes);
}

[[nodiscard]] bool is_connected(CURL* curl) {
    curl_off_t microseconds{};
    curl_easy_getinfo(curl, CURLINFO_PRETRANSFER_TIME_T, &microseconds);
    return microseconds != 0;
}

}  // namespace

void start_curl() {
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    static_cast<void>(started);
}

call_bounds bounds_of(const outgoing_request& outgoing) {
    const auto end = later(std::chrono::steady_clock::now(), outgoing.limits.total);
    return {.stop = outgoing.bounds.stop, .deadline = std::min(outgoing.bounds.deadline, end)};
}

curl_handle make_handle(const std::string& ca_file) {
    curl_handle made{curl_easy_init()};
    if (made) set_policy(made.get(), ca_file);
    return made;
}

curl_transfer::curl_transfer(curl_handle handle, const outgoing_request& outgoing)
    : handle_{std::move(handle)},
      outgoing_{outgoing},
      url_{outgoing.base_url + outgoing.request.target},
      headers_{headers_of(outgoing.request)},
      in_{.body_bytes_max = outgoing.limits.response_bytes_max} {
    CURL* const curl = handle_.get();
    set_request(curl, outgoing.request);
    const auto address = parse_base_url(outgoing.base_url);
    const bool is_local = address && is_loopback(address->host);
    curl_easy_setopt(curl, CURLOPT_NOPROXY, is_local ? "*" : nullptr);
    curl_easy_setopt(
        curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(outgoing.limits.connect.count())
    );
    curl_easy_setopt(curl, CURLOPT_URL, url_.c_str());
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers_.get());
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &in_);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &in_);
}

std::string_view curl_transfer::doing() const {
    if (in_.head_bytes != 0) return "receiving the answer";
    if (!is_connected(handle())) return "connecting";
    if (uploaded(handle()) < outgoing_.request.body.size()) return "sending the request";
    return "waiting for the answer";
}

outcome<http::response> curl_transfer::finish(CURLcode code) {
    long status{};
    curl_easy_getinfo(handle(), CURLINFO_RESPONSE_CODE, &status);
    in_.answer.status = static_cast<unsigned>(status);
    if (code != CURLE_OK) {
        error problem = error_of(code, outgoing_.base_url, in_.too_large);
        // An answer did come, so that nobody asks for the same once more.
        if (in_.too_large) problem.http_status = in_.answer.status;
        return problem;
    }
    return std::move(in_.answer);
}

}  // namespace partner_center::detail
