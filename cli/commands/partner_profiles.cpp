// partnerctl profiles: the partner's own profiles. Calls the SDK and edit.hpp.
// SPDX-License-Identifier: MIT
#include "cli/edit_words.hpp"

namespace partner_center::cli {
namespace {

/// A profile of the partner: how it is called, where it is, and what it takes to have it.
template <class Operations>
struct own_profile {
    std::string word{};
    std::string help{};
    std::function<Operations(const client&)> at{};
    permission read{};
    permission write{};
};

template <class Operations>
void add_profile(CLI::App& profiles, session& here, const own_profile<Operations>& which) {
    using model = std::remove_cvref_t<decltype(which.at(std::declval<client>()).get().value())>;
    CLI::App& noun = add_noun(profiles, which.word, which.help);

    noun.add_subcommand("get", "show it")->callback([&here, which] {
        here.out().show(which.at(here.api(which.read)).get().value());
    });

    CLI::App& update = *noun.add_subcommand("update", "replace it as a whole");
    const auto body = add_body(update);
    const auto request_id = add_request_id(update);
    update.callback([&here, which, body, request_id] {
        const auto changed = read_model<model>(*body);
        const client api = here.api(which.write, *request_id);
        here.out().show(which.at(api).update(changed).value());
    });

    CLI::App& edit = *noun.add_subcommand("edit", "change it in your editor");
    const auto options = add_edit_options(edit);
    edit.callback([&here, which, options] {
        const Operations profile = which.at(here.api(which.write));
        show_edited<model>(
            here,
            *options,
            {
                .name = which.word + " profile",
                .read = [&] { return profile.get(); },
                .write = [&](const model& changed) { return profile.update(changed); },
            }
        );
    });
}

void add_mpn(CLI::App& profiles, session& here) {
    CLI::App& noun = add_noun(profiles, "mpn", "numbers in the Microsoft Partner Network");
    CLI::App& verb = *noun.add_subcommand("get", "show the partner's own, or whose an id is");
    const auto id = add_text(verb, "--mpn-id", "MPN-ID", "of another partner");
    verb.callback([&here, id] {
        const auto mpn = here.api(permission::read_partner).profiles().mpn();
        here.out().show((id->empty() ? mpn.get() : mpn.get(*id)).value());
    });
}

}  // namespace

void add_partner_profiles(CLI::App& app, session& here) {
    CLI::App& noun = add_noun(app, "profiles", "the profiles of the partner itself");
    add_profile<partner_billing_profile_operations>(
        noun,
        here,
        {
            .word = "billing",
            .help = "whom the partner's own invoices go to",
            .at = [](const client& api) { return api.profiles().billing(); },
            .read = permission::read_partner_billing,
            .write = permission::write_partner_billing,
        }
    );
    add_profile<legal_business_profile_operations>(
        noun,
        here,
        {
            .word = "legal-business",
            .help = "the partner's business as it is registered",
            .at = [](const client& api) { return api.profiles().legal_business(); },
            .read = permission::read_partner,
            .write = permission::write_partner,
        }
    );
    add_profile<support_profile_operations>(
        noun,
        here,
        {
            .word = "support",
            .help = "where customers find the partner's support",
            .at = [](const client& api) { return api.profiles().support(); },
            .read = permission::read_partner,
            .write = permission::write_partner,
        }
    );
    add_profile<organization_profile_operations>(
        noun,
        here,
        {
            .word = "organization",
            .help = "the partner's tenant and how to reach it",
            .at = [](const client& api) { return api.profiles().organization(); },
            .read = permission::read_partner,
            .write = permission::write_partner,
        }
    );
    add_mpn(noun, here);
}

}  // namespace partner_center::cli
