// A scripted token authority for tests of credentials, with a clock and a timer of the test's own.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <partner_center/credential.hpp>
#include <partner_center/testing/fake_transport.hpp>
#include <partner_center/timer.hpp>

namespace partner_center::tests {

/// The base of such tests. Waits take no time but the clock's.
class authority_test : public ::testing::Test {
protected:
    [[nodiscard]] authority_options options() {
        return {.transport = fake_, .clock = [this] { return now_; }};
    }
    [[nodiscard]] timer_function timer() {
        return [this](auto wait, const auto& stop, const auto& then) {
            waits_.push_back(std::chrono::duration_cast<std::chrono::seconds>(wait).count());
            now_ += wait;
            then(!stop.stop_requested());
        };
    }

    void answer(unsigned status, const std::string& body) {
        fake_->answer(http::response{.status = status, .body = body});
    }
    /// A token for an hour; a refresh token with it, unless that is empty.
    void answer_token(const std::string& token, const std::string& refresh_token) {
        const std::string more =
            refresh_token.empty() ? "" : R"(,"refresh_token":")" + refresh_token + '"';
        answer(
            200,
            R"({"token_type":"Bearer","expires_in":3600,"access_token":")" + token + '"' + more +
                '}'
        );
    }
    void refuse(const std::string& word) {
        answer(400, R"({"error":")" + word + R"(","error_description":"AADSTS1: no."})");
    }

    [[nodiscard]] std::size_t asked() const { return fake_->requests().size(); }
    [[nodiscard]] std::string target(std::size_t at) const {
        return fake_->requests().at(at).request.target;
    }
    [[nodiscard]] std::string body(std::size_t at) const {
        return fake_->requests().at(at).request.body;
    }

    std::shared_ptr<testing::fake_transport> fake_ = std::make_shared<testing::fake_transport>();
    std::chrono::system_clock::time_point now_{
        std::chrono::sys_days{std::chrono::year{2026} / 1 / 22}};
    std::vector<std::int64_t> waits_{};
};

}  // namespace partner_center::tests
