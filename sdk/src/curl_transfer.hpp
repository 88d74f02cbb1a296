// One exchange on a curl handle: what is set before it, and what its end means. Ends up calling
// libcurl, but never waits: whoever owns a transfer drives it.
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <curl/curl.h>

#include <partner_center/transport.hpp>

namespace partner_center::detail {

struct curl_cleanup {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using curl_handle = std::unique_ptr<CURL, curl_cleanup>;
using curl_headers = std::unique_ptr<curl_slist, curl_cleanup>;

struct curl_multi_cleanup_call {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
using curl_multi = std::unique_ptr<CURLM, curl_multi_cleanup_call>;

/// Starts libcurl, once. Should it fail, so does making handles.
void start_curl();

/// The request's bounds, with the time that its own limits give it.
[[nodiscard]] call_bounds bounds_of(const outgoing_request& outgoing);

/// A handle with all that is the same for every request; null when there is no memory.
[[nodiscard]] curl_handle make_handle(const std::string& ca_file);

/// A request on its way. Curl keeps pointers into it, so it stays where it is.
class curl_transfer {
public:
    /// An answer while it arrives.
    struct incoming {
        http::response answer{};
        std::size_t head_bytes{};
        std::size_t body_bytes_max{};
        bool too_large{};
    };

    /// Sets the handle up. REQUIRES: make_handle() made it, and `outgoing` outlives this.
    curl_transfer(curl_handle handle, const outgoing_request& outgoing);
    curl_transfer(const curl_transfer&) = delete;
    curl_transfer& operator=(const curl_transfer&) = delete;

    [[nodiscard]] CURL* handle() const { return handle_.get(); }

    /// What the exchange is waiting for, for people: "connecting".
    [[nodiscard]] std::string_view doing() const;

    /// The answer, or what went wrong. REQUIRES: curl has ended the transfer with that code.
    [[nodiscard]] outcome<http::response> finish(CURLcode code);

    /// The handle, for another transfer. REQUIRES: no multi handle has it any more.
    [[nodiscard]] curl_handle release() { return std::move(handle_); }

private:
    curl_handle handle_;
    const outgoing_request& outgoing_;
    std::string url_;
    curl_headers headers_;
    incoming in_{};
};

}  // namespace partner_center::detail
