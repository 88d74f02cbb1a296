// The asynchronous sample: reads the billing profiles of many customers at once and prints a table.
// SPDX-License-Identifier: MIT
#include <chrono>
#include <future>
#include <utility>
#include <vector>

#include "sdk/samples/console.hpp"
#include "sdk/samples/settings.hpp"
#include <partner_center/client.hpp>

namespace partner_center::samples {

class get_billing_profiles_async final : public scenario {
public:
    explicit get_billing_profiles_async(std::vector<std::string> customer_ids)
        : customer_ids_{std::move(customer_ids)} {}

    [[nodiscard]] std::string_view title() const override { return "Get billing profiles"; }

    [[nodiscard]] outcome<void> run(const client& client, console& out) const override {
        const auto bounded = client.within({.timeout = std::chrono::seconds{30}});
        std::vector<std::future<outcome<billing_profile>>> all;
        for (const std::string& id : customer_ids_) {
            all.push_back(bounded.customers().by_id(id).profiles().billing().get_async());
        }
        for (std::size_t at = 0; at < all.size(); ++at) {
            const outcome<billing_profile> profile = all[at].get();
            if (!profile) return profile.error();
            out.line(customer_ids_[at], profile->company_name);
        }
        return {};
    }

private:
    std::vector<std::string> customer_ids_;
};

}  // namespace partner_center::samples

int main(int count, char** arguments) {
    using namespace partner_center::samples;
    const auto settings = read_settings({arguments, static_cast<std::size_t>(count)});
    if (!settings) return 2;
    return run(get_billing_profiles_async{settings->customer_ids}, make_client(*settings));
}
