// GETs through libcurl's multi interface, which can be woken up to stop. Calls libcurl.
// SPDX-License-Identifier: MIT
#include "server/identity/issuers/fetch.hpp"

#include <algorithm>
#include <charconv>
#include <memory>
#include <new>

#include <curl/curl.h>

#include "server/identity/issuers/trusted_issuer.hpp"
#include "server/identity/releaser.hpp"
#include <partner_center/http.hpp>

namespace partner_center {
namespace {

constexpr int poll_milliseconds = 1'000;

using easy_pointer = std::unique_ptr<CURL, releaser<curl_easy_cleanup>>;
using multi_pointer = std::unique_ptr<CURLM, releaser<curl_multi_cleanup>>;

struct incoming {
    std::string body{};
    std::size_t bytes_max{};
    bool too_large{};
};

/// A short count stops the transfer; an exception must not pass through curl.
std::size_t on_body(char* data, std::size_t, std::size_t size, void* target) noexcept {
    auto& in = *static_cast<incoming*>(target);
    in.too_large = size > in.bytes_max - in.body.size();
    if (in.too_large) return 0;
    try {
        in.body.append(data, size);
    } catch (const std::bad_alloc&) {
        return 0;
    }
    return size;
}

void start_curl() {
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    static_cast<void>(started);
}

void set_policy(
    CURL* curl,
    const std::string& url,
    const std::filesystem::path& ca_file,
    const fetch_limits& limits
) {
    const bool plain = is_plain_loopback(url);
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, plain ? "http" : "https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);  // else giving up waits for the resolver
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits.connect.count()));
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(limits.total.count()));
    curl_easy_setopt(curl, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(limits.bytes_max));
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "partnerd");
    if (plain) curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    if (!ca_file.empty()) {
        curl_easy_setopt(curl, CURLOPT_CAINFO, ca_file.c_str());
        curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);  // or it would be trusted beside the file
    }
}

/// Lets the transfer run to its end, or until it is asked to stop.
[[nodiscard]] CURLcode perform(CURL* curl, const std::stop_token& stop) {
    const multi_pointer multi{curl_multi_init()};
    if (!multi || curl_multi_add_handle(multi.get(), curl) != CURLM_OK) return CURLE_OUT_OF_MEMORY;
    const std::stop_callback wake{stop, [&] { curl_multi_wakeup(multi.get()); }};
    CURLcode outcome = CURLE_ABORTED_BY_CALLBACK;
    for (int running = 1; running > 0 && !stop.stop_requested();) {
        if (curl_multi_perform(multi.get(), &running) != CURLM_OK) break;
        if (running > 0) {
            curl_multi_poll(multi.get(), nullptr, 0, poll_milliseconds, nullptr);
        }
    }
    int left = 0;
    const CURLMsg* const message = curl_multi_info_read(multi.get(), &left);
    if (message != nullptr && message->msg == CURLMSG_DONE) outcome = message->data.result;
    curl_multi_remove_handle(multi.get(), curl);
    return outcome;
}

[[nodiscard]] std::string_view problem_of(CURLcode code, const incoming& in) {
    if (in.too_large) return "the answer is too large";
    switch (code) {
        case CURLE_OK:
            return {};
        case CURLE_FILESIZE_EXCEEDED:
            return "the answer is too large";
        case CURLE_COULDNT_RESOLVE_HOST:
        case CURLE_COULDNT_RESOLVE_PROXY:
            return "the host has no address";
        case CURLE_COULDNT_CONNECT:
            return "nothing answers there";
        case CURLE_OPERATION_TIMEDOUT:
            return "there was no answer in time";
        case CURLE_PEER_FAILED_VERIFICATION:
            return "the host's certificate is not trusted: see ca-file";
        case CURLE_SSL_CACERT_BADFILE:
            return "the file of ca-file cannot be read as certificates in PEM";
        case CURLE_ABORTED_BY_CALLBACK:
            return "it was given up, as partnerd stops";
        default:
            return "the connection failed";
    }
}

[[nodiscard]] std::optional<std::chrono::seconds> max_age_of(CURL* curl) {
    curl_header* header = nullptr;
    if (curl_easy_header(curl, "Cache-Control", 0, CURLH_HEADER, -1, &header) != CURLHE_OK) {
        return {};
    }
    std::optional<std::chrono::seconds> age;
    std::string_view rest = header->value;
    while (!rest.empty()) {
        std::string_view word = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(word.size() + 1, rest.size()));
        while (word.starts_with(' ')) word.remove_prefix(1);
        while (word.ends_with(' ')) word.remove_suffix(1);
        constexpr std::string_view name = "max-age=";
        if (equals_ignoring_case(word, "no-store") || equals_ignoring_case(word, "no-cache")) {
            return std::chrono::seconds{0};
        }
        if (!equals_ignoring_case(word.substr(0, name.size()), name)) continue;
        std::uint32_t seconds{};
        const auto [end, failed] =
            std::from_chars(word.data() + name.size(), word.data() + word.size(), seconds);
        if (failed == std::errc{} && end == word.data() + word.size()) {
            age = std::chrono::seconds{seconds};
        }
    }
    return age;
}

}  // namespace

fetched fetch(
    const std::string& url,
    const std::filesystem::path& ca_file,
    const fetch_limits& limits,
    const std::stop_token& stop
) {
    if (!is_fetchable(url)) return {.problem = "its address is not an https:// URL"};
    start_curl();
    const easy_pointer curl{curl_easy_init()};
    if (!curl) throw std::bad_alloc{};
    incoming in{.bytes_max = limits.bytes_max};
    set_policy(curl.get(), url, ca_file, limits);
    curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, &on_body);
    curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &in);
    const CURLcode code = perform(curl.get(), stop);
    if (const auto problem = problem_of(code, in); !problem.empty()) return {.problem = problem};
    long status{};
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
    if (status >= 300 && status < 400) {
        return {.problem = "the answer is a redirect, which is not followed"};
    }
    if (status != 200) return {.problem = "the answer's status is not 200"};
    return {.body = std::move(in.body), .max_age = max_age_of(curl.get())};
}

}  // namespace partner_center
