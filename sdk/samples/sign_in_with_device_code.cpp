// The sample of signing in: a person enters a code in a browser, on any device, and the program
// reads what applications alone may not read.
// SPDX-License-Identifier: MIT
#include <iostream>
#include <utility>

#include "sdk/samples/console.hpp"
#include "sdk/samples/settings.hpp"
#include <partner_center/client.hpp>
#include <partner_center/user_credentials.hpp>

namespace partner_center::samples {

class get_customer_company_profile final : public scenario {
public:
    explicit get_customer_company_profile(std::string customer_id)
        : customer_id_{std::move(customer_id)} {}

    [[nodiscard]] std::string_view title() const override { return "Get customer company profile"; }

    [[nodiscard]] outcome<void> run(const client& client, console& out) const override {
        const auto profile = client.customers().by_id(customer_id_).profiles().company().get();
        if (!profile) return profile.error();
        out.line("Company name", profile->company_name);
        out.line("Domain", profile->domain);
        return {};
    }

private:
    std::string customer_id_;
};

void show(const device_code_prompt& prompt) {
    std::cout << prompt.message << std::endl;  // now: the person has to see it
}

}  // namespace partner_center::samples

int main(int count, char** arguments) {
    using namespace partner_center;
    using namespace partner_center::samples;
    const auto settings = read_settings({arguments, static_cast<std::size_t>(count)});
    if (!settings) return 2;
    const auto person =
        make_device_code_credential(cloud_of(*settings), settings->public_client, {.show = &show});
    return run(get_customer_company_profile{settings->customer_id}, make_client(*settings, person));
}
