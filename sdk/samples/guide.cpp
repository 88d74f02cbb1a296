// The code of docs/sdk.md as a program: each piece there is a piece of this file.
// SPDX-License-Identifier: MIT
#include <iostream>
#include <memory>
#include <stop_token>

#include "sdk/samples/console.hpp"
#include "sdk/samples/settings.hpp"
#include <partner_center/client.hpp>
#include <partner_center/curl_transport.hpp>
#include <partner_center/operations.hpp>
#include <partner_center/send.hpp>
#include <partner_center/testing/fake_transport.hpp>
#include <partner_center/trace_transport.hpp>

namespace partner_center::samples {
namespace {

[[nodiscard]] outcome<void> call(const client& client, const std::string& id) {
    const auto billing = client.customers().by_id(id).profiles().billing();
    const auto profile = billing.get();
    if (!profile) return profile.error();
    std::cout << profile->company_name.value_or("") << '\n';

    std::stop_source stop;
    const auto bounded =
        client.within({.stop = stop.get_token(), .timeout = std::chrono::seconds{5}});
    auto later = bounded.with({.locale = "de-DE"}).customers().by_id(id).get_async();
    const auto customer = later.get();
    if (!customer) return customer.error();

    const auto rules = send(client, get_country_validation_rules{.country = "DE"});
    if (!rules) return rules.error();

    const auto updated = billing.update_with({.attempts_max = 3}, [](billing_profile& changed) {
        changed.email = "invoices@tidewater-coop.example";
    });
    if (!updated) return updated.error();
    return {};
}

void list(const client& client) {
    for (const customer& each : client.customers().list_all({.company_name = "Tide"})) {
        std::cout << each.id.value_or("") << '\n';
    }
}

[[nodiscard]] client_options watched() {
    client_options options;
    options.on_exchange = [](const logged_exchange& each) {
        std::clog << each.method << ' ' << each.url << ' ' << each.http_status << ' '
                  << each.took.count() << " us " << each.request_id << '\n';
    };
    options.traceparent = [] { return "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"; };
    return options;
}

[[nodiscard]] client_options traced() {
    client_options options;
    options.transport = std::make_shared<const trace_transport>(
        make_curl_transport({}),
        [](std::string_view text) { std::clog << text; },
        trace_content::heads
    );
    return options;
}

[[nodiscard]] client_options faked() {
    const auto fake = std::make_shared<testing::fake_transport>();
    fake->answer(http::response{.status = 200, .body = R"({"companyName":"Tidewater"})"});
    return {.transport = fake};
}

/// What the guide shows, one thing after the other.
class guide final : public scenario {
public:
    explicit guide(settings settings) : settings_{std::move(settings)} {}

    [[nodiscard]] std::string_view title() const override { return "Guide"; }

    [[nodiscard]] outcome<void> run(const client&, console&) const override {
        const auto who =
            std::make_shared<const application_credential>(cloud_of(settings_), settings_.who);
        const auto made_with = [&](client_options options) {
            return client{cloud_of(settings_), who, std::move(options)};
        };
        if (auto called = call(made_with(watched()), settings_.customer_id); !called) return called;
        const auto billing = [&](const client& from) {
            return from.customers().by_id(settings_.customer_id).profiles().billing().get();
        };
        if (auto seen = billing(made_with(traced())); !seen) return seen.error();
        if (auto played = billing(made_with(faked())); !played) return played.error();
        list(made_with({}));
        return {};
    }

private:
    settings settings_;
};

}  // namespace
}  // namespace partner_center::samples

int main(int count, char** arguments) {
    using namespace partner_center::samples;
    const auto settings = read_settings({arguments, static_cast<std::size_t>(count)});
    if (!settings) return 2;
    return run(guide{*settings}, make_client(*settings));
}
