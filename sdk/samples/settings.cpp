// Reads a sample's settings and makes its client. The demo file is read with the contract's codec.
// SPDX-License-Identifier: MIT
#include "sdk/samples/settings.hpp"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>

#include <partner_center/curl_transport.hpp>
#include <partner_center/json.hpp>
#include <partner_center/retry_transport.hpp>
#include <partner_center/trace_transport.hpp>

namespace partner_center::samples {

struct demo_application {
    std::string client_id{};
    std::string client_secret{};
};
BOOST_DESCRIBE_STRUCT(demo_application, (), (client_id, client_secret))

struct demo_partner {
    std::string tenant_id{};
    std::string cloud{};
    std::vector<demo_application> applications{};
    std::vector<std::string> customers{};
};
BOOST_DESCRIBE_STRUCT(demo_partner, (), (tenant_id, cloud, applications, customers))

struct demo_file {
    std::string url{};
    std::string authority{};
    std::vector<demo_partner> partners{};
};
BOOST_DESCRIBE_STRUCT(demo_file, (), (url, authority, partners))

namespace {

constexpr std::string_view usage =
    "flags: [--trace] [--demo-file FILE] [--url URL] [--customer ID]\n"
    "Without --demo-file, the environment says who calls: PARTNERCTL_URL (default: Microsoft's),\n"
    "PARTNERCTL_TENANT, PARTNERCTL_CLIENT_ID, PARTNERCTL_CLIENT_SECRET; --customer is needed "
    "then.\n";

struct flags {
    bool trace{};
    std::string demo_file{};
    std::string url{};
    std::string customer{};
};

[[nodiscard]] std::optional<flags> read_flags(std::span<char* const> arguments) {
    flags out;
    for (std::size_t at = 1; at < arguments.size(); ++at) {
        const std::string_view name = arguments[at];
        if (name == "--trace") {
            out.trace = true;
            continue;
        }
        std::string* const target = name == "--demo-file"  ? &out.demo_file
                                    : name == "--url"      ? &out.url
                                    : name == "--customer" ? &out.customer
                                                           : nullptr;
        if (target == nullptr || at + 1 == arguments.size()) return {};
        *target = arguments[++at];
    }
    return out;
}

/// Fills what nothing has said yet.
void fill(std::string& target, std::string_view value) {
    if (target.empty()) target = value;
}

[[nodiscard]] bool fill_from_demo(settings& out, const std::string& path) {
    std::ifstream file{path};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    const auto demo = from_json<demo_file>(text, json_reading::response);
    const bool is_usable = demo && !demo->partners.empty() &&
                           !demo->partners.front().applications.empty() &&
                           !demo->partners.front().customers.empty();
    if (!is_usable) return false;
    const demo_partner& partner = demo->partners.front();
    if (out.url.empty()) out.authority = demo->authority;
    fill(out.url, demo->url);
    fill(out.who.tenant, partner.tenant_id);
    fill(out.who.client_id, partner.applications.front().client_id);
    fill(out.who.client_secret, partner.applications.front().client_secret);
    const demo_application& last = partner.applications.back();
    if (last.client_secret.empty()) {
        out.public_client = {.tenant = partner.tenant_id, .client_id = last.client_id};
    }
    if (out.customer_id.empty()) out.customer_ids = partner.customers;
    fill(out.customer_id, partner.customers.front());
    if (!partner.cloud.empty()) out.cloud = partner.cloud;
    return true;
}

}  // namespace

std::optional<settings> read_settings(std::span<char* const> arguments) {
    const auto given = read_flags(arguments);
    if (!given) {
        std::cerr << usage;
        return {};
    }
    settings out{
        .trace = given->trace,
        .url = given->url,
        .who = application_from_environment(),
        .customer_id = given->customer,
    };
    if (const char* const url = std::getenv("PARTNERCTL_URL")) fill(out.url, url);
    if (!given->demo_file.empty() && !fill_from_demo(out, given->demo_file)) {
        std::cerr << given->demo_file << " is not the demo.json of a running demo server\n";
        return {};
    }
    if (out.customer_ids.empty()) out.customer_ids = {out.customer_id};
    if (out.public_client.client_id.empty()) out.public_client = out.who;
    const bool is_complete = !out.who.tenant.empty() && !out.who.client_id.empty() &&
                             !out.customer_id.empty() && clouds::find(out.cloud) != nullptr;
    if (is_complete) return out;
    std::cerr << usage;
    return {};
}

cloud cloud_of(const settings& settings) {
    cloud where = *clouds::find(settings.cloud);
    if (!settings.url.empty()) where.api_base = where.authority = settings.url;
    if (!settings.authority.empty()) where.authority = settings.authority;
    return where;
}

client make_client(const settings& settings) {
    return make_client(
        settings, std::make_shared<const application_credential>(cloud_of(settings), settings.who)
    );
}

client make_client(const settings& settings, std::shared_ptr<const credential> who) {
    auto network = make_curl_transport({});
    if (settings.trace) {
        network = std::make_shared<const trace_transport>(network, [](std::string_view text) {
            std::cout << text << '\n';
        });
    }
    client_options options{
        .transport = std::make_shared<const retry_transport>(network, retry_options{}),
        .application_name = "Console sample"};
    return client{cloud_of(settings), std::move(who), std::move(options)};
}

}  // namespace partner_center::samples
