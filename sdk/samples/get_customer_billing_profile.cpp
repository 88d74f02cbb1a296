// The console sample: reads one customer's billing profile and prints what Microsoft's sample of
// that name prints.
// SPDX-License-Identifier: MIT
#include <utility>

#include "sdk/samples/console.hpp"
#include "sdk/samples/settings.hpp"
#include <partner_center/client.hpp>

namespace partner_center::samples {

class get_customer_billing_profile final : public scenario {
public:
    explicit get_customer_billing_profile(std::string customer_id)
        : customer_id_{std::move(customer_id)} {}

    [[nodiscard]] std::string_view title() const override { return "Get customer billing profile"; }

    [[nodiscard]] outcome<void> run(const client& client, console& out) const override {
        const auto profile = client.customers().by_id(customer_id_).profiles().billing().get();
        if (!profile) return profile.error();
        const address billed = profile->default_address.value_or(address{});
        out.line("First name", profile->first_name);
        out.line("Last name", profile->last_name);
        out.line("Company name", profile->company_name);
        out.line("Culture", profile->culture);
        out.line("Email", profile->email);
        out.line("Id", profile->id);
        out.line("Language", profile->language);
        out.line("Phone Number", billed.phone_number);
        out.line("Country", billed.country);
        out.line("City", billed.city);
        out.line("Address Line", billed.address_line1);
        return {};
    }

private:
    std::string customer_id_;
};

}  // namespace partner_center::samples

int main(int count, char** arguments) {
    using namespace partner_center::samples;
    const auto settings = read_settings({arguments, static_cast<std::size_t>(count)});
    if (!settings) return 2;
    return run(get_customer_billing_profile{settings->customer_id}, make_client(*settings));
}
