// partnerctl export: the billing profiles of customers as rows, to be looked at, changed and
// imported. Calls transfer/.
// SPDX-License-Identifier: MIT
#include <iostream>
#include <utility>

#include <fmt/format.h>

#include "cli/failure.hpp"
#include "cli/private_file.hpp"
#include "cli/terminal.hpp"
#include "cli/transfer/profile_rows.hpp"
#include "cli/transfer/window.hpp"
#include "cli/transfer/words.hpp"
#include "cli/words.hpp"

namespace partner_center::cli {
namespace {

struct export_words {
    std::vector<std::string> customer_ids{};  ///< none: all customers
    std::string file{};                       ///< empty: stdout
    transfer_words common{};
};

[[nodiscard]] std::vector<std::string> all_customers(const client& api) {
    std::vector<std::string> ids;
    for (const customer& each : api.customers().list_all({})) ids.push_back(each.id.value_or(""));
    return ids;
}

/// Of somebody who was a customer when they were listed.
[[nodiscard]] bool is_gone(const error& problem) {
    return problem.category == error_category::not_found ||
           problem.category == error_category::forbidden;
}

void export_profiles(session& here, export_words words) {
    const client& api = here.api(permission::read_customers);
    const bool is_all = words.customer_ids.empty();
    if (is_all) words.customer_ids = all_customers(api);
    const row_format format = format_of(words.common.format, words.file);
    std::string text = header_of(format);
    const auto hand_on = [&] {
        if (!words.file.empty()) return;
        if (!(std::cout << text)) throw failure{exit_status::error, "stdout cannot be written to"};
        text.clear();
    };

    progress shown{"customers", words.customer_ids.size()};
    std::size_t done = 0;
    const auto start = [&](const std::string& id) {
        return api.customers().by_id(id).profiles().billing().get_async();
    };
    const auto finish = [&](const std::string& id, const outcome<billing_profile>& profile) {
        shown.advance_to(++done);
        if (is_all && !profile && is_gone(profile.error())) {
            return say(fmt::format("partnerctl: left out customer {}, who has gone meanwhile", id));
        }
        text += line_of(id, profile.value(), format);
        hand_on();
    };
    in_window(words.customer_ids, words.common.concurrency, start, finish);
    hand_on();
    std::cout.flush();
    if (!words.file.empty()) write_private_file(words.file, text);
}

}  // namespace

void add_export(CLI::App& noun, session& here) {
    CLI::App& verb = *noun.add_subcommand("export", "write billing profiles as rows of a file");
    const auto words = std::make_shared<export_words>();
    verb.add_option("customer-id", words->customer_ids, "whose (default: all customers')")
        ->type_name("CUSTOMER-ID");
    verb.add_option("--file", words->file, "where to (default: stdout), readable by you alone")
        ->type_name("FILE");
    add_transfer_words(verb, words->common);
    verb.callback([&here, words] { export_profiles(here, *words); });
}

}  // namespace partner_center::cli
