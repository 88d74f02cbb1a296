// POST /{tenant}/oauth2/devicecode and /{tenant}/oauth2/v2.0/devicecode, and the grant. Calls the
// store's proofs and user_grants.cpp.
// SPDX-License-Identifier: MIT
#include "server/identity/authority/device_code.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "server/identity/authority/scopes.hpp"
#include "server/identity/authority/user_grants.hpp"
#include "server/identity/digest.hpp"
#include "server/identity/random.hpp"
#include "server/identity/sign_in_guard.hpp"
#include <partner_center/json.hpp>

namespace partner_center::oauth {

/// v1 says everything in strings, and has a name of its own for the address.
struct device_answer_v1 {
    static constexpr auto wire_case = letter_case::snake;

    std::string user_code{};
    std::string device_code{};
    std::string verification_url{};
    std::string expires_in{};
    std::string interval{};
    std::string message{};
};
BOOST_DESCRIBE_STRUCT(
    device_answer_v1, (), (user_code, device_code, verification_url, expires_in, interval, message)
)

/// Source: RFC 8628, section 3.2.
struct device_answer_v2 {
    static constexpr auto wire_case = letter_case::snake;

    std::string user_code{};
    std::string device_code{};
    std::string verification_uri{};
    std::string verification_uri_complete{};  ///< with the code: for a link, or a QR code
    std::int64_t expires_in{};
    std::int64_t interval{};
    std::string message{};
};
BOOST_DESCRIBE_STRUCT(
    device_answer_v2,
    (),
    (user_code,
     device_code,
     verification_uri,
     verification_uri_complete,
     expires_in,
     interval,
     message)
)

namespace {

constexpr std::chrono::seconds lifetime{900};
constexpr std::chrono::seconds interval{5};
/// Codes collide about never: whoever sees it so often has a broken generator.
constexpr int attempts_max = 5;
constexpr std::array<std::string_view, 2> user_permissions{"/.default", "/user_impersonation"};

/// Codes of a request that was just remembered.
struct device_codes {
    std::string device_code{};
    std::string user_code{};  ///< as people read it
    std::string address{};    ///< where they enter it
};

/// Eight of the 20 letters that are no vowels and look like no digit or other letter: 34 bits, and
/// no words. Source: RFC 8628, section 6.1.
[[nodiscard]] std::string new_user_code() {
    constexpr std::string_view letters = "BCDFGHJKLMNPQRSTVWXZ";
    constexpr unsigned fair = 256 / letters.size() * letters.size();
    std::string code;
    while (code.size() < 8) {
        std::array<std::uint8_t, 16> bytes{};
        fill_random(bytes);
        for (const unsigned byte : bytes) {
            if (byte < fair && code.size() < 8) code += letters[byte % letters.size()];
        }
    }
    return code;
}

[[nodiscard]] std::string message_of(const device_codes& codes) {
    return fmt::format(
        "To sign in, use a web browser to open the page {} and enter the code {} to authenticate.",
        codes.address,
        codes.user_code
    );
}

[[nodiscard]] awaitable<result<device_codes, refusal>> remember(
    const exchange& x, device_request request
) {
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        const std::string device_code = make_random_token();
        const std::string user_code = new_user_code();
        request.device_code = sha256_base64url(device_code);
        request.user_code = user_code;
        const device_addition outcome = co_await x.proofs.add_device_request(request, x.now);
        if (outcome == device_addition::too_many) co_return too_many_devices();
        if (outcome == device_addition::taken) continue;
        co_return device_codes{
            .device_code = device_code,
            .user_code = readable_code(user_code),
        };
    }
    throw std::runtime_error{"every device code that was made is taken"};
}

[[nodiscard]] awaitable<result<device_codes, refusal>> authorize(
    const exchange& x, version form_version
) {
    const auto parameters = read_form(x);
    if (!parameters) co_return parameters.error();
    auto resource = read_resource(x, *parameters, form_version, user_permissions);
    if (!resource) co_return resource.error();
    const auto client = co_await identify(x, *parameters, form_version);
    if (!client) co_return client.error();

    const bool is_v1 = form_version == version::v1;  // has no scopes
    device_request request{
        .application_id = client->application.id,
        .asked_from = sha256_base64url(client_network(x.request, x.policy.behind_proxy)),
        .resource = *std::move(resource),
        .scope = is_v1 ? std::string{} : known_scopes(parameters->find("scope")),
        .expires = x.now + lifetime,
        .poll_interval = interval,
    };
    auto codes = co_await remember(x, std::move(request));
    if (!codes) co_return codes.error();
    codes->address =
        fmt::format("{}/{}/oauth2/deviceauth", x.policy.public_url, to_string(client->partner.id));
    co_return codes;
}

}  // namespace

awaitable<reply> authorize_device_v1(const exchange& x) {
    const auto codes = co_await authorize(x, version::v1);
    if (!codes) co_return codes.error();
    const device_answer_v1 answer{
        .user_code = codes->user_code,
        .device_code = codes->device_code,
        .verification_url = codes->address,
        .expires_in = fmt::to_string(lifetime.count()),
        .interval = fmt::to_string(interval.count()),
        .message = message_of(*codes),
    };
    co_return to_json(answer);
}

awaitable<reply> authorize_device_v2(const exchange& x) {
    const auto codes = co_await authorize(x, version::v2);
    if (!codes) co_return codes.error();
    const device_answer_v2 answer{
        .user_code = codes->user_code,
        .device_code = codes->device_code,
        .verification_uri = codes->address,
        .verification_uri_complete = codes->address + "?user_code=" + codes->user_code,
        .expires_in = lifetime.count(),
        .interval = interval.count(),
        .message = message_of(*codes),
    };
    co_return to_json(answer);
}

bool is_device_grant(std::string_view grant_type) {
    return grant_type == "urn:ietf:params:oauth:grant-type:device_code" ||
           grant_type == "device_code";
}

std::string readable_code(std::string_view user_code) {
    return fmt::format("{}-{}", user_code.substr(0, 4), user_code.substr(4));
}

awaitable<reply> answer_device_code(
    const exchange& x, const form& parameters, proven_client client
) {
    std::string_view device_code = parameters.find("device_code");
    if (device_code.empty()) device_code = parameters.find("code");
    if (device_code.empty()) co_return missing_parameter("device_code");
    std::string hash = sha256_base64url(device_code);
    const guid application_id = client.application.id;
    device_poll poll = co_await x.proofs.poll_device_request(hash, application_id, x.now);
    switch (poll.state) {
        case device_state::unknown:
            co_return wrong_device_code();
        case device_state::expired:
            co_return device_code_expired();
        case device_state::pending:
            co_return authorization_pending();
        case device_state::too_fast:
            co_return polled_too_fast();
        case device_state::denied:
            co_return authorization_declined();
        case device_state::allowed:
            break;
    }
    grant_record grant{
        .id = random_guid(),
        .application_id = application_id,
        .user_id = poll.decision.user_id,
        .resource = std::move(poll.request.resource),
        .any_resource = client.form == version::v1,
        .scopes = std::move(poll.request.scope),
        .has_mfa = poll.decision.has_mfa,
    };
    allowed_device device{.device_code = std::move(hash), .grant = std::move(grant)};
    co_return co_await answer_allowed_device(x, parameters, std::move(client), std::move(device));
}

}  // namespace partner_center::oauth
