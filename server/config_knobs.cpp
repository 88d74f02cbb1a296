// Each knob and each switch, in the order in which help shows them. Calls CLI11 to split lists.
// SPDX-License-Identifier: MIT
#include "server/config_knobs.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "server/http/limits.hpp"
#include <partner_center/clouds.hpp>

namespace partner_center {
namespace {

constexpr unsigned threads_max = 256;
/// The API promises the first; the second is a century.
constexpr std::uint64_t audit_days_min = 90;
constexpr std::uint64_t audit_days_max = 36'525;
constexpr std::string_view default_audiences =
    "https://api.partnercenter.microsoft.com,fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd";
constexpr std::string_view sqlite_scheme = "sqlite:";

[[noreturn]] void refuse(const setting& value, std::string_view expected) {
    throw usage_error{
        fmt::format("{}: '{}' is not {}", value.source, repeatable(value.text), expected)};
}

[[nodiscard]] bool read_bool(const setting& value) {
    if (value.text == "true" || value.text == "1" || value.text == "on") return true;
    if (value.text == "false" || value.text == "0" || value.text == "off") return false;
    refuse(value, "true or false");
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

constexpr std::string_view suffix_form =
    "CLOUD=.SUFFIX with global, china, us_government or sandbox, more of them after commas";

[[nodiscard]] bool is_suffix(std::string_view text) {
    return text.size() > 1 && text.front() == '.' && text.find("..") == std::string_view::npos &&
           text.back() != '.' && std::ranges::all_of(text, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
           });
}

/// The documented ones but for those of the clouds that the setting names.
[[nodiscard]] domain_suffixes read_suffixes(const setting& value) {
    domain_suffixes out = documented_domain_suffixes();
    domain_suffixes given;
    for (const std::string& each : CLI::detail::split(value.text, ',')) {
        const auto equals = each.find('=');
        const std::string where = each.substr(0, equals);
        if (equals == std::string::npos || !out.contains(where)) refuse(value, suffix_form);
        std::string suffix = each.substr(equals + 1);
        std::ranges::transform(suffix, suffix.begin(), detail::to_lower);
        if (!is_suffix(suffix)) refuse(value, suffix_form);
        given[where].push_back(std::move(suffix));
    }
    given.merge(out);
    return given;
}

[[nodiscard]] std::string print(const domain_suffixes& suffixes) {
    std::vector<std::string> out;
    for (const auto& [where, texts] : suffixes) {
        for (const std::string& each : texts) out.push_back(where + "=" + each);
    }
    return fmt::format("{}", fmt::join(out, ","));
}

/// A switch of the contract: its name and what its values do.
struct switch_row {
    std::string_view name{};
    std::string_view values{};
    bool (*set)(switches&, std::string_view){};
    std::string (*get)(const switches&){};
    bool is_of_server{};  ///< no partner may have its own
};

/// Of a partner's or a customer's window, in which each request takes 8 bytes.
constexpr std::uint32_t requests_max = 1'000'000;

/// A limit of requests per minute.
template <auto Member>
constexpr switch_row limit(std::string_view name) {
    return {
        name,
        "off or a number from 1 to 1000000",
        [](switches& out, std::string_view text) {
            std::uint32_t& most = out.throttle.*Member;
            most = 0;
            if (text == "off") return true;
            const char* const end = text.data() + text.size();
            const auto [read, failed] = std::from_chars(text.data(), end, most);
            return failed == std::errc{} && read == end && most >= 1 && most <= requests_max;
        },
        [](const switches& in) {
            const std::uint32_t most = in.throttle.*Member;
            return most == 0 ? std::string{"off"} : std::to_string(most);
        },
    };
}

template <auto Member>
constexpr switch_row on_off(std::string_view name, bool is_of_server) {
    return {
        name,
        "on or off",
        [](switches& out, std::string_view text) {
            out.*Member = text == "on";
            return text == "on" || text == "off";
        },
        [](const switches& in) -> std::string { return in.*Member ? "on" : "off"; },
        is_of_server,
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
        [](const switches& in) -> std::string {
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
        [](const switches& in) -> std::string {
            return in.fault_code == fault_code_form::number ? "number" : "string";
        },
    },
    switch_row{
        "address-validation",
        "current or legacy",
        [](switches& out, std::string_view text) {
            using enum address_validation_form;
            out.address_validation = text == "current" ? current : legacy;
            return text == "current" || text == "legacy";
        },
        [](const switches& in) -> std::string {
            return in.address_validation == address_validation_form::current ? "current" : "legacy";
        },
    },
    switch_row{
        "address-check",
        "on or off",
        [](switches& out, std::string_view text) {
            out.address_check = text == "on" ? address_check::on : address_check::off;
            return text == "on" || text == "off";
        },
        [](const switches& in) -> std::string {
            return in.address_check == address_check::on ? "on" : "off";
        },
    },
    on_off<&switches::bom>("bom", false),
    on_off<&switches::hide_unknown_tenants>("hide-unknown-tenants", false),
    on_off<&switches::accept_legacy_audience>("accept-legacy-audience", true),
    on_off<&switches::company_profile_user_only>("company-profile-user-only", false),
    on_off<&switches::require_etag>("require-etag", false),
    on_off<&switches::require_mfa>("require-mfa", false),
    limit<&request_limits::per_partner>("throttle"),
    limit<&request_limits::per_customer>("throttle-per-customer"),
};

/// Sets it; its row.
const switch_row& follow_switch(switches& out, const setting& value) {
    const std::string_view text = value.text;
    const auto equals = text.find('=');
    for (const switch_row& row : switch_table) {
        if (text.substr(0, equals) != row.name) continue;
        const auto chosen = equals == std::string_view::npos ? "" : text.substr(equals + 1);
        if (!row.set(out, chosen)) {
            refuse(value, fmt::format("{}={}", row.name, row.values));
        }
        return row;
    }
    std::string known;
    for (const switch_row& row : switch_table) known += fmt::format(" {}", row.name);
    refuse(value, "a switch of this version; it has:" + known);
}

constexpr std::array knob_table{
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
            out.threads = static_cast<unsigned>(read_number(in, 0, threads_max));
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
            out.connections_max = read_number(in, 1, http::limits::connections_limit);
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
        "embedded-authority",
        "true",
        false,
        "issue tokens and believe them; off: [[issuers]] alone do",
        [](config& out, const setting& in) { out.embedded_authority = read_bool(in); },
        [](const config& in) { return print(in.embedded_authority); },
    },
    knob{
        "countries",
        "",
        false,
        "what countries demand, a file of the form of data/countries.json (default: that one)",
        [](config& out, const setting& in) { out.countries = in.text; },
        [](const config& in) { return in.countries.string(); },
    },
    knob{
        "domain-suffixes",
        "",
        false,
        "of new customers' domains, like global=.onmicrosoft.com,sandbox=.ccsctp.net; clouds that "
        "are not named keep the documented ones",
        [](config& out, const setting& in) {
            out.options.suffixes = documented_domain_suffixes();
            if (!in.text.empty()) out.options.suffixes = read_suffixes(in);
        },
        [](const config& in) { return print(in.options.suffixes); },
    },
    knob{
        "audit-retention-days",
        "90",
        false,
        "how long audit records of changes are kept, at least 90 days",
        [](config& out, const setting& in) {
            out.audit_kept = std::chrono::days{read_number(in, audit_days_min, audit_days_max)};
        },
        [](const config& in) { return std::to_string(in.audit_kept.count()); },
    },
    knob{
        "access-audit",
        "true",
        false,
        "write down who reads which billing profile",
        [](config& out, const setting& in) { out.access_audit = read_bool(in); },
        [](const config& in) { return print(in.access_audit); },
    },
    knob{
        "access-audit-retention-days",
        "90",
        false,
        "how long that is kept",
        [](config& out, const setting& in) {
            out.access_audit_kept = std::chrono::days{read_number(in, 1, audit_days_max)};
        },
        [](const config& in) { return std::to_string(in.access_audit_kept.count()); },
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

}  // namespace

std::span<const knob> knobs() {
    return knob_table;
}

void set_switch(switches& out, const setting& value) {
    static_cast<void>(follow_switch(out, value));
}

void set_partner_switch(switches& out, const setting& value) {
    if (follow_switch(out, value).is_of_server) {
        refuse(value, "a switch that a partner may have: it is the whole server's");
    }
}

std::string print_switches(const switches& in) {
    std::string out;
    for (const switch_row& row : switch_table) {
        out += fmt::format("{} = \"{}\"\n", row.name, row.get(in));
    }
    return out;
}

std::string print_own_switches(const switches& in, const switches& of_server) {
    std::string out;
    for (const switch_row& row : switch_table) {
        const std::string own = row.get(in);
        if (own != row.get(of_server)) out += fmt::format("{} = \"{}\"\n", row.name, own);
    }
    return out;
}

std::uint64_t read_number(const setting& value, std::uint64_t least, std::uint64_t most) {
    std::uint64_t number{};
    const char* const end = value.text.data() + value.text.size();
    const auto [read, failed] = std::from_chars(value.text.data(), end, number);
    if (failed != std::errc{} || read != end || number < least || number > most) {
        refuse(value, fmt::format("a number from {} to {}", least, most));
    }
    return number;
}

std::string repeatable(std::string text) {
    constexpr std::string_view scheme_end = "://";
    for (auto at = text.find(scheme_end); at != std::string::npos; at = text.find(scheme_end, at)) {
        at += scheme_end.size();
        text.replace(at, std::min(text.find(' ', at), text.size()) - at, "...");
    }
    return text;
}

}  // namespace partner_center
