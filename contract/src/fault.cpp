// The table of faults and their wire form. Ends up calling json.cpp for the escaping.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cassert>

#include <partner_center/fault.hpp>
#include <partner_center/json.hpp>

namespace partner_center {
namespace {

constexpr std::string_view business = "PartnerFD";
constexpr std::string_view routing = "PartnerApiServiceControllers";
constexpr std::size_t description_characters_max = 1024;

using enum fault_kind;

// A table is read as one: a row each.
// clang-format off
constexpr auto table = std::to_array<fault_row>({
    {malformed_request, "malformed_request", 400, 800002, routing,
     "the request is not well-formed HTTP"},
    {head_too_large, "head_too_large", 431, 800002, routing,
     "the request line and headers are too large"},
    {body_too_large, "body_too_large", 413, 800002, business, "the request body is too large"},
    {request_timeout, "request_timeout", 408, 800002, routing,
     "the request was not complete in time"},
    {no_such_route, "no_such_route", 404, 1000, routing, "no such resource"},
    {method_not_allowed, "method_not_allowed", 405, 1000, routing,
     "this method is not allowed here"},
    {missing_token, "missing_token", 401, 800001, business, "no bearer token was presented"},
    {bad_token, "bad_token", 401, 400, business, "Access denied"},
    {expired_token, "expired_token", 401, 400, business, "Access denied: the token has expired"},
    {wrong_audience, "wrong_audience", 401, 900420, business,
     "the token was issued for another audience"},
    {mfa_required, "mfa_required", 401, 900421, business,
     "the token was obtained without multi-factor authentication"},
    {user_token_required, "user_token_required", 403, 900329, business,
     "this operation needs an app+user token"},
    {insufficient_scope, "insufficient_scope", 403, 900308, business,
     "the token does not have the scope user_impersonation"},
    {insufficient_role, "insufficient_role", 403, 900150, business,
     "no role of the user allows this"},
    {partner_disabled, "partner_disabled", 403, 2032, business,
     "the partner's account is disabled"},
    {not_acceptable, "not_acceptable", 406, 2000, routing, "only application/json can be produced"},
    {malformed_customer_id, "malformed_customer_id", 400, 2000, routing,
     "customer-tenant-id is not a GUID"},
    {zero_customer_id, "zero_customer_id", 400, 900118, business, "the customer id cannot be used"},
    {malformed_id, "malformed_id", 400, 2000, routing, "an id in the path is not a GUID"},
    {unsupported_media_type, "unsupported_media_type", 415, 2000, routing,
     "the request body must be application/json in UTF-8"},
    {invalid_body, "invalid_body", 400, 800002, business, "request body is not valid JSON"},
    {unknown_enum, "unknown_enum", 400, 900126, business, "a word is not one of its values"},
    {invalid_value, "invalid_value", 400, 3000, business, "a value is missing or not valid"},
    {missing_etag, "missing_etag", 400, 800002, business,
     "If-Match must be the etag of the version to replace, in double quotes"},
    {stale_etag, "stale_etag", 400, 2055, business, "the etag sent is out of date"},
    {stale_if_match, "stale_if_match", 412, 2055, business, "the etag sent is out of date"},
    {request_id_reused, "request_id_reused", 409, 800002, business,
     "another request with this MS-RequestId had a different body"},
    {domain_taken, "domain_taken", 409, 800002, business,
     "companyProfile.domain must be a domain that nobody has"},
    {sandbox_full, "sandbox_full", 400, 800018, business,
     "an integration sandbox has at most 75 customers"},
    {not_in_sandbox, "not_in_sandbox", 400, 900127, business,
     "customers can be deleted in an integration sandbox only"},
    {address_rejected, "address_rejected", 400, 2007, business, "the address is not valid"},
    {registration_unwanted, "registration_unwanted", 400, 600002, business,
     "the country has no organization registration numbers"},
    {registration_missing, "registration_missing", 400, 600049, business,
     "the country needs an organization registration number"},
    {registration_malformed, "registration_malformed", 400, 600050, business,
     "the organization registration number does not have the country's form"},
    {phone_number_missing, "phone_number_missing", 400, 600051, business,
     "the country needs a phone number"},
    {no_relationship, "no_relationship", 403, 20002, business,
     "the partner has no commerce relationship with the customer"},
    {unknown_tenant, "unknown_tenant", 404, 60003, business, "no tenant has this id"},
    {unknown_domain, "unknown_domain", 404, 1000, business, "nobody has this domain"},
    {unknown_audit_record, "unknown_audit_record", 404, 1000, business,
     "there is no audit record with this id"},
    {internal_error, "internal_error", 500, 800003, business,
     "unexpected failure; quote the correlation id"},
    {unavailable, "unavailable", 503, 800003, business,
     "the service is not available at the moment; try again"},
});
// clang-format on

/// Cuts after so many characters, never inside one: UTF-8 continuation bytes are 10xxxxxx.
[[nodiscard]] std::string_view cut(std::string_view text, std::size_t characters_max) {
    std::size_t characters = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool starts_character = (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U;
        if (starts_character && ++characters > characters_max) return text.substr(0, at);
    }
    return text;
}

}  // namespace

std::span<const fault_row> fault_table() {
    return table;
}

const fault_row& row_of(fault_kind kind) {
    const fault_row& row = fault_table()[static_cast<std::size_t>(kind)];
    assert(row.kind == kind);
    return row;
}

void append_json(std::string& out, const fault& problem, fault_code_form form) {
    const fault_row& row = row_of(problem.kind);
    const std::string_view description =
        problem.description.empty() ? row.description : std::string_view{problem.description};
    const std::string_view quote = form == fault_code_form::string ? "\"" : "";

    out.append(R"({"code":)").append(quote).append(std::to_string(row.code)).append(quote);
    out += R"(,"description":)";
    append_json_string(out, cut(description, description_characters_max));
    out += R"(,"data":)";
    append_json(out, problem.data);
    out.append(R"(,"source":")").append(row.source).append(R"("})");
}

fault no_relationship(const guid& partner_id, const guid& customer_id) {
    return {
        .kind = fault_kind::no_relationship,
        .description = "partner " + to_string(partner_id) +
                       " has no commerce relationship with customer " + to_string(customer_id),
    };
}

fault unknown_tenant() {
    return {.kind = fault_kind::unknown_tenant};
}

fault invalid(std::string description) {
    return {.kind = fault_kind::invalid_value, .description = std::move(description)};
}

partner_exception::partner_exception(fault problem)
    : std::runtime_error{
          problem.description.empty() ? std::string{row_of(problem.kind).description}
                                      : problem.description
      },
      problem_{std::move(problem)} {}

}  // namespace partner_center
