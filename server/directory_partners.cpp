// The words `partnerd partner` and `partnerd customer`.
// SPDX-License-Identifier: MIT
#include <array>
#include <chrono>
#include <utility>

#include <boost/describe/class.hpp>
#include <fmt/format.h>

#include "server/api/ledger.hpp"
#include "server/directory_desk.hpp"
#include "store/block_on.hpp"

namespace partner_center {

// What is printed. Source: docs/operations.md.

struct partner_entry {
    guid tenant_id{};
    std::string name{};
    std::string domain{};
    std::string cloud{};
    bool sandbox{};
    bool disabled{};
};
BOOST_DESCRIBE_STRUCT(partner_entry, (), (tenant_id, name, domain, cloud, sandbox, disabled))

struct delegated_access_entry {
    guid tenant_id{};
    guid customer_id{};
    bool delegated_access{};
};
BOOST_DESCRIBE_STRUCT(delegated_access_entry, (), (tenant_id, customer_id, delegated_access))

namespace {

[[nodiscard]] std::string checked_domain(const std::string& text) {
    std::string domain = lower_case(text);
    if (!is_domain(domain)) misused("--domain", text, "a domain, like lumen.onmicrosoft.com");
    return domain;
}

[[nodiscard]] const cloud* checked_cloud(const std::string& name) {
    if (name.empty()) return &clouds::global;
    const cloud* const where = clouds::find(name);
    if (where == nullptr) misused("--cloud", name, "global, china or us_government");
    return where;
}

[[nodiscard]] partner_entry entry_of(const partner_record& partner) {
    return {
        .tenant_id = partner.id,
        .name = partner.name,
        .domain = partner.domain,
        .cloud = std::string{partner.where->name},
        .sandbox = partner.sandbox,
        .disabled = partner.disabled,
    };
}

std::string add_partner(directory_desk& desk, const directory_request& request) {
    const partner_record partner{
        .id = id_or_new(request),
        .name = checked_name(request.name),
        .domain = checked_domain(request.domain),
        .where = checked_cloud(request.cloud),
        .sandbox = request.sandbox,
    };
    require(
        block_on(desk.tenants().add_partner(partner)),
        fmt::format(
            "there is a partner, or a customer of one, with the id {} or the domain {}",
            to_string(partner.id),
            partner.domain
        )
    );
    return printed(entry_of(partner));
}

std::string list_partners(directory_desk& desk, const directory_request&) {
    return list_of(block_on(desk.tenants().list_partners()), [](const partner_record& each) {
        return entry_of(each);
    });
}

template <bool Disabled>
std::string set_partner_disabled(directory_desk& desk, const directory_request& request) {
    const guid id = partner_of(desk, request.partner).id;
    static_cast<void>(block_on(desk.tenants().set_disabled(directory_entry::partner, id, Disabled))
    );
    return printed(entry_of(partner_of(desk, request.partner)));
}

/// With its line in the audit: of no application and no user, for the operator did it. False when
/// the relationship has ended meanwhile. Source: wire contract, section 8.3.
[[nodiscard]] bool change_delegated_access(
    directory_desk& desk,
    const customer_summary& customer,
    const guid& partner_id,
    const guid& customer_id,
    bool granted
) {
    audit_record record{
        .customer_name = customer.company_name,
        .resource_type = "partner_customer_dap",
        .operation_type =
            granted ? "dap_admin_relationship_approved" : "dap_admin_relationship_terminated",
        .operation_status = operation_status::succeeded,
    };
    change all = store::set_delegated_access(partner_id, customer_id, granted);
    all.add(
        audit_line({partner_id, customer_id, std::chrono::system_clock::now()}, std::move(record))
    );
    return !block_on(desk.store().commit(std::move(all)));
}

std::string set_delegated_access(directory_desk& desk, const directory_request& request) {
    const bool granted = request.access == "on";
    if (!granted && request.access != "off") misused("ACCESS", request.access, "on or off");
    const guid customer = read_id("--customer", request.id);
    const guid partner = partner_of(desk, request.partner).id;
    const auto found = block_on(desk.store().find_customer_summary(partner, customer));
    const bool is_theirs = found.has_value();
    const bool is_done = is_theirs && found->has_delegated_access == granted;
    require(
        is_done || (is_theirs && change_delegated_access(desk, *found, partner, customer, granted)),
        fmt::format("the partner has no customer '{}'", request.id)
    );
    return printed(delegated_access_entry{partner, customer, granted});
}

// Tables are read as tables: a row each.
// clang-format off
const std::array words = std::to_array<directory_word>({
    {"partner", "add", "add a partner", "--name --domain", "--id --cloud --sandbox", add_partner},
    {"partner", "list", "print all partners", "", "", list_partners},
    {"partner", "disable", "refuse its applications and people", "--partner", "", set_partner_disabled<true>},
    {"partner", "enable", "take them again", "--partner", "", set_partner_disabled<false>},
});
const std::array words_of_customers = std::to_array<directory_word>({
    {"customer", "set-delegated-access", "say whether the partner acts on the customer's behalf", "--partner --customer access", "", set_delegated_access},
});
// clang-format on

}  // namespace

std::span<const directory_word> partner_words() {
    return words;
}

std::span<const directory_word> customer_words() {
    return words_of_customers;
}

}  // namespace partner_center
