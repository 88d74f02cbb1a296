// Puts the client together. Calls the SDK.
// SPDX-License-Identifier: MIT
#include "cli/session.hpp"

#include <fstream>
#include <iterator>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "cli/failure.hpp"
#include "cli/private_file.hpp"
#include "cli/terminal.hpp"
#include "cli/text.hpp"
#include <partner_center/certificate_credential.hpp>
#include <partner_center/curl_transport.hpp>
#include <partner_center/retry_transport.hpp>
#include <partner_center/trace_transport.hpp>
#include <partner_center/user_credentials.hpp>

namespace partner_center::cli {
namespace {

/// The service counts requests of a minute, so whoever lists thousands has to wait as long as that.
constexpr std::chrono::seconds throttle_window{60};

[[nodiscard]] std::string first_that_is_set(std::initializer_list<std::string> texts) {
    for (const std::string& each : texts) {
        if (!each.empty()) return each;
    }
    return {};
}

/// Who waits wants to know why. Nobody notices shorter waits.
void tell(const retry_notice& notice) {
    if (notice.wait < std::chrono::seconds{1}) return;
    say(fmt::format(
        "partnerctl: {}; trying again in {} s",
        printable(notice.why.description),
        std::chrono::ceil<std::chrono::seconds>(notice.wait).count()
    ));
}

[[nodiscard]] std::string read_certificate(const std::string& path) {
    const auto content = read_private_file(path);
    if (content) return *content;
    throw failure{exit_status::refused, path + " (the certificate) is not there"};
}

/// What the last login of a person left: nobody is asked to sign in by any other word.
class last_sign_in final : public credential {
public:
    explicit last_sign_in(std::shared_ptr<const credential> kept) : kept_{std::move(kept)} {}

    [[nodiscard]] outcome<std::string> bearer_token() const override {
        return explained(kept_->bearer_token());
    }
    void bearer_token_async(token_handler done) const override {
        kept_->bearer_token_async([done = std::move(done)](outcome<std::string> token) {
            done(explained(std::move(token)));
        });
    }

private:
    [[nodiscard]] static outcome<std::string> explained(outcome<std::string> token) {
        const bool is_absent = !token && token.error().category == error_category::bad_input;
        if (!is_absent) return token;
        return error{
            .category = error_category::unauthorized,
            .description = "nobody is signed in there; sign in: partnerctl login",
        };
    }

    std::shared_ptr<const credential> kept_;
};

[[nodiscard]] std::shared_ptr<const credential> credential_of(
    const identity& caller, const std::shared_ptr<const transport>& network
) {
    if (!caller.token.empty()) {
        const auto never = std::chrono::system_clock::time_point::max();
        return std::make_shared<const static_credential>(caller.token, never);
    }
    const auto file = caller.name.empty() ? std::filesystem::path{} : token_file(caller.name);
    return credential_of(caller.who, authority_with(network, file));
}

}  // namespace

const client& session::api(permission needed) {
    attempted_.needed = needed;
    if (client_) return *client_;
    static_cast<void>(out());  // an expression that is wrong is told before anything is asked
    const identity caller = who();
    client_options made{.transport = network(), .application_name = "partnerctl"};
    client_.emplace(client{cloud_of(caller.who), credential_of(caller, network()), made}.within(
        {.stop = interrupt().token()}
    ));
    return *client_;
}

client session::api(permission needed, const std::string& request_id) {
    attempted_.takes_request_id = true;
    if (request_id.empty()) return api(needed);
    const auto id = parse_guid(request_id);
    if (id) return api(needed).with({.request_id = id});
    throw failure{exit_status::usage, "--request-id takes a GUID, not '" + request_id + "'"};
}

identity session::who() const {
    const bool is_named = !options.profile.empty();
    identity out;
    std::optional<profile> found;
    if (!is_named) {
        out.token = variable("PARTNERCTL_TOKEN");
        found = profile_from_environment();
        if (!found && !out.token.empty()) found = profile{};
    }
    if (!found) {
        out.name = is_named ? options.profile : std::string{default_profile};
        found = read_profile(out.name);
    }
    if (!found) {
        const std::string named = is_named ? " --profile " + out.name : "";
        throw failure{
            exit_status::refused,
            fmt::format("nobody is signed in; sign in: partnerctl login{}", named)};
    }
    out.who = *std::move(found);
    const std::string elsewhere =
        first_that_is_set({options.url, is_named ? "" : variable("PARTNERCTL_URL")});
    if (!elsewhere.empty() && elsewhere != out.who.url) {
        out.who.url = elsewhere;
        out.who.authority.clear();
    }
    if (!options.cloud.empty()) out.who.cloud = options.cloud;
    return out;
}

std::shared_ptr<const transport> session::network() {
    if (network_) return network_;
    static_cast<void>(interrupt());  // before any other thread
    network_ = make_curl_transport({});
    if (options.trace) {
        const auto show = [](std::string_view text) { say(printable_lines(text)); };
        network_ = std::make_shared<const trace_transport>(network_, show);
    }
    network_ = std::make_shared<const retry_transport>(
        network_, retry_options{.wait_max = throttle_window, .on_retry = tell}
    );
    return network_;
}

output& session::out() {
    if (!output_) output_.emplace(options.output);
    return *output_;
}

interruption& session::interrupt() {
    if (!interruption_) interruption_.emplace();
    return *interruption_;
}

cloud cloud_of(const profile& who) {
    const cloud* const known = clouds::find(who.cloud);
    if (known == nullptr) {
        throw failure{
            exit_status::usage,
            fmt::format("there is no cloud '{}': global, china or us_government", who.cloud)};
    }
    cloud where = *known;
    if (!who.url.empty()) where.api_base = where.authority = who.url;
    if (!who.authority.empty()) where.authority = who.authority;
    return where;
}

std::shared_ptr<const credential> credential_of(const profile& who, authority_options options) {
    const cloud where = cloud_of(who);
    const application registered{
        .tenant = who.tenant,
        .client_id = who.client_id,
        .client_secret = who.client_secret.value_or(""),
    };
    switch (who.method) {
        case sign_in_method::secret:
            return std::make_shared<const application_credential>(
                where, registered, std::move(options)
            );
        case sign_in_method::certificate: {
            const certificate_application proven{
                .tenant = who.tenant,
                .client_id = who.client_id,
                .pem = read_certificate(who.certificate.value_or("")),
            };
            return make_certificate_credential(where, proven, options);
        }
        case sign_in_method::device_code:
        case sign_in_method::browser:
            break;
    }
    return std::make_shared<const last_sign_in>(make_refresh_token_credential(
        where, registered, "", {.authority = std::move(options), .on_renewed = {}}
    ));
}

outcome<std::string> token_of(
    const identity& caller, const std::shared_ptr<const transport>& network
) {
    return credential_of(caller, network)->bearer_token();
}

authority_options authority_with(
    std::shared_ptr<const transport> network, const std::filesystem::path& file
) {
    make_private_directories(file.parent_path());  // else the file's own problem is told
    const auto warn = [](std::string_view problem) {
        say(fmt::format("partnerctl: {}", printable(problem)));
    };
    return {
        .transport = std::move(network),
        .cache{.file = file.string(), .on_problem = warn},
    };
}

}  // namespace partner_center::cli
