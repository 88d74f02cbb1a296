// The scenarios of what helps to fill profiles in: domains, addresses, countries.
// SPDX-License-Identifier: MIT
#include "sdk/samples/console/scenarios.hpp"
#include "sdk/samples/console/show.hpp"

namespace partner_center::samples {
namespace {

class check_domain_availability final : public showing<check_domain> {
public:
    using showing::showing;

    [[nodiscard]] outcome<void> run(const client& client, console& out) const override {
        const auto customer = the_customer(client).get();
        if (!customer) return customer.error();
        const company_profile company = customer->company_profile.value_or(company_profile{});
        const std::string taken = company.domain.value_or("");
        const std::string free = "nobody-has-this" + taken;
        for (const std::string& each : {taken, free}) {
            const auto exists = client.domains().by_domain(each).exists();
            if (!exists) return exists.error();
            out.line(each, *exists ? "taken" : "free");
            if (*exists != (each == taken)) return unexpected("it is the other way round");
        }
        return {};
    }
};

class validate_an_address final : public showing<validate_address> {
public:
    using showing::showing;

    [[nodiscard]] outcome<void> run(const client& client, console& out) const override {
        const auto profile = the_customer(client).profiles().billing().get();
        if (!profile) return profile.error();
        address asked = profile->default_address.value_or(address{});
        for (const bool is_whole : {true, false}) {
            if (!is_whole) asked.city.reset();
            const auto verdict = client.validations().is_address_valid(asked);
            if (!verdict) return verdict.error();
            out.line(is_whole ? "The customer's address" : "Without its city", verdict->status);
            show(out, "validation_message", verdict->validation_message);
        }
        return {};
    }
};

class get_country_rules final : public showing<get_country_validation_rules> {
public:
    using showing::showing;

    [[nodiscard]] outcome<void> run(const client& client, console& out) const override {
        const auto profile = the_customer(client).profiles().billing().get();
        if (!profile) return profile.error();
        const address billed = profile->default_address.value_or(address{});
        const auto rules =
            client.country_validation_rules().by_country(billed.country.value_or("US")).get();
        if (!rules) return rules.error();
        show(out, *rules);
        return {};
    }
};

}  // namespace

void add_helper_features(std::vector<feature>& to, const settings& given) {
    add<check_domain_availability>(to, given);
    add<validate_an_address>(to, given);
    add<get_country_rules>(to, given);
}

}  // namespace partner_center::samples
