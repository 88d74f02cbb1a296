// Declares all words, and tells what ends them early. Calls the commands.
// SPDX-License-Identifier: MIT
#include "cli/program.hpp"

#include <csignal>
#include <iostream>

#include <boost/describe/enum_from_string.hpp>
#include <fmt/format.h>

#include "cli/failure.hpp"
#include "cli/terminal.hpp"
#include "cli/text.hpp"
#include "cli/words.hpp"

namespace partner_center::cli {
namespace {

void add_global_words(CLI::App& app, global_options& options) {
    app.set_version_flag("--version", "partnerctl " PARTNERCTL_VERSION);
    app.add_option("--profile", options.profile, "sign-in profile to use (default: default)")
        ->type_name("PROFILE");
    app.add_option("--url", options.url, "address of the service, in place of the cloud's")
        ->type_name("URL");
    app.add_option("--cloud", options.cloud, "the cloud, in place of the profile's")
        ->type_name("CLOUD")
        ->check(CLI::IsMember(*words_for("CLOUD")));
    app.add_option_function<std::string>(
           "-o,--output",
           [&options](const std::string& word) {
               options.output.format = output_format{};
               static_cast<void>(
                   boost::describe::enum_from_string(word.c_str(), *options.output.format)
               );
           },
           "form of the output (default: table on a terminal, else json)"
    )
        ->type_name("FORMAT")
        ->check(CLI::IsMember(*words_for("FORMAT")));
    app.add_option("--query", options.output.query, "what to show of it, in jq's language")
        ->type_name("EXPR");
    app.add_flag("--trace", options.trace, "show the exchanges on stderr, without secrets");
}

void add_commands(CLI::App& app, session& here) {
    add_sign_in(app, here);
    add_customers(app, here);
    add_invitations(app, here);
    add_lookups(app, here);
    add_partner_profiles(app, here);
    add_call(app, here);
    add_export(app, here);
    add_import(app, here);
    add_completion(app, here);
}

/// What is wrong with the words, with the way to the help.
int complain(const CLI::App& app, const CLI::ParseError& problem) {
    if (problem.get_exit_code() == 0) {
        app.exit(problem, std::cout, std::cerr);  // --help and --version
        return static_cast<int>(exit_status::ok);
    }
    std::string command = app.get_name();
    for (const CLI::App* at = &app; !at->get_subcommands().empty();) {
        at = at->get_subcommands().front();
        command += ' ' + at->get_name();
    }
    std::string what = problem.what();
    const std::vector<std::string> unknown = app.remaining(true);
    if (!unknown.empty()) what = fmt::format("'{}' does not fit here", unknown.front());
    say(fmt::format("partnerctl: {}\n  see: {} --help", printable_lines(what), command));
    return static_cast<int>(exit_status::usage);
}

int tell(exit_status status, std::string_view text) {
    say(fmt::format("partnerctl: {}", text));
    return static_cast<int>(status);
}

}  // namespace

int run(std::span<char* const> words) {
    std::signal(SIGPIPE, SIG_IGN);  // a reader that has gone is told as a failed write
    session here;
    try {
        CLI::App app{"Partner Center from the command line.", "partnerctl"};
        app.require_subcommand(1);
        app.fallthrough();
        add_global_words(app, here.options);
        add_commands(app, here);
        try {
            app.parse(static_cast<int>(words.size()), words.data());
        } catch (const CLI::ParseError& problem) {
            return complain(app, problem);
        }
        return static_cast<int>(exit_status::ok);
    } catch (const partner_error& thrown) {
        const error& problem = thrown.problem();
        return tell(status_of(problem), text_of(problem, here.attempted()));
    } catch (const failure& problem) {
        return tell(problem.status(), printable_lines(problem.what()));
    } catch (const std::exception& problem) {
        return tell(exit_status::error, printable_lines(problem.what()));
    }
}

}  // namespace partner_center::cli
