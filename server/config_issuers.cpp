// One table of the members of [[issuers]], read and printed. Calls toml++.
// SPDX-License-Identifier: MIT
#include "server/config_issuers.hpp"

#include <algorithm>
#include <array>
#include <sstream>

#include <fmt/format.h>

#include "server/config.hpp"

namespace partner_center {
namespace {

/// A member's value, and what messages call it.
struct member {
    const toml::node& node;
    const std::string& source;
};

[[nodiscard]] std::string read_text(const member& in) {
    const auto text = in.node.as_string();
    if (text == nullptr) throw usage_error{in.source + " must be a string"};
    return text->get();
}

[[nodiscard]] std::vector<std::string> read_texts(const member& in) {
    if (in.node.is_string()) return {read_text(in)};
    const toml::array* const list = in.node.as_array();
    if (list == nullptr) throw usage_error{in.source + " must be a string or a list of strings"};
    std::vector<std::string> out;
    for (const toml::node& each : *list) out.push_back(read_text({each, in.source}));
    return out;
}

[[nodiscard]] std::map<std::string, std::string> read_map(const member& in) {
    const toml::table* const table = in.node.as_table();
    if (table == nullptr) throw usage_error{in.source + " must be a table of NAME = \"VALUE\""};
    std::map<std::string, std::string> out;
    for (const auto& [name, value] : *table) {
        out.emplace(name.str(), read_text({value, in.source}));
    }
    return out;
}

[[nodiscard]] claim_rule read_rule(const member& in) {
    claim_rule out;
    for (auto& [name, value] : read_map(in)) {
        if (name != "claim" && name != "value") {
            throw usage_error{fmt::format("{}: there is no such key: {}", in.source, name)};
        }
        (name == "claim" ? out.claim : out.value) = value;
    }
    if (out.claim.empty()) throw usage_error{in.source + " must name its claim"};
    return out;
}

[[nodiscard]] guid guid_of(const std::string& text, const member& in, std::string_view what) {
    const auto id = parse_guid(text);
    if (!id) throw usage_error{fmt::format("{} must be the {}, a GUID", in.source, what)};
    return *id;
}

[[nodiscard]] guid read_tenant(const member& in) {
    return guid_of(read_text(in), in, "tenant id of a partner");
}

[[nodiscard]] std::vector<guid> read_tenants(const member& in) {
    std::vector<guid> out;
    for (const std::string& each : read_texts(in)) {
        out.push_back(guid_of(each, in, "tenant ids of partners"));
    }
    if (out.empty()) throw usage_error{in.source + " must name one at least"};
    return out;
}

[[nodiscard]] std::map<std::string, guid> read_applications(const member& in) {
    std::map<std::string, guid> out;
    for (const auto& [name, id] : read_map(in)) {
        out.emplace(name, guid_of(id, in, "ids of applications in the directory"));
    }
    return out;
}

[[nodiscard]] std::vector<signature_algorithm> read_algorithms(const member& in) {
    std::vector<signature_algorithm> out;
    for (const std::string& name : read_texts(in)) {
        const auto found = find_signature_algorithm(name);
        if (!found) throw usage_error{in.source + ": this version knows RS256 and ES256"};
        out.push_back(*found);
    }
    return out;
}

[[nodiscard]] std::string print(const std::string& text) {
    return text;
}
[[nodiscard]] std::string print(const std::filesystem::path& file) {
    return file.string();
}
[[nodiscard]] toml::array print(const std::vector<std::string>& texts) {
    toml::array out;
    for (const std::string& each : texts) out.push_back(each);
    return out;
}
[[nodiscard]] toml::array print(const std::vector<signature_algorithm>& algorithms) {
    toml::array out;
    for (const signature_algorithm each : algorithms) out.push_back(std::string{name_of(each)});
    return out;
}
[[nodiscard]] toml::table print(const std::map<std::string, std::string>& map) {
    toml::table out;
    for (const auto& [name, value] : map) out.insert(name, value);
    return out;
}
[[nodiscard]] toml::table print(const std::map<std::string, guid>& map) {
    toml::table out;
    for (const auto& [name, id] : map) out.insert(name, to_string(id));
    return out;
}
[[nodiscard]] toml::table print(const claim_rule& rule) {
    toml::table out{{"claim", rule.claim}, {"value", rule.value}};
    out.is_inline(true);
    return out;
}

/// A member of a table: how it is read, and put into the table that is printed.
struct row {
    std::string_view name{};
    void (*read)(trusted_issuer&, const member&){};
    void (*print)(const trusted_issuer&, std::string_view name, toml::table&){};
};

template <auto Member, auto Read>
constexpr row row_of(std::string_view name) {
    return {
        name,
        [](trusted_issuer& out, const member& in) { out.*Member = Read(in); },
        [](const trusted_issuer& in, std::string_view key, toml::table& out) {
            out.insert(key, print(in.*Member));
        },
    };
}

constexpr std::array rows{
    row_of<&trusted_issuer::issuer, read_text>("issuer"),
    row_of<&trusted_issuer::discovery_url, read_text>("discovery-url"),
    row_of<&trusted_issuer::jwks_url, read_text>("jwks-url"),
    row_of<&trusted_issuer::audiences, read_texts>("audiences"),
    row_of<&trusted_issuer::tenant_claim, read_text>("tenant-claim"),
    row{"partner",
        [](trusted_issuer& out, const member& in) { out.partner = read_tenant(in); },
        [](const trusted_issuer& in, std::string_view key, toml::table& out) {
            if (in.partner) out.insert(key, to_string(*in.partner));
        }},
    row{"partners",
        [](trusted_issuer& out, const member& in) { out.partners = read_tenants(in); },
        [](const trusted_issuer& in, std::string_view key, toml::table& out) {
            if (in.partners.empty()) return;
            std::vector<std::string> ids;
            for (const guid& each : in.partners) ids.push_back(to_string(each));
            out.insert(key, print(ids));
        }},
    row_of<&trusted_issuer::application_claims, read_texts>("application-claims"),
    row_of<&trusted_issuer::applications, read_applications>("applications"),
    row_of<&trusted_issuer::user_claims, read_texts>("user-claim"),
    row_of<&trusted_issuer::roles_claim, read_text>("roles-claim"),
    row_of<&trusted_issuer::algorithms, read_algorithms>("algorithms"),
    row_of<&trusted_issuer::mfa, read_rule>("mfa"),
    row_of<&trusted_issuer::app_only, read_rule>("app-only"),
    row_of<&trusted_issuer::ca_file, read_text>("ca-file"),
    row_of<&trusted_issuer::roles, read_map>("roles"),
};

[[nodiscard]] trusted_issuer read_issuer(const toml::table& table, const std::string& source) {
    trusted_issuer out;
    for (const auto& [key, node] : table) {
        const std::string name = fmt::format("{}.{}", source, key.str());
        const auto found = std::ranges::find(rows, key.str(), &row::name);
        if (found == rows.end()) throw usage_error{name + ": there is no such key"};
        found->read(out, {node, name});
    }
    return completed(std::move(out));
}

}  // namespace

std::vector<trusted_issuer> read_issuers(const toml::node& node, const std::string& source) {
    const toml::array* const list = node.as_array();
    if (list == nullptr) throw usage_error{source + " must be tables, each after a [[issuers]]"};
    std::vector<trusted_issuer> out;
    for (const toml::node& each : *list) {
        const toml::table* const table = each.as_table();
        if (table == nullptr)
            throw usage_error{source + " must be tables, each after a [[issuers]]"};
        out.push_back(read_issuer(*table, source));
    }
    return out;
}

std::string print_issuers(std::span<const trusted_issuer> issuers) {
    if (issuers.empty()) return {};
    toml::array tables;
    for (const trusted_issuer& each : issuers) {
        toml::table table;
        for (const row& member : rows) member.print(each, member.name, table);
        tables.push_back(std::move(table));
    }
    std::ostringstream out;
    out << toml::toml_formatter{toml::table{{"issuers", std::move(tables)}}} << '\n';
    return out.str();
}

}  // namespace partner_center
