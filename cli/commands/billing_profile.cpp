// partnerctl customers billing-profile: reads and changes customers' billing profiles. Calls the
// SDK and edit.hpp.
// SPDX-License-Identifier: MIT
#include "cli/edit_words.hpp"

namespace partner_center::cli {
namespace {

[[nodiscard]] customer_billing_profile_operations at(const client& api, const std::string& id) {
    return api.customers().by_id(id).profiles().billing();
}

void add_get(CLI::App& noun, session& here) {
    CLI::App& verb = *noun.add_subcommand("get", "show a customer's billing profile");
    const auto id = add_customer_id(verb);
    verb.callback([&here, id] {
        here.out().show(at(here.api(permission::read_customers), *id).get().value());
    });
}

struct update_words {
    std::string body{};
    std::vector<std::string> changes{};
    std::string etag{};
    std::string request_id{};
};

/// Changes members of what is there now, and again when somebody was faster: what was asked for
/// does not depend on what it replaces.
[[nodiscard]] billing_profile set_members(
    const customer_billing_profile_operations& profile, const std::vector<std::string>& words
) {
    std::vector<assignment> changes;
    for (const std::string& each : words) changes.push_back(read_assignment(each));
    const auto change = [&](billing_profile& stored) {
        stored = model_of<billing_profile>(with_assignments(to_json(stored), changes));
    };
    return profile.update_with({}, change).value();
}

[[nodiscard]] billing_profile replace(
    const customer_billing_profile_operations& profile, const update_words& words
) {
    auto body = read_model<billing_profile>(words.body);
    if (!words.etag.empty()) body.attributes.etag = words.etag;
    return profile.update(body).value();
}

void add_update(CLI::App& noun, session& here) {
    CLI::App& verb = *noun.add_subcommand("update", "replace it, or members of it");
    const auto id = add_customer_id(verb);
    const auto words = std::make_shared<update_words>();
    auto* const body =
        verb.add_option("--body", words->body, "all of it: @file, @- (stdin) or the text itself");
    auto* const changes =
        verb.add_option("--set", words->changes, "a member of it, as often as needed; empty: none");
    body->type_name("BODY")->excludes(changes);
    changes->type_name("FIELD=VALUE")->take_all()->expected(1);
    verb.add_option("--etag", words->etag, "the version to replace (default: the body's)")
        ->type_name("ETAG")
        ->needs(body);
    verb.add_option("--request-id", words->request_id, "see `partnerctl customers create`")
        ->type_name("GUID")
        ->needs(body);
    verb.callback([&here, id, words] {
        if (words->body.empty() && words->changes.empty()) {
            throw failure{exit_status::usage, "say what to change: --body, or --set field=value"};
        }
        const permission needed = permission::write_billing_profiles;
        if (words->body.empty()) {
            here.out().show(set_members(at(here.api(needed), *id), words->changes));
        } else {
            here.out().show(replace(at(here.api(needed, words->request_id), *id), *words));
        }
    });
}

}  // namespace

void add_billing_profile(CLI::App& customers, session& here) {
    CLI::App& noun = add_noun(customers, "billing-profile", "whom a customer's invoices go to");
    add_get(noun, here);
    add_export(noun, here);
    add_import(noun, here);
    add_update(noun, here);

    CLI::App& verb = *noun.add_subcommand("edit", "change it in your editor");
    const auto id = add_customer_id(verb);
    const auto options = add_edit_options(verb);
    verb.callback([&here, id, options] {
        const auto profile = at(here.api(permission::write_billing_profiles), *id);
        show_edited<billing_profile>(
            here,
            *options,
            {
                .name = "billing profile of " + *id,
                .read = [&] { return profile.get(); },
                .write = [&](const billing_profile& changed) { return profile.update(changed); },
            }
        );
    });
}

}  // namespace partner_center::cli
