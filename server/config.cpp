// One table of knobs; everything else here walks it. Calls CLI11 and toml++.
// SPDX-License-Identifier: MIT
#include "server/config.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <map>
#include <thread>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <toml++/toml.h>
#include <unistd.h>

#include "server/config_issuers.hpp"
#include "server/data_directory.hpp"
#include "server/demo.hpp"
#include "server/directory_words.hpp"
#include "server/http/limits.hpp"
#include "server/token_command.hpp"

namespace partner_center {
namespace {

constexpr unsigned threads_max = 256;
constexpr std::string_view default_data = "./partnerd-data";
constexpr std::size_t tokens_max = 100'000;
constexpr std::uint64_t token_seconds_max = 366 * 24 * 3600;
constexpr std::string_view default_audiences =
    "https://api.partnercenter.microsoft.com,fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd";
constexpr std::string_view sqlite_scheme = "sqlite:";

/// A value in the making: where it came from (for messages) and its text.
struct setting {
    std::string source{};
    std::string text{};
};

/// A text as a message may repeat it. The address of a store holds its password, and it may have
/// been given where none is expected: nothing is left of a URL but its scheme.
[[nodiscard]] std::string repeatable(std::string text) {
    constexpr std::string_view scheme_end = "://";
    for (auto at = text.find(scheme_end); at != std::string::npos; at = text.find(scheme_end, at)) {
        at += scheme_end.size();
        text.replace(at, std::min(text.find(' ', at), text.size()) - at, "...");
    }
    return text;
}

[[noreturn]] void refuse(const setting& value, std::string_view expected) {
    throw usage_error{
        fmt::format("{}: '{}' is not {}", value.source, repeatable(value.text), expected)};
}

[[nodiscard]] bool read_bool(const setting& value) {
    if (value.text == "true" || value.text == "1" || value.text == "on") return true;
    if (value.text == "false" || value.text == "0" || value.text == "off") return false;
    refuse(value, "true or false");
}

[[nodiscard]] std::uint64_t read_number(
    const setting& value, std::uint64_t least, std::uint64_t most
) {
    std::uint64_t number{};
    const char* const end = value.text.data() + value.text.size();
    const auto [read, failed] = std::from_chars(value.text.data(), end, number);
    if (failed != std::errc{} || read != end || number < least || number > most) {
        refuse(value, fmt::format("a number from {} to {}", least, most));
    }
    return number;
}

[[nodiscard]] endpoint read_endpoint(const setting& value) {
    constexpr std::string_view form = "HOST:PORT, like 127.0.0.1:8080 or [::1]:8080";
    const auto colon = value.text.rfind(':');
    if (colon == std::string::npos || colon == 0) refuse(value, form);
    endpoint out{.host = value.text.substr(0, colon)};
    const std::string port = value.text.substr(colon + 1);
    const auto [end, failed] = std::from_chars(port.data(), port.data() + port.size(), out.port);
    const bool bare_ipv6 = out.host.find(':') != std::string::npos && out.host.front() != '[';
    if (failed != std::errc{} || end != port.data() + port.size() || bare_ipv6) refuse(value, form);
    return out;
}

[[nodiscard]] std::string print(const endpoint& at) {
    return fmt::format("{}:{}", at.host, at.port);
}
[[nodiscard]] std::string print(bool truth) {
    return truth ? "true" : "false";
}

/// A switch of the contract: its name and what its values do.
struct switch_row {
    std::string_view name{};
    std::string_view values{};
    bool (*set)(switches&, std::string_view){};
    std::string_view (*get)(const switches&){};
};

template <auto Member>
constexpr switch_row on_off(std::string_view name) {
    return {
        name,
        "on or off",
        [](switches& out, std::string_view text) {
            out.*Member = text == "on";
            return text == "on" || text == "off";
        },
        [](const switches& in) -> std::string_view { return in.*Member ? "on" : "off"; },
    };
}

constexpr std::array switch_table{
    switch_row{
        "links",
        "seed or unversioned",
        [](switches& out, std::string_view text) {
            out.links = text == "seed" ? links_form::seed : links_form::unversioned;
            return text == "seed" || text == "unversioned";
        },
        [](const switches& in) -> std::string_view {
            return in.links == links_form::seed ? "seed" : "unversioned";
        },
    },
    switch_row{
        "fault-code",
        "number or string",
        [](switches& out, std::string_view text) {
            out.fault_code = text == "number" ? fault_code_form::number : fault_code_form::string;
            return text == "number" || text == "string";
        },
        [](const switches& in) -> std::string_view {
            return in.fault_code == fault_code_form::number ? "number" : "string";
        },
    },
    on_off<&switches::bom>("bom"),
    on_off<&switches::hide_unknown_tenants>("hide-unknown-tenants"),
    on_off<&switches::accept_legacy_audience>("accept-legacy-audience"),
    on_off<&switches::company_profile_user_only>("company-profile-user-only"),
    on_off<&switches::require_mfa>("require-mfa"),
};

void set_switch(switches& out, const setting& value) {
    const std::string_view text = value.text;
    const auto equals = text.find('=');
    for (const switch_row& row : switch_table) {
        if (text.substr(0, equals) != row.name) continue;
        const auto chosen = equals == std::string_view::npos ? "" : text.substr(equals + 1);
        if (!row.set(out, chosen)) {
            refuse(value, fmt::format("{}={}", row.name, row.values));
        }
        return;
    }
    std::string known;
    for (const switch_row& row : switch_table) known += fmt::format(" {}", row.name);
    refuse(value, "a switch of this version; it has:" + known);
}

/// One knob. `set` may throw usage_error; `get` prints the outcome, secrets masked.
struct knob {
    std::string_view name{};
    std::string_view default_text{};
    bool is_flag{};
    std::string_view help{};
    void (*set)(config&, const setting&){};
    std::string (*get)(const config&){};
};

constexpr std::array knobs{
    knob{
        "listen",
        "127.0.0.1:8080",
        false,
        "API, token authority and portal; port 0 picks a free one",
        [](config& out, const setting& in) { out.listen = read_endpoint(in); },
        [](const config& in) { return print(in.listen); },
    },
    knob{
        "admin",
        "127.0.0.1:9090",
        false,
        "/healthz and /readyz; port 0 picks a free one",
        [](config& out, const setting& in) { out.admin = read_endpoint(in); },
        [](const config& in) { return print(in.admin); },
    },
    knob{
        "data",
        default_data,
        false,
        "directory of the keys and the SQLite database",
        [](config& out, const setting& in) {
            if (in.text.empty()) refuse(in, "a directory");
            out.data = in.text;
        },
        [](const config& in) { return in.data.string(); },
    },
    knob{
        "store",
        "",
        false,
        "sqlite:FILE (default: partnerd.db in --data)",
        [](config& out, const setting& in) {
            if (in.text.empty()) return;
            const bool is_sqlite =
                in.text.starts_with(sqlite_scheme) && in.text.size() > sqlite_scheme.size();
            // The text may hold a password: it is not repeated.
            if (!is_sqlite) {
                throw usage_error{in.source + ": this version stores in sqlite:FILE only"};
            }
            out.database = in.text.substr(sqlite_scheme.size());
        },
        [](const config& in) { return std::string{sqlite_scheme} + in.database.string(); },
    },
    knob{
        "demo",
        "false",
        true,
        "sample partners, customers and credentials; loopback only",
        [](config& out, const setting& in) { out.demo = read_bool(in); },
        [](const config& in) { return print(in.demo); },
    },
    knob{
        "threads",
        "0",
        false,
        "reactors; 0: one per core",
        [](config& out, const setting& in) {
            const char* const end = in.text.data() + in.text.size();
            const auto [read, failed] = std::from_chars(in.text.data(), end, out.threads);
            if (failed != std::errc{} || read != end || out.threads > threads_max) {
                refuse(in, fmt::format("a number of threads from 0 to {}", threads_max));
            }
            if (out.threads == 0) out.threads = std::max(1U, std::thread::hardware_concurrency());
        },
        [](const config& in) { return std::to_string(in.threads); },
    },
    knob{
        "ready-file",
        "",
        false,
        "written once everything listens: url, adminUrl, pid",
        [](config& out, const setting& in) { out.ready_file = in.text; },
        [](const config& in) { return in.ready_file.string(); },
    },
    knob{
        "public-url",
        "",
        false,
        "the name clients use, like https://partner.example",
        [](config& out, const setting& in) {
            const bool good = in.text.empty() || in.text.starts_with("http://") ||
                              in.text.starts_with("https://");
            if (!good) refuse(in, "an http:// or https:// URL");
            out.public_url = in.text;
            while (out.public_url.ends_with('/')) out.public_url.pop_back();
        },
        [](const config& in) { return in.public_url; },
    },
    knob{
        "behind-proxy",
        "false",
        true,
        "a trusted proxy in front ends TLS",
        [](config& out, const setting& in) { out.behind_proxy = read_bool(in); },
        [](const config& in) { return print(in.behind_proxy); },
    },
    knob{
        "tls-cert",
        "",
        false,
        "speak HTTPS with the certificate in this PEM file, its chain after it; read again on "
        "SIGHUP",
        [](config& out, const setting& in) { out.tls_cert = in.text; },
        [](const config& in) { return in.tls_cert.string(); },
    },
    knob{
        "tls-key",
        "",
        false,
        "PEM file of the certificate's key",
        [](config& out, const setting& in) { out.tls_key = in.text; },
        [](const config& in) { return in.tls_key.string(); },
    },
    knob{
        "tls-client-ca",
        "",
        false,
        "clients must show a certificate of an authority in this PEM file; read again on SIGHUP",
        [](config& out, const setting& in) { out.tls_client_ca = in.text; },
        [](const config& in) { return in.tls_client_ca.string(); },
    },
    knob{
        "tls-dev",
        "false",
        true,
        "speak HTTPS with a certificate of our own (trust DATA/tls/ca.pem); loopback only",
        [](config& out, const setting& in) { out.tls_dev = read_bool(in); },
        [](const config& in) { return print(in.tls_dev); },
    },
    knob{
        "max-connections",
        "32768",
        false,
        "open connections; more are answered 503",
        [](config& out, const setting& in) {
            const char* const end = in.text.data() + in.text.size();
            const auto [read, failed] = std::from_chars(in.text.data(), end, out.connections_max);
            const bool good = failed == std::errc{} && read == end && out.connections_max > 0 &&
                              out.connections_max <= http::limits::connections_limit;
            if (!good) {
                refuse(in, fmt::format("a number from 1 to {}", http::limits::connections_limit));
            }
        },
        [](const config& in) { return std::to_string(in.connections_max); },
    },
    knob{
        "accepted-audiences",
        default_audiences,
        false,
        "of the tokens for this server, with commas between them",
        [](config& out, const setting& in) {
            out.accepted_audiences = CLI::detail::split(in.text, ',');
            for (std::string& each : out.accepted_audiences) CLI::detail::trim(each);
            if (std::ranges::any_of(out.accepted_audiences, &std::string::empty)) {
                throw usage_error{fmt::format(
                    "{}: an audience is empty, no token could be meant for this server: set it to "
                    "{}, or to what your tokens are issued for",
                    in.source,
                    clouds::global.audience
                )};
            }
        },
        [](const config& in) { return fmt::format("{}", fmt::join(in.accepted_audiences, ",")); },
    },
    knob{
        "log-level",
        "info",
        false,
        "debug, info, warning or error",
        [](config& out, const setting& in) {
            const auto level = parse_log_level(in.text);
            if (!level) refuse(in, "debug, info, warning or error");
            out.logging.level = *level;
        },
        [](const config& in) {
            constexpr std::array names{"debug", "info", "warning", "error"};
            return std::string{names.at(static_cast<std::size_t>(in.logging.level))};
        },
    },
    knob{
        "log-format",
        "",
        false,
        "json or text (default: text on a terminal, else json)",
        [](config& out, const setting& in) {
            const bool terminal = ::isatty(STDERR_FILENO) == 1;
            out.logging.format = terminal ? log_format::text : log_format::json;
            if (in.text.empty()) return;
            const auto format = parse_log_format(in.text);
            if (!format) refuse(in, "json or text");
            out.logging.format = *format;
        },
        [](const config& in) {
            return std::string{in.logging.format == log_format::json ? "json" : "text"};
        },
    },
};
constexpr std::string_view switch_knob = "switch";
constexpr std::string_view config_knob = "config";
constexpr std::string_view issuers_key = "issuers";

[[nodiscard]] std::string variable_of(std::string_view name) {
    std::string out = "PARTNERD_";
    for (const char c : name) {
        out += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    return out;
}

/// What each knob was given by the sources so far, the strongest last.
struct settings {
    std::map<std::string, setting, std::less<>> single{};
    std::vector<setting> switched{};
    std::vector<trusted_issuer> issuers{};
};

[[nodiscard]] std::string text_of(const toml::node& node, const std::string& source) {
    if (const auto text = node.as_string()) return text->get();
    if (const auto truth = node.as_boolean()) return print(truth->get());
    if (const auto number = node.as_integer()) return std::to_string(number->get());
    throw usage_error{source + " must be a string, a whole number or true or false"};
}

void read_file(settings& out, const std::string& file) {
    toml::table table;
    try {
        table = toml::parse_file(file);
    } catch (const toml::parse_error& error) {
        throw usage_error{fmt::format(
            "{}:{}: {}", file, error.source().begin.line, std::string{error.description()}
        )};
    }
    for (const auto& [key, node] : table) {
        const std::string name{key.str()};
        const std::string source = fmt::format("{}: {}", file, name);
        if (name == switch_knob) {
            const toml::table* switched = node.as_table();
            if (switched == nullptr)
                throw usage_error{source + " must be a table of NAME = \"VALUE\""};
            for (const auto& [each, chosen] : *switched) {
                out.switched.push_back(
                    {source, fmt::format("{}={}", each.str(), text_of(chosen, source))}
                );
            }
            continue;
        }
        if (name == issuers_key) {
            out.issuers = read_issuers(node, source);
            continue;
        }
        const bool known = std::ranges::find(knobs, name, &knob::name) != knobs.end();
        if (!known) throw usage_error{fmt::format("{}: there is no such key", source)};
        out.single[name] = {source, text_of(node, source)};
    }
}

void read_environment(settings& out, const environment& variables) {
    for (const knob& each : knobs) {
        const std::string name = variable_of(each.name);
        if (const auto text = variables(name)) out.single[std::string{each.name}] = {name, *text};
    }
    const std::string name = variable_of(switch_knob);
    for (const std::string& each : CLI::detail::split(variables(name).value_or(""), ',')) {
        if (!each.empty()) out.switched.push_back({name, each});
    }
}

/// Throws usage_error when a listener would tell the network what only this machine may hear.
void refuse_exposure(const config& chosen) {
    const bool local = is_loopback(chosen.listen.host);
    if (chosen.tls_cert.empty() != chosen.tls_key.empty()) {
        throw usage_error{
            "--tls-cert and --tls-key go together: the certificate's file and its key's"};
    }
    if (chosen.tls_dev && !chosen.tls_cert.empty()) {
        throw usage_error{"--tls-dev makes a certificate of its own: leave out --tls-cert"};
    }
    if (!chosen.tls_client_ca.empty() && !uses_tls(chosen)) {
        throw usage_error{
            "--tls-client-ca: clients show certificates over TLS only; say --tls-cert and "
            "--tls-key"};
    }
    if (chosen.demo && !local) {
        throw usage_error{
            "--demo has published credentials: it listens on a loopback address only"};
    }
    if (chosen.tls_dev && !local) {
        throw usage_error{"--tls-dev: its certificate is for loopback addresses only"};
    }
    if (!local && !uses_tls(chosen) && !chosen.behind_proxy) {
        throw usage_error{
            "plain HTTP is for loopback addresses: say --tls-cert and --tls-key, or put a proxy "
            "that ends TLS in front and say --behind-proxy"};
    }
    if (!is_loopback(chosen.admin.host) && !chosen.behind_proxy) {
        throw usage_error{
            "--admin: this listener is plain HTTP and for loopback addresses, or --behind-proxy"};
    }
    if (!local && chosen.public_url.empty()) {
        throw usage_error{
            "--public-url: clients cannot use the address that this listens on; say the one they "
            "know, like https://partner.example"};
    }
}

/// Sets a knob to what it was given, or to its default.
void set_knob(config& out, const knob& each, const settings& given) {
    const auto found = given.single.find(each.name);
    each.set(
        out,
        found != given.single.end()
            ? found->second
            : setting{std::string{each.name}, std::string{each.default_text}}
    );
}

/// The file of --config or its variable, then the environment.
[[nodiscard]] settings read_sources(std::string file, const environment& variables) {
    settings given;
    if (file.empty()) file = variables(variable_of(config_knob)).value_or("");
    if (!file.empty()) read_file(given, file);
    read_environment(given, variables);
    return given;
}

/// What a directory word is asked for, with the store that `serve` would take from the same
/// sources.
[[nodiscard]] directory_request locate(const directory_input& input, const environment& variables) {
    settings given = read_sources(input.config.value_or(""), variables);
    if (input.data) given.single["data"] = {"--data", *input.data};
    if (input.store) given.single["store"] = {"--store", *input.store};
    config found;
    for (const knob& each : knobs) {
        if (each.name == "data" || each.name == "store") set_knob(found, each, given);
    }
    directory_request request = input.request;
    request.data = found.data;
    request.database = found.database.empty() ? database_in(found.data) : found.database;
    return request;
}

[[nodiscard]] config combine(const settings& given) {
    config out;
    for (const knob& each : knobs) set_knob(out, each, given);
    for (const setting& each : given.switched) set_switch(out.options, each);
    if (out.database.empty()) out.database = database_in(out.data);

    out.issuers = given.issuers;

    refuse_exposure(out);
    for (const trusted_issuer& each : out.issuers) {
        if (const auto problem = problem_of(each)) throw usage_error{*problem};
    }
    return out;
}

[[nodiscard]] std::string printed(const config& outcome) {
    std::string out;
    for (const knob& each : knobs) {
        const toml::value<std::string> text{each.get(outcome)};
        std::ostringstream quoted;
        quoted << toml::toml_formatter{text};
        out += fmt::format("{} = {}\n", each.name, quoted.str());
    }
    out += fmt::format("\n[{}]\n", switch_knob);
    for (const switch_row& row : switch_table) {
        out += fmt::format("{} = \"{}\"\n", row.name, row.get(outcome.options));
    }
    if (!outcome.issuers.empty()) out += '\n' + print_issuers(outcome.issuers);
    return out;
}

}  // namespace

command read_command_line(std::span<const char* const> arguments, const environment& variables) {
    CLI::App app{"partnerd: an open, self-hosted Partner Center", "partnerd"};
    app.set_help_all_flag("--help-all", "help of every word");

    CLI::App* serve = app.add_subcommand("serve", "serve the API until SIGTERM or SIGINT");
    std::map<std::string_view, std::string> texts;
    for (const knob& each : knobs) {
        const std::string flag = fmt::format("--{}", each.name);
        const std::string help = fmt::format(
            "{} [{}]",
            each.help,
            each.default_text.empty() ? variable_of(each.name) : each.default_text
        );
        if (each.is_flag) {
            serve->add_flag(flag, texts[each.name], help);
        } else {
            serve->add_option(flag, texts[each.name], help);
        }
    }
    std::vector<std::string> switched;
    serve->add_option("--switch", switched, "NAME=VALUE, a switch of the contract; repeatable")
        ->take_all()
        ->expected(1)
        ->type_size(1);
    std::string file;
    serve->add_option("--config", file, "TOML file with a key for each flag");
    bool print_config = false;
    serve->add_flag("--print-config", print_config, "print the outcome of all sources and stop");

    command out;
    CLI::App* token = app.add_subcommand("token", "print access tokens of the demo data");
    std::string data{default_data};
    token->add_option("--data", data, "directory of a `serve --demo`")->capture_default_str();
    token->add_option("--partner", out.token.partner, "tenant id or domain; default: the first");
    setting count{.source = "--count", .text = "1"};
    token
        ->add_option(
            "--count",
            count.text,
            fmt::format("how many, 1 to {}: a line each, all different", tokens_max)
        )
        ->capture_default_str();
    token->add_option("--kind", out.token.kind, "good, or what is wrong; `list` prints all kinds")
        ->capture_default_str();
    token->add_option("--user", out.token.user, "principal name: App+User tokens of this person");
    token->add_option("--application", out.token.application, "client id; default: the first");
    token->add_option("--audience", out.token.audience, "default: the API of the partner's cloud");
    setting lifetime{
        .source = "--lifetime", .text = std::to_string(token_request{}.lifetime.count())};
    token->add_option("--lifetime", lifetime.text, "in seconds")->capture_default_str();
    CLI::App* seed = app.add_subcommand("seed", "add invented customers to the demo data");
    setting customers{.source = "--customers"};
    setting seed_number{.source = "--seed", .text = "1"};
    std::string ids;
    seed->add_option("--customers", customers.text, "how many the partner has then")->required();
    seed->add_option("--seed", seed_number.text, "other numbers make other customers")
        ->capture_default_str();
    seed->add_option("--data", data, "directory of a `serve --demo`, or an empty one")
        ->capture_default_str();
    seed->add_option("--partner", out.seed.partner, "tenant id or domain; default: the first");
    seed->add_option("--ids", ids, "file for the customers' ids, one a line");
    CLI::App* keys = app.add_subcommand("keys", "the keys that tokens are signed with");
    keys->require_subcommand(1, 1);
    CLI::App* rotate =
        keys->add_subcommand("rotate", "make a new one; honour the old one's tokens");
    for (CLI::App* each : {rotate, keys->add_subcommand("list", "print those that are honoured")}) {
        each->add_option("--data", data, "directory of a `serve`")->capture_default_str();
    }
    directory_input directory;
    add_directory_words(app, directory);
    CLI::App* version = app.add_subcommand("version", "print the version");

    try {
        std::vector<std::string> reversed{arguments.rbegin(), arguments.rend()};
        app.parse(std::move(reversed));
    } catch (const CLI::CallForHelp&) {
        return {.what = command::word::answer, .answer = app.help()};
    } catch (const CLI::CallForAllHelp&) {
        return {.what = command::word::answer, .answer = app.help("", CLI::AppFormatMode::All)};
    } catch (const CLI::ParseError& error) {
        if (const auto flags = unknown_directory_flags(app)) {
            throw usage_error{fmt::format(
                "this was not expected:{}; secrets are read from stdin; see partnerd --help-all",
                *flags
            )};
        }
        throw usage_error{fmt::format("{}; see partnerd --help", repeatable(error.what()))};
    }
    if (app.get_subcommands().empty()) {
        throw usage_error{
            "say what to do: serve, token, keys, seed or version, or partner, application, user or "
            "customer; see partnerd --help"};
    }
    if (version->parsed()) {
        return {.what = command::word::answer, .answer = "partnerd " PARTNERD_VERSION "\n"};
    }
    if (token->parsed()) {
        out.what = command::word::token;
        out.token.data = data;
        out.token.count = read_number(count, 1, tokens_max);
        out.token.lifetime = std::chrono::seconds{read_number(lifetime, 1, token_seconds_max)};
        if (out.token.kind == "list") {
            return {.what = command::word::answer, .answer = printed_token_kinds()};
        }
        static_cast<void>(kind_of(out.token));
        return out;
    }
    if (!directory.request.noun.empty()) {
        out.what = command::word::directory;
        out.directory = locate(directory, variables);
        return out;
    }
    if (keys->parsed()) {
        out.what = command::word::keys;
        out.keys = {.rotate = rotate->parsed(), .data = data};
        return out;
    }
    if (seed->parsed()) {
        out.what = command::word::seed;
        out.seed.data = data;
        out.seed.customers = read_number(customers, 1, invented_customers_max);
        out.seed.seed = read_number(seed_number, 0, UINT64_MAX);
        out.seed.ids = ids;
        return out;
    }

    settings given = read_sources(file, variables);
    for (const knob& each : knobs) {
        const std::string flag = fmt::format("--{}", each.name);
        if (serve->count(flag) > 0) given.single[std::string{each.name}] = {flag, texts[each.name]};
    }
    for (const std::string& each : switched) given.switched.push_back({"--switch", each});

    out.settings = combine(given);
    if (print_config) return {.what = command::word::answer, .answer = printed(out.settings)};
    return out;
}

bool uses_tls(const config& settings) {
    return settings.tls_dev || !settings.tls_cert.empty();
}

bool is_loopback(std::string_view host) {
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    if (host == "localhost") return true;
    const std::string text{host};
    in_addr four{};
    if (::inet_pton(AF_INET, text.c_str(), &four) == 1) return ntohl(four.s_addr) >> 24U == 127;
    in6_addr six{};
    return ::inet_pton(AF_INET6, text.c_str(), &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

std::vector<std::string_view> knob_names() {
    std::vector<std::string_view> out;
    for (const knob& each : knobs) out.push_back(each.name);
    return out;
}

}  // namespace partner_center
