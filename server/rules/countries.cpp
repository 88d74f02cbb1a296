// Reads the countries out of what is embedded into the program. Calls the codec.
// SPDX-License-Identifier: MIT
#include "server/rules/countries.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "embedded/country_data.hpp"
#include <partner_center/json.hpp>

namespace partner_center {
namespace country_file {

// The form of data/countries.json but for the sources, which are for people.

struct entry {
    country_validation_rules rules{};
    bool states_bind{};
};
BOOST_DESCRIBE_STRUCT(entry, (), (rules, states_bind))

struct content {
    std::vector<entry> countries{};
};
BOOST_DESCRIBE_STRUCT(content, (), (countries))

}  // namespace country_file

namespace {

[[nodiscard]] std::optional<pattern> pattern_of(const std::optional<std::string>& expression) {
    if (!expression) return {};
    return pattern{*expression};
}

[[nodiscard]] country country_of(country_file::entry entry) {
    const country_validation_rules& rules = entry.rules;
    country made{.states_bind = entry.states_bind};
    made.postal_code = pattern_of(rules.postal_code_regex);
    made.phone_number = pattern_of(rules.phone_number_regex);
    made.registration_number = pattern_of(rules.customer_organization_registration_number_regex);
    made.rules = std::move(entry.rules);
    return made;
}

[[nodiscard]] std::vector<country> read_countries() {
    const std::string_view text = country_data().front().bytes;
    auto content = from_json<country_file::content>(text, json_reading::strict);
    if (!content) throw std::runtime_error{"data/countries.json: " + content.error().description};
    std::vector<country> out;
    out.reserve(content->countries.size());
    for (country_file::entry& each : content->countries) {
        out.push_back(country_of(std::move(each)));
    }
    return out;
}

}  // namespace

std::span<const country> countries() {
    static const std::vector<country> all = read_countries();
    return all;
}

const country* find_country(std::string_view code) {
    std::string wanted{code};
    std::ranges::transform(wanted, wanted.begin(), detail::to_upper);
    const auto all = countries();
    const auto code_of = [](const country& each) -> std::string_view {
        return each.rules.iso2_code;
    };
    const auto found = std::ranges::lower_bound(all, std::string_view{wanted}, {}, code_of);
    return found != all.end() && code_of(*found) == wanted ? &*found : nullptr;
}

}  // namespace partner_center
