// Uses what main.cpp does not: all of the SDK whose code is in its libraries, and a class derived
// from each interface. Prints what does not work; there is no network.
// SPDX-License-Identifier: MIT
#include <iostream>
#include <memory>
#include <string>

#include <partner_center/certificate_credential.hpp>
#include <partner_center/client.hpp>
#include <partner_center/credential_chain.hpp>
#include <partner_center/curl_transport.hpp>
#include <partner_center/diff.hpp>
#include <partner_center/operations.hpp>
#include <partner_center/send.hpp>
#include <partner_center/testing/fake_transport.hpp>
#include <partner_center/trace_transport.hpp>
#include <partner_center/user_credentials.hpp>

using namespace partner_center;

namespace {

class own_credential final : public credential {
public:
    [[nodiscard]] outcome<std::string> bearer_token() const override { return std::string{"t"}; }
};

class own_transport final : public transport {
public:
    [[nodiscard]] outcome<http::response> exchange(const outgoing_request& outgoing
    ) const override {
        return http::response{.status = 200, .body = outgoing.request.body};
    }
};

bool is_good = true;

void check(bool works, const char* what) {
    if (works) return;
    is_good = false;
    std::cerr << what << " does not work\n";
}

void use_credentials() {
    const application who{};
    const authority_options options{.transport = std::make_shared<const own_transport>()};
    const auto chain = make_credential_chain({
        make_certificate_credential(clouds::global, {}, options),
        make_device_code_credential(
            clouds::global, who, {.authority = options, .show = [](const device_code_prompt&) {}}
        ),
        make_authorization_code_credential(
            clouds::global, who, {.authority = options, .open = [](const std::string&) {}}
        ),
        make_refresh_token_credential(clouds::global, who, "", {.authority = options}),
        std::make_shared<const application_credential>(clouds::global, who, options),
        std::make_shared<const static_credential>("t", std::chrono::system_clock::time_point{}),
        std::make_shared<const own_credential>(),
    });
    check(chain->bearer_token().value() == "t", "a chain of credentials");
}

void use_transports() {
    const auto fake = std::make_shared<testing::fake_transport>();
    fake->answer(http::response{.status = 404, .body = R"({"code":20002})"});
    unsigned records = 0;
    const auto logged =
        std::make_shared<const log_transport>(fake, [&](const logged_exchange&) { ++records; });
    std::string trace;
    const auto traced = std::make_shared<const trace_transport>(logged, [&](std::string_view text) {
        trace += text;
    });
    const auto retried = std::make_shared<const retry_transport>(
        traced,
        retry_options{.retries_max = 1, .wait = std::chrono::milliseconds{1}, .timer = make_timer()}
    );
    const client client{
        clouds::global, std::make_shared<const own_credential>(), {.transport = retried}};
    try {
        static_cast<void>(send(client, get_audit_record{.id = "a"}).value());
        check(false, "throwing");
    } catch (const partner_error& thrown) {
        check(thrown.problem().code == "20002", "reading a fault");
        check(thrown.problem().category == category_of(404), "catching an error");
    }
    check(client.domains().by_domain("d").exists_async().get().has_error(), "the other form");
    check(records == 3 && !trace.empty(), "watching exchanges");
    check(make_curl_transport({}) != nullptr, "the network");
}

void use_contract() {
    const guid id = parse_guid("6f1c9a52-3d0e-4b7c-9c11-5a2e8d40b7f3").value();
    check(std::hash<guid>{}(id) != 0 && to_string(id).size() == guid_text_length, "an id");
    check(parse_verb(to_string(verb::put)) == verb::put, "a method");
    try {
        static_cast<void>(from_json<billing_profile>("{", json_reading::response).value());
        check(false, "refusing what is no JSON");
    } catch (const partner_exception& thrown) {
        check(row_of(thrown.problem().kind).status == 400, "catching a fault");
    }
    const versions<billing_profile> of{.mine{.email = "ap@made.example"}};
    check(field_diff(of).size() == 1 && merge(of).has_value(), "comparing versions");
}

}  // namespace

int main() {
    use_credentials();
    use_transports();
    use_contract();
    return is_good ? 0 : 1;
}
