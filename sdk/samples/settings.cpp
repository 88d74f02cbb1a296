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
    std::string domain{};
    std::string cloud{};
    bool sandbox{};
    std::vector<demo_application> applications{};
    std::vector<std::string> customers{};
};
BOOST_DESCRIBE_STRUCT(
    demo_partner, (), (tenant_id, domain, cloud, sandbox, applications, customers)
)

struct demo_file {
    std::string url{};
    std::string authority{};
    std::vector<demo_partner> partners{};
};
BOOST_DESCRIBE_STRUCT(demo_file, (), (url, authority, partners))

namespace {

constexpr std::string_view usage =
    "flags: [--trace] [--demo-file FILE [--partner DOMAIN]] [--url URL] [--customer ID]\n"
    "Without --demo-file, the environment says who calls: PARTNERCTL_URL (default: Microsoft's),\n"
    "PARTNERCTL_TENANT, PARTNERCTL_CLIENT_ID, PARTNERCTL_CLIENT_SECRET; --customer is needed "
    "then.\n";

struct flags {
    bool trace{};
    std::string demo_file{};
    std::string partner{};
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
                                    : name == "--partner"  ? &out.partner
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

/// The partner that has the domain; the first one without a domain, none when nobody has it.
[[nodiscard]] std::optional<demo_partner> find_partner(
    const demo_file& demo, const std::string& domain
) {
    for (const demo_partner& each : demo.partners) {
        if (domain.empty() || each.domain == domain) return each;
    }
    return {};
}

[[nodiscard]] bool fill_from_demo(settings& out, const flags& given) {
    std::ifstream file{given.demo_file};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    const auto demo = from_json<demo_file>(text, json_reading::response);
    if (!demo) return false;
    const auto found = find_partner(*demo, given.partner);
    if (!found || found->applications.empty() || found->customers.empty()) return false;
    const demo_partner& partner = *found;
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
    out.sandbox = partner.sandbox;
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
    if (!given->demo_file.empty() && !fill_from_demo(out, *given)) {
        std::cerr << given->demo_file
                  << " has no such partner, or is not of the form of a demo server's demo.json\n";
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
