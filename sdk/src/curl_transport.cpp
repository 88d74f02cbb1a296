// Exchanges over libcurl, the only file that knows it. Each thread borrows a handle with its open
// connections from a pool.
// SPDX-License-Identifier: MIT
#include <array>
#include <charconv>
#include <cstdlib>
#include <mutex>
#include <new>
#include <utility>
#include <vector>

#include <curl/curl.h>

#include "sdk/src/url.hpp"
#include <partner_center/curl_transport.hpp>

namespace partner_center {
namespace {

constexpr std::size_t head_bytes_max = 256U << 10U;

struct close_handle {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using curl_handle = std::unique_ptr<CURL, close_handle>;

struct free_list {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using header_list = std::unique_ptr<curl_slist, free_list>;

/// An answer while it arrives.
struct incoming {
    http::response answer{};
    std::size_t head_bytes{};
    std::size_t body_bytes_max{};
    bool too_large{};
};

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
    auto& in = *static_cast<incoming*>(target);
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
    auto& in = *static_cast<incoming*>(target);
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
[[nodiscard]] error error_of(CURLcode code, const outgoing_request& outgoing, const incoming& in) {
    using enum error_category;
    const std::string& where = outgoing.base_url;
    if (in.too_large) {
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
            return failure(request_timeout, where + " did not answer within the time allowed");
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CACERT_BADFILE:
            return failure(
                not_specified,
                "the certificate of " + where +
                    " is not trusted: name the file of its authority in SSL_CERT_FILE or ca_file "
                    "(" +
                    curl_easy_strerror(code) + ")"
            );
        case CURLE_PARTIAL_FILE:
            return failure(response_parsing, "the answer of " + where + " ended before its end");
        default:
            return failure(
                not_specified, "no answer from " + where + ": " + curl_easy_strerror(code)
            );
    }
}

[[nodiscard]] header_list headers_of(const http::request& request) {
    header_list list;
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

class curl_transport final : public transport {
public:
    explicit curl_transport(curl_options options) : ca_file_{std::move(options.ca_file)} {
        static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
        static_cast<void>(started);  // should it have failed, so does making a handle
        const char* const trusted = std::getenv("SSL_CERT_FILE");
        if (ca_file_.empty() && trusted != nullptr) ca_file_ = trusted;
    }

    [[nodiscard]] outcome<http::response> exchange(const outgoing_request& outgoing
    ) const override {
        curl_handle handle = borrow();
        if (!handle) return failure(error_category::not_specified, "libcurl could not be started");
        auto answer = perform(handle.get(), outgoing);
        give_back(std::move(handle));
        return answer;
    }

private:
    [[nodiscard]] curl_handle borrow() const {
        const std::lock_guard lock{mutex_};
        if (idle_.empty()) return curl_handle{curl_easy_init()};
        curl_handle handle = std::move(idle_.back());
        idle_.pop_back();
        return handle;
    }

    void give_back(curl_handle handle) const {
        curl_easy_reset(handle.get());  // forgets the options, keeps the connections
        const std::lock_guard lock{mutex_};
        idle_.push_back(std::move(handle));
    }

    [[nodiscard]] outcome<http::response> perform(CURL* curl, const outgoing_request& outgoing)
        const {
        const std::string url = outgoing.base_url + outgoing.request.target;
        const header_list headers = headers_of(outgoing.request);
        incoming in{.body_bytes_max = outgoing.limits.response_bytes_max};

        set_policy(curl, outgoing);
        set_request(curl, outgoing.request);
        curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
        curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &on_body);
        curl_easy_setopt(curl, CURLOPT_WRITEDATA, &in);
        curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, &on_header);
        curl_easy_setopt(curl, CURLOPT_HEADERDATA, &in);

        const CURLcode code = curl_easy_perform(curl);
        if (code != CURLE_OK) return error_of(code, outgoing, in);
        long status{};
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
        in.answer.status = static_cast<unsigned>(status);
        return std::move(in.answer);
    }

    void set_policy(CURL* curl, const outgoing_request& outgoing) const {
        const auto address = detail::parse_base_url(outgoing.base_url);
        const bool is_local = address && detail::is_loopback(address->host);
        const auto milliseconds = [](std::chrono::milliseconds time) {
            return static_cast<long>(time.count());
        };
        curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
        curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
        curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
        curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
        curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
        curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
        curl_easy_setopt(curl, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
        curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(outgoing.limits.connect));
        curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, milliseconds(outgoing.limits.total));
        if (is_local) curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
        if (!ca_file_.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, ca_file_.c_str());
    }

    static void set_request(CURL* curl, const http::request& request) {
        if (request.method == "GET") {
            curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
        } else if (request.method == "HEAD") {
            curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
        } else {  // with a body, be it an empty one
            const auto size = static_cast<curl_off_t>(request.body.size());
            curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, size);
            curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.data());
            curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
        }
    }

    std::string ca_file_;
    mutable std::mutex mutex_{};
    mutable std::vector<curl_handle> idle_{};  ///< as many as threads were ever at work at once
};

}  // namespace

std::shared_ptr<const transport> make_curl_transport(curl_options options) {
    return std::make_shared<const curl_transport>(std::move(options));
}

}  // namespace partner_center
