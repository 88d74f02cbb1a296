// The command line: a function for each word that adds it, and one that follows it. Calls CLI11,
// config_sources.cpp and directory_words.cpp.
// SPDX-License-Identifier: MIT
#include "server/config.hpp"

#include <chrono>
#include <map>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "server/config_sources.hpp"
#include "server/data_directory.hpp"
#include "server/demo.hpp"
#include "server/directory_words.hpp"
#include "server/token_command.hpp"

namespace partner_center {
namespace {

constexpr std::size_t tokens_max = 100'000;
constexpr std::uint64_t token_seconds_max = 366 * 24 * 3600;

/// Where `serve` is read into.
struct serve_input {
    std::map<std::string_view, std::string> texts{};  ///< by knob
    std::vector<std::string> switched{};
    std::string file{};
    bool print_config{};
};

/// Where `token` is read into.
struct token_input {
    token_request request{};
    setting count{.source = "--count", .text = "1"};
    setting lifetime{
        .source = "--lifetime", .text = std::to_string(token_request{}.lifetime.count())};
};

/// Where `seed` is read into.
struct seed_input {
    seed_request request{};
    setting customers{.source = "--customers"};
    setting number{.source = "--seed", .text = "1"};
    std::string ids{};
};

[[nodiscard]] CLI::App* add_serve(CLI::App& app, serve_input& into) {
    CLI::App* const serve = app.add_subcommand("serve", "serve the API until SIGTERM or SIGINT");
    for (const knob& each : knobs()) {
        const std::string flag = fmt::format("--{}", each.name);
        const std::string help = fmt::format(
            "{} [{}]",
            each.help,
            each.default_text.empty() ? variable_of(each.name) : each.default_text
        );
        if (each.is_flag) {
            serve->add_flag(flag, into.texts[each.name], help);
        } else {
            serve->add_option(flag, into.texts[each.name], help);
        }
    }
    serve->add_option("--switch", into.switched, "NAME=VALUE, a switch of the contract; repeatable")
        ->take_all()
        ->expected(1)
        ->type_size(1);
    serve->add_option("--config", into.file, "TOML file with a key for each flag");
    serve->add_flag(
        "--print-config", into.print_config, "print the outcome of all sources and stop"
    );
    return serve;
}

[[nodiscard]] command follow_serve(
    const CLI::App& serve, const serve_input& input, const environment& variables
) {
    settings given = read_sources(input.file, variables);
    for (const knob& each : knobs()) {
        const std::string flag = fmt::format("--{}", each.name);
        if (serve.count(flag) == 0) continue;
        given.single[std::string{each.name}] = {flag, input.texts.at(each.name)};
    }
    for (const std::string& each : input.switched) given.switched.push_back({"--switch", each});

    const config outcome = combine(given);
    if (input.print_config) return {.what = command::word::answer, .answer = printed(outcome)};
    return {.what = command::word::serve, .settings = outcome};
}

[[nodiscard]] CLI::App* add_token(CLI::App& app, std::string& data, token_input& into) {
    CLI::App* const token = app.add_subcommand("token", "print access tokens of the demo data");
    token_request& request = into.request;
    token->add_option("--data", data, "directory of a `serve --demo`")->capture_default_str();
    token->add_option("--partner", request.partner, "tenant id or domain; default: the first");
    token
        ->add_option(
            "--count",
            into.count.text,
            fmt::format("how many, 1 to {}: a line each, all different", tokens_max)
        )
        ->capture_default_str();
    token->add_option("--kind", request.kind, "good, or what is wrong; `list` prints all kinds")
        ->capture_default_str();
    token->add_option("--user", request.user, "principal name: App+User tokens of this person");
    token->add_option("--application", request.application, "client id; default: the first");
    token->add_option("--audience", request.audience, "default: the API of the partner's cloud");
    token->add_option("--lifetime", into.lifetime.text, "in seconds")->capture_default_str();
    return token;
}

[[nodiscard]] command follow_token(const token_input& input, const std::string& data) {
    token_request request = input.request;
    request.data = data;
    request.count = read_number(input.count, 1, tokens_max);
    request.lifetime = std::chrono::seconds{read_number(input.lifetime, 1, token_seconds_max)};
    if (request.kind == "list") {
        return {.what = command::word::answer, .answer = printed_token_kinds()};
    }
    static_cast<void>(kind_of(request));
    return {.what = command::word::token, .token = std::move(request)};
}

[[nodiscard]] CLI::App* add_seed(CLI::App& app, std::string& data, seed_input& into) {
    CLI::App* const seed = app.add_subcommand("seed", "add invented customers to the demo data");
    seed->add_option("--customers", into.customers.text, "how many the partner has then")
        ->required();
    seed->add_option("--seed", into.number.text, "other numbers make other customers")
        ->capture_default_str();
    seed->add_option("--data", data, "directory of a `serve --demo`, or an empty one")
        ->capture_default_str();
    seed->add_option("--partner", into.request.partner, "tenant id or domain; default: the first");
    seed->add_option("--ids", into.ids, "file for the customers' ids, one a line");
    return seed;
}

[[nodiscard]] command follow_seed(const seed_input& input, const std::string& data) {
    seed_request request = input.request;
    request.data = data;
    request.customers = read_number(input.customers, 1, invented_customers_max);
    request.seed = read_number(input.number, 0, UINT64_MAX);
    request.ids = input.ids;
    return {.what = command::word::seed, .seed = std::move(request)};
}

[[nodiscard]] CLI::App* add_keys(CLI::App& app, std::string& data) {
    CLI::App* const keys = app.add_subcommand("keys", "the keys that tokens are signed with");
    keys->require_subcommand(1, 1);
    for (CLI::App* const each :
         {keys->add_subcommand("rotate", "make a new one; honour the old one's tokens"),
          keys->add_subcommand("list", "print those that are honoured")}) {
        each->add_option("--data", data, "directory of a `serve`")->capture_default_str();
    }
    return keys;
}

/// Where `audit reads` is read into.
struct audit_input {
    audit_request request{};
    std::optional<std::string> data{};
    std::optional<std::string> store{};
    std::optional<std::string> config{};
};

[[nodiscard]] CLI::App* add_audit(CLI::App& app, audit_input& into) {
    CLI::App* const audit = app.add_subcommand("audit", "what was written down of who did what");
    audit->require_subcommand(1, 1);
    CLI::App* const reads =
        audit->add_subcommand("reads", "print who read which billing profile, a JSON line each");
    reads->add_option("--customer", into.request.customer, "tenant id; default: every customer");
    reads->add_option(
        "--since", into.request.since, "2026-11-22 or 2026-11-22T20:30:00Z; default: the beginning"
    );
    reads->add_option("--data", into.data, "directory of the keys and the SQLite database");
    reads->add_option("--store", into.store, "sqlite:FILE (default: partnerd.db in --data)");
    reads->add_option("--config", into.config, "the TOML file of `partnerd serve`");
    return audit;
}

/// What a word is asked for, with the store that `serve` would take from the same sources.
template <class Input>
[[nodiscard]] auto locate(const Input& input, const environment& variables) {
    settings given = read_sources(input.config.value_or(""), variables);
    if (input.data) given.single["data"] = {"--data", *input.data};
    if (input.store) given.single["store"] = {"--store", *input.store};
    config found;
    for (const knob& each : knobs()) {
        if (each.name == "data" || each.name == "store") set_knob(found, each, given);
    }
    auto request = input.request;
    request.data = found.data;
    request.database = found.database.empty() ? database_in(found.data) : found.database;
    return request;
}

/// Nothing when the words are to be followed; otherwise the help that they ask for. Throws
/// usage_error.
[[nodiscard]] std::optional<std::string> parse(
    CLI::App& app, std::span<const char* const> arguments
) {
    try {
        std::vector<std::string> reversed{arguments.rbegin(), arguments.rend()};
        app.parse(std::move(reversed));
        return {};
    } catch (const CLI::CallForHelp&) {
        return app.help();
    } catch (const CLI::CallForAllHelp&) {
        return app.help("", CLI::AppFormatMode::All);
    } catch (const CLI::ParseError& error) {
        if (const auto flags = unknown_directory_flags(app)) {
            throw usage_error{fmt::format(
                "this was not expected:{}; secrets are read from stdin; see partnerd --help-all",
                *flags
            )};
        }
        throw usage_error{fmt::format("{}; see partnerd --help", repeatable(error.what()))};
    }
}

}  // namespace

command read_command_line(std::span<const char* const> arguments, const environment& variables) {
    CLI::App app{"partnerd: an open, self-hosted Partner Center", "partnerd"};
    app.set_help_all_flag("--help-all", "help of every word");
    std::string data{default_data};  // of the words that take no other place for it
    serve_input serving;
    token_input tokens;
    seed_input seeding;
    directory_input directory;
    audit_input auditing;
    const CLI::App* const serve = add_serve(app, serving);
    const CLI::App* const token = add_token(app, data, tokens);
    const CLI::App* const seed = add_seed(app, data, seeding);
    const CLI::App* const keys = add_keys(app, data);
    add_directory_words(app, directory);
    const CLI::App* const audit = add_audit(app, auditing);
    const CLI::App* const version = app.add_subcommand("version", "print the version");

    if (auto help = parse(app, arguments)) {
        return {.what = command::word::answer, .answer = *std::move(help)};
    }
    if (app.get_subcommands().empty()) {
        throw usage_error{
            "say what to do: serve, token, keys, seed, audit or version, or partner, application, "
            "user or customer; see partnerd --help"};
    }
    if (version->parsed()) {
        return {.what = command::word::answer, .answer = "partnerd " PARTNERD_VERSION "\n"};
    }
    if (token->parsed()) return follow_token(tokens, data);
    if (!directory.request.noun.empty()) {
        return {.what = command::word::directory, .directory = locate(directory, variables)};
    }
    if (audit->parsed()) {
        return {.what = command::word::audit, .audit = locate(auditing, variables)};
    }
    if (keys->parsed()) {
        const bool rotates = keys->get_subcommand("rotate")->parsed();
        return {.what = command::word::keys, .keys = {.rotate = rotates, .data = data}};
    }
    if (seed->parsed()) return follow_seed(seeding, data);
    return follow_serve(*serve, serving, variables);
}

}  // namespace partner_center
