// Reads the countries out of what is embedded into the program, or out of a file. Calls the codec.
// SPDX-License-Identifier: MIT
#include "server/rules/countries.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

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

[[nodiscard]] std::string_view code_of(const country& each) {
    return each.rules.iso2_code;
}

/// What is wrong with a country; nothing when it can be worked with.
[[nodiscard]] std::optional<std::string_view> defect_of(const country& each) {
    const country_validation_rules& rules = each.rules;
    const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
    const auto& cultures = rules.supported_cultures_list;
    if (rules.iso2_code.size() != 2 || !std::ranges::all_of(rules.iso2_code, is_capital)) {
        return "iso2Code must be two capital letters";
    }
    if (std::ranges::find(cultures, rules.default_culture) == cultures.end()) {
        return "defaultCulture must be one of supportedCulturesList";
    }
    if (rules.supported_languages_list.empty()) return "supportedLanguagesList must not be empty";
    if (each.states_bind && rules.supported_states_list.empty()) {
        return "supportedStatesList must not be empty where statesBind";
    }
    for (const auto* form : {&each.postal_code, &each.phone_number, &each.registration_number}) {
        try {
            if (*form) static_cast<void>((*form)->matches(""));
        } catch (const std::invalid_argument&) {
            return "a pattern is no regular expression";
        }
    }
    return {};
}

/// Ordered by code. Throws std::runtime_error.
[[nodiscard]] std::vector<country> read_countries(std::string_view text, const std::string& name) {
    auto content = from_json<country_file::content>(text, json_reading::strict);
    if (!content) throw std::runtime_error{name + ": " + content.error().description};
    std::vector<country> out;
    out.reserve(content->countries.size());
    for (country_file::entry& each : content->countries) {
        out.push_back(country_of(std::move(each)));
    }
    std::ranges::sort(out, {}, code_of);
    return out;
}

/// Those of an operator's file; empty while the built-in ones count.
[[nodiscard]] std::vector<country>& replacement() {
    static std::vector<country> given;
    return given;
}

}  // namespace

void use_countries(const std::filesystem::path& file) {
    const std::string name = file.string();
    std::ifstream stream{file, std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{stream}, {}};
    if (!stream) throw std::runtime_error{name + " cannot be read"};
    std::vector<country> given = read_countries(text, name);
    if (given.empty()) throw std::runtime_error{name + " has no countries"};
    for (const country& each : given) {
        const auto defect = defect_of(each);
        if (defect) {
            throw std::runtime_error{
                fmt::format("{}: country {}: {}", name, code_of(each), *defect)};
        }
    }
    const auto twice = std::ranges::adjacent_find(given, {}, code_of);
    if (twice != given.end()) {
        throw std::runtime_error{fmt::format("{}: country {} comes twice", name, code_of(*twice))};
    }
    replacement() = std::move(given);
}

std::span<const country> countries() {
    if (!replacement().empty()) return replacement();
    static const std::vector<country> all =
        read_countries(country_data().front().bytes, "data/countries.json");
    return all;
}

const country* find_country(std::string_view code) {
    std::string wanted{code};
    std::ranges::transform(wanted, wanted.begin(), detail::to_upper);
    const auto all = countries();
    const auto found = std::ranges::lower_bound(all, std::string_view{wanted}, {}, code_of);
    return found != all.end() && code_of(*found) == wanted ? &*found : nullptr;
}

}  // namespace partner_center
