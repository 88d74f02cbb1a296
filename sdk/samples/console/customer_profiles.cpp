// The scenarios of a customer's profiles.
// SPDX-License-Identifier: MIT
#include "sdk/samples/console/scenarios.hpp"
#include "sdk/samples/console/show.hpp"

namespace partner_center::samples {
namespace {

class get_customer_billing_profile final : public showing<get_billing_profile> {
public:
    using showing::showing;

    [[nodiscard]] outcome<void> run(const client& client, console& out) const override {
        const auto profile = the_customer(client).profiles().billing().get();
        if (!profile) return profile.error();
        show(out, *profile);
        return {};
    }
};

/// The customer has another first name, to and fro.
void rename(billing_profile& profile) {
    profile.first_name = profile.first_name == "Robin" ? "Alex" : "Robin";
}

class update_customer_billing_profile final : public showing<update_billing_profile> {
public:
    using showing::showing;

    [[nodiscard]] outcome<void> run(const client& client, console& out) const override {
        return change_and_restore(the_customer(client).profiles().billing(), out, &rename);
    }
};

/// Two who change the same: who was too slow is refused, and reads again.
class meet_a_conflict final : public showing<update_billing_profile> {
public:
    using showing::showing;

    [[nodiscard]] std::string_view title() const override {
        return "Update a customer's billing profile that somebody else has changed";
    }

    [[nodiscard]] outcome<void> run(const client& client, console& out) const override {
        const auto billing = the_customer(client).profiles().billing();
        const auto read = billing.get();
        if (!read) return read.error();
        billing_profile mine = *read;
        rename(mine);
        const auto faster = billing.update(mine);
        if (!faster) return faster.error();

        const auto refused = billing.update(mine);
        if (refused) return unexpected("a version that is out of date was replaced");
        if (refused.error().code != "2055") return refused.error();
        out.line("Refused", refused.error().description);

        const auto change = [&](billing_profile& now) { now.first_name = read->first_name; };
        const auto updated = billing.update_with({.attempts_max = 3}, change);
        if (!updated) return updated.error();
        out.line("First name, as before", updated->first_name);
        return {};
    }
};

class get_customer_company_profile final : public showing<get_company_profile> {
public:
    using showing::showing;

    [[nodiscard]] outcome<void> run(const client& client, console& out) const override {
        const auto profile = the_customer(client).profiles().company().get();
        if (!profile) return profile.error();
        show(out, *profile);
        return {};
    }
};

}  // namespace

void add_customer_profile_features(std::vector<feature>& to, const settings& given) {
    add<get_customer_billing_profile>(to, given);
    add<update_customer_billing_profile>(to, given);
    add<meet_a_conflict>(to, given);
    add<get_customer_company_profile>(to, given);
}

}  // namespace partner_center::samples
