// The scenarios of the partner's own profiles.
// SPDX-License-Identifier: MIT
#include "sdk/samples/console/scenarios.hpp"
#include "sdk/samples/console/show.hpp"

namespace partner_center::samples {
namespace {

template <class Profile>
[[nodiscard]] outcome<void> show_profile(const outcome<Profile>& profile, console& out) {
    if (!profile) return profile.error();
    show(out, *profile);
    return {};
}

class get_own_billing_profile final : public showing<get_partner_billing_profile> {
public:
    using showing::showing;

    [[nodiscard]] outcome<void> run(const client& client, console& out) const override {
        return show_profile(client.profiles().billing().get(), out);
    }
};

class update_own_billing_profile final : public showing<update_partner_billing_profile> {
public:
    using showing::showing;

    [[nodiscard]] outcome<void> run(const client& client, console& out) const override {
        const auto change = [](partner_billing_profile& profile) {
            profile.purchase_order_number = "CONSOLE-1";
        };
        return change_and_restore(client.profiles().billing(), out, change);
    }
};

class get_own_legal_business_profile final : public showing<get_legal_business_profile> {
public:
    using showing::showing;

    [[nodiscard]] outcome<void> run(const client& client, console& out) const override {
        return show_profile(client.profiles().legal_business().get(vetting_version::current), out);
    }
};

class update_own_legal_business_profile final : public showing<update_legal_business_profile> {
public:
    using showing::showing;

    [[nodiscard]] outcome<void> run(const client& client, console& out) const override {
        const auto change = [](legal_business_profile& profile) {
            profile.company_approver_email = "console@approver.example";
        };
        return change_and_restore(client.profiles().legal_business(), out, change);
    }
};

class get_own_support_profile final : public showing<get_support_profile> {
public:
    using showing::showing;

    [[nodiscard]] outcome<void> run(const client& client, console& out) const override {
        return show_profile(client.profiles().support().get(), out);
    }
};

class update_own_support_profile final : public showing<update_support_profile> {
public:
    using showing::showing;

    [[nodiscard]] outcome<void> run(const client& client, console& out) const override {
        const auto change = [](support_profile& profile) {
            profile.website = "https://console.example";
        };
        return change_and_restore(client.profiles().support(), out, change);
    }
};

/// The partner's own, and the same found by its id.
class get_mpn_profiles final : public showing<get_mpn_profile> {
public:
    using showing::showing;

    [[nodiscard]] outcome<void> run(const client& client, console& out) const override {
        const auto own = client.profiles().mpn().get();
        if (!own) return own.error();
        show(out, *own);
        return show_profile(client.profiles().mpn().get(own->mpn_id.value_or("")), out);
    }
};

class get_own_organization_profile final : public showing<get_organization_profile> {
public:
    using showing::showing;

    [[nodiscard]] outcome<void> run(const client& client, console& out) const override {
        return show_profile(client.profiles().organization().get(), out);
    }
};

class update_own_organization_profile final : public showing<update_organization_profile> {
public:
    using showing::showing;

    [[nodiscard]] outcome<void> run(const client& client, console& out) const override {
        const auto change = [](organization_profile& profile) {
            profile.email = "console@organization.example";
        };
        return change_and_restore(client.profiles().organization(), out, change);
    }
};

}  // namespace

void add_partner_profile_features(std::vector<feature>& to, const settings& given) {
    add<get_own_billing_profile>(to, given);
    add<update_own_billing_profile>(to, given);
    add<get_own_legal_business_profile>(to, given);
    add<update_own_legal_business_profile>(to, given);
    add<get_own_support_profile>(to, given);
    add<update_own_support_profile>(to, given);
    add<get_mpn_profiles>(to, given);
    add<get_own_organization_profile>(to, given);
    add<update_own_organization_profile>(to, given);
}

}  // namespace partner_center::samples
