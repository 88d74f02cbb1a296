// The console test app: runs scenarios that are chosen from a menu or by name, for an application
// or for a person who signs in, and shows every exchange.
// SPDX-License-Identifier: MIT
#include <fstream>
#include <iostream>
#include <optional>
#include <span>
#include <string>

#include "sdk/samples/console/scenarios.hpp"
#include <partner_center/user_credentials.hpp>

namespace partner_center::samples {
namespace {

constexpr std::string_view usage =
    "console_test_app [NAME… | all | list] [flags]\n"
    "Without a name: a menu. Flags, in any order, and then those of every sample (below):\n"
    "  --as application|person|both   who calls where both may (default: application)\n"
    "  --sign-in device|browser       how a person signs in (default: device)\n"
    "  --refresh-token-file FILE      the person's refresh token; the one that takes its place is\n"
    "                                 written back\n"
    "  --quiet                        does not show the exchanges\n"
    "Exit status: 0 when all went well, else that of the first scenario that did not.\n";

struct command_line {
    std::vector<std::string> names{};
    std::string callers{"application"};
    std::string sign_in{"device"};
    std::string refresh_token_file{};
    bool is_quiet{};
    std::vector<char*> rest{};  ///< for read_settings()
};

[[nodiscard]] bool is_one_of(std::string_view word, std::initializer_list<std::string_view> all) {
    return std::ranges::find(all, word) != all.end();
}

[[nodiscard]] std::optional<command_line> read_command_line(std::span<char*> arguments) {
    command_line out;
    std::size_t at = 1;
    for (; at < arguments.size() && arguments[at][0] != '-'; ++at) {
        out.names.emplace_back(arguments[at]);
    }
    out.rest.push_back(arguments[0]);
    for (; at < arguments.size(); ++at) {
        const std::string_view name = arguments[at];
        std::string* const target = name == "--as"                   ? &out.callers
                                    : name == "--sign-in"            ? &out.sign_in
                                    : name == "--refresh-token-file" ? &out.refresh_token_file
                                                                     : nullptr;
        if (name == "--quiet") {
            out.is_quiet = true;
        } else if (target == nullptr) {
            out.rest.push_back(arguments[at]);
        } else if (++at < arguments.size()) {
            *target = arguments[at];
        } else {
            return {};
        }
    }
    const bool is_known = is_one_of(out.callers, {"application", "person", "both"}) &&
                          is_one_of(out.sign_in, {"device", "browser"});
    if (!is_known) return {};
    return out;
}

void show_prompt(const device_code_prompt& prompt) {
    std::cout << prompt.message << std::endl;  // now: the person has to see it
}

void show_address(const std::string& url) {
    std::cout << "Open this address in a browser: " << url << std::endl;
}

[[nodiscard]] std::shared_ptr<const credential> person_of(
    const settings& given, const command_line& told
) {
    const cloud where = cloud_of(given);
    const application& who = given.public_client;
    if (!told.refresh_token_file.empty()) {
        std::string token;
        std::getline(std::ifstream{told.refresh_token_file}, token);
        const auto keep = [file = told.refresh_token_file](const std::string& renewed) {
            std::ofstream{file} << renewed << '\n';
        };
        return make_refresh_token_credential(where, who, token, {.on_renewed = keep});
    }
    if (told.sign_in == "browser") {
        return make_authorization_code_credential(where, who, {.open = &show_address});
    }
    return make_device_code_credential(where, who, {.show = &show_prompt});
}

struct both_clients {
    client application;
    client person;
};

/// Runs it for whoever is to call; the first exit status that is not 0.
[[nodiscard]] int run_feature(
    const feature& each, const both_clients& by, const std::string& callers
) {
    if (!each.is_here) {
        std::cout << each.name << ": not for this partner or its cloud\n\n";
        return 0;
    }
    int status = 0;
    for (const bool is_person : {false, true}) {
        const std::string_view who = is_person ? "person" : "application";
        const bool is_wanted = each.wants_person ? is_person : callers == "both" || callers == who;
        if (!is_wanted) continue;
        const int ended = run(*each.what, is_person ? by.person : by.application);
        std::cout << each.name << ", " << who << ": "
                  << (ended == 0 ? "done" : "failed with status " + std::to_string(ended)) << "\n\n"
                  << std::flush;
        if (status == 0) status = ended;
    }
    return status;
}

void print_list(const std::vector<feature>& all) {
    for (std::size_t at = 0; at < all.size(); ++at) {
        const feature& each = all[at];
        std::cout << at + 1 << ' ' << each.name << ' ' << each.operation << ' '
                  << (each.wants_person ? "person" : "application,person") << '\n';
    }
}

/// The one of that name, or of that number in the menu; null when there is none.
[[nodiscard]] const feature* find_feature(const std::vector<feature>& all, std::string_view word) {
    for (std::size_t at = 0; at < all.size(); ++at) {
        if (word == all[at].name || word == std::to_string(at + 1)) return &all[at];
    }
    std::cerr << word << ": there is no such scenario; `list` shows all\n";
    return nullptr;
}

[[nodiscard]] int run_menu(
    const std::vector<feature>& all, const both_clients& by, const std::string& callers
) {
    int status = 0;
    print_list(all);
    std::string word;
    while (std::cout << "Number or name, nothing to end: " << std::flush &&
           std::getline(std::cin, word) && !word.empty()) {
        const feature* const chosen = find_feature(all, word);
        const int ended = chosen == nullptr ? 2 : run_feature(*chosen, by, callers);
        if (status == 0) status = ended;
    }
    return status;
}

[[nodiscard]] int run_named(
    const std::vector<feature>& all, const both_clients& by, const command_line& told
) {
    std::vector<const feature*> chosen;
    for (const std::string& name : told.names) {
        if (name == "all") {
            for (const feature& each : all) chosen.push_back(&each);
        } else if (const feature* const found = find_feature(all, name)) {
            chosen.push_back(found);
        } else {
            return 2;
        }
    }
    int status = 0;
    for (const feature* each : chosen) {
        const int ended = run_feature(*each, by, told.callers);
        if (status == 0) status = ended;
    }
    return status;
}

}  // namespace

std::vector<feature> all_features(const settings& given) {
    std::vector<feature> all;
    add_customer_profile_features(all, given);
    add_customer_features(all, given);
    add_helper_features(all, given);
    add_partner_profile_features(all, given);
    add_audit_features(all, given);
    return all;
}

}  // namespace partner_center::samples

int main(int count, char** arguments) {
    using namespace partner_center::samples;
    auto told = read_command_line({arguments, static_cast<std::size_t>(count)});
    if (!told) {
        std::cerr << usage;
        return 2;
    }
    if (told->names == std::vector<std::string>{"list"}) {
        print_list(all_features({}));
        return 0;
    }
    auto settings = read_settings(told->rest);
    if (!settings) {
        std::cerr << usage;
        return 2;
    }
    settings->trace = !told->is_quiet;
    const std::vector<feature> all = all_features(*settings);
    const both_clients by{
        make_client(*settings), make_client(*settings, person_of(*settings, *told))};
    return told->names.empty() ? run_menu(all, by, told->callers) : run_named(all, by, *told);
}
