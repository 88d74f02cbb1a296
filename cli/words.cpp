// Declares words by CLI11.
// SPDX-License-Identifier: MIT
#include "cli/words.hpp"

#include <boost/describe/enumerators.hpp>
#include <boost/mp11/algorithm.hpp>

#include "cli/country_codes.hpp"
#include "cli/failure.hpp"
#include "cli/transfer/profile_rows.hpp"
#include <partner_center/clouds.hpp>

namespace partner_center::cli {
namespace {

template <class Enum>
[[nodiscard]] std::vector<std::string> enumerators_of() {
    std::vector<std::string> words;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<Enum>>([&](auto each) {
        words.emplace_back(each.name);
    });
    return words;
}

}  // namespace

std::optional<std::vector<std::string>> words_for(std::string_view value_name) {
    if (value_name == "FORMAT") return enumerators_of<output_format>();
    if (value_name == "ROW-FORMAT") return enumerators_of<row_format>();
    if (value_name == "PROFILE") return profile_names();
    if (value_name == "SHELL") return {{"bash", "zsh", "fish"}};
    if (value_name == "COUNTRY") return {{country_codes.begin(), country_codes.end()}};
    if (value_name == "CLOUD") {
        std::vector<std::string> names;
        for (const cloud* each : clouds::all) names.emplace_back(each->name);
        return names;
    }
    return {};
}

CLI::App& add_noun(CLI::App& app, const std::string& name, const std::string& help) {
    CLI::App& noun = *app.add_subcommand(name, help);
    noun.require_subcommand(1);
    return noun;
}

std::shared_ptr<std::string> add_argument(
    CLI::App& verb, const std::string& value_name, const std::string& help
) {
    const auto text = std::make_shared<std::string>();
    // The lambda keeps the text for as long as the words can be read.
    verb.add_option_function<std::string>(
            CLI::detail::to_lower(value_name),
            [text](const std::string& given) { *text = given; },
            help
    )
        ->type_name(value_name)
        ->required();
    return text;
}

std::shared_ptr<std::string> add_text(
    CLI::App& verb, const std::string& flag, const std::string& value_name, const std::string& help
) {
    const auto text = std::make_shared<std::string>();
    verb.add_option_function<std::string>(
            flag, [text](const std::string& given) { *text = given; }, help
    )
        ->type_name(value_name);
    return text;
}

std::shared_ptr<std::string> add_customer_id(CLI::App& verb) {
    return add_argument(verb, "CUSTOMER-ID", "the customer's tenant id");
}

std::shared_ptr<std::string> add_body(CLI::App& verb) {
    const auto text = std::make_shared<std::string>();
    verb.add_option_function<std::string>(
            "--body",
            [text](const std::string& given) { *text = given; },
            "what to send: @file, @- (stdin) or the text itself, as JSON or YAML"
    )
        ->type_name("BODY")
        ->required();
    return text;
}

std::shared_ptr<std::string> add_request_id(CLI::App& verb) {
    return add_text(
        verb, "--request-id", "GUID", "the id of a request whose answer was lost, to do it once"
    );
}

std::shared_ptr<bool> add_flag(CLI::App& verb, const std::string& flag, const std::string& help) {
    const auto is_given = std::make_shared<bool>();
    verb.add_flag_callback(
        flag, [is_given] { *is_given = true; }, help
    );
    return is_given;
}

}  // namespace partner_center::cli
