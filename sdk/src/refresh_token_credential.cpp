// The tokens of a refresh token. Calls token_keeper.cpp and token_request.cpp.
// SPDX-License-Identifier: MIT
#include <utility>

#include "sdk/src/token_keeper.hpp"
#include "sdk/src/token_request.hpp"
#include <partner_center/user_credentials.hpp>

namespace partner_center {

std::shared_ptr<const credential> make_refresh_token_credential(
    const cloud& where,
    const application& who,
    std::string refresh_token,
    const refresh_token_options& options
) {
    const auto client = detail::make_authority_client(where, who, options.authority);
    auto ask = [client,
                first = std::move(refresh_token),
                told = options.on_renewed](const std::string& last, detail::grant_handler done) {
        const std::string& present = last.empty() ? first : last;
        if (present.empty()) {
            return done(error{
                .category = error_category::bad_input,
                .description = "the refresh token must not be empty",
            });
        }
        auto renewed = [present, told, done = std::move(done)](outcome<detail::token_grant> grant) {
            const bool is_new =
                grant && !grant->refresh_token.empty() && grant->refresh_token != present;
            if (is_new && told) told(grant->refresh_token);
            if (grant && grant->refresh_token.empty()) grant->refresh_token = present;
            done(std::move(grant));
        };
        detail::refresh(client, present, std::move(renewed));
    };
    return std::make_shared<const detail::token_keeper>(
        std::move(ask),
        options.authority.clock,
        detail::make_token_file(options.authority.cache, client, "user")
    );
}

}  // namespace partner_center
