// The two ways to reach the API under test. Ends up calling dispatch(), with or without a socket.
// SPDX-License-Identifier: MIT
#include "tests/conformance/api_under_test.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <mutex>
#include <optional>
#include <utility>

#include <boost/asio/io_context.hpp>

#include "store/block_on.hpp"
#include "store/sqlite.hpp"
#include "tests/support/exchange.hpp"
#include "tests/support/temporary_directory.hpp"
#include <partner_center/curl_transport.hpp>
#include <partner_center/json.hpp>

namespace partner_center::testing {
namespace {

/// Hands requests to a dispatcher on a reactor, one at a time.
class in_process_transport final : public transport {
public:
    in_process_transport(boost::asio::io_context& reactor, dispatcher& dispatch)
        : reactor_{reactor}, dispatch_{dispatch} {}

    [[nodiscard]] outcome<http::response> exchange(const outgoing_request& outgoing
    ) const override {
        const std::lock_guard lock{mutex_};
        return respond_on(reactor_, dispatch_, outgoing.request);
    }

private:
    boost::asio::io_context& reactor_;
    dispatcher& dispatch_;
    mutable std::mutex mutex_{};
};

/// A demo world of its own, in a temporary directory.
class api_in_process final : public api_under_test {
public:
    api_in_process() {
        base_url_ = "http://127.0.0.1:1";  // nothing is ever sent there
        data_directory_ = directory_.path();
        policy_.public_url = base_url_;
        world_ = block_on(open_demo_world(data_, directory_.path()));
        key_ = std::make_unique<signing_key>(signing_key::load_or_create(key_file()));
        transport_ = std::make_shared<in_process_transport>(reactor_, dispatch_);
        for (issuer_key key : {issuer_key::rsa("one"), issuer_key::p256("one")}) {
            const auto& each =
                outside_issuers_.emplace_back(std::make_unique<trusted_provider>(std::move(key)));
            // An unknown key is looked for each time: else nobody could tell, until a minute is
            // over.
            const refresh_pace eager{.asked_apart = {}};
            sources_.push_back(source_of(each->description(), eager, heard_));
        }
        outside_.emplace(sources_, reactor_.get_executor());
        tokens_.trust(*outside_);
    }

private:
    temporary_directory directory_{};
    sqlite_file file_{{.file = directory_.path() / "partnerd.db"}};
    store data_{file_.connect()};
    switches options_{};
    token_policy policy_{.entra_issuer = true};
    authority_keys all_keys_{directory_ / "authority"};
    reactor_keys own_keys_{all_keys_};
    secret_hasher hasher_{1};
    boost::asio::io_context reactor_{1};
    reports heard_{};
    key_sources sources_{};
    std::optional<partner_center::outside_issuers> outside_{};
    log log_{{.level = log_level::error}};
    token_verifier tokens_{own_keys_, policy_, data_.tenants()};
    authority authority_{own_keys_, policy_, data_.tenants(), data_.sign_in_proofs(), hasher_};
    exchange_counts counts_{exchange_names().size()};
    dispatcher dispatch_{
        {options_, data_, tokens_, authority_, own_keys_, log_.add_reactor(), counts_, log_}};
};

/// A running partnerd on this machine, whose DATA can be read.
class api_over_a_socket final : public api_under_test {
public:
    explicit api_over_a_socket(const std::filesystem::path& demo_file) {
        std::ifstream file{demo_file};
        const std::string text{std::istreambuf_iterator<char>{file}, {}};
        world_ = from_json<demo_world>(text, json_reading::strict).value();
        base_url_ = world_.url;
        transport_ = make_curl_transport({});
        data_directory_ = demo_file.parent_path();
        key_ = std::make_unique<signing_key>(signing_key::load_or_create(key_file()));
    }
};

}  // namespace

trusted_provider::trusted_provider(issuer_key signs)
    : key{std::move(signs)},
      published{key_set_of(
          {key.jwk(),
           (key.algorithm == "RS256" ? issuer_key::rsa("two") : issuer_key::p256("two")).jwk(),
           short_key.jwk()}
      )} {}

trusted_issuer trusted_provider::description() const {
    return {
        .issuer = url() + '/' + std::string{tenant_placeholder} + "/v2.0",
        .jwks_url = url() + "/keys",
        .audiences = {audience},
        .algorithms = {find_signature_algorithm(key.algorithm).value()},
    };
}

bool api_under_test::runs_here() {
    return std::getenv("PARTNERD_DEMO_FILE") == nullptr;
}

api_under_test& api_under_test::instance() {
    static const std::unique_ptr<api_under_test> only = []() -> std::unique_ptr<api_under_test> {
        if (runs_here()) return std::make_unique<api_in_process>();
        return std::make_unique<api_over_a_socket>(std::getenv("PARTNERD_DEMO_FILE"));
    }();
    return *only;
}

client api_under_test::client_of(const demo_partner& partner) const {
    const demo_application& application = partner.applications.at(0);
    cloud where = *clouds::find(partner.cloud);
    where.authority = base_url_;
    auto credential = std::make_shared<application_credential>(
        where,
        partner_center::application{
            to_string(partner.tenant_id),
            to_string(application.client_id),
            application.client_secret.value()},
        application_credential_options{.transport = transport_}
    );
    return {where, std::move(credential), {.base_url = base_url_, .transport = transport_}};
}

std::string api_under_test::token_of(const demo_partner& partner) const {
    const demo_application& application = partner.applications.at(0);
    cloud where = *clouds::find(partner.cloud);
    where.authority = base_url_;
    const application_credential credential{
        where,
        {to_string(partner.tenant_id),
         to_string(application.client_id),
         application.client_secret.value()},
        {.transport = transport_}};
    return credential.bearer_token().value();
}

client api_under_test::user_client_of(const demo_partner& partner) const {
    const auto soon = std::chrono::system_clock::now() + std::chrono::minutes{30};
    auto credential = std::make_shared<static_credential>(user_token_of(partner), soon);
    return {
        *clouds::find(partner.cloud),
        std::move(credential),
        {.base_url = base_url_, .transport = transport_}};
}

std::string api_under_test::user_token_of(const demo_partner& partner) const {
    const token_policy policy{.entra_issuer = true};
    const partner_record record{.id = partner.tenant_id, .where = clouds::find(partner.cloud)};
    const demo_user& user = partner.users.at(0);
    const user_token token{
        .token =
            {.application_id = partner.applications.at(0).client_id,
             .audience = std::string{clouds::global.audience},
             .issued_at =
                 std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())},
        .user = {
            .id = demo_user_id(partner, user),
            .principal_name = user.user_principal_name,
            .roles = {"AdminAgents"},
            .has_mfa = true}};
    return make_user_token(*key_, policy, record, token);
}

const demo_partner& api_under_test::partner_in(const cloud& where) const {
    return *std::ranges::find(world_.partners, where.name, &demo_partner::cloud);
}

std::string api_under_test::signed_token(const demo_partner& partner, const app_token& claims)
    const {
    const token_policy policy{.entra_issuer = true};
    const partner_record record{.id = partner.tenant_id, .where = clouds::find(partner.cloud)};
    return make_app_token(*key_, policy, record, claims);
}

http::response api_under_test::exchange(http::request request) const {
    return transport_->exchange({.base_url = base_url_, .request = std::move(request)}).value();
}

http::response api_under_test::get(const std::string& target, fields more) const {
    return exchange({.method = "GET", .target = target, .fields = std::move(more)});
}

std::string billing_path(std::string_view customer_id) {
    return "/v1/customers/" + std::string{customer_id} + "/profiles/billing";
}

}  // namespace partner_center::testing
