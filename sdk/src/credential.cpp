// Tokens: one that is given, or those of an application. Calls token_keeper.cpp and
// token_request.cpp.
// SPDX-License-Identifier: MIT
#include <cstdlib>
#include <memory>
#include <utility>

#include "sdk/src/token_keeper.hpp"
#include "sdk/src/token_request.hpp"
#include <partner_center/credential.hpp>

namespace partner_center {
namespace {

using time_point = std::chrono::system_clock::time_point;

[[nodiscard]] std::string environment(const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? "" : value;
}

[[nodiscard]] std::shared_ptr<const credential> make_keeper(
    const cloud& where, const application& who, const authority_options& options
) {
    const auto client = detail::make_authority_client(where, who, options);
    const bool is_complete = !who.client_id.empty() && !who.client_secret.empty();
    auto ask = [client, is_complete](const std::string&, detail::grant_handler done) {
        if (!is_complete) {
            return done(error{
                .category = error_category::bad_input,
                .description = "the application's client id and secret must not be blank",
            });
        }
        detail::parameters form{{"grant_type", "client_credentials"}};
        for (http::field& each : detail::application_scope(client)) form.push_back(std::move(each));
        detail::ask_for_grant(client, std::move(form), std::move(done));
    };
    return std::make_shared<const detail::token_keeper>(
        std::move(ask), options.clock, detail::make_token_file(options.cache, client, "application")
    );
}

}  // namespace

void credential::bearer_token_async(token_handler done) const {
    const token_handler asker = std::move(done);
    asker(bearer_token());
}

application application_from_environment() {
    return {
        .tenant = environment("PARTNERCTL_TENANT"),
        .client_id = environment("PARTNERCTL_CLIENT_ID"),
        .client_secret = environment("PARTNERCTL_CLIENT_SECRET"),
    };
}

application_credential::application_credential(const cloud& where, application who)
    : application_credential{where, std::move(who), application_credential_options{}} {}

application_credential::application_credential(
    const cloud& where, application who, application_credential_options options
)
    : keeper_{make_keeper(where, who, options)} {}

outcome<std::string> application_credential::bearer_token() const {
    return keeper_->bearer_token();
}

void application_credential::bearer_token_async(token_handler done) const {
    keeper_->bearer_token_async(std::move(done));
}

static_credential::static_credential(std::string token, time_point expires_at)
    : static_credential{std::move(token), expires_at, clock_function{}} {}

static_credential::static_credential(std::string token, time_point expires_at, clock_function clock)
    : token_{std::move(token)},
      expires_at_{expires_at},
      clock_{detail::or_system_clock(std::move(clock))} {}

outcome<std::string> static_credential::bearer_token() const {
    if (!token_.empty() && clock_() < expires_at_ - detail::expiry_buffer) return token_;
    return error{
        .category = error_category::unauthorized,
        .description = token_.empty() ? "the token is empty"
                                      : "the token has expired, or is about to: bring a new one",
    };
}

}  // namespace partner_center
