// GETs through libcurl's multi interface, which can be woken up to stop. Calls libcurl, which it
// loads for the first of them.
// SPDX-License-Identifier: MIT
#include "server/identity/issuers/fetch.hpp"

#include <algorithm>
#include <charconv>
#include <memory>
#include <new>

#include <curl/curl.h>
#include <dlfcn.h>

#include "server/identity/issuers/trusted_issuer.hpp"
#include <partner_center/http.hpp>

namespace partner_center {
namespace {

constexpr int poll_milliseconds = 1'000;

/// A shared library, loaded until the process ends.
class shared_library {
public:
    /// Fits any pointer to a function; null when the library has no such one.
    struct symbol {
        void* address{};
        template <class Function>
        operator Function*() const {
            return reinterpret_cast<Function*>(address);
        }
    };

    explicit shared_library(const char* name) : handle_{::dlopen(name, RTLD_NOW | RTLD_LOCAL)} {}

    [[nodiscard]] symbol find(const char* name) {
        const symbol found{handle_ == nullptr ? nullptr : ::dlsym(handle_, name)};
        has_all_ = has_all_ && found.address != nullptr;
        return found;
    }
    /// Whether all were found that were looked for.
    [[nodiscard]] bool has_all() const { return has_all_; }

private:
    void* handle_;
    bool has_all_{true};
};

/// What is called of libcurl.
struct curl_functions {
    shared_library library{"libcurl.so.4"};
    decltype(&curl_global_init) global_init{library.find("curl_global_init")};
    decltype(&curl_easy_init) easy_init{library.find("curl_easy_init")};
    decltype(&curl_easy_setopt) easy_setopt{library.find("curl_easy_setopt")};
    decltype(&curl_easy_getinfo) easy_getinfo{library.find("curl_easy_getinfo")};
    decltype(&curl_easy_header) easy_header{library.find("curl_easy_header")};
    decltype(&curl_easy_cleanup) easy_cleanup{library.find("curl_easy_cleanup")};
    decltype(&curl_multi_init) multi_init{library.find("curl_multi_init")};
    decltype(&curl_multi_add_handle) multi_add_handle{library.find("curl_multi_add_handle")};
    decltype(&curl_multi_perform) multi_perform{library.find("curl_multi_perform")};
    decltype(&curl_multi_poll) multi_poll{library.find("curl_multi_poll")};
    decltype(&curl_multi_wakeup) multi_wakeup{library.find("curl_multi_wakeup")};
    decltype(&curl_multi_info_read) multi_info_read{library.find("curl_multi_info_read")};
    decltype(&curl_multi_remove_handle
    ) multi_remove_handle{library.find("curl_multi_remove_handle")};
    decltype(&curl_multi_cleanup) multi_cleanup{library.find("curl_multi_cleanup")};
    bool usable{library.has_all() && global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK};
};

/// Loaded at the first use: with the 27 libraries that libcurl needs it would make every start a
/// quarter longer, and most servers trust no outside issuer.
[[nodiscard]] const curl_functions& the_curl() {
    static const curl_functions loaded;
    return loaded;
}

using easy_pointer = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using multi_pointer = std::unique_ptr<CURLM, decltype(&curl_multi_cleanup)>;

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

void set_policy(
    const curl_functions& curl,
    CURL* easy,
    const std::string& url,
    const std::filesystem::path& ca_file,
    const fetch_limits& limits
) {
    const bool plain = is_plain_loopback(url);
    curl.easy_setopt(easy, CURLOPT_URL, url.c_str());
    curl.easy_setopt(easy, CURLOPT_PROTOCOLS_STR, plain ? "http" : "https");
    curl.easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl.easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl.easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);  // else giving up waits for the resolver
    curl.easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl.easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    curl.easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    curl.easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits.connect.count()));
    curl.easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(limits.total.count()));
    curl.easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(limits.bytes_max));
    curl.easy_setopt(easy, CURLOPT_USERAGENT, "partnerd");
    if (plain) curl.easy_setopt(easy, CURLOPT_NOPROXY, "*");
    if (!ca_file.empty()) {
        curl.easy_setopt(easy, CURLOPT_CAINFO, ca_file.c_str());
        curl.easy_setopt(easy, CURLOPT_CAPATH, nullptr);  // or it would be trusted beside the file
    }
}

/// Lets the transfer run to its end, or until it is asked to stop.
[[nodiscard]] CURLcode perform(
    const curl_functions& curl, CURL* easy, const std::stop_token& stop
) {
    const multi_pointer multi{curl.multi_init(), curl.multi_cleanup};
    if (!multi || curl.multi_add_handle(multi.get(), easy) != CURLM_OK) return CURLE_OUT_OF_MEMORY;
    const std::stop_callback wake{stop, [&] { curl.multi_wakeup(multi.get()); }};
    CURLcode outcome = CURLE_ABORTED_BY_CALLBACK;
    for (int running = 1; running > 0 && !stop.stop_requested();) {
        if (curl.multi_perform(multi.get(), &running) != CURLM_OK) break;
        if (running > 0) {
            curl.multi_poll(multi.get(), nullptr, 0, poll_milliseconds, nullptr);
        }
    }
    int left = 0;
    const CURLMsg* const message = curl.multi_info_read(multi.get(), &left);
    if (message != nullptr && message->msg == CURLMSG_DONE) outcome = message->data.result;
    curl.multi_remove_handle(multi.get(), easy);
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

[[nodiscard]] std::optional<std::chrono::seconds> max_age_of(
    const curl_functions& curl, CURL* easy
) {
    curl_header* header = nullptr;
    if (curl.easy_header(easy, "Cache-Control", 0, CURLH_HEADER, -1, &header) != CURLHE_OK) {
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

bool can_fetch() {
    return the_curl().usable;
}

fetched fetch(
    const std::string& url,
    const std::filesystem::path& ca_file,
    const fetch_limits& limits,
    const std::stop_token& stop
) {
    if (!is_fetchable(url)) return {.problem = "its address is not an https:// URL"};
    const curl_functions& curl = the_curl();
    if (!curl.usable)
        return {.problem = "libcurl.so.4 cannot be used: install libcurl 7.85 or later"};
    const easy_pointer easy{curl.easy_init(), curl.easy_cleanup};
    if (!easy) throw std::bad_alloc{};
    incoming in{.bytes_max = limits.bytes_max};
    set_policy(curl, easy.get(), url, ca_file, limits);
    curl.easy_setopt(easy.get(), CURLOPT_WRITEFUNCTION, &on_body);
    curl.easy_setopt(easy.get(), CURLOPT_WRITEDATA, &in);
    const CURLcode code = perform(curl, easy.get(), stop);
    if (const auto problem = problem_of(code, in); !problem.empty()) return {.problem = problem};
    long status{};
    curl.easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
    if (status >= 300 && status < 400) {
        return {.problem = "the answer is a redirect, which is not followed"};
    }
    if (status != 200) return {.problem = "the answer's status is not 200"};
    return {.body = std::move(in.body), .max_age = max_age_of(curl, easy.get())};
}

}  // namespace partner_center
