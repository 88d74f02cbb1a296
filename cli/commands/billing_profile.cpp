// partnerctl customers billing-profile: reads customers' billing profiles. Calls the SDK.
// SPDX-License-Identifier: MIT
#include "cli/words.hpp"

namespace partner_center::cli {
namespace {

void add_get(CLI::App& noun, session& here) {
    CLI::App& verb = *noun.add_subcommand("get", "show a customer's billing profile");
    const auto id = add_argument(verb, "CUSTOMER-ID", "the customer's tenant id");
    verb.callback([&here, id] {
        const client& api = here.api(permission::read_customers);
        here.out().show(api.customers().by_id(*id).profiles().billing().get().value());
    });
}

}  // namespace

void add_billing_profile(CLI::App& customers, session& here) {
    CLI::App& noun = add_noun(customers, "billing-profile", "whom a customer's invoices go to");
    add_get(noun, here);
    add_export(noun, here);
    add_import(noun, here);
}

}  // namespace partner_center::cli
