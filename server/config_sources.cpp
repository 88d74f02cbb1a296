// Reads the file and the environment, and puts a `config` together. Calls toml++, config_knobs.cpp,
// config_issuers.cpp and config_checks.cpp.
// SPDX-License-Identifier: MIT
#include "server/config_sources.hpp"

#include <algorithm>
#include <cctype>
#include <sstream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <toml++/toml.h>

#include "server/config_checks.hpp"
#include "server/config_issuers.hpp"
#include "server/data_directory.hpp"

namespace partner_center {
namespace {

constexpr std::string_view switch_knob = "switch";
constexpr std::string_view config_knob = "config";
constexpr std::string_view issuers_key = "issuers";
constexpr std::string_view partner_key = "partner";

[[nodiscard]] std::string text_of(const toml::node& node, const std::string& source) {
    if (const auto text = node.as_string()) return text->get();
    if (const auto truth = node.as_boolean()) return truth->get() ? "true" : "false";
    if (const auto number = node.as_integer()) return std::to_string(number->get());
    throw usage_error{source + " must be a string, a whole number or true or false"};
}

[[nodiscard]] std::vector<setting> read_switches(
    const toml::node& node, const std::string& source
) {
    const toml::table* const table = node.as_table();
    if (table == nullptr) throw usage_error{source + " must be a table of NAME = \"VALUE\""};
    std::vector<setting> out;
    for (const auto& [name, chosen] : *table) {
        out.push_back({source, fmt::format("{}={}", name.str(), text_of(chosen, source))});
    }
    return out;
}

/// Tables like [partner."b0d7e3a4-52c8-4f19-8e6d-1fa3c95b2e70".switch].
void read_partners(settings& out, const toml::node& node, const std::string& source) {
    const toml::table* const partners = node.as_table();
    if (partners == nullptr) throw usage_error{source + " must be a table of tenant ids"};
    for (const auto& [name, each] : *partners) {
        const std::string place = fmt::format("{}.{}", source, name.str());
        const auto id = parse_guid(name.str());
        if (!id) throw usage_error{place + ": a partner is named by its tenant id"};
        const toml::table* const table = each.as_table();
        if (table == nullptr) throw usage_error{place + " must be a table"};
        for (const auto& [key, value] : *table) {
            const std::string what = fmt::format("{}.{}", place, key.str());
            if (key.str() != switch_knob) throw usage_error{what + ": there is no such key"};
            out.switched_for[*id] = read_switches(value, what);
        }
    }
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
            out.switched = read_switches(node, source);
            continue;
        }
        if (name == partner_key) {
            read_partners(out, node, source);
            continue;
        }
        if (name == issuers_key) {
            out.issuers = read_issuers(node, source);
            continue;
        }
        const bool known = std::ranges::find(knobs(), name, &knob::name) != knobs().end();
        if (!known) throw usage_error{fmt::format("{}: there is no such key", source)};
        out.single[name] = {source, text_of(node, source)};
    }
}

void read_environment(settings& out, const environment& variables) {
    for (const knob& each : knobs()) {
        const std::string name = variable_of(each.name);
        if (const auto text = variables(name)) out.single[std::string{each.name}] = {name, *text};
    }
    const std::string name = variable_of(switch_knob);
    for (const std::string& each : CLI::detail::split(variables(name).value_or(""), ',')) {
        if (!each.empty()) out.switched.push_back({name, each});
    }
}

}  // namespace

std::string variable_of(std::string_view name) {
    std::string out = "PARTNERD_";
    for (const char c : name) {
        out += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    return out;
}

settings read_sources(std::string file, const environment& variables) {
    settings given;
    if (file.empty()) file = variables(variable_of(config_knob)).value_or("");
    if (!file.empty()) read_file(given, file);
    read_environment(given, variables);
    return given;
}

void set_knob(config& out, const knob& each, const settings& given) {
    const auto found = given.single.find(each.name);
    each.set(
        out,
        found != given.single.end()
            ? found->second
            : setting{std::string{each.name}, std::string{each.default_text}}
    );
}

config combine(const settings& given) {
    config out;
    for (const knob& each : knobs()) set_knob(out, each, given);
    for (const setting& each : given.switched) set_switch(out.options, each);
    for (const auto& [partner, own] : given.switched_for) {
        switches& options = out.own_options.emplace(partner, out.options).first->second;
        for (const setting& each : own) set_partner_switch(options, each);
    }
    if (out.database.empty()) out.database = database_in(out.data);
    out.issuers = given.issuers;

    refuse_exposure(out);
    for (const trusted_issuer& each : out.issuers) {
        if (const auto problem = problem_of(each)) throw usage_error{*problem};
    }
    return out;
}

std::string printed(const config& outcome) {
    std::string out;
    for (const knob& each : knobs()) {
        const toml::value<std::string> text{each.get(outcome)};
        std::ostringstream quoted;
        quoted << toml::toml_formatter{text};
        out += fmt::format("{} = {}\n", each.name, quoted.str());
    }
    out += fmt::format("\n[{}]\n", switch_knob);
    out += print_switches(outcome.options);
    const std::map<guid, switches> partners{outcome.own_options.begin(), outcome.own_options.end()};
    for (const auto& [partner, own] : partners) {
        out += fmt::format("\n[{}.\"{}\".{}]\n", partner_key, to_string(partner), switch_knob);
        out += print_own_switches(own, outcome.options);
    }
    if (!outcome.issuers.empty()) out += '\n' + print_issuers(outcome.issuers);
    return out;
}

}  // namespace partner_center
