// Walks the tables of words and options. Calls CLI11.
// SPDX-License-Identifier: MIT
#include "server/directory_words.hpp"

#include <algorithm>
#include <variant>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace partner_center {
namespace {

void add_options(
    CLI::App& verb, std::string_view flags, bool required, directory_request& request
) {
    for (const std::string& flag : CLI::detail::split(std::string{flags}, ' ')) {
        const auto options = directory_options();
        const auto option = std::ranges::find(options, flag, &directory_option::flag);
        if (option == options.end()) continue;  // of an empty list
        std::visit(
            [&](auto place) {
                const std::string help{option->help};
                if constexpr (std::is_same_v<decltype(place), bool directory_request::*>) {
                    verb.add_flag(flag, request.*place, help);
                } else {
                    verb.add_option(flag, request.*place, help)
                        ->type_name(std::string{option->value})
                        ->required(required)
                        ->expected(1)
                        ->take_all();
                }
            },
            option->place
        );
    }
}

void add_word(CLI::App& noun, const directory_word& word, directory_input& into) {
    CLI::App* const verb = noun.add_subcommand(std::string{word.verb}, std::string{word.help});
    add_options(*verb, word.needs, true, into.request);
    add_options(*verb, word.takes, false, into.request);
    verb->add_option("--data", into.data, "directory of the keys and the SQLite database");
    verb->add_option("--store", into.store, "sqlite:FILE (default: partnerd.db in --data)");
    verb->add_option("--config", into.config, "the TOML file of `partnerd serve`");
    verb->callback([&word, &into] {
        into.request.noun = word.noun;
        into.request.verb = word.verb;
    });
}

[[nodiscard]] bool is_directory_noun(const CLI::App& app) {
    const auto words = directory_words();
    return std::ranges::find(words, app.get_name(), &directory_word::noun) != words.end();
}

}  // namespace

void add_directory_words(CLI::App& app, directory_input& into) {
    CLI::App* noun = nullptr;
    for (const directory_word& word : directory_words()) {
        const std::string name{word.noun};
        if (noun == nullptr || noun->get_name() != name) {
            noun = app.add_subcommand(name, fmt::format("who may call: each {}", name));
            noun->require_subcommand(1);
        }
        add_word(*noun, word, into);
    }
}

std::optional<std::string> unknown_directory_flags(const CLI::App& app) {
    const auto parsed = app.get_subcommands();
    if (parsed.empty() || !is_directory_noun(*parsed.front())) return {};
    const std::vector<std::string> left = app.remaining(true);
    if (left.empty()) return {};
    std::string flags;
    for (const std::string& each : left) {
        if (each.starts_with("--")) flags += ' ' + each.substr(0, each.find('='));
    }
    return flags;
}

}  // namespace partner_center
