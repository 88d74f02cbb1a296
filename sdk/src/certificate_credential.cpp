// The tokens of an application with a certificate. Calls client_assertion.cpp, token_keeper.cpp and
// token_request.cpp.
// SPDX-License-Identifier: MIT
#include <utility>

#include "sdk/src/client_assertion.hpp"
#include "sdk/src/token_keeper.hpp"
#include "sdk/src/token_request.hpp"
#include <partner_center/certificate_credential.hpp>

namespace partner_center {
namespace {

constexpr std::string_view jwt_bearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

[[nodiscard]] detail::client_proof by_certificate(
    const certificate_application& who, clock_function clock
) {
    return [who,
            clock = std::move(clock)](const std::string& token_url) -> outcome<detail::parameters> {
        auto assertion = detail::make_client_assertion({
            .pem = who.pem,
            .client_id = who.client_id,
            .token_url = token_url,
            .now = clock(),
        });
        if (!assertion) return assertion.error();
        return detail::parameters{
            {"client_assertion_type", std::string{jwt_bearer}},
            {"client_assertion", *std::move(assertion)},
        };
    };
}

}  // namespace

std::shared_ptr<const credential> make_certificate_credential(
    const cloud& where, const certificate_application& who, const authority_options& options
) {
    const application named{.tenant = who.tenant, .client_id = who.client_id};
    auto client = detail::make_authority_client(where, named, options);
    client.prove = by_certificate(who, detail::or_system_clock(options.clock));
    auto file = detail::make_token_file(options.cache, client, "application");
    auto ask = [client = std::move(client)](const std::string&, detail::grant_handler done) {
        detail::parameters form{{"grant_type", "client_credentials"}};
        for (http::field& each : detail::application_scope(client)) form.push_back(std::move(each));
        detail::ask_for_grant(client, std::move(form), std::move(done));
    };
    return std::make_shared<const detail::token_keeper>(
        std::move(ask), options.clock, std::move(file)
    );
}

}  // namespace partner_center
