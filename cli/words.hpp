// How nouns, verbs and their options are declared, so that help, man pages and completion know
// them. Calls CLI11.
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/session.hpp"

namespace partner_center::cli {

/// What the words of an option's value are, by the name that its help gives the value: COUNTRY,
/// FORMAT, PROFILE … Nothing when the name says nothing about words.
[[nodiscard]] std::optional<std::vector<std::string>> words_for(std::string_view value_name);

/// A noun, which is nothing without one of its verbs.
CLI::App& add_noun(CLI::App& app, const std::string& name, const std::string& help);

/// A positional text that has to be there; `value_name` is a key of words_for() if one fits.
std::shared_ptr<std::string> add_argument(
    CLI::App& verb, const std::string& value_name, const std::string& help
);

/// A text behind a flag, empty when it is not there.
std::shared_ptr<std::string> add_text(
    CLI::App& verb, const std::string& flag, const std::string& value_name, const std::string& help
);

/// A flag without a value.
std::shared_ptr<bool> add_flag(CLI::App& verb, const std::string& flag, const std::string& help);

/// The positional id of a customer.
std::shared_ptr<std::string> add_customer_id(CLI::App& verb);

/// The required --body; what it stands for is read by read_model().
std::shared_ptr<std::string> add_body(CLI::App& verb);

/// --request-id: with it a change that may have been made is asked for again, and made once. Its
/// value is for session::api().
std::shared_ptr<std::string> add_request_id(CLI::App& verb);

/// The commands: each adds its nouns and verbs, which work with the session once all words have
/// been read. The session has to outlive the app.
void add_sign_in(CLI::App& app, session& here);
void add_customers(CLI::App& app, session& here);
void add_invitations(CLI::App& app, session& here);
void add_lookups(CLI::App& app, session& here);
void add_partner_profiles(CLI::App& app, session& here);
void add_call(CLI::App& app, session& here);
void add_completion(CLI::App& app, session& here);
void add_billing_profile(CLI::App& customers, session& here);
void add_export(CLI::App& noun, session& here);
void add_import(CLI::App& noun, session& here);

}  // namespace partner_center::cli
