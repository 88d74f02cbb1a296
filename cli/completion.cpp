// Follows the words that were typed through the tree of commands.
// SPDX-License-Identifier: MIT
#include "cli/completion.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string_view>

#include "cli/operation_words.hpp"
#include "cli/text.hpp"
#include "cli/words.hpp"
#include <partner_center/operations.hpp>

namespace partner_center::cli {
namespace {

/// Where the words that were typed have led.
struct place {
    const CLI::App* command{};
    std::size_t arguments{};            ///< positional ones, so far
    const CLI::Option* open_option{};   ///< whose value comes next
    std::vector<std::string> values{};  ///< of the positional ones
};

[[nodiscard]] const CLI::Option* find_option(const CLI::App* at, const std::string& flag) {
    for (; at != nullptr; at = at->get_parent()) {
        if (const CLI::Option* found = at->get_option_no_throw(flag)) return found;
    }
    return nullptr;
}

[[nodiscard]] const CLI::App* find_command(const CLI::App& at, const std::string& name) {
    const auto named =
        at.get_subcommands([&](const CLI::App* each) { return each->get_name() == name; });
    return named.empty() ? nullptr : named.front();
}

[[nodiscard]] bool takes_value(const CLI::Option& option) {
    return option.get_items_expected_max() > 0;
}

/// The words that say whose customers are to be completed.
void take_global(global_options& options, const CLI::Option& option, const std::string& value) {
    const std::string name = option.get_single_name();
    if (name == "profile") options.profile = value;
    if (name == "url") options.url = value;
    if (name == "cloud") options.cloud = value;
}

[[nodiscard]] place follow(
    const CLI::App& app, global_options& options, std::span<const std::string> words
) {
    place at{.command = &app};
    for (const std::string& word : words) {
        if (at.open_option != nullptr) {
            take_global(options, *at.open_option, word);
            at.open_option = nullptr;
        } else if (word.starts_with('-')) {
            const auto equals = word.find('=');
            const CLI::Option* const option = find_option(at.command, word.substr(0, equals));
            if (option == nullptr || !takes_value(*option)) continue;
            if (equals == std::string::npos)
                at.open_option = option;
            else
                take_global(options, *option, word.substr(equals + 1));
        } else if (const CLI::App* next = find_command(*at.command, word)) {
            at.command = next;
        } else {
            ++at.arguments;
            at.values.push_back(word);
        }
    }
    return at;
}

[[nodiscard]] std::vector<candidate> customers_of(session& here) {
    try {
        const auto bounded =
            here.api(permission::read_customers)
                .within({.timeout = std::chrono::milliseconds{1500}, .retries_max = 0});
        const auto page = bounded.customers().query({.size = 500});
        if (!page) return {};
        std::vector<candidate> all;
        for (const customer& each : page->items) {
            const auto named = each.company_profile.value_or(company_profile{});
            all.push_back({each.id.value_or(""), named.company_name.value_or("")});
        }
        return all;
    } catch (const std::exception&) {  // nobody is signed in: there is nothing to offer
        return {};
    }
}

template <class Model>
void append_paths(std::vector<candidate>& out, const std::string& before) {
    namespace contract = partner_center::detail;
    contract::for_each_member<Model>([&](auto member) {
        using field = std::remove_cvref_t<decltype(std::declval<Model>().*member.pointer)>;
        const std::string_view wire = contract::wire_name_of<Model, decltype(member)>.view();
        if constexpr (std::is_same_v<field, std::optional<address>>) {
            append_paths<address>(out, before + std::string{wire} + '.');
        } else if constexpr (std::is_same_v<field, std::optional<std::string>>) {
            out.push_back({before + std::string{wire} + '=', ""});
        }
    });
}

/// The fields of the operation that is called, or of the profile that is set.
[[nodiscard]] std::vector<candidate> fields_at(const place& at) {
    std::vector<candidate> out;
    if (at.command->get_name() != "call") {
        append_paths<billing_profile>(out, "");
        return out;
    }
    for (const operation_words& each : all_operation_words()) {
        if (at.values.empty() || each.name != at.values.front()) continue;
        for (const std::string& field : each.fields) out.push_back({field + '=', ""});
        if (each.has_body) out.push_back({"--body", "its body"});
    }
    return out;
}

[[nodiscard]] std::vector<candidate> values_of(
    const CLI::Option& option, const place& at, session& here
) {
    const std::string name = value_name_of(option);
    if (name == "CUSTOMER-ID") return customers_of(here);
    if (name == "FIELD=VALUE") return fields_at(at);
    if (name == "OPERATION") {
        std::vector<candidate> all;
        for (const operation_words& each : all_operation_words()) {
            all.push_back({each.name, each.summary});
        }
        return all;
    }
    std::vector<candidate> all;
    for (const std::string& word : words_for(name).value_or(std::vector<std::string>{})) {
        all.push_back({word, ""});
    }
    return all;
}

[[nodiscard]] std::vector<candidate> options_of(const CLI::App* at) {
    std::vector<candidate> all;
    for (; at != nullptr; at = at->get_parent()) {
        for (const CLI::Option* each : at->get_options()) {
            if (each->get_positional() || each->get_lnames().empty()) continue;
            const std::string flag = "--" + each->get_lnames().front();
            if (std::ranges::find(all, flag, &candidate::word) != all.end()) continue;
            all.push_back({flag, each->get_description()});
        }
    }
    return all;
}

/// Subcommands, or the words of the argument that comes next.
[[nodiscard]] std::vector<candidate> next_of(const place& at, session& here) {
    std::vector<candidate> all;
    for (const CLI::App* each : at.command->get_subcommands({})) {
        if (each->get_group().empty()) continue;
        all.push_back({each->get_name(), each->get_description()});
    }
    if (!all.empty()) return all;
    std::vector<const CLI::Option*> positional;
    for (const CLI::Option* each : at.command->get_options()) {
        if (each->get_positional()) positional.push_back(each);
    }
    if (positional.empty()) return {};
    const std::size_t last = positional.size() - 1;
    const bool is_surplus = at.arguments > last && positional[last]->get_items_expected_max() <= 1;
    if (is_surplus) return {};
    return values_of(*positional[std::min(at.arguments, last)], at, here);
}

void keep_beginnings(std::vector<candidate>& all, const std::string& beginning) {
    std::erase_if(all, [&](const candidate& each) { return !each.word.starts_with(beginning); });
}

}  // namespace

std::vector<candidate> candidates_for(
    const CLI::App& app, session& here, std::span<const std::string> typed
) {
    if (typed.empty()) return {};
    const std::string& last = typed.back();
    const place at = follow(app, here.options, typed.first(typed.size() - 1));
    std::vector<candidate> all;
    const auto equals = last.starts_with("--") ? last.find('=') : std::string::npos;
    if (at.open_option != nullptr) {
        all = values_of(*at.open_option, at, here);
    } else if (equals != std::string::npos) {
        const CLI::Option* const option = find_option(at.command, last.substr(0, equals));
        if (option != nullptr) all = values_of(*option, at, here);
        for (candidate& each : all) each.word.insert(0, last.substr(0, equals + 1));
    } else if (last.starts_with('-')) {
        all = options_of(at.command);
    } else {
        all = next_of(at, here);
    }
    keep_beginnings(all, last);
    return all;
}

std::string value_name_of(const CLI::Option& option) {
    const std::string name = option.get_type_name();
    return name.substr(0, name.find(':'));  // what is checked comes after it
}

}  // namespace partner_center::cli
