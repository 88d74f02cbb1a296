// Statuses and advice for errors of the SDK. Calls text.cpp.
// SPDX-License-Identifier: MIT
#include "cli/failure.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "cli/text.hpp"

namespace partner_center::cli {
namespace {

constexpr std::string_view sign_in_again = "sign in again: partnerctl login";

/// What to do about a code of the service or of the token authority.
struct advice {
    std::string_view code{};
    std::string_view text{};
};

constexpr std::array<advice, 14> advice_by_code{{
    {"invalid_client",
     "check tenant, client id and secret, and this machine's clock, then: partnerctl login"},
    {"unauthorized_client",
     "check tenant, client id and secret, and this machine's clock, then: partnerctl login"},
    {"invalid_grant", sign_in_again},
    {"interaction_required", sign_in_again},
    {"expired_token", "the code was not entered in time; try again: partnerctl login"},
    {"access_denied", "whoever was asked declined; try again: partnerctl login"},
    {"authorization_declined", "whoever was asked declined; try again: partnerctl login"},
    {"900329", "an application alone may not do this; sign in as a person: partnerctl login"},
    {"900421", "sign in again, with a second factor: partnerctl login"},
    {"900308", "the application needs the delegated permission user_impersonation, and consent"},
    {"20002", "`partnerctl customers list` shows whose partner you are"},
    {"60003", "check the id: `partnerctl customers list` shows those of your customers"},
    {"900127",
     "only customers of an integration sandbox can be deleted; end the relationship: "
     "partnerctl customers remove-relationship"},
    {"2055", "somebody else was faster; read it again and repeat the change"},
}};

/// Whoever has one of these roles may. Source: wire contract, "Decisions that close gaps", Roles.
[[nodiscard]] std::string_view roles_for(permission what) {
    switch (what) {
        case permission::read_customers:
            return "AdminAgents, SalesAgents, HelpdeskAgents, BillingAdmins";
        case permission::write_customers:
            return "AdminAgents, SalesAgents";
        case permission::write_billing_profiles:
            return "AdminAgents, SalesAgents, BillingAdmins";
        case permission::read_partner:
            return "AdminAgents, SalesAgents, HelpdeskAgents";
        case permission::read_partner_billing:
            return "AdminAgents, SalesAgents, HelpdeskAgents, BillingAdmins";
        case permission::write_partner_billing:
            return "AdminAgents, BillingAdmins";
        case permission::remove_customers:
        case permission::write_partner:
            break;
    }
    return "AdminAgents";
}

[[nodiscard]] bool is_change(permission what) {
    using enum permission;
    return what != read_customers && what != read_partner && what != read_partner_billing;
}

/// True when nobody knows whether the service did what it was asked for.
[[nodiscard]] bool is_open(const error& problem) {
    using enum error_category;
    return problem.http_status >= 500 || problem.category == request_timeout ||
           problem.category == response_parsing || problem.category == cancelled;
}

[[nodiscard]] std::string wait_of(const error& problem) {
    if (!problem.retry_after) return "wait a minute, then try again";
    return fmt::format("wait {} s, then try again", problem.retry_after->count());
}

/// For the categories whose descriptions do not say it themselves.
[[nodiscard]] std::string advice_for(const error& problem, std::optional<permission> needed) {
    using enum error_category;
    if (problem.code == "900150" && needed) {
        return fmt::format(
            "it takes a user with one of the roles {} (or GlobalAdmins)", roles_for(*needed)
        );
    }
    const auto known = std::ranges::find(advice_by_code, problem.code, &advice::code);
    if (known != advice_by_code.end()) return std::string{known->text};
    if (is_stale(problem)) return "somebody else was faster; read it again and repeat the change";
    switch (problem.category) {
        case unauthorized:
            return problem.http_status == 0 ? "" : std::string{sign_in_again};
        case forbidden:
            return "`partnerctl whoami` shows who you are; ask who administers your users";
        case too_many_requests:
            return wait_of(problem);
        case server_busy:
        case gateway_timeout:
        case server_error:
            return "the service has a problem; try again later, and quote the ids if it stays";
        case request_timeout:
            return "try again later";
        case response_parsing:
            return "try again; --trace shows the exchange";
        case not_specified:
            // What the SDK knows a remedy for has it in its description.
            return problem.description.find("no answer from") == std::string::npos
                       ? ""
                       : "check the address (--url) and the network; --trace shows the exchange";
        default:
            return "";
    }
}

}  // namespace

bool is_stale(const error& problem) {
    return problem.http_status == 412 || problem.code == "2055";
}

exit_status status_of(const error& problem) {
    using enum error_category;
    if (is_stale(problem)) return exit_status::conflict;
    switch (problem.category) {
        case not_found:
            return exit_status::not_found;
        case unauthorized:
        case forbidden:
            return exit_status::refused;
        case already_exists:
            return exit_status::conflict;
        case too_many_requests:
            return exit_status::throttled;
        case bad_input:
            return exit_status::invalid_input;
        case cancelled:
            return exit_status::interrupted;
        default:
            return exit_status::error;
    }
}

std::string text_of(const error& problem, const attempt& what) {
    std::string out = problem.description;
    for (const std::string& line : problem.data) {
        if (line != problem.description) out += "\n  " + line;
    }
    if (const std::string next = advice_for(problem, what.needed); !next.empty())
        out += "\n  " + next;
    if (what.needed && is_change(*what.needed) && is_open(problem)) {
        out += what.takes_request_id
                   ? "\n  it may have been done; to do it once: --request-id " + problem.request_id
                   : "\n  it may have been done: look before you do it again";
    }
    if (problem.http_status != 0) {
        out += fmt::format("\n  HTTP status {}", problem.http_status);
        if (!problem.code.empty()) out += ", code " + problem.code;
    }
    const bool is_about_a_call = problem.http_status != 0 && !problem.correlation_id.empty();
    if (is_about_a_call) {
        out += fmt::format(
            "\n  correlation id {}, request id {}", problem.correlation_id, problem.request_id
        );
    }
    return printable_lines(out);
}

}  // namespace partner_center::cli
