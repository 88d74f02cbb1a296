// The sample of changes: alters a billing profile that others may alter at the same time, and
// prints what is different now.
// SPDX-License-Identifier: MIT
#include <utility>

#include "sdk/samples/console.hpp"
#include "sdk/samples/settings.hpp"
#include <partner_center/client.hpp>
#include <partner_center/diff.hpp>

namespace partner_center::samples {

class update_customer_billing_profile final : public scenario {
public:
    explicit update_customer_billing_profile(std::string customer_id)
        : customer_id_{std::move(customer_id)} {}

    [[nodiscard]] std::string_view title() const override {
        return "Update customer billing profile";
    }

    [[nodiscard]] outcome<void> run(const client& client, console& out) const override {
        const auto billing = client.customers().by_id(customer_id_).profiles().billing();
        versions<billing_profile> seen;
        const auto change = [&](billing_profile& profile) {
            seen.base = seen.theirs = profile;
            const bool was_first = profile.first_name == "Robin";
            profile.first_name = was_first ? "Alex" : "Robin";
        };
        auto updated = billing.update_with({.attempts_max = 3}, change);
        if (!updated) return updated.error();
        seen.mine = *std::move(updated);
        for (const field_difference& each : field_diff(seen)) out.line(each.path, each.mine);
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
    return run(update_customer_billing_profile{settings->customer_id}, make_client(*settings));
}
