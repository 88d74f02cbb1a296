// partnerctl completion, and what the shells' scripts and the build ask for. Calls completion.hpp.
// SPDX-License-Identifier: MIT
#include "cli/completion.hpp"

#include <algorithm>
#include <iostream>

#include <fmt/format.h>

#include "cli/failure.hpp"
#include "cli/text.hpp"
#include "cli/words.hpp"
#include "embedded/completion_scripts.hpp"

namespace partner_center::cli {
namespace {

[[nodiscard]] std::string_view script_for(const std::string& shell) {
    for (const embedded_file& each : completion_scripts()) {
        if (each.name == "partnerctl." + shell) return each.bytes;
    }
    throw failure{exit_status::usage, fmt::format("there is no completion for '{}'", shell)};
}

/// For machines: a word and its help on each line. It never fails, for nobody would see that.
void add_candidates(CLI::App& app, session& here) {
    CLI::App& verb = *app.add_subcommand("__complete", "")->group("");
    const auto typed = std::make_shared<std::vector<std::string>>();
    verb.add_option("words", *typed);
    verb.callback([&app, &here, typed] {
        for (const candidate& each : candidates_for(app, here, *typed)) {
            std::cout << each.word << '\t' << printable(each.help) << '\n';
        }
    });
}

/// For the build: the page of the program, or of the command that is named.
void add_manual(CLI::App& app) {
    CLI::App& verb = *app.add_subcommand("__manual", "")->group("");
    const auto command = std::make_shared<std::string>();
    verb.add_option("command", *command);
    verb.callback([&app, command] {
        std::cout << manual_of(command->empty() ? app : *app.get_subcommand(*command));
    });
}

}  // namespace

void add_completion(CLI::App& app, session& here) {
    CLI::App& verb = *app.add_subcommand("completion", "print the script that completes commands");
    verb.footer(
        "  bash:  source <(partnerctl completion bash)\n"
        "  zsh:   source <(partnerctl completion zsh)\n"
        "  fish:  partnerctl completion fish | source"
    );
    const auto shell = add_argument(verb, "SHELL", "bash, zsh or fish");
    verb.callback([shell] { std::cout << script_for(*shell); });
    add_candidates(app, here);
    add_manual(app);
}

}  // namespace partner_center::cli
