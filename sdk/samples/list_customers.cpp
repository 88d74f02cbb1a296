// The sample of lists: goes through all customers, who are fetched page by page meanwhile.
// SPDX-License-Identifier: MIT
#include "sdk/samples/console.hpp"
#include "sdk/samples/settings.hpp"
#include <partner_center/client.hpp>

namespace partner_center::samples {

class list_customers final : public scenario {
public:
    [[nodiscard]] std::string_view title() const override { return "List customers"; }

    [[nodiscard]] outcome<void> run(const client& client, console& out) const override {
        try {
            for (const customer& each : client.customers().list_all({.size = 2})) {
                const company_profile named = each.company_profile.value_or(company_profile{});
                out.line(each.id.value_or(""), named.company_name);
            }
        } catch (const partner_error& thrown) {  // a page could not be had
            return thrown.problem();
        }
        return {};
    }
};

}  // namespace partner_center::samples

int main(int count, char** arguments) {
    using namespace partner_center::samples;
    const auto settings = read_settings({arguments, static_cast<std::size_t>(count)});
    if (!settings) return 2;
    return run(list_customers{}, make_client(*settings));
}
