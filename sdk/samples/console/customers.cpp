// The scenarios of customers: reading, listing both ways, creating, and parting from them.
// SPDX-License-Identifier: MIT
#include <random>

#include "sdk/samples/console/scenarios.hpp"
#include "sdk/samples/console/show.hpp"

namespace partner_center::samples {
namespace {

void show_names(console& out, std::string_view label, const std::vector<customer>& customers) {
    for (const customer& each : customers) {
        const company_profile named = each.company_profile.value_or(company_profile{});
        out.line(label, each.id.value_or("") + ' ' + named.company_name.value_or(""));
    }
}

/// A prefix that nobody has yet, and the suffix of the partner's cloud.
[[nodiscard]] std::string new_domain(const settings& given) {
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";
    std::random_device random;
    std::uniform_int_distribution<std::size_t> any{0, letters.size() - 1};
    std::string out{"console"};
    while (out.size() < 20) out += letters[any(random)];
    return out.append(clouds::find(given.cloud)->domain_suffix);
}

/// Another customer with the billing profile of the one that the settings name.
[[nodiscard]] outcome<customer> create_another(
    const client& client, const customer_operations& model, const settings& given
) {
    auto profile = model.profiles().billing().get();
    if (!profile) return profile.error();
    profile->id.reset();
    profile->links.reset();
    profile->attributes.etag.reset();
    profile->company_name = "Console test app";
    customer created;
    created.company_profile = company_profile{.domain = new_domain(given)};
    created.billing_profile = *std::move(profile);
    return client.customers().create(created);
}

class get_customer_by_id final : public showing<get_customer> {
public:
    using showing::showing;

    [[nodiscard]] outcome<void> run(const client& client, console& out) const override {
        const auto read = the_customer(client).get();
        if (!read) return read.error();
        show(out, *read);
        return {};
    }
};

/// One after the other, fetched page by page meanwhile.
class list_all_customers final : public showing<list_customers> {
public:
    using showing::showing;

    [[nodiscard]] outcome<void> run(const client& client, console& out) const override {
        try {
            std::size_t count = 0;
            for (const customer& each : client.customers().list_all({.size = 100})) {
                show_names(out, std::to_string(++count), {each});
            }
        } catch (const partner_error& thrown) {  // a page could not be had
            return thrown.problem();
        }
        return {};
    }
};

class page_through_customers final : public showing<list_customers> {
public:
    using showing::showing;

    [[nodiscard]] std::string_view title() const override {
        return "Go to the next page of customers and back";
    }

    [[nodiscard]] outcome<void> run(const client& client, console& out) const override {
        const auto first = client.customers().query({.size = 2});
        if (!first) return first.error();
        show_names(out, "First page", first->items);
        if (!first->links || !first->links->next) return {};

        const auto second = client.customers().next(*first);
        if (!second) return second.error();
        show_names(out, "Second page", second->items);
        if (!second->links || !second->links->previous) return {};

        const auto again = client.customers().previous(*second);
        if (!again) return again.error();
        show_names(out, "First page again", again->items);
        if (again->items != first->items) return unexpected("the way back leads elsewhere");
        return {};
    }
};

class search_customers_by_name final : public showing<list_customers> {
public:
    using showing::showing;

    [[nodiscard]] std::string_view title() const override {
        return "Search customers by the beginning of their names";
    }

    [[nodiscard]] outcome<void> run(const client& client, console& out) const override {
        const auto one = the_customer(client).profiles().billing().get();
        if (!one) return one.error();
        const auto found =
            client.customers().query({.size = 10, .company_name = one->company_name});
        if (!found) return found.error();
        show_names(out, "Found", found->items);
        if (found->items.empty()) return unexpected("nobody has the name of the customer");
        return {};
    }
};

class create_a_customer final : public showing<create_customer> {
public:
    using showing::showing;

    [[nodiscard]] outcome<void> run(const client& client, console& out) const override {
        auto created = create_another(client, the_customer(client), given());
        if (!created) return created.error();
        created->user_credentials.reset();  // the first administrator's: not for the screen
        show(out, *created);
        return {};
    }
};

class delete_a_customer final : public showing<delete_customer> {
public:
    using showing::showing;

    [[nodiscard]] outcome<void> run(const client& client, console& out) const override {
        const auto created = create_another(client, the_customer(client), given());
        if (!created) return created.error();
        out.line("Created", created->id);
        const auto removed = client.customers().by_id(created->id.value_or("")).remove();
        if (!removed) return removed.error();
        out.line("Deleted", created->id);
        return {};
    }
};

class remove_a_relationship final : public showing<update_customer> {
public:
    using showing::showing;

    [[nodiscard]] outcome<void> run(const client& client, console& out) const override {
        const auto created = create_another(client, the_customer(client), given());
        if (!created) return created.error();
        out.line("Created", created->id);
        const customer none{.relationship_to_partner = customer_relationship::none};
        const auto parted = client.customers().by_id(created->id.value_or("")).patch(none);
        if (!parted) return parted.error();
        show(out, *parted);
        return {};
    }
};

class get_a_relationship_request final : public showing<get_relationship_request> {
public:
    using showing::showing;

    [[nodiscard]] outcome<void> run(const client& client, console& out) const override {
        const auto request = client.customers().relationship_request().get();
        if (!request) return request.error();
        show(out, *request);
        return {};
    }
};

class get_validation_codes final : public showing<list_validation_codes> {
public:
    using showing::showing;

    [[nodiscard]] outcome<void> run(const client& client, console& out) const override {
        const auto codes = client.customers().validation_codes().get();
        if (!codes) return codes.error();
        out.line("Codes", std::to_string(codes->size()));
        for (const validation_code& each : *codes) show(out, each);
        return {};
    }
};

}  // namespace

void add_customer_features(std::vector<feature>& to, const settings& given) {
    add<get_customer_by_id>(to, given);
    add<list_all_customers>(to, given);
    add<page_through_customers>(to, given);
    add<search_customers_by_name>(to, given);
    add<create_a_customer>(to, given);
    add<delete_a_customer>(to, given);
    to.back().is_here = given.sandbox;
    add<remove_a_relationship>(to, given);
    add<get_a_relationship_request>(to, given);
    add<get_validation_codes>(to, given);
}

}  // namespace partner_center::samples
