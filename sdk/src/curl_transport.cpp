// Exchanges over libcurl. A blocking one borrows a line with its open connections from a pool and
// drives it on the caller's thread; the asynchronous ones are the engine's.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdlib>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

#include "sdk/src/bounds.hpp"
#include "sdk/src/curl_engine.hpp"
#include "sdk/src/curl_transfer.hpp"
#include <partner_center/curl_transport.hpp>

namespace partner_center {
namespace {

using detail::curl_transfer;

/// What a blocking exchange needs: a multi handle, which keeps connections and can be woken up, and
/// an easy one.
struct line {
    detail::curl_multi multi{curl_multi_init()};
    detail::curl_handle easy{};
};

[[nodiscard]] int milliseconds_until(std::chrono::steady_clock::time_point then) {
    using std::chrono::milliseconds;
    constexpr milliseconds longest = std::chrono::hours{1};
    const auto left = std::chrono::ceil<milliseconds>(then - std::chrono::steady_clock::now());
    return static_cast<int>(std::clamp(left, milliseconds{0}, longest).count());
}

/// Drives a transfer to its end, which may come early; nothing when the multi handle fails.
[[nodiscard]] std::optional<outcome<http::response>> drive(
    CURLM* multi, curl_transfer& transfer, const call_bounds& bounds
) {
    const std::stop_callback wake{bounds.stop, [multi] { curl_multi_wakeup(multi); }};
    CURLMcode code = curl_multi_add_handle(multi, transfer.handle());
    while (code == CURLM_OK) {
        if (auto end = detail::end_of(bounds, transfer.doing())) return *std::move(end);
        int running{};
        code = curl_multi_perform(multi, &running);
        int left{};
        if (const CURLMsg* const message = curl_multi_info_read(multi, &left)) {
            return transfer.finish(message->data.result);
        }
        if (code != CURLM_OK) break;
        code = curl_multi_poll(multi, nullptr, 0, milliseconds_until(bounds.deadline), nullptr);
    }
    return {};
}

class curl_transport final : public transport {
public:
    explicit curl_transport(curl_options options) : options_{std::move(options)} {
        detail::start_curl();
        const char* const trusted = std::getenv("SSL_CERT_FILE");
        if (options_.ca_file.empty() && trusted != nullptr) options_.ca_file = trusted;
    }

    [[nodiscard]] outcome<http::response> exchange(const outgoing_request& outgoing
    ) const override {
        line borrowed = borrow();
        if (!borrowed.multi || !borrowed.easy)
            return error{.description = "libcurl does not start"};
        curl_transfer transfer{std::move(borrowed.easy), outgoing};
        auto answer = drive(borrowed.multi.get(), transfer, detail::bounds_of(outgoing));
        curl_multi_remove_handle(borrowed.multi.get(), transfer.handle());
        if (!answer) return error{.description = "libcurl cannot carry the exchange out"};
        borrowed.easy = transfer.release();
        give_back(std::move(borrowed));
        return *std::move(answer);
    }

    void exchange_async(outgoing_request outgoing, answer_handler done) const override {
        try {
            engine().submit(std::move(outgoing), std::move(done));
        } catch (const std::system_error& thrown) {
            done(error{.description = std::string{"no exchange can be started: "} + thrown.what()});
        }
    }

private:
    [[nodiscard]] line borrow() const {
        const std::lock_guard lock{mutex_};
        if (idle_.empty()) return {.easy = detail::make_handle(options_.ca_file)};
        line borrowed = std::move(idle_.back());
        idle_.pop_back();
        return borrowed;
    }

    void give_back(line borrowed) const {
        const std::lock_guard lock{mutex_};
        idle_.push_back(std::move(borrowed));
    }

    [[nodiscard]] detail::curl_engine& engine() const {
        const std::lock_guard lock{mutex_};
        if (!engine_) {
            engine_ = std::make_unique<detail::curl_engine>(detail::curl_engine_options{
                options_.ca_file, options_.connections_per_host});
        }
        return *engine_;
    }

    curl_options options_;
    mutable std::mutex mutex_{};
    mutable std::vector<line> idle_{};  ///< as many as threads were ever at work at once
    mutable std::unique_ptr<detail::curl_engine> engine_{};  ///< made when first needed
};

}  // namespace

std::shared_ptr<const transport> make_curl_transport(curl_options options) {
    return std::make_shared<const curl_transport>(std::move(options));
}

}  // namespace partner_center
