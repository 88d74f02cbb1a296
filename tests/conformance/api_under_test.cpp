// The two ways to reach the API under test. Ends up calling dispatch(), with or without a socket.
// SPDX-License-Identifier: MIT
#include "tests/conformance/api_under_test.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <mutex>

#include "store/block_on.hpp"
#include "store/sqlite.hpp"
#include "tests/support/exchange.hpp"
#include "tests/support/temporary_directory.hpp"
#include <partner_center/curl_transport.hpp>
#include <partner_center/json.hpp>

namespace partner_center::testing {
namespace {

/// Hands requests to a dispatcher, one at a time.
class in_process_transport final : public transport {
public:
    explicit in_process_transport(dispatcher& dispatch) : dispatch_{dispatch} {}

    [[nodiscard]] outcome<http::response> exchange(const outgoing_request& outgoing
    ) const override {
        const std::lock_guard lock{mutex_};
        return respond(dispatch_, outgoing.request);
    }

private:
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
        transport_ = std::make_shared<in_process_transport>(dispatch_);
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
    log log_{{.level = log_level::error}};
    token_verifier tokens_{own_keys_, policy_, data_.tenants()};
    authority authority_{own_keys_, policy_, data_.tenants(), data_.sign_in_proofs(), hasher_};
    exchange_counts counts_{exchange_names().size()};
    dispatcher dispatch_{
        {options_, data_, tokens_, authority_, log_.add_reactor(), counts_, log_, own_keys_}};
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

api_under_test& api_under_test::instance() {
    static const std::unique_ptr<api_under_test> only = []() -> std::unique_ptr<api_under_test> {
        const char* const demo_file = std::getenv("PARTNERD_DEMO_FILE");
        if (demo_file == nullptr) return std::make_unique<api_in_process>();
        return std::make_unique<api_over_a_socket>(demo_file);
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
            application.client_secret},
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
        {to_string(partner.tenant_id), to_string(application.client_id), application.client_secret},
        {.transport = transport_}};
    return credential.bearer_token().value();
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
