// partnerctl customers, and what leads to new ones: relationship-request, validation-codes. Calls
// the SDK.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "cli/model_text.hpp"
#include "cli/terminal.hpp"
#include "cli/text.hpp"
#include "cli/words.hpp"

namespace partner_center::cli {
namespace {

const columns customer_columns{
    "id", "companyProfile.companyName", "companyProfile.domain", "relationshipToPartner"};

struct list_words {
    std::string name{};
    std::int64_t size{100};
    bool all{};
};

void list_page(
    session& here, const customer_collection_operations& customers, customer_query which
) {
    const customer_collection page = customers.query(which).value();
    here.out().show_list(customer_columns, page.items);
    if (page.links && page.links->next) say("partnerctl: there are more; --all lists them all");
}

void list_all(
    session& here, const customer_collection_operations& customers, customer_query which
) {
    output& out = here.out();
    progress shown{"customers", {}};
    std::size_t count = 0;
    which.size.reset();
    out.begin_list(customer_columns);
    for (const customer& each : customers.list_all(which)) {
        out.add(each);
        shown.advance_to(++count);
    }
    out.end_list();
}

void add_list(CLI::App& noun, session& here) {
    CLI::App& verb = *noun.add_subcommand("list", "list customers, ordered by company name");
    const auto words = std::make_shared<list_words>();
    verb.add_option("--name", words->name, "only those whose company names begin so")
        ->type_name("TEXT");
    auto* const all = verb.add_flag("--all", words->all, "all of them, however many there are");
    verb.add_option("--size", words->size, "how many (default: 100)")
        ->type_name("COUNT")
        ->check(CLI::Range(1, 500))
        ->excludes(all);
    verb.callback([&here, words] {
        customer_query which{.size = words->size};
        if (!words->name.empty()) which.company_name = words->name;
        const auto customers = here.api(permission::read_customers).customers();
        words->all ? list_all(here, customers, which) : list_page(here, customers, which);
    });
}

void add_get(CLI::App& noun, session& here) {
    CLI::App& verb = *noun.add_subcommand("get", "show a customer with both profiles");
    const auto id = add_customer_id(verb);
    verb.callback([&here, id] {
        const client& api = here.api(permission::read_customers);
        here.out().show(api.customers().by_id(*id).get().value());
    });
}

void add_create(CLI::App& noun, session& here) {
    CLI::App& verb = *noun.add_subcommand(
        "create", "create a customer; shows once how its administrator signs in"
    );
    const auto body = add_body(verb);
    const auto request_id = add_request_id(verb);
    verb.callback([&here, body, request_id] {
        const auto created = read_model<customer>(*body);
        const client api = here.api(permission::write_customers, *request_id);
        here.out().show(api.customers().create(created).value());
    });
}

/// A change that cannot be taken back: a person at a terminal confirms it, a script says --yes.
void confirm(
    const customer_operations& at, const std::string& id, std::string_view what, bool yes
) {
    if (yes) return;
    if (!can_ask()) {
        throw failure{exit_status::usage, fmt::format("to {} {}, say --yes", what, id)};
    }
    const customer found = at.get().value();
    const std::string name =
        found.company_profile.value_or(company_profile{}).company_name.value_or("(no name)");
    const std::string question = fmt::format("Really {} {} ({})? [y/N]", what, printable(name), id);
    if (choose(question, "ny") == 'n') {
        throw failure{exit_status::error, "nothing was done"};
    }
}

void add_delete(CLI::App& noun, session& here) {
    CLI::App& verb =
        *noun.add_subcommand("delete", "delete a customer from the integration sandbox");
    const auto id = add_customer_id(verb);
    const auto yes = add_flag(verb, "--yes", "do not ask");
    verb.callback([&here, id, yes] {
        const auto at = here.api(permission::remove_customers).customers().by_id(*id);
        confirm(at, *id, "delete", *yes);
        at.remove().value();
    });
}

void add_remove_relationship(CLI::App& noun, session& here) {
    CLI::App& verb =
        *noun.add_subcommand("remove-relationship", "end the relationship with a customer");
    const auto id = add_customer_id(verb);
    const auto yes = add_flag(verb, "--yes", "do not ask");
    verb.callback([&here, id, yes] {
        const auto at = here.api(permission::remove_customers).customers().by_id(*id);
        confirm(at, *id, "end the relationship with", *yes);
        here.out().show(at.patch({.relationship_to_partner = customer_relationship::none}).value());
    });
}

void add_company_profile(CLI::App& customers, session& here) {
    CLI::App& noun = add_noun(customers, "company-profile", "what a customer's company is");
    CLI::App& verb = *noun.add_subcommand("get", "show a customer's company profile");
    const auto id = add_customer_id(verb);
    verb.callback([&here, id] {
        const client& api = here.api(permission::read_customers);
        here.out().show(api.customers().by_id(*id).profiles().company().get().value());
    });
}

}  // namespace

void add_customers(CLI::App& app, session& here) {
    CLI::App& noun = add_noun(app, "customers", "the customers of the partner");
    add_list(noun, here);
    add_get(noun, here);
    add_create(noun, here);
    add_delete(noun, here);
    add_remove_relationship(noun, here);
    add_billing_profile(noun, here);
    add_company_profile(noun, here);
}

void add_invitations(CLI::App& app, session& here) {
    app.add_subcommand("relationship-request", "show the link by which somebody becomes a customer")
        ->callback([&here] {
            const client& api = here.api(permission::read_customers);
            here.out().show(api.customers().relationship_request().get().value());
        });
    app.add_subcommand("validation-codes", "list the codes for customers of the US government")
        ->callback([&here] {
            const client& api = here.api(permission::read_customers);
            here.out().show_list(
                {"validationId", "organizationName", "maxCreates", "remainingCreates"},
                api.customers().validation_codes().get().value()
            );
        });
}

}  // namespace partner_center::cli
