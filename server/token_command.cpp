// What `partnerd token` asks for, found in the sample data. Calls demo.cpp.
// SPDX-License-Identifier: MIT
#include "server/token_command.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include <partner_center/http.hpp>

namespace partner_center {
namespace {

[[noreturn]] void not_there(std::string_view flag, std::string_view name) {
    throw usage_error{fmt::format("{}: the demo data has no '{}'", flag, name)};
}

[[nodiscard]] guid application_of(const token_request& request, const demo_partner& partner) {
    if (request.application.empty()) return partner.applications.at(0).client_id;
    const auto id = parse_guid(request.application);
    const auto found =
        std::ranges::find(partner.applications, id.value_or(guid{}), &demo_application::client_id);
    if (found == partner.applications.end()) not_there("--application", request.application);
    return found->client_id;
}

[[nodiscard]] signed_in_user user_of(const token_request& request, const demo_partner& partner) {
    const auto found = std::ranges::find_if(partner.users, [&](const demo_user& each) {
        return request.user.empty() || equals_ignoring_case(each.user_principal_name, request.user);
    });
    if (found == partner.users.end()) not_there("--user", request.user);
    return {
        .id = demo_user_id(partner, *found),
        .principal_name = found->user_principal_name,
        .roles = found->roles,
        .has_mfa = true,
    };
}

[[nodiscard]] token_subject subject_of(const demo_partner& partner, const guid& application_id) {
    const token_policy policy{.entra_issuer = true};
    const partner_record record{.id = partner.tenant_id, .where = clouds::find(partner.cloud)};
    return {partner.tenant_id, policy.issuer_of(record), application_id};
}

}  // namespace

token_order order_of(
    const token_request& request, const demo_world& world, const signing_key& key
) {
    const demo_partner* const chosen = find_partner(world, request.partner);
    if (chosen == nullptr) not_there("--partner", request.partner);
    const demo_partner& other =
        world.partners.at(chosen == &world.partners.front() && world.partners.size() > 1 ? 1 : 0);
    const cloud* const where = clouds::find(chosen->cloud);
    token_order order{
        .key = key,
        .subject = subject_of(*chosen, application_of(request, *chosen)),
        .other = subject_of(other, other.applications.at(0).client_id),
        .where = where,
        .audience = request.audience.empty() ? std::string{where->audience} : request.audience,
        .issued_at = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()),
        .lifetime = request.lifetime,
    };
    const bool is_of_user = kind_of(request).of_user || !request.user.empty();
    if (is_of_user) order.user = user_of(request, *chosen);
    return order;
}

const token_kind& kind_of(const token_request& request) {
    const token_kind* const found = find_token_kind(request.kind);
    if (found != nullptr) return *found;
    std::string names;
    for (const token_kind& each : token_kinds()) names += fmt::format(" {},", each.name);
    throw usage_error{fmt::format("--kind: '{}' is not one of{} list", request.kind, names)};
}

std::string printed_token_kinds() {
    std::string out;
    for (const token_kind& each : token_kinds()) {
        const std::string code = each.code == 0 ? "-" : std::to_string(each.code);
        const std::string_view whose = each.of_user ? "app+user" : "any";
        out +=
            fmt::format("{}\t{}\t{}\t{}\t{}\n", each.name, each.status, code, whose, each.meaning);
    }
    return out;
}

}  // namespace partner_center
